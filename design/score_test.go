package design_test

import (
	"math"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"matheron/design"
	"matheron/rng"
)

func TestBALDOfTwoLaws(t *testing.T) {
	for _, c := range []struct {
		mean, variance []float64
		want           float64
	}{
		{[]float64{1, 1}, []float64{2, 2}, 0},                 // nothing to disagree about
		{[]float64{-50, 50}, []float64{1, 4}, math.Log(2)},    // an outcome tells which
		{[]float64{0, 1e7}, []float64{1e-6, 9}, math.Log(2)},  // whatever the scales
		{[]float64{0, 0}, []float64{1e-12, 1}, math.NaN()},    // one inside the other
		{[]float64{0.3, -0.4}, []float64{0.5, 2}, math.NaN()}, // both by integration
		{[]float64{0, 1, 5, 5.5}, []float64{1, 0.04, 2, 0.01}, math.NaN()},
		{[]float64{0, 4}, []float64{1, 1}, math.NaN()}, // with a gap between them
		{[]float64{0, 9, 0}, []float64{1, 1, 4}, math.NaN()},
		{[]float64{7}, []float64{3}, 0},
	} {
		m := len(c.mean)
		got := design.BALD(mat.NewDense(m, 1, c.mean), mat.NewDense(m, 1, c.variance))[0]
		want := c.want
		if math.IsNaN(want) {
			want = disagreement(c.mean, c.variance)
		}
		// The quadrature's 1e-9, and the reference's.
		near(t, "BALD", got, want, 3e-9)
	}
}

// Models far from zero, beside which their widths are lost in rounding, made a step of
// no width, and the search for a smaller one did not end.
func TestBALDFarFromZero(t *testing.T) {
	near5 := []float64{0, 1, 5, 5.5}
	width := []float64{1, 0.04, 2, 0.01}
	for _, c := range []struct {
		mean, variance []float64
		want           float64
	}{
		{[]float64{1e17, 1e17}, []float64{1, 1}, 0},
		{[]float64{1e17, 1e17}, []float64{1, 4}, disagreement([]float64{0, 0}, []float64{1, 4})},
		{[]float64{1e17, -1e17}, []float64{1, 1}, math.Log(2)},
		{[]float64{1e308, -1e308}, []float64{1e300, 1e-300}, math.Log(2)},
		{[]float64{0x1p40, 0x1p40 + 1, 0x1p40 + 5, 0x1p40 + 5.5}, width, disagreement(near5, width)},
		// Two and two that overlap, and a step from these to those.
		{[]float64{0, 1, 0x1p40 + 5, 0x1p40 + 5.5}, []float64{1, 1, 1, 1},
			(disagreement([]float64{0, 1}, []float64{1, 1})+disagreement([]float64{5, 5.5}, []float64{1, 1}))/2 + math.Log(2)},
	} {
		done := make(chan float64, 1)
		go func() {
			done <- design.BALD(mat.NewDense(len(c.mean), 1, c.mean), mat.NewDense(len(c.mean), 1, c.variance))[0]
		}()
		select {
		case got := <-done:
			near(t, "BALD", got, c.want, 3e-9)
		case <-time.After(10 * time.Second):
			t.Fatalf("means %v: no end", c.mean)
		}
	}
	for _, m := range []float64{math.NaN(), math.Inf(1)} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("a model of mean %g", m)
				}
			}()
			design.BALD(mat.NewDense(2, 1, []float64{0, m}), mat.NewDense(2, 1, []float64{1, 1}))
		}()
	}
}

// disagreement is 1/M sum_m KL(N_m, mixture), model by model in its own units.
func disagreement(mean, variance []float64) float64 {
	logs := func(m int, y float64) float64 {
		d := y - mean[m]
		return -d*d/(2*variance[m]) - math.Log(2*math.Pi*variance[m])/2
	}
	sum := 0.0
	for m := range mean {
		sd := math.Sqrt(variance[m])
		f := func(z float64) float64 {
			y := mean[m] + sd*z
			own, all := logs(m, y), 0.0
			for k := range mean {
				all += math.Exp(logs(k, y))
			}
			return math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) * (own - math.Log(all/float64(len(mean))))
		}
		// Symmetric in z but for the other models, some of them very narrow here: cut
		// where those are.
		cuts := []float64{-12}
		for _, z := range []float64{-12, 12} {
			for k := range mean {
				at := (mean[k] + z*math.Sqrt(variance[k]) - mean[m]) / sd
				if at > -12 && at < 12 {
					cuts = append(cuts, at)
				}
			}
		}
		cuts = append(cuts, 12)
		for i := range cuts {
			for j := i; j > 0 && cuts[j] < cuts[j-1]; j-- {
				cuts[j], cuts[j-1] = cuts[j-1], cuts[j]
			}
		}
		for i := range cuts[1:] {
			sum += integral(f, cuts[i], cuts[i+1])
		}
	}
	return sum / float64(len(mean))
}

// Models of the same function differ by their sampling error alone: by 1/(2 S) nats
// for the means and as much for the variances.
func TestBALDOfFewDraws(t *testing.T) {
	const sets, draws, points = 40, 50, 200
	r := rng.New(8).Rand()
	var v []*mat.Dense
	for range sets {
		m := mat.NewDense(draws, points, nil)
		m.Apply(func(_, _ int, _ float64) float64 { return r.NormFloat64() }, m)
		v = append(v, m)
	}
	sum := 0.0
	for _, b := range design.BALD(design.Predictive(v, 0)) {
		sum += b
	}
	// To leading order in 1/S and 1/M, which leave some percent.
	near(t, "bias", sum/points*draws, 1, 0.1)
}

func TestBALDIsTheSameForAnyGOMAXPROCS(t *testing.T) {
	var sets []*mat.Dense
	for _, l := range []float64{0.2, 0.3, 0.5} {
		sets = append(sets, draw(posterior(1, l), 32).Eval(grid(50)))
	}
	many := design.BALD(design.Predictive(sets, noise))
	alone(func() {
		for i, b := range design.BALD(design.Predictive(sets, noise)) {
			if b != many[i] || b < 0 || b > math.Log(3) {
				t.Errorf("point %d: %g on one processor, %g on all", i, b, many[i])
			}
		}
	})
}

// The entropy of a normal distribution less that of the one cut off, by integration.
func TestMaxValueEntropyIsAnEntropy(t *testing.T) {
	for _, c := range []struct{ mean, sd, top float64 }{
		{0, 1, 0}, {0.3, 0.5, 1.2}, {-1, 2, -3}, {2, 0.1, 1.5}, {0, 1, -7.99}, {0, 1, -8.01}, {0, 1, 6},
	} {
		g := (c.top - c.mean) / c.sd
		// Cut at g: density phi(z)/Phi(g) for z < g.
		const width = 14
		log := func(z float64) float64 { return -z * z / 2 }
		mass := integral(func(z float64) float64 { return math.Exp(log(z) - log(min(g, 0))) }, min(g, 0)-width, g)
		entropy := integral(func(z float64) float64 {
			l := log(z) - log(min(g, 0)) - math.Log(mass)
			return -math.Exp(l) * l
		}, min(g, 0)-width, g)
		want := math.Log(2*math.Pi*math.E)/2 - entropy
		got := design.MaxValueEntropy([]float64{c.mean}, []float64{c.sd * c.sd}, []float64{c.top})[0]
		near(t, "cut entropy", got, want, 1e-8)
	}
	// Far in the tail the distribution cut off is exponential, of rate x = -g: its
	// entropy is 1 - log x, and the next term is of order 1/x^2.
	for _, x := range []float64{1e3, 1e6, 1e150} {
		got := design.MaxValueEntropy([]float64{x}, []float64{1}, []float64{0})[0]
		near(t, "in the tail", got, math.Log(2*math.Pi*math.E)/2-1+math.Log(x), 3/x/x+1e-14)
	}
	got := design.MaxValueEntropy([]float64{0, 0, 3, 0}, []float64{1, 1, 0, 1e-300}, []float64{50})
	for i, v := range got {
		if v != 0 {
			t.Errorf("point %d: %g where nothing is cut off", i, v)
		}
	}
	// Several samples: the mean.
	one := func(y float64) float64 { return design.MaxValueEntropy([]float64{0}, []float64{1}, []float64{y})[0] }
	near(t, "two samples", design.MaxValueEntropy([]float64{0}, []float64{1}, []float64{0.5, 2})[0], (one(0.5)+one(2))/2, 1e-15)
}

func TestLevelSetScores(t *testing.T) {
	near(t, "straddle", design.Straddle([]float64{2}, []float64{4}, 1.5, 1.96)[0], 3.42, 1e-15)
	for _, c := range []struct{ mean, sd, level, alpha float64 }{
		{0, 1, 0, 2}, {0.4, 0.3, 0.1, 2}, {1, 2, 5, 1}, {-3, 0.5, -3.2, 0.1}, {0, 1, 6, 2},
	} {
		e := c.alpha * c.sd
		f := func(y float64) float64 {
			z := (y - c.mean) / c.sd
			return max(0, e-math.Abs(y-c.level)) * math.Exp(-z*z/2) / (c.sd * math.Sqrt(2*math.Pi))
		}
		want := integral(f, c.level-e, c.level) + integral(f, c.level, c.level+e)
		got := design.ExpectedFeasibility([]float64{c.mean}, []float64{c.sd * c.sd}, c.level, c.alpha)[0]
		if math.Abs(got-want) > 1e-9*want {
			t.Errorf("expected feasibility %v: %.12g, want %.12g", c, got, want)
		}
	}
	if got := design.ExpectedFeasibility([]float64{0}, []float64{0}, 0, 2)[0]; got != 0 {
		t.Errorf("a certain point scores %g", got)
	}
	// From draws, within 4 standard errors: the score is in [0, 2 sd], its deviation
	// below sd, and that of its band, 2 sd, adds sqrt(2/N) at most.
	const n, mean, sd = 100000, 0.3, 0.7
	r := rng.New(3).Rand()
	v := mat.NewDense(n, 1, nil)
	for i := range n {
		v.Set(i, 0, mean+sd*r.NormFloat64())
	}
	want := design.ExpectedFeasibility([]float64{mean}, []float64{sd * sd}, 0, 2)[0]
	near(t, "from draws", design.ExpectedFeasibilityOfDraws(v, 0, 2)[0], want, 4*sd*(1+math.Sqrt2)/math.Sqrt(n))
}
