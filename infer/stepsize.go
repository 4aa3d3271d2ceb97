package infer

import (
	"context"
	"math"
	"math/rand/v2"

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

// restart begins anew at a step size.
func (d *dualAveraging) restart(eps float64) {
	d.mu = math.Log(10 * eps)
	d.t, d.h, d.avg = 0, 0, 0
}

// update takes the acceptance of a step in and returns the next step size.
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

// Bounds of the search for a first step size: a density on which a step of 1e7
// loses nothing is flat, and no density that can be computed with needs 1e-30.
const (
	maxStepSize = 1e7
	minStepSize = 1e-30
)

// firstStepSize returns a step size of the right order: from eps, it is doubled
// or halved until the acceptance of a single step from s, each try with a fresh
// momentum, crosses 0.8. ok is false if it ran out of bounds. Once ctx is cancelled it
// returns where it is.
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
