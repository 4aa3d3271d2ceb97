package store

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/gp"
	"matheron/pathwise"
	"matheron/progress"
	"matheron/rng"
)

var _ gp.Posterior = (*Posterior)(nil)

// Posterior is the posterior of a [Model] in the units of its table: x takes the inputs
// as they stand there, in the order of [Posterior.InputNames], and what comes back is in the
// units of the target, whether the model is standardised or not. It is immutable and
// safe for many goroutines. Methods panic on matrices of other than D columns.
type Posterior struct {
	inputs  []string
	target  string
	scaling *data.Scaling
	model   regression
}

// regression is what a kind of model says of f, in the model's units.
type regression interface {
	posterior() gp.Posterior
	// points, perPoint, describe and stands are Len, PerPoint, Describe and Points of
	// [Posterior].
	points() int
	perPoint() int
	describe() (what, kind string)
	stands(p *Posterior) (x *mat.Dense, y []float64, what string)
	// marginals returns those of f and of an observation, the latter without points
	// if its noise is not known.
	marginals(z *mat.Dense) (f, y Marginals)
	// priorVariance returns that of f before the data.
	priorVariance(z *mat.Dense) []float64
}

// Posterior makes the posterior of m: a factorisation, or one for each draw of the
// parameters. It reports each, and stops between two of them when ctx is done. The error
// is that of ctx, or of [gp.Prior.Condition]. Cost is that of the [Kind].
func (m *Model) Posterior(ctx context.Context, report progress.Func) (*Posterior, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r, err := m.Kind.condition(ctx, m, report)
	if err != nil {
		return nil, err
	}
	return &Posterior{m.Inputs, m.Target, m.Scaling, r}, nil
}

// conditioning is the progress of making posteriors.
func conditioning(done, total int) progress.Update {
	return progress.Update{Stage: "conditioning", Done: done, Total: total, Value: math.NaN()}
}

// InModelUnits returns the posterior in the units of the model, which are those of the
// table only without a Scaling: a [*gp.Exact], a [*gp.Mixture] or a sparse.Posterior.
func (p *Posterior) InModelUnits() gp.Posterior { return p.model.posterior() }

// Inputs returns the number of inputs D.
func (p *Posterior) Inputs() int { return len(p.inputs) }

// InputNames returns the names of the columns of x.
func (p *Posterior) InputNames() []string { return p.inputs }

// Target returns the name of what is predicted.
func (p *Posterior) Target() string { return p.target }

// Len returns the number of rows, or of inducing inputs, that each point meets.
func (p *Posterior) Len() int { return p.model.points() }

// PerPoint returns how many numbers [Posterior.Predict] holds for each row of x: by it
// one chooses how many rows to ask for at a time.
func (p *Posterior) PerPoint() int { return p.model.perPoint() }

// Describe returns what functions that are drawn from p are compared with, such as "the
// exact posterior", and of which kind that is.
func (p *Posterior) Describe() (what, kind string) { return p.model.describe() }

// Points returns what p stands on, for figures: the rows of the table and what they are
// called, "data", or of a sparse model the inducing inputs with the mean of f there.
func (p *Posterior) Points() (x *mat.Dense, y []float64, what string) { return p.model.stands(p) }

// scaled returns x in the model's units.
func (p *Posterior) scaled(x *mat.Dense) *mat.Dense {
	if _, d := x.Dims(); d != len(p.inputs) {
		panic(fmt.Sprintf("store: points of %d columns, want those of the inputs %q", d, p.inputs))
	}
	if p.scaling == nil {
		return x
	}
	return p.scaling.ApplyInputs(nil, x)
}

// Predict returns the distributions of f at the rows of x, and of an observation there:
// f with its noise, white noise and jitter. If the noise is one number a training row,
// that of another observation is not known, and y has no points.
func (p *Posterior) Predict(x *mat.Dense) (f, y Marginals) {
	f, y = p.model.marginals(p.scaled(x))
	return f.unscale(p.scaling), y.unscale(p.scaling)
}

// Mean implements [gp.Posterior].
func (p *Posterior) Mean(dst []float64, x *mat.Dense) []float64 {
	dst = p.model.posterior().Mean(dst, p.scaled(x))
	if p.scaling != nil {
		p.scaling.InverseMean(dst, dst)
	}
	return dst
}

// Variance implements [gp.Posterior].
func (p *Posterior) Variance(dst []float64, x *mat.Dense) []float64 {
	dst = p.model.posterior().Variance(dst, p.scaled(x))
	if p.scaling != nil {
		p.scaling.InverseVariance(dst, dst)
	}
	return dst
}

// Covariance implements [gp.Posterior].
func (p *Posterior) Covariance(dst, x *mat.Dense) *mat.Dense {
	dst = p.model.posterior().Covariance(dst, p.scaled(x))
	if p.scaling != nil {
		dst.Scale(p.scaling.Target.Scale*p.scaling.Target.Scale, dst)
	}
	return dst
}

// Draw implements [gp.Posterior]. Draws are functions at a few points; [Posterior.Paths] are
// functions anywhere. The jitter is in the units of the target, squared.
func (p *Posterior) Draw(key rng.Key, n int, x *mat.Dense) (draws *mat.Dense, jitter float64, err error) {
	draws, jitter, err = p.model.posterior().Draw(key, n, p.scaled(x))
	if err == nil && p.scaling != nil {
		p.scaling.InverseDraws(draws, draws)
		jitter *= p.scaling.Target.Scale * p.scaling.Target.Scale
	}
	return draws, jitter, err
}

// ShareOfPrior returns the standard deviation of f at each row of x over that before
// the data: near 0 where they say what f is, near 1 where they do not.
func (p *Posterior) ShareOfPrior(x *mat.Dense) []float64 {
	z := p.scaled(x)
	f, _ := p.model.marginals(z)
	prior := p.model.priorVariance(z)
	for i, sd := range f.SD {
		f.SD[i] = sd / math.Sqrt(prior[i])
	}
	return f.SD
}

// Paths draws n functions from p by s, whose Posterior is set to that of p. From a model
// with R draws of its parameters, function i has those of draw floor(i R/n). The error
// is that of [pathwise.Sampler.Draw].
func (p *Posterior) Paths(s pathwise.Sampler, key rng.Key, n int) (*PathSet, error) {
	s.Posterior = p.model.posterior()
	f, err := s.Draw(key, n)
	if err != nil {
		return nil, err
	}
	return &PathSet{InputNames: p.inputs, Target: p.target, Scaling: p.scaling, InModelUnits: f}, nil
}

// priorVariance returns that of f at the rows of z before the data.
func priorVariance(p gp.Prior, z *mat.Dense) []float64 {
	n, _ := z.Dims()
	out := make([]float64, n)
	p.Kernel.Diag(out, z)
	return out
}
