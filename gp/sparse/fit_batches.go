package sparse

import (
	"context"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/optimize"
	"matheron/progress"
)

const (
	// window is the number of epochs whose mean is compared with that of as many
	// before.
	window = 5
	// coolingPart is the part of the epochs over which the rate falls to 0.
	coolingPart = 5
)

// batches climbs the uncollapsed bound on batches of rows.
func (f Fit) batches(ctx context.Context, c *coordinates, x *mat.Dense, y []float64) (*Fitted, error) {
	r, err := f.newRun(c, x, y)
	if err != nil {
		return nil, err
	}
	cooling := max(f.Epochs/coolingPart, 1)
	cool := f.Epochs - cooling // the epoch from which the rate falls
	status := optimize.IterationLimit
	var trace []float64
	epochs := 0
	for epoch := range f.Epochs {
		if epoch >= cool+cooling {
			break
		}
		damp := 1.0
		if epoch >= cool {
			damp = 1 - float64(epoch-cool)/float64(cooling)
		}
		mean, done, err := r.epoch(ctx, f.Key.Named("epoch").Split(epoch).Rand().Perm(len(y)), damp)
		if err != nil {
			return nil, err
		}
		if !done {
			break
		}
		epochs++
		trace = append(trace, mean)
		f.Progress.Report(progress.Update{Stage: "epochs", Done: epochs, Total: f.Epochs, Value: mean})
		if epoch < cool && f.settled(trace, len(y)) {
			cool, status = epoch+1, optimize.FunctionConverged
		}
	}
	guide := r.q
	if f.Guide == nil {
		guide = nil
	}
	out, err := f.finish(c, r.u, guide, x, y)
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		status = optimize.Cancelled
	}
	out.Status, out.Epochs, out.Trace = status, epochs, trace
	return out, ctx.Err()
}

// settled reports whether the last epochs gained nothing on those before.
func (f Fit) settled(trace []float64, rows int) bool {
	n := len(trace)
	if n < 2*window {
		return false
	}
	var gain float64
	for i := range window {
		gain += (trace[n-1-i] - trace[n-1-window-i]) / window
	}
	return gain < f.Tolerance*float64(rows)
}

// run is the state of a fit on batches.
type run struct {
	f        Fit
	c        *coordinates
	x        *mat.Dense
	y        []float64
	elbo     *ELBO
	u, grad  []float64
	adam     *optimize.Adam
	q        Trainable
	theta    []float64 // of the guide, where Adam moves it
	guide    *optimize.Adam
	batchLen int
}

func (f Fit) newRun(c *coordinates, x *mat.Dense, y []float64) (*run, error) {
	r := &run{f: f, c: c, x: x, y: y, elbo: NewELBO(len(y)), u: c.origin(), batchLen: f.Batch}
	if r.batchLen == 0 || r.batchLen > len(y) {
		r.batchLen = len(y)
	}
	r.grad = make([]float64, len(r.u))
	r.adam = optimize.NewAdam(len(r.u))
	p, noise := c.at(r.u)
	in, err := p.factorize(false)
	if err != nil {
		return nil, err
	}
	if f.Guide != nil {
		r.q = f.Guide(in)
	} else if r.q, err = r.firstGuide(in, noise); err != nil {
		return nil, err
	}
	if !isNatural(r.q) {
		r.theta = r.q.Params()
		r.guide = optimize.NewAdam(len(r.theta))
	}
	return r, nil
}

// firstGuide returns the natural guide after a step of size 1 on a large batch:
// from p(u), the first steps of the noise would be up to what p(u) leaves
// unexplained, and all the way back.
func (r *run) firstGuide(in *Inducing, noise gp.NoiseVariance) (Trainable, error) {
	v, err := ToNatural(in.StandardGuide().V())
	if err != nil {
		return nil, err
	}
	pick := r.f.Key.Named("guide").Rand().Perm(len(r.y))
	x, y, known := take(r.x, r.y, &noise, pick[:min(noiseRows, len(r.y))])
	return r.elbo.NaturalStep(in.Prior(), *known, in.Whiten(v), x, y, 1)
}

// isNatural reports whether a guide moves by natural-gradient steps.
func isNatural(q Trainable) bool {
	if w, ok := q.(Whitened); ok {
		q = w.v
	}
	_, ok := q.(Natural)
	return ok
}

// epoch makes a pass over the rows in the given order. It returns the mean of the
// objective over its steps, and whether ctx let it end.
func (r *run) epoch(ctx context.Context, order []int, damp float64) (mean float64, done bool, err error) {
	count := (len(order) + r.batchLen - 1) / r.batchLen
	for b := range count {
		if ctx.Err() != nil {
			return 0, false, nil
		}
		// Parts that differ by one row at most.
		pick := order[b*len(order)/count : (b+1)*len(order)/count]
		x, y, known := take(r.x, r.y, r.f.KnownNoise, pick)
		v, err := r.step(x, y, known, damp)
		if err != nil {
			return 0, false, err
		}
		mean += v * float64(len(pick)) / float64(len(order))
	}
	return mean, true, nil
}

// step moves parameters, inducing inputs and guide on one batch, and returns the
// objective before.
func (r *run) step(x *mat.Dense, y []float64, known *gp.NoiseVariance, damp float64) (float64, error) {
	var at *evaluation
	err := r.c.raiseJitter(func() (err error) {
		p, noise := r.c.at(r.u)
		if known != nil {
			noise = *known
		}
		at, err = r.elbo.at(p, noise, r.q, x, y)
		return err
	})
	if err != nil {
		return 0, err
	}
	v, err := at.value()
	if err != nil {
		return 0, err
	}
	g, err := at.gradient()
	if err != nil {
		return 0, err
	}
	if r.guide == nil {
		// Steps of a falling size average the batches that they see.
		if r.q, err = at.naturalStep(r.f.NaturalRate * damp); err != nil {
			return 0, err
		}
	} else {
		up := make([]float64, len(r.theta))
		dMean, dCov := at.moments()
		at.in.pullGuide(up, at.q, dMean, dCov, 0.5)
		for i := range up {
			up[i] = -up[i]
		}
		r.guide.Step(r.theta, up, r.f.Rate*damp)
		if r.q, err = at.q.WithParams(r.theta); err != nil {
			return 0, err
		}
	}
	v += r.c.descent(r.grad, r.u, g)
	r.adam.Step(r.u, r.grad, r.f.Rate*damp)
	return v, nil
}
