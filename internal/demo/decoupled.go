package demo

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/gp/sparse"
	"matheron/kernel"
	"matheron/pathwise"
)

// Sizes of section 3.
const (
	inducing          = 12
	decoupledPaths    = 128
	decoupledFeatures = 512
	fewestInducing    = 8
	mostInducing      = 24
	sviEpochs         = 100
	sviRate           = 0.15
)

// Decoupled is section 3: the functions know the data through 12 inducing
// variables alone.
type Decoupled struct {
	Inducing int     `json:"inducing"`
	From     float64 `json:"from"` // the first inducing input, and the last
	To       float64 `json:"to"`
	Jitter   float64 `json:"jitter"`
	Paths    int     `json:"paths"`
	Features int     `json:"features"`
	// Width is that of the band of the paths, with q(u) = p(u | y).
	Width Widths `json:"width"`
	// MeanError and SDError are the greatest distances on the grid of the sparse
	// posterior's mean and sd from the exact ones.
	MeanError float64 `json:"mean_error"`
	SDError   float64 `json:"sd_error"`
	// LogEvidence is that of the exact process, and Bound Titsias' bound on it, which
	// the guide at its optimum reaches.
	LogEvidence float64 `json:"log_evidence"`
	Bound       float64 `json:"bound"`
	SVI         SVI     `json:"svi"`
	// Optimum has KL(q* || p(u | y)) for 8 to 24 inducing inputs.
	Optimum []InducingKL `json:"optimum"`

	Band Band `json:"-"`
	// Z are the inducing inputs and Mean and SD the moments of q there.
	Z        []float64         `json:"-"`
	Mean, SD []float64         `json:"-"`
	Sparse   *sparse.Posterior `json:"-"`
	Draws    *pathwise.Paths   `json:"-"`
}

// SVI is stochastic variational inference of q(u) from q = p(u), at the same
// hyperparameters: natural-gradient steps on batches of half of the rows.
type SVI struct {
	Batch  int     `json:"batch"`
	Epochs int     `json:"epochs"`
	Rate   float64 `json:"rate"`
	ELBO   float64 `json:"elbo"` // on all rows
	// StartKL and KL are KL(q || q*) in nats, before and after; q* is the optimum
	// in closed form.
	StartKL float64 `json:"start_kl_to_optimum"`
	KL      float64 `json:"kl_to_optimum"`
	// Trace is the mean of the ELBO over the batches of each epoch.
	Trace []float64 `json:"-"`
}

// InducingKL is how far the optimal guide is from p(u | y), in nats.
type InducingKL struct {
	Inducing int     `json:"inducing"`
	KL       float64 `json:"kl"`
}

// sparsePrior is the process at m inducing inputs, evenly from a tenth of the
// range of the data below it to a tenth above.
func (s *Example) sparsePrior(m int) sparse.Prior {
	margin := (s.Upper - s.Lower) / 10
	return sparse.Prior{Prior: s.Prior, Z: column(evenly(s.Lower-margin, s.Upper+margin, m)), Jitter: fixedJitter * s.Scale * s.Scale}
}

// Decoupled computes section 3.
func (s *Example) Decoupled(ctx context.Context, baseline *Baseline) (*Decoupled, error) {
	m := min(inducing, len(s.Table.X))
	prior := s.sparsePrior(m)
	in, err := prior.Inducing()
	if err != nil {
		return nil, err
	}
	q, err := in.Exact(s.Posterior)
	if err != nil {
		return nil, err
	}
	d := &Decoupled{
		Inducing: m, From: in.Z().At(0, 0), To: in.Z().At(m-1, 0), Jitter: in.Jitter(),
		Paths: decoupledPaths, Features: decoupledFeatures,
		LogEvidence: s.Posterior.LogEvidence(),
		Sparse:      sparse.NewPosterior(in, q),
		Z:           mat.Col(nil, 0, in.Z()), Mean: q.Mean(),
	}
	cov := q.Covariance()
	for i := range m {
		d.SD = append(d.SD, math.Sqrt(cov.At(i, i)))
	}
	d.Draws, err = pathwise.Sampler{Posterior: d.Sparse, Features: d.Features}.Draw(s.Key.Named("decoupled"), d.Paths)
	if err != nil {
		return nil, err
	}
	d.Band = s.bandOf(d.Draws.Eval(s.Grid), 1)
	d.Width = s.bandWidths(d.Band)
	mean, variance := d.Sparse.Mean(nil, s.Grid), d.Sparse.Variance(nil, s.Grid)
	for i := range mean {
		d.MeanError = max(d.MeanError, math.Abs(mean[i]-baseline.Mean[i]))
		d.SDError = max(d.SDError, math.Abs(math.Sqrt(variance[i])-baseline.SD[i]))
	}
	best, bound, err := prior.Condition(s.X, s.Table.Y, gp.Noise(s.Noise))
	if err != nil {
		return nil, err
	}
	d.Bound = bound
	if err := s.svi(ctx, &d.SVI, prior, in, best.Guide()); err != nil {
		return nil, err
	}
	return d, s.optimum(d)
}

// svi fits the guide from q = p(u) with all else held.
func (s *Example) svi(ctx context.Context, out *SVI, prior sparse.Prior, in *sparse.Inducing, best sparse.Guide) error {
	prior.Prior.Kernel = kernel.Fix(prior.Prior.Kernel, "variance", "lengthscale")
	noise := gp.Noise(s.Noise)
	batch := (len(s.Table.Y) + 1) / 2
	var fault error
	fitted, err := sparse.Fit{
		KnownNoise: &noise, FixedZ: true,
		Batch: batch, Epochs: sviEpochs, NaturalRate: sviRate, Tolerance: -1,
		Guide: func(in *sparse.Inducing) sparse.Trainable {
			v, err := sparse.ToNatural(in.StandardGuide().V())
			fault = err
			return in.Whiten(v)
		},
		Key: s.Key.Named("svi"),
	}.Run(ctx, prior, s.X, s.Table.Y)
	if fault != nil {
		return fault
	}
	if err != nil {
		return err
	}
	*out = SVI{Batch: batch, Epochs: fitted.Epochs, Rate: sviRate, ELBO: fitted.Bound, Trace: fitted.Trace}
	if out.StartKL, err = sparse.KL(in.Guide(), best); err != nil {
		return err
	}
	out.KL, err = sparse.KL(fitted.Posterior.Guide(), best)
	return err
}

// optimum compares the optimal guide with p(u | y) for growing numbers of inducing
// inputs.
func (s *Example) optimum(d *Decoupled) error {
	for m := fewestInducing; m <= min(mostInducing, len(s.Table.X)); m++ {
		best, _, err := s.sparsePrior(m).Condition(s.X, s.Table.Y, gp.Noise(s.Noise))
		if err != nil {
			return err
		}
		exact, err := best.Inducing().Exact(s.Posterior)
		if err != nil {
			return err
		}
		kl, err := sparse.KL(best.Guide(), exact)
		if err != nil {
			return err
		}
		d.Optimum = append(d.Optimum, InducingKL{m, kl})
	}
	return nil
}
