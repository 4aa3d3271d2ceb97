package sparse

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/optimize"
	"matheron/progress"
	"matheron/rng"
)

// Fit finds parameters, noise, inducing inputs and guide by climbing an ELBO plus
// the log prior densities of the parameters. The zero value climbs the collapsed
// bound on all rows by L-BFGS-B; with a Batch it is the uncollapsed bound on
// batches, by natural-gradient steps for the guide and Adam for the rest.
//
// The parameters start at the fit of an exact process to a part of the rows, by
// [gp.Fit], the noise where the collapsed bound then has it; inducing inputs are
// by default those of [GreedyVariance] there.
type Fit struct {
	// Priors are added to the bound and make the fit MAP; which of several counts is
	// said at [gp.ParamPrior]. A parameter that no pattern matches has a flat one.
	Priors []gp.ParamPrior
	// KnownNoise is the variance of the noise if it is known. If it is nil, one
	// shared variance is a parameter, gp.NoiseName.
	KnownNoise *gp.NoiseVariance
	// Given marks the parameters, kernel's then mean's, whose values in the prior
	// are where the start's fit begins, as in [gp.Fit].
	Given []bool
	// StartRows is how many rows the start is fitted to, 300 if it is 0.
	StartRows int
	// Inducing is the number of inducing inputs where the prior has none; 0 is
	// 100, or the number of rows if that is less.
	Inducing int
	// FixedZ keeps the inducing inputs where they start.
	FixedZ bool
	// Batch is the number of rows of a step; 0 is all rows.
	Batch int
	// Epochs bounds the passes over the rows, 200 if it is 0; of the collapsed
	// bound, the iterations.
	Epochs int
	// Guide returns the guide that a fit on batches starts from; nil is a whitened
	// natural guide, at first the optimum for up to 4,096 rows and in the end the
	// closed-form optimum for all. A [Natural] guide, whitened or not, moves by natural-gradient steps,
	// every other one by Adam, and is kept as it ends. With a guide, and no Batch,
	// every step is on all rows.
	Guide func(in *Inducing) Trainable
	// Rate is that of Adam, in the logarithm of positive parameters and in standard
	// deviations of the inputs, 0.02 if it is 0. NaturalRate is the size of
	// natural-gradient steps, 0.1 if it is 0.
	Rate, NaturalRate float64
	// Tolerance ends a fit on batches, in nats a row: once five epochs gain less
	// on the five before, the rate falls to 0 over a fifth of the epochs. It is
	// 1e-3 if it is 0; a negative value never ends it.
	Tolerance float64
	// Key is for the start, the rows of a batch, and the choice of inducing inputs.
	Key rng.Key
	// Progress is told of each epoch, one call at a time: of the collapsed bound, of each
	// iteration. Value is the objective, bound plus log prior; on batches its mean over
	// the epoch.
	Progress progress.Func
}

// Fitted is the result of a fit.
type Fitted struct {
	Posterior *Posterior
	// Params are the parameters: the kernel's, the mean's, and the noise if it
	// was fitted.
	Params []kernel.Param
	Noise  gp.NoiseVariance
	// Bound is the ELBO of all rows; Objective adds the log prior densities.
	Bound, Objective float64
	// Status says why the fit ended. Epochs is how many were made; for the
	// collapsed bound, iterations.
	Status optimize.Status
	Epochs int
	// Trace is the objective after each of them, as Progress was told.
	Trace []float64
}

// The defaults of a fit; see [Fit].
const (
	defaultInducing    = 100
	defaultStartRows   = 300
	defaultEpochs      = 200
	defaultRate        = 0.02
	defaultNaturalRate = 0.1
	defaultTolerance   = 1e-3
	// greedyRows bounds the rows that inducing inputs are chosen from: memory is
	// that many times M.
	greedyRows = 10000
)

// Run fits p to targets y at the rows of x. p.Z are the inducing inputs to start
// from, nil for a choice. The jitter of K_ZZ is p's, raised only where a
// factorisation fails with it, as the posterior's Jitter then reports.
//
// Where ctx ends the climb, the result is what is reached, beside the error of
// ctx. Errors are those of [gp.Fit.Run] and [Prior.Condition], and a
// [*TooManyInducing]. It panics on shapes that do not fit, and for a kernel that
// has parameters but no [kernel.ParamGrader].
func (f Fit) Run(ctx context.Context, p Prior, x *mat.Dense, y []float64) (*Fitted, error) {
	f = f.withDefaults(len(y))
	n := 0
	if x != nil && !x.IsEmpty() {
		n, _ = x.Dims()
	}
	checkLen("Fit", "targets", len(y), n)
	if n == 0 {
		return nil, gp.ErrNoRows
	}
	if err := checkRows(x, y); err != nil {
		return nil, err
	}
	m := f.Inducing
	if p.Z != nil && !p.Z.IsEmpty() {
		var zd int
		m, zd = p.Z.Dims()
		if _, d := x.Dims(); zd != d {
			panic(fmt.Sprintf("sparse: Fit: Z has %d columns, x has %d", zd, d))
		}
	}
	if m > n {
		return nil, &TooManyInducing{m, n}
	}
	c, err := f.start(ctx, p, m, x, y)
	if err != nil {
		return nil, err
	}
	if f.Batch == 0 && f.Guide == nil {
		return f.collapsed(ctx, c, x, y)
	}
	return f.batches(ctx, c, x, y)
}

func (f Fit) withDefaults(n int) Fit {
	for _, v := range []struct {
		field *int
		value int
	}{
		{&f.Inducing, min(defaultInducing, n)}, {&f.StartRows, defaultStartRows}, {&f.Epochs, defaultEpochs},
	} {
		if *v.field <= 0 {
			*v.field = v.value
		}
	}
	for _, v := range []struct {
		field *float64
		value float64
	}{
		{&f.Rate, defaultRate}, {&f.NaturalRate, defaultNaturalRate}, {&f.Tolerance, defaultTolerance},
	} {
		if *v.field == 0 {
			*v.field = v.value
		}
	}
	f.Batch = max(f.Batch, 0)
	return f
}

// checkRows returns a [*gp.NotFinite] for the first number that is not finite.
func checkRows(x *mat.Dense, y []float64) error {
	for i, v := range y {
		for d, e := range x.RawRowView(i) {
			if !finite(e) {
				return &gp.NotFinite{What: "input", Row: i, Column: d, Value: e}
			}
		}
		if !finite(v) {
			return &gp.NotFinite{What: "target", Row: i, Column: -1, Value: v}
		}
	}
	return nil
}

// start fits an exact process to a part of the rows and chooses inducing inputs.
func (f Fit) start(ctx context.Context, p Prior, m int, x *mat.Dense, y []float64) (*coordinates, error) {
	order := f.Key.Named("rows").Rand().Perm(len(y))
	sx, sy, noise := take(x, y, f.KnownNoise, order[:min(f.StartRows, len(y))])
	first, err := gp.Fit{
		Method: gp.MAP, Priors: f.Priors, KnownNoise: noise, Given: f.Given, Key: f.Key.Named("start"),
	}.Run(ctx, p.Prior, sx, sy)
	if err != nil {
		return nil, err
	}
	jitter := p.Prior.Jitter
	p.Prior = first.Posterior.Prior()
	p.Prior.Jitter = jitter // what a retry added there is noise that the bound has anyway
	if p.Z == nil || p.Z.IsEmpty() {
		gx, _, _ := take(x, y, nil, order[:min(max(greedyRows, m), len(y))])
		p.Z, _ = GreedyVariance(p.Prior.Kernel, gx, m)
	}
	mean := slices.ContainsFunc(first.Params, func(q kernel.Param) bool {
		return slices.ContainsFunc(gp.MeanParams(p.Prior.Mean), func(m kernel.Param) bool { return m.Name == q.Name })
	})
	c, err := f.coordinates(p, first.Posterior.Noise(), x, mean)
	if err != nil {
		return nil, err
	}
	err = c.raiseJitter(func() error {
		p, _ := c.at(c.origin())
		_, err := p.factorize(false)
		return err
	})
	if err != nil {
		return nil, err
	}
	return c, f.liftNoise(c, x, y, order)
}

// take returns some of the rows, in their order in the table, with their noise.
func take(x *mat.Dense, y []float64, noise *gp.NoiseVariance, pick []int) (*mat.Dense, []float64, *gp.NoiseVariance) {
	_, d := x.Dims()
	pick = slices.Clone(pick)
	slices.Sort(pick)
	sx, sy := mat.NewDense(len(pick), d, nil), make([]float64, len(pick))
	for i, r := range pick {
		sx.SetRow(i, x.RawRowView(r))
		sy[i] = y[r]
	}
	if noise != nil && noise.PerRow() {
		checkLen("Fit", "noise variances", noise.Len(), len(y))
		part := make([]float64, len(pick))
		for i, r := range pick {
			part[i] = noise.At(r)
		}
		v := gp.NoiseRows(part...)
		noise = &v
	}
	return sx, sy, noise
}

// finish returns the result at the coordinates u. A nil guide is the optimum.
func (f Fit) finish(c *coordinates, u []float64, guide Trainable, x *mat.Dense, y []float64) (*Fitted, error) {
	p, noise := c.at(u)
	out := &Fitted{Params: c.params.Params(c.theta(u)), Noise: noise}
	if guide == nil {
		post, bound, err := p.Condition(x, y, noise)
		if err != nil {
			return nil, err
		}
		out.Posterior, out.Bound = post, bound
	} else {
		bound, err := NewELBO(0).Eval(p, noise, guide, x, y)
		if err != nil {
			return nil, err
		}
		in, err := p.factorize(false)
		if err != nil {
			return nil, err
		}
		if w, ok := guide.(Whitened); ok {
			guide = w.At(in)
		}
		out.Posterior, out.Bound = NewPosterior(in, guide), bound
	}
	out.Objective = out.Bound + c.logPrior(u)
	if math.IsNaN(out.Objective) {
		return nil, fmt.Errorf("the bound is not a number at the fitted parameters")
	}
	return out, nil
}
