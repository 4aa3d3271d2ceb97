package demo

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/optimize"
	"matheron/pathwise"
	"matheron/prob"
	"matheron/rng"
)

// Options say which table the example is of.
type Options struct {
	Seed uint64
	// Data is a user's own table; nil means the readings of the worked example.
	Data *Table
}

// Sizes of the worked example.
const (
	gridPoints     = 200
	fixedPaths     = 64
	fixedFeatures  = 1024
	fixedJitter    = 1e-6 // of Scale²
	bayesianJitter = 1e-4 // of Scale²
)

// Example is what all sections and uses share: the table, the process with fixed
// hyperparameters, its exact posterior, and functions drawn from it. It is read
// only.
type Example struct {
	Seed uint64
	// Key is that of the seed. Each part takes the child of its own name.
	Key   rng.Key
	Table Table
	// Truth is what the readings are of, nil for a user's table.
	Truth func(x float64) float64
	// Lower and Upper are the ends of the data, and Box those of the interval that
	// questions are asked on: a sixth of the range of the data more on each side.
	Lower, Upper float64
	Box          optimize.Box
	// Grid is 200 points evenly on Box.
	Grid *mat.Dense
	// Center and Scale are a typical value of the target and how far it goes from
	// there: 0 and 1, or the mean and the sd of a user's target. Level, which
	// crossings are sought of, is Center, and Threshold is Center - Scale/2.
	Center, Scale    float64
	Level, Threshold float64
	// Prior is the process with its hyperparameters fixed: an RBF kernel of
	// variance 1 and lengthscale 0.3, or a user's table's by MAP.
	Prior gp.Prior
	// Noise is the variance of the noise, known or that of the same fit.
	Noise float64
	// Hyperpriors are the priors of the kernel's parameters where they are unknown.
	Hyperpriors gp.Priors
	// X is the input as a column.
	X *mat.Dense
	// Posterior is that of Prior given the table, and Paths are 64 functions of it
	// with 1,024 features.
	Posterior *gp.Exact
	Paths     *pathwise.Paths
	// Values are those of Paths on the grid, a path a row.
	Values *mat.Dense
}

// New returns the example of the seed or of the user's table. The error is a
// *TableError, that of the fit or of the posterior, or that of ctx. Cost: one
// factorisation; for a user's table the fit as well, some 300 evaluations of the
// evidence.
func New(ctx context.Context, o Options) (*Example, error) {
	s := &Example{Seed: o.Seed, Key: rng.New(o.Seed)}
	var err error
	if o.Data == nil {
		s.own()
	} else if err = s.fit(ctx, *o.Data); err != nil {
		return nil, err
	}
	s.Level, s.Threshold = s.Center, s.Center-s.Scale/2
	if s.Posterior, err = s.Prior.Condition(s.X, s.Table.Y, gp.Noise(s.Noise)); err != nil {
		return nil, err
	}
	s.Paths, err = pathwise.Sampler{Posterior: s.Posterior, Features: fixedFeatures}.Draw(s.Key.Named("paths"), fixedPaths)
	if err != nil {
		return nil, err
	}
	s.Values = s.Paths.Eval(s.Grid)
	return s, nil
}

// own makes the setting of the worked example's own readings.
func (s *Example) own() {
	s.span(readings(s.Key.Named("data")))
	s.Truth = truth
	s.Scale, s.Noise = 1, noiseSD*noiseSD
	s.Prior = gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.3)}, Mean: gp.Zero{}, Jitter: fixedJitter}
	s.Hyperpriors = gp.Priors{
		"variance":    prob.LogNormal{Mu: 0, Sigma: 0.3},
		"lengthscale": prob.LogNormal{Mu: math.Log(0.3), Sigma: 0.3},
	}
}

// fit makes the setting of a user's table.
func (s *Example) fit(ctx context.Context, t Table) error {
	if err := t.check(); err != nil {
		return err
	}
	s.span(t)
	s.Center, s.Scale = stat.PopMeanStdDev(t.Y, nil)
	v := s.Scale * s.Scale
	prior := gp.Prior{
		Kernel: kernel.RBF{Variance: v, Lengthscale: kernel.Shared((s.Upper - s.Lower) / 10)},
		Mean:   gp.Func{F: func([]float64) float64 { return s.Center }, Grad: func(dst, _ []float64) { dst[0] = 0 }},
		Jitter: fixedJitter * v,
	}
	fitted, err := gp.Fit{Key: s.Key.Named("fit")}.Run(ctx, prior, s.X, t.Y)
	if err != nil {
		return err
	}
	s.Prior = fitted.Posterior.Prior()
	noise := fitted.Posterior.Noise()
	s.Noise = noise.At(0)
	params, err := gp.Fit{KnownNoise: &noise}.Parameters(prior, s.X, t.Y)
	if err != nil {
		return err
	}
	s.Hyperpriors = gp.Priors{}
	for _, p := range params.Free() {
		s.Hyperpriors[p.Name] = p.Prior
	}
	return nil
}

// span takes the table, and the interval and the grid from its range.
func (s *Example) span(t Table) {
	s.Table = t
	s.X = column(t.X)
	s.Lower, s.Upper = slices.Min(t.X), slices.Max(t.X)
	margin := (s.Upper - s.Lower) / 6
	s.Box = optimize.Box{Lower: []float64{s.Lower - margin}, Upper: []float64{s.Upper + margin}}
	s.Grid = column(evenly(s.Box.Lower[0], s.Box.Upper[0], gridPoints))
}

// gridPoints returns the points of the grid, which must not be written to.
func (s *Example) gridPoints() []float64 { return s.Grid.RawMatrix().Data }

// place returns the input that is so many fifths of half the range of the data
// above the middle: 1 is 0.3 of the worked example, and 6 is 1.8.
func (s *Example) place(fifths float64) float64 {
	return (s.Lower+s.Upper)/2 + (s.Upper-s.Lower)/2*fifths/5
}

// moments returns the mean and the sd of the exact posterior at the rows of x.
func (s *Example) moments(x *mat.Dense) (mean, sd []float64) {
	mean, sd = s.Posterior.Mean(nil, x), s.Posterior.Variance(nil, x)
	for i, v := range sd {
		sd[i] = math.Sqrt(v)
	}
	return mean, sd
}

// column returns the numbers as a matrix of one column, which shares them.
func column(x []float64) *mat.Dense { return mat.NewDense(len(x), 1, x) }
