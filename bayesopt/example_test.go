package bayesopt_test

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/bayesopt"
	"matheron/function"
	"matheron/gp"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/rng"
)

// Use 1: a batch of three by Thompson sampling, the least point of each of three of the
// worked example's functions.
func ExampleSearch_Thompson() {
	paths := worked()
	search := bayesopt.Search{Space: line(), Key: rng.New(1)}
	batch, err := search.Thompson(context.Background(), bayesopt.Minimize, function.Members(paths)[:3]...)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range batch {
		fmt.Printf("evaluate at %.4f, where the function drawn is %.4f\n", o.X[0], o.Value)
	}
	// Output:
	// evaluate at -0.3478, where the function drawn is -1.0970
	// evaluate at -0.3469, where the function drawn is -1.2187
	// evaluate at -0.3520, where the function drawn is -1.0867
}

// Use 3: the gradient of the Monte Carlo expected improvement, exactly 0 where no function
// improves, and elsewhere as central differences on the same functions have it. Its
// maximum is found from many starts, picked by value.
func ExampleSearch_Maximize() {
	ei := bayesopt.NewMonteCarlo(worked(), bayesopt.ExpectedImprovement{Incumbents: []float64{lowest()}})
	grad := make([]float64, 1)
	for _, x := range []float64{0.3, 1.7} {
		value, err := ei.Grad(grad, []float64{x})
		if err != nil {
			fmt.Println(err)
			return
		}
		const h = 1e-5
		around := ei.Eval(mat.NewDense(2, 1, []float64{x - h, x + h}))
		off := math.Abs(grad[0] - (around[1]-around[0])/(2*h))
		fmt.Printf("EI(%.1f) = %.4f, gradient %.4f: central difference within 1e-6 %v\n", x, value, grad[0], off < 1e-6)
	}
	best, err := bayesopt.Search{Space: line(), Key: rng.New(1)}.Maximize(context.Background(), ei)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("greatest at %.4f: %.4f\n", best.X[0], best.Value)
	// Output:
	// EI(0.3) = 0.0000, gradient 0.0000: central difference within 1e-6 true
	// EI(1.7) = 0.0429, gradient -0.0362: central difference within 1e-6 true
	// greatest at 1.6056: 0.0485
}

// Two workers: a point that is being evaluated is not asked for again. The loop is
// the caller's; the state says what is known and which key comes next.
func ExampleState() {
	f := func(x float64) float64 { return math.Sin(3*x) + x*x/2 }
	space, err := bayesopt.NewSpace(bayesopt.Input{Name: "x", Lower: -2, Upper: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	state := bayesopt.State{Space: space, Key: rng.New(3)}
	state, running := state.Ask(state.Initial(4)...)
	for len(state.Trials) < 12 {
		// The first of the running trials is done.
		if state, err = state.Tell(running[0].ID, f(running[0].X[0])); err != nil {
			fmt.Println(err)
			return
		}
		running = running[1:]
		if len(running) > 1 {
			continue
		}
		x, y := state.Data()
		post, err := gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.5)}}.Condition(x, y, gp.Noise(1e-6))
		if err != nil {
			fmt.Println(err)
			return
		}
		paths, err := pathwise.Sampler{Posterior: post}.Draw(state.Next(), 64)
		if err != nil {
			fmt.Println(err)
			return
		}
		score := bayesopt.LogExpectedImprovement{
			Incumbents: bayesopt.Incumbents(paths, x, bayesopt.Minimize),
			Smoothing:  1e-3,
		}
		search := bayesopt.Search{Space: space, Key: state.Next()}
		found, err := search.Batch(context.Background(), paths, score, 1, state.Pending())
		if err != nil {
			fmt.Println(err)
			return
		}
		var asked []bayesopt.Trial
		state, asked = state.Ask(found[0].X)
		running = append(running, asked...)
	}
	best, _ := state.Best(bayesopt.Minimize)
	fmt.Printf("after %d trials: %.2f at %.1f\n", len(state.Trials), best.Value, best.X[0])
	// Output:
	// after 12 trials: -0.88 at -0.5
}
