package infer

import (
	"context"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"matheron/rng"
)

// dualAveraging adapts a step size to a mean acceptance probability: Nesterov's
// dual averaging as in Hoffman and Gelman (2014), section 3.2, with their
// constants gamma = 0.05, t0 = 10, kappa = 0.75 and mu = log(10 eps_0):
//
//	h   <- (1 - 1/(t+t0)) h + (target - accept)/(t+t0)
//	x    = mu - h sqrt(t)/gamma,          the next log step size
//	x'  <- t^-kappa x + (1 - t^-kappa) x',  the final one
type dualAveraging struct {
	target, mu float64
	t, h, avg  float64
}

const (
	daGamma = 0.05
	daT0    = 10
	daKappa = 0.75
)

// restart begins at a step size.
func (d *dualAveraging) restart(eps float64) {
	d.mu = math.Log(10 * eps)
	d.t, d.h, d.avg = 0, 0, 0
}

// update adapts to the acceptance of a step and returns the next step size.
func (d *dualAveraging) update(accept float64) float64 {
	d.t++
	eta := 1 / (d.t + daT0)
	d.h = (1-eta)*d.h + eta*(d.target-accept)
	x := d.mu - d.h*math.Sqrt(d.t)/daGamma
	w := math.Pow(d.t, -daKappa)
	d.avg = w*x + (1-w)*d.avg
	return math.Exp(x)
}

// final returns the averaged step size.
func (d *dualAveraging) final() float64 { return math.Exp(d.avg) }

// Bounds of the search for a first step size: a density on which a step of 1e7 is
// accepted is flat, and no density in float64 needs 1e-30.
const (
	maxStepSize = 1e7
	minStepSize = 1e-30
)

// firstStepSize returns a step size of the right order: from eps, it is doubled
// or halved until the acceptance of a single step from s, each try with a fresh
// momentum, crosses 0.8. ok is false if it leaves its bounds. Once ctx is cancelled it
// returns the step size so far.
func firstStepSize(ctx context.Context, t Target, s State, m Metric, eps float64, key rng.Key) (step float64, ok bool) {
	z := newPhase(t.Dim())
	r := rand.New(key.Source())
	gain := func() float64 {
		z.start(s)
		m.Momentum(z.p, r)
		m.Velocity(z.v, z.p)
		h := z.energy()
		z.leapfrog(t, m, eps)
		return h - z.energy()
	}
	threshold := math.Log(0.8)
	grow := gain() > threshold
	for {
		if ctx.Err() != nil {
			return eps, true
		}
		if d := gain(); grow && !(d > threshold) || !grow && d >= threshold {
			return eps, true
		}
		if grow {
			eps *= 2
		} else {
			eps /= 2
		}
		if eps > maxStepSize || eps < minStepSize {
			return eps, false
		}
	}
}

// welford computes mean and variance of a stream of points (Welford, Technometrics 4,
// 1962), and with cross products their covariance.
type welford struct {
	n     float64
	mean  []float64
	diag  []float64 // sums of squares
	cross []float64 // lower triangle of the sums of products, dim x dim; nil for none
	delta []float64
}

func newWelford(dim int, dense bool) *welford {
	w := &welford{mean: make([]float64, dim), diag: make([]float64, dim), delta: make([]float64, dim)}
	if dense {
		w.cross = make([]float64, dim*dim)
	}
	return w
}

func (w *welford) reset() {
	w.n = 0
	clear(w.mean)
	clear(w.diag)
	clear(w.cross)
}

// add adds x. Cost D, or D²/2 with cross products.
func (w *welford) add(x []float64) {
	w.n++
	for i, v := range x {
		d := v - w.mean[i]
		w.delta[i] = d
		w.mean[i] += d / w.n
		w.diag[i] += d * (v - w.mean[i])
	}
	if w.cross == nil {
		return
	}
	dim := len(x)
	for i, v := range x {
		a := v - w.mean[i]
		row := w.cross[i*dim : i*dim+i+1]
		for j := range row {
			row[j] += a * w.delta[j]
		}
	}
}

// The regularisation of Stan's warm-up: an estimate from n points has weight n/(n+5),
// and a variance of 1e-3 the rest, so that few points do not give a variance near
// zero.
const (
	priorPoints   = 5
	priorVariance = 1e-3
)

// variances returns the regularised variances of at least two points.
func (w *welford) variances() []float64 {
	out := make([]float64, len(w.diag))
	keep, add := w.weights()
	for i, s := range w.diag {
		out[i] = keep*s/(w.n-1) + add
	}
	return out
}

// covariance returns the regularised covariance.
func (w *welford) covariance() *mat.SymDense {
	dim := len(w.diag)
	out := mat.NewSymDense(dim, nil)
	keep, add := w.weights()
	for i := range dim {
		for j := range i {
			out.SetSym(i, j, keep*w.cross[i*dim+j]/(w.n-1))
		}
		out.SetSym(i, i, keep*w.cross[i*dim+i]/(w.n-1)+add)
	}
	return out
}

func (w *welford) weights() (keep, add float64) {
	return w.n / (w.n + priorPoints), priorVariance * priorPoints / (w.n + priorPoints)
}
