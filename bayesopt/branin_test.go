package bayesopt_test

import (
	"math"
	"testing"

	"matheron/bayesopt"
	"matheron/gp"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/rng"
)

// branin has three minima of 0.397887 (Dixon and Szego 1978).
func branin(x []float64) float64 {
	a, b := x[0], x[1]
	v := b - 5.1/(4*math.Pi*math.Pi)*a*a + 5/math.Pi*a - 6
	return v*v + 10*(1-1/(8*math.Pi))*math.Cos(a) + 10
}

// Thompson sampling, one path an ask, finds the minimum of Branin's function in 25
// evaluations, the first 6 of them on Sobol points: within 0.05, of a range of 308,
// for each of three keys.
func TestThompsonFindsBraninsMinimum(t *testing.T) {
	space, err := bayesopt.NewSpace(
		bayesopt.Input{Name: "x1", Lower: -5, Upper: 10},
		bayesopt.Input{Name: "x2", Lower: 0, Upper: 15},
	)
	if err != nil {
		t.Fatal(err)
	}
	for seed := range 3 {
		state := bayesopt.State{Space: space, Key: rng.New(uint64(seed))}
		state, asked := state.Ask(state.Initial(6)...)
		for {
			for _, a := range asked {
				if state, err = state.Tell(a.ID, branin(a.X)); err != nil {
					t.Fatal(err)
				}
			}
			if len(state.Trials) == 25 {
				break
			}
			x, y := state.Data()
			// The function is a quartic with a wave, from 0 to 308.
			prior := gp.Prior{Kernel: kernel.RBF{Variance: 200 * 200, Lengthscale: kernel.ARD(4, 12)}, Mean: gp.Constant{Value: 100}}
			post, err := prior.Condition(x, y, gp.Noise(1e-2))
			if err != nil {
				t.Fatal(err)
			}
			paths, err := pathwise.Sampler{Posterior: post}.Draw(state.Next(), 1)
			if err != nil {
				t.Fatal(err)
			}
			found, err := bayesopt.Search{Space: space, Key: state.Next()}.Thompson(t.Context(), bayesopt.Minimize, paths.Path(0))
			if err != nil {
				t.Fatal(err)
			}
			state, asked = state.Ask(found[0].X)
		}
		best, _ := state.Best(bayesopt.Minimize)
		if best.Value > 0.397887+0.05 {
			t.Errorf("seed %d: %.4f at %.3f", seed, best.Value, best.X)
		}
	}
}
