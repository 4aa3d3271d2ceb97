package hyper_test

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/hyper"
	"matheron/infer"
	"matheron/infer/diag"
	"matheron/kernel"
	"matheron/optimize"
	"matheron/pathwise"
	"matheron/prob"
	"matheron/rng"
)

// moments returns the mean and the variance of f at the rows of grid with the two
// hyperparameters integrated out by the trapezoidal rule over their logarithms:
//
//	E f = E E(f | theta),  var f = E var(f | theta) + var E(f | theta)
func (q quadrature) moments(t *testing.T, x, grid *mat.Dense) (mean, variance []float64) {
	const n = 31
	points, _ := grid.Dims()
	mean, variance = make([]float64, points), make([]float64, points)
	v, l := prob.LogNormal{Mu: 0, Sigma: 0.3}, prob.LogNormal{Mu: math.Log(0.3), Sigma: 0.3}
	ev := gp.NewEvidence(x, q.Y)
	mass, peak := 0.0, math.Inf(-1)
	for i := range n {
		for j := range n {
			// Five posterior deviations of each logarithm about its posterior mean.
			lv, ll := -0.127+0.265*5*(2*float64(i)/(n-1)-1), -1.423+0.095*5*(2*float64(j)/(n-1)-1)
			prior := gp.Prior{Kernel: kernel.RBF{Variance: math.Exp(lv), Lengthscale: kernel.Shared(math.Exp(ll))}, Jitter: q.Jitter}
			e, err := ev.Eval(prior, gp.Noise(q.Noise))
			if err != nil {
				t.Fatal(err)
			}
			lp := e + v.LogProb(math.Exp(lv)) + lv + l.LogProb(math.Exp(ll)) + ll
			if lp > peak { // rescale what there is to the new peak
				r := math.Exp(peak - lp)
				mass, peak = mass*r, lp
				for k := range mean {
					mean[k] *= r
					variance[k] *= r
				}
			}
			w := math.Exp(lp - peak)
			if w < 1e-9 {
				continue
			}
			post, err := prior.Condition(x, q.Y, gp.Noise(q.Noise))
			if err != nil {
				t.Fatal(err)
			}
			m, s := post.Mean(nil, grid), post.Variance(nil, grid)
			mass += w
			for k := range m {
				mean[k] += w * m[k]
				variance[k] += w * (s[k] + m[k]*m[k])
			}
		}
	}
	for k := range mean {
		mean[k] /= mass
		variance[k] = variance[k]/mass - mean[k]*mean[k]
	}
	return mean, variance
}

// A mixture of paths over hyperparameter draws has the mean and the variance of
// the function with the hyperparameters integrated out: both that of its parts'
// posteriors and that of the paths themselves, one a draw with a basis of its own.
func TestMixtureOfPathsAgainstQuadrature(t *testing.T) {
	tg, d, q, x := sample(t, 4, 300, 400, 5)
	posts, err := hyper.Posteriors(context.Background(), tg, d)
	if err != nil {
		t.Fatal(err)
	}
	mix, err := pathwise.Sampler{Posterior: posts, Features: 64}.Draw(rng.New(6), posts.Len())
	if err != nil {
		t.Fatal(err)
	}
	grid := mat.NewDense(17, 1, nil)
	for i := range 17 {
		grid.Set(i, 0, -2+float64(i)/4)
	}
	mean, variance := q.moments(t, x, grid)
	values := mix.Eval(grid)
	gotMean, gotVariance := posts.Moments(grid)
	per := d.Chains[0].Len()
	for j := range mean {
		// The chain structure is kept, so that the errors know of autocorrelation.
		paths, means, spreads := split(posts.Len(), per), split(posts.Len(), per), split(posts.Len(), per)
		at := grid.Slice(j, j+1, 0, 1).(*mat.Dense)
		for s := range posts.Len() {
			p := exactPart(t, posts, s)
			m, v := p.Mean(nil, at)[0], p.Variance(nil, at)[0]
			paths[s/per][s%per] = values.At(s, j)
			means[s/per][s%per] = m
			spreads[s/per][s%per] = v + (m-mean[j])*(m-mean[j])
		}
		squares := square(paths, mean[j])
		for _, c := range []struct {
			what       string
			got, want  float64
			statistics [][]float64
		}{
			{"mean of the paths", average(paths), mean[j], paths},
			{"variance of the paths", average(squares), variance[j], squares},
			{"mean of the mixture", gotMean[j], mean[j], means},
			// Moments is about its own mean: off by the square of the mean's error.
			{"variance of the mixture", gotVariance[j], variance[j], spreads},
		} {
			if e := diag.MCSEMean(c.statistics); math.Abs(c.got-c.want) > 4*e {
				t.Errorf("at %v: %s is %v, by quadrature %v, Monte Carlo error %v", grid.At(j, 0), c.what, c.got, c.want, e)
			}
		}
	}
}

// split returns room for n numbers, per a chain.
func split(n, per int) [][]float64 {
	out := make([][]float64, n/per)
	for i := range out {
		out[i] = make([]float64, per)
	}
	return out
}

// A path of the mixture is least where a fine grid says that it is, and its
// gradient is that of central differences.
func TestMixtureOfPathsOptimisesAndDifferentiates(t *testing.T) {
	q, x := loadQuadrature(t)
	m := q.model(x)
	posts, err := hyper.Posteriors(context.Background(), target(t, m), hyper.Points{{0.1, -1.3}, {-0.3, -1.6}, {0.4, -1.4}})
	if err != nil {
		t.Fatal(err)
	}
	mix, err := pathwise.Sampler{Posterior: posts, Features: 128}.Draw(rng.New(7), 9)
	if err != nil {
		t.Fatal(err)
	}
	const n = 4001
	grid := mat.NewDense(n, 1, nil)
	for i := range n {
		grid.Set(i, 0, -2+4*float64(i)/(n-1))
	}
	values := mix.Eval(grid)
	optima, err := mix.Minimize(context.Background(), optimize.Box{Lower: []float64{-2}, Upper: []float64{2}})
	if err != nil {
		t.Fatal(err)
	}
	grads, err := mix.Grad(grid)
	if err != nil {
		t.Fatal(err)
	}
	for s, o := range optima {
		least, at := math.Inf(1), 0
		for i, v := range values.RawRowView(s) {
			if v < least {
				least, at = v, i
			}
		}
		// The optimum is below every point of the grid, by no more than its parabola
		// is over half a spacing: f'' of a path is below 100 or so at lengthscale 0.2.
		if o.Value > least+1e-12 || least-o.Value > 100*math.Pow(4.0/(n-1), 2) {
			t.Errorf("path %d: least %v at %v, on the grid %v at %v", s, o.Value, o.X, least, grid.At(at, 0))
		}
		for _, i := range []int{200, 1700, 3600} {
			const h = 1e-5
			ends := mat.NewDense(2, 1, []float64{grid.At(i, 0) - h, grid.At(i, 0) + h})
			v := mix.Eval(ends)
			// h^2 f'''/6 is below 1e-7, and rounding eps/h = 2e-11 a unit of f.
			if want := (v.At(s, 1) - v.At(s, 0)) / (2 * h); math.Abs(grads[s].At(i, 0)-want) > 1e-6*math.Max(1, math.Abs(want)) {
				t.Errorf("path %d at %v: gradient %v, central difference %v", s, grid.At(i, 0), grads[s].At(i, 0), want)
			}
		}
	}
}

// A bound is a bound: the ELBO of a guide over the hyperparameters is below the log
// evidence with these integrated out, by the divergence of the guide, and Laplace's
// approximation is near.
func TestGuidesOfHyperparametersAgainstQuadrature(t *testing.T) {
	q, x := loadQuadrature(t)
	tg := target(t, q.model(x))
	// The trapezoidal rule over six deviations of the logarithms to each side, as
	// above: periodic to rounding, so that its error is far below 1e-6.
	const n = 61
	var logs []float64
	a, b := 2*6*0.265/(n-1), 2*6*0.095/(n-1)
	for i := range n {
		for j := range n {
			at := []float64{-0.127 + a*(float64(i)-(n-1)/2), -1.423 + b*(float64(j)-(n-1)/2)}
			logs = append(logs, tg.LogProbGrad(nil, at))
		}
	}
	peak, sum := math.Inf(-1), 0.0
	for _, v := range logs {
		peak = math.Max(peak, v)
	}
	for _, v := range logs {
		sum += math.Exp(v - peak)
	}
	evidence := peak + math.Log(sum*a*b)

	var last float64
	for _, kind := range []infer.GuideKind{infer.FullRank, infer.MeanField} {
		fit, err := infer.SVI{Guide: kind, Key: rng.New(8)}.Run(context.Background(), tg)
		if err != nil {
			t.Fatal(err)
		}
		gap := evidence - fit.ELBO
		// The logarithms are nearly normal: a coordinate of skewness s costs some s^2/12
		// nats, two of 0.4 together 0.027.
		if gap < -4*fit.ELBOError || gap > last+0.03+4*fit.ELBOError {
			t.Errorf("%v: ELBO %v (error %v) of a log evidence of %v", kind, fit.ELBO, fit.ELBOError, evidence)
		}
		t.Logf("%v: %.4f below, %v", kind, gap, fit.Status)
		// Without correlations there is more to lose: -log(1 - r^2)/2.
		r := [2]float64{}
		for k := range r {
			r[k] = fit.SD()[k]
		}
		c := fit.Covariance().At(0, 1) / (r[0] * r[1])
		last = gap - math.Log(1-c*c)/2
	}
	mode, err := infer.MAP{Key: rng.New(9)}.Run(context.Background(), tg)
	if err != nil {
		t.Fatal(err)
	}
	l, err := infer.NewLaplace(context.Background(), tg, mode.X)
	if err != nil {
		t.Fatal(err)
	}
	// Its error has the order of the same squares, with a factor of 5/24 for 1/12.
	if math.Abs(l.LogEvidence-evidence) > 0.07 {
		t.Errorf("Laplace's log evidence %v, by quadrature %v", l.LogEvidence, evidence)
	}
	t.Logf("Laplace: %.4f above", l.LogEvidence-evidence)
}
