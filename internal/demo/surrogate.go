package demo

import (
	"context"
	"math"
	"slices"

	"matheron/emulate"
	"matheron/function"
	"matheron/infer"
	"matheron/infer/diag"
	"matheron/pathwise"
	"matheron/prob"
	"matheron/rng"
)

// Sizes of use 6.
const (
	surrogatePaths    = 32
	surrogateFeatures = 256
	surrogateChains   = 2
	surrogateWarmup   = 100
	surrogateDraws    = 200 // a chain
)

// Surrogate is use 6: the input u of a simulator is inferred from a noisy output,
// with functions in the simulator's place that learned from its runs, the table.
// The simulator is the truth; of a user's table, which has none, it is one more
// function of the posterior, that the surrogate does not have.
type Surrogate struct {
	// U is the input to be found, Y the output observed and NoiseVariance that of
	// its error. The prior of U is normal.
	U             float64 `json:"u"`
	Y             float64 `json:"y"`
	NoiseVariance float64 `json:"noise_variance"`
	PriorMean     float64 `json:"prior_mean"`
	PriorSD       float64 `json:"prior_sd"`
	Paths         int     `json:"paths"`
	Features      int     `json:"features"`
	// Simulator is the answer of NUTS with the simulator itself, and Surrogate that
	// with the functions in its place, integrated out.
	Simulator Answer `json:"simulator"`
	Surrogate Answer `json:"surrogate"`
	// EffectivePaths is how many of the functions have a say at U: 1/sum of their
	// squared weights given Y.
	EffectivePaths float64 `json:"effective_paths"`

	// Problem, Target and Draws are what the answers are of; Target is the surrogate's.
	Problem emulate.Inversion `json:"-"`
	Target  *emulate.Marginal `json:"-"`
	Draws   *pathwise.Paths   `json:"-"`
	// Truth is the simulator.
	Truth function.Func `json:"-"`
}

// Answer is the posterior of an input by NUTS.
type Answer struct {
	Mean float64 `json:"mean"`
	SD   float64 `json:"sd"`
	// MCSE is the Monte Carlo standard error of the mean.
	MCSE        float64 `json:"mcse"`
	Q05         float64 `json:"q05"`
	Q95         float64 `json:"q95"`
	ESS         float64 `json:"ess_bulk"`
	RHat        float64 `json:"r_hat"`
	Divergences int     `json:"divergences"`

	Draws [][]float64 `json:"-"` // chains x draws
}

// Surrogate computes use 6.
func (s *Example) Surrogate(ctx context.Context) (*Surrogate, error) {
	key := s.Key.Named("surrogate")
	half := (s.Upper - s.Lower) / 2
	out := &Surrogate{
		// Where the worked example's simulator goes one way only, within two standard
		// deviations of the prior: about 0.35, and 0.1.
		PriorMean: (s.Lower+s.Upper)/2 + half*7/30,
		PriorSD:   half / 15,
		Paths:     surrogatePaths, Features: surrogateFeatures,
		NoiseVariance: s.Noise,
	}
	out.U = out.PriorMean + out.PriorSD/2
	var err error
	if out.Truth, err = s.simulator(key.Named("simulator")); err != nil {
		return nil, err
	}
	out.Y = out.Truth.At([]float64{out.U}) + math.Sqrt(s.Noise)*key.Named("noise").Rand().NormFloat64()
	out.Problem = emulate.Inversion{
		Prior:      emulate.Independent{prob.Normal{Mean: out.PriorMean, SD: out.PriorSD}},
		Likelihood: emulate.Normal{Y: []float64{out.Y}, Variance: []float64{s.Noise}},
	}
	out.Draws, err = pathwise.Sampler{Posterior: s.Posterior, Features: out.Features}.Draw(key.Named("paths"), out.Paths)
	if err != nil {
		return nil, err
	}
	if out.Target, err = out.Problem.Marginal(out.Draws); err != nil {
		return nil, err
	}
	if out.Simulator, err = out.infer(ctx, out.Problem.OnPath(out.Truth), key.Named("nuts simulator")); err != nil {
		return nil, err
	}
	if out.Surrogate, err = out.infer(ctx, out.Target, key.Named("nuts surrogate")); err != nil {
		return nil, err
	}
	square := 0.0
	for _, w := range out.Target.Weights([]float64{out.U}) {
		square += w * w
	}
	out.EffectivePaths = 1 / square
	return out, nil
}

// simulator returns the truth with its derivative, or one more path.
func (s *Example) simulator(key rng.Key) (function.Func, error) {
	if s.Truth != nil {
		return function.Func{
			Value:    func(x []float64) float64 { return s.Truth(x[0]) },
			Gradient: func(dst, x []float64) { dst[0] = 3*math.Cos(3*x[0]) - 3.3*math.Sin(11*x[0]) },
		}, nil
	}
	one, err := pathwise.Sampler{Posterior: s.Posterior, Features: fixedFeatures}.Draw(key, 1)
	if err != nil {
		return function.Func{}, err
	}
	path := one.Path(0)
	return function.Func{Value: path.At, Gradient: func(dst, x []float64) { path.Grad(dst, x) }}, nil
}

// inScale is a target as a function of z, u = mean + sd z, so that a sampler starts
// well whatever the units of u are.
type inScale struct {
	of       emulate.Target
	mean, sd float64
}

func (t inScale) Dim() int { return 1 }

func (t inScale) LogProbGrad(grad, z []float64) float64 {
	l := t.of.LogProbGrad(grad, []float64{t.mean + t.sd*z[0]})
	grad[0] *= t.sd
	return l
}

// infer samples the input. Its chains start on both sides of the prior's mean.
func (u *Surrogate) infer(ctx context.Context, t emulate.Target, key rng.Key) (Answer, error) {
	draws, err := infer.NUTS{}.Run(ctx, inScale{t, u.PriorMean, u.PriorSD}, infer.Run{
		Key: key, Warmup: surrogateWarmup, Draws: surrogateDraws, Chains: surrogateChains,
		Init: [][]float64{{-1}, {1}},
	})
	if err != nil {
		return Answer{}, err
	}
	chains := draws.Coordinate(0)
	for _, c := range chains {
		for i, z := range c {
			c[i] = u.PriorMean + u.PriorSD*z
		}
	}
	row := diag.Summarize([]string{"u"}, [][][]float64{chains})[0]
	all := slices.Concat(chains...)
	return Answer{
		Mean: row.Mean, SD: row.SD, MCSE: row.MCSEMean, Q05: diag.Quantile(all, 0.05), Q95: diag.Quantile(all, 0.95),
		ESS: row.ESSBulk, RHat: row.RHat, Divergences: draws.Divergences(), Draws: chains,
	}, nil
}
