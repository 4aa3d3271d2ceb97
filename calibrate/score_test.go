package calibrate_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"matheron/calibrate"
)

// slow is the score by its definition, O(S^2).
func slow(x []float64, y float64, e calibrate.Estimator) float64 {
	s := float64(len(x))
	pairs := s * s
	if e == calibrate.Fair {
		pairs = s * (s - 1)
	}
	v := 0.0
	for _, a := range x {
		v += math.Abs(a-y) / s
		for _, b := range x {
			v -= math.Abs(a-b) / (2 * pairs)
		}
	}
	return v
}

func TestCRPSAgainstDefinition(t *testing.T) {
	draws := normals(1, 17, 6, 3, 2)
	draws.Set(3, 2, draws.At(5, 2)) // a tie
	y := []float64{3, -10, draws.At(5, 2), 20, 2.5, 4}
	for _, e := range []calibrate.Estimator{calibrate.Fair, calibrate.Standard} {
		got := calibrate.CRPS(draws, y, e)
		one := mat.NewDense(17, 1, nil)
		for i := range y {
			x := mat.Col(nil, i, draws)
			within(t, "definition", got[i], slow(x, y[i], e), 1e-13)
			// Of a single observation the energy score is the same.
			one.SetCol(0, x)
			within(t, "energy", calibrate.Energy(nil, one, y[i:i+1], e), got[i], 1e-13)
		}
		// An offset takes no digits: the same numbers 10^9 away, exactly representable.
		far, moved := mat.NewDense(17, 6, nil), make([]float64, 6)
		near := mat.NewDense(17, 6, nil)
		base := make([]float64, 6)
		round := func(v float64) float64 { return math.Round(v*1024) / 1024 }
		near.Apply(func(i, j int, _ float64) float64 { return round(draws.At(i, j)) }, near)
		far.Apply(func(i, j int, _ float64) float64 { return near.At(i, j) + 1<<30 }, far)
		for i := range y {
			base[i] = round(y[i])
			moved[i] = base[i] + 1<<30
		}
		a, b := calibrate.CRPS(near, base, e), calibrate.CRPS(far, moved, e)
		for i := range a {
			within(t, "offset", b[i], a[i], 0)
		}
	}
}

// The integral of (F - 1{x >= y})^2 over the empirical F is the standard score.
func TestCRPSAgainstIntegral(t *testing.T) {
	draws := mat.NewDense(4, 1, []float64{0, 1, 3, 7})
	// y = 2: steps 1/16 on [0,1], 1/4 on [1,2], then 1/4 on [2,3], 1/16 on [3,7].
	within(t, "integral", calibrate.CRPS(draws, []float64{2}, calibrate.Standard)[0], 1./16+1./4+1./4+4./16, 1e-15)
}

// The fair score of draws is that of their distribution in expectation, for few draws; the
// standard one is greater by E|X - X'|/(2S) = sd/(sqrt(pi) S).
func TestCRPSAgainstGaussian(t *testing.T) {
	const s, n, mean, sd = 5, 20000, 0.4, 1.5
	draws := normals(2, s, n, mean, sd)
	for _, at := range []float64{-2, 0.4, 1} {
		y := make([]float64, n)
		for i := range y {
			y[i] = at
		}
		want, _, _ := calibrate.GaussianCRPS(mean, sd, at)
		got, se := calibrate.Mean(calibrate.CRPS(draws, y, calibrate.Fair))
		within(t, "fair", got, want, 5*se)
		got, se = calibrate.Mean(calibrate.CRPS(draws, y, calibrate.Standard))
		within(t, "standard", got, want+sd/(math.Sqrt(math.Pi)*s), 5*se)
		if math.Abs(got-want) < 5*se {
			t.Error("too few observations to tell the estimators apart")
		}
	}
}

func TestGaussianScores(t *testing.T) {
	const mean, sd, y = 0.3, 1.7, 2.2
	// Quadrature of (Phi - 1{x >= y})^2: the midpoint rule on both sides of y.
	want, cells := 0.0, 200000
	n := distuv.Normal{Mu: mean, Sigma: sd}
	for i := range cells {
		w := (y - (mean - 12*sd)) / float64(cells)
		p := n.CDF(mean - 12*sd + (float64(i)+0.5)*w)
		want += w * p * p
		w = (mean + 12*sd - y) / float64(cells)
		p = n.Survival(y + (float64(i)+0.5)*w)
		want += w * p * p
	}
	got, dMean, dSD := calibrate.GaussianCRPS(mean, sd, y)
	within(t, "CRPS", got, want, 1e-8)
	log, lMean, lSD := calibrate.GaussianLog(mean, sd, y)
	within(t, "log", log, -n.LogProb(y), 1e-14)
	x := mat.NewDense(1, 2, []float64{mean, sd})
	for j, want := range []float64{dMean, dSD} {
		d := difference(x, 0, j, 1e-3, func() float64 { v, _, _ := calibrate.GaussianCRPS(x.At(0, 0), x.At(0, 1), y); return v })
		within(t, "CRPS gradient", want, d, 1e-10)
	}
	for j, want := range []float64{lMean, lSD} {
		d := difference(x, 0, j, 1e-3, func() float64 { v, _, _ := calibrate.GaussianLog(x.At(0, 0), x.At(0, 1), y); return v })
		within(t, "log gradient", want, d, 1e-10)
	}
	for _, y := range []float64{-1, 0, 1} {
		zero, a, b := calibrate.GaussianCRPS(0, 0, y)
		tiny, c, d := calibrate.GaussianCRPS(0, 1e-12, y)
		within(t, "sd 0", zero, tiny, 1e-11)
		within(t, "sd 0, mean", a, c, 0)
		within(t, "sd 0, sd", b, d, 1e-15)
	}
	if v, _, _ := calibrate.GaussianLog(0, 0, 1); !math.IsInf(v, 1) {
		t.Errorf("a log score of %g where sd is 0", v)
	}
	mustPanic(t, "negative", func() { calibrate.GaussianCRPS(0, -1, 0) })
}

// The energy score against its definition, and against the closed form for
// standard Gaussian vectors of 3 at their mean: E||z|| = sqrt(8/pi), and
// E||z - z'|| = sqrt 2 as much.
func TestEnergyAgainstDefinition(t *testing.T) {
	const s = 400
	draws, y := normals(3, s, 3, 0, 1), []float64{0, 0, 0}
	want := math.Sqrt(8/math.Pi) * (1 - math.Sqrt2/2)
	scores := make([]float64, 50)
	for k := range scores {
		d := normals(uint64(100+k), 40, 3, 0, 1)
		scores[k] = calibrate.Energy(nil, d, y, calibrate.Fair)
	}
	mean, se := moments(scores)
	within(t, "closed form", mean, want, 5*se)

	fair, standard := 0.0, 0.0
	norm := func(a, b []float64) float64 { return math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2]) }
	for i := range s {
		fair += norm(draws.RawRowView(i), y) / s
		standard += norm(draws.RawRowView(i), y) / s
		for j := range s {
			d := norm(draws.RawRowView(i), draws.RawRowView(j))
			fair -= d / (2 * s * (s - 1))
			standard -= d / (2 * s * s)
		}
	}
	within(t, "fair", calibrate.Energy(nil, draws, y, calibrate.Fair), fair, 1e-12)
	within(t, "standard", calibrate.Energy(nil, draws, y, calibrate.Standard), standard, 1e-12)
}

func TestLogScoreOfOneDraw(t *testing.T) {
	f := mat.NewDense(1, 1, []float64{0.7})
	want, _, _ := calibrate.GaussianLog(0.7, 0.5, 2)
	within(t, "one draw", calibrate.Log(nil, f, []float64{2}, 0.25)[0], want, 1e-14)
	// Far from all draws it is finite: the terms are summed on the log scale.
	far := calibrate.Log(nil, mat.NewDense(2, 1, []float64{0, 0}), []float64{1000}, 1)[0]
	within(t, "far", far, 500000+0.5*math.Log(2*math.Pi), 1e-8)
	mustPanic(t, "no noise", func() { calibrate.Log(nil, f, []float64{2}, 0) })
}

func TestScoreGradientsAgainstDifferences(t *testing.T) {
	y := []float64{0.1, -0.4, 3}
	for name, score := range map[string]calibrate.Score{
		"energy fair": calibrate.EnergyScore(calibrate.Fair), "energy standard": calibrate.EnergyScore(calibrate.Standard),
		"crps fair": calibrate.MeanCRPS(calibrate.Fair), "crps standard": calibrate.MeanCRPS(calibrate.Standard),
		"log": calibrate.MeanLog(0.3),
	} {
		draws := normals(7, 8, 3, 0, 1)
		grad := mat.NewDense(8, 3, nil)
		v := score(grad, draws, y)
		within(t, name, score(nil, draws, y), v, 0)
		for i := range 8 {
			for j := range 3 {
				d := difference(draws, i, j, 1e-4, func() float64 { return score(nil, draws, y) })
				within(t, name, grad.At(i, j), d, 1e-9)
			}
		}
	}
}

func TestScoresDegenerate(t *testing.T) {
	same := mat.NewDense(4, 2, []float64{1, 2, 1, 2, 1, 2, 1, 2})
	grad := mat.NewDense(4, 2, nil)
	for i, v := range calibrate.CRPSGrad(grad, same, []float64{1, 5}, calibrate.Fair) {
		within(t, "draws without spread", v, []float64{0, 3}[i], 1e-15)
	}
	// Ties with each other and with y have slope 0; moving all together has slope -1.
	within(t, "tie", mat.Norm(grad.ColView(0), 1), 0, 1e-15)
	within(t, "sum", mat.Sum(grad.ColView(1)), -1, 1e-15)
	within(t, "energy", calibrate.Energy(grad, same, []float64{1, 2}, calibrate.Fair), 0, 0)
	within(t, "its slope", mat.Norm(grad, 2), 0, 0)
	one := mat.NewDense(1, 1, []float64{2})
	within(t, "one draw", calibrate.CRPS(one, []float64{5}, calibrate.Standard)[0], 3, 0)
	mustPanic(t, "fair", func() { calibrate.CRPS(one, []float64{5}, calibrate.Fair) })
	mustPanic(t, "shape", func() { calibrate.Energy(mat.NewDense(1, 1, nil), same, []float64{1, 2}, calibrate.Fair) })
	mustPanic(t, "lengths", func() { calibrate.CRPS(same, []float64{5}, calibrate.Fair) })
	mustPanic(t, "no destination", func() { calibrate.CRPSGrad(nil, same, []float64{1, 2}, calibrate.Fair) })
	if _, se := calibrate.Mean([]float64{1}); !math.IsNaN(se) {
		t.Errorf("an error of %g of one score", se)
	}
}
