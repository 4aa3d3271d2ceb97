package main

import (
	"context"
	"fmt"
	"math"

	"matheron/gp"
	"matheron/hyper"
	"matheron/infer"
	"matheron/infer/diag"
	"matheron/kernel"
	"matheron/ppl"
	"matheron/prob"
	"matheron/rng"
)

// The run of a sampler, ours and the peer's.
const (
	chains     = 2
	iterations = 500 // of the warm-up, and as many draws, in each chain
	acceptance = 0.8
	gpJitter   = 1e-6
)

// gpModel is the hyperparameters of a problem as a program:
//
//	variance, lengthscales ~ LogNormal(0, 1),  noise_variance ~ LogNormal(-4, 2),
//
// the last being that of a standard deviation ~ LogNormal(-2, 1).
func gpModel(p problem) (ppl.Model, error) {
	_, d := p.x.Dims()
	k := kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(unitScales(d)...)}
	params, err := gp.NewParameters(gp.Prior{Kernel: k, Jitter: gpJitter}, gp.Noise(math.Exp(-4)), gp.ParameterOptions{Priors: gp.Priors{
		"variance":    prob.LogNormal{Mu: 0, Sigma: 1},
		"lengthscale": prob.LogNormal{Mu: 0, Sigma: 1},
		gp.NoiseName:  prob.LogNormal{Mu: -4, Sigma: 2},
	}.List()})
	return func(c *ppl.Context) { hyper.Factor(c, "y", hyper.Sample(c, params), p.x, p.y) }, err
}

func unitScales(d int) []float64 {
	out := make([]float64, d)
	for i := range out {
		out[i] = 1
	}
	return out
}

// nuts measures a run of the no-U-turn sampler over the hyperparameters, of which
// every repetition makes the same draws.
func nuts(of size) sampler {
	return func(ctx context.Context, s *session) (sampling, error) {
		model, err := gpModel(s.problem(of))
		if err != nil {
			return sampling{}, err
		}
		target, err := ppl.NewTarget(model, rng.New(0))
		if err != nil {
			return sampling{}, err
		}
		n := s.of(iterations)
		var draws *infer.Draws
		seconds, err := best(ctx, s.runs, nil, func() error {
			draws, err = infer.NUTS{TargetAccept: acceptance}.Run(ctx, target, infer.Run{Key: rng.New(1), Warmup: n, Draws: n, Chains: chains})
			return err
		})
		if err != nil {
			return sampling{}, err
		}
		return sampling{Seconds: seconds, MinESS: minESS(draws.Coordinates()), Leapfrogs: draws.Leapfrogs()}, nil
	}
}

// minESS returns the least effective sample size of parameters x chains x draws.
func minESS(params [][][]float64) float64 {
	least := math.Inf(1)
	for _, p := range params {
		least = math.Min(least, diag.ESSBulk(p))
	}
	return least
}

// cutDraws returns the parameters of draws in the order chains, draws, parameters.
func cutDraws(numbers []float64, chains, draws int) ([][][]float64, error) {
	if chains < 1 || draws < 1 || len(numbers) == 0 || len(numbers)%(chains*draws) != 0 {
		return nil, fmt.Errorf("%d numbers for %d chains of %d draws", len(numbers), chains, draws)
	}
	dim := len(numbers) / (chains * draws)
	out := make([][][]float64, dim)
	for j := range out {
		out[j] = make([][]float64, chains)
		for c := range out[j] {
			out[j][c] = make([]float64, draws)
			for i := range out[j][c] {
				out[j][c][i] = numbers[(c*draws+i)*dim+j]
			}
		}
	}
	return out, nil
}
