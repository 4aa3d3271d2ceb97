package pathwise_test

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/optimize"
	"matheron/pathwise"
	"matheron/rng"
)

// observed is a posterior from eight noisy readings.
func observed(k kernel.Kernel) *gp.Exact {
	x := mat.NewDense(8, 1, []float64{0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5})
	y := []float64{0.1, 0.4, 0.9, 1.0, 0.8, 0.6, 0.1, -0.3}
	post, err := gp.Prior{Kernel: k}.Condition(x, y, gp.Noise(0.01))
	if err != nil {
		panic(err)
	}
	return post
}

func Example() {
	post := observed(kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)})
	paths, err := pathwise.Sampler{Posterior: post}.Draw(rng.New(0), 3)
	if err != nil {
		fmt.Println(err)
		return
	}

	grid := mat.NewDense(4, 1, []float64{1, 2, 3, 5})
	values := paths.Eval(grid) // 3 x 4
	fmt.Printf("%.2f\n", mat.Formatted(values))

	// One function, with its slope, anywhere and as often as one likes.
	f := paths.Path(1)
	fmt.Printf("f(5) = %.2f, slope %.2f\n", f.At([]float64{5}), f.Grad(nil, []float64{5}))

	// How well 1,024 random features stand in for infinitely many.
	fidelity, err := paths.Fidelity(0, grid)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("W2 distance from the posterior %.4f\n", fidelity.Wasserstein)
	// Output:
	// ⎡ 0.76   0.93   0.08   0.16⎤
	// ⎢ 0.75   0.93   0.16   0.40⎥
	// ⎣ 0.92   0.92   0.13  -1.84⎦
	// f(5) = 0.40, slope [0.56]
	// W2 distance from the posterior 0.0043
}

// A sum of kernels is a sum of functions: each path comes apart into a trend
// and a seasonal part.
func ExamplePaths_Component() {
	post := observed(kernel.Add(
		kernel.Linear{Bias: 1, Variance: []float64{1}},
		kernel.Periodic{Variance: 1, Lengthscale: kernel.Shared(1), Period: kernel.Shared(3)},
	))
	paths, err := pathwise.Sampler{Posterior: post}.Draw(rng.New(0), 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	at := mat.NewDense(3, 1, []float64{1, 4, 7}) // a period apart
	for i, name := range paths.Components() {
		fmt.Printf("%s %.2f\n", name, paths.Component(i).Eval(at).RawRowView(0))
	}
	fmt.Printf("whole %.2f\n", paths.Eval(at).RawRowView(0))
	// Output:
	// sum.0 [-0.46 -0.83 -1.19]
	// sum.1 [1.27 1.27 1.27]
	// whole [0.81 0.44 0.08]
}

func ExamplePath_Minimize() {
	post := observed(kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)})
	paths, err := pathwise.Sampler{Posterior: post}.Draw(rng.New(0), 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	box := optimize.Box{Lower: []float64{0}, Upper: []float64{3}}
	for i := range paths.Len() {
		low, err := paths.Path(i).Minimize(context.Background(), box)
		if err != nil {
			fmt.Println(err)
			return
		}
		high, err := paths.Path(i).Maximize(context.Background(), box)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("least %.2f at %.2f, greatest %.2f at %.2f\n", low.Value, low.X, high.Value, high.X)
	}
	// Output:
	// least 0.08 at [3.00], greatest 1.04 at [1.62]
	// least -0.04 at [0.00], greatest 0.97 at [1.72]
	// least 0.13 at [3.00], greatest 1.12 at [1.51]
}

// The same functions learn a new row: they change where it says something, and
// nowhere else.
func ExamplePaths_Condition() {
	post := observed(kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.5)})
	paths, err := pathwise.Sampler{Posterior: post}.Draw(rng.New(0), 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	later, err := paths.Condition(mat.NewDense(1, 1, []float64{6}), []float64{2}, gp.Noise(0.01))
	if err != nil {
		fmt.Println(err)
		return
	}
	at := mat.NewDense(2, 1, []float64{1, 6})
	for i := range paths.Len() {
		fmt.Printf("f(1) = %.2f, then %.2f; f(6) = %.2f, then %.2f\n",
			paths.Eval(at).At(i, 0), later.Eval(at).At(i, 0),
			paths.Eval(at).At(i, 1), later.Eval(at).At(i, 1))
	}
	// Output:
	// f(1) = 0.84, then 0.84; f(6) = 0.61, then 2.03
	// f(1) = 0.73, then 0.73; f(6) = -0.19, then 2.06
	// f(1) = 0.91, then 0.91; f(6) = 0.45, then 2.17
}

// How the functions' mean at 3 would change with the hyperparameters, their base
// randomness held: beside it, functions drawn again with the same key.
func ExamplePaths_ParamGrad() {
	draw := func(lengthscale float64) *pathwise.Paths {
		post := observed(kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(lengthscale)})
		paths, err := pathwise.Sampler{Posterior: post}.Draw(rng.New(0), 64)
		if err != nil {
			panic(err)
		}
		return paths
	}
	x, w := mat.NewDense(1, 1, []float64{3}), mat.NewDense(64, 1, nil)
	w.Apply(func(int, int, float64) float64 { return 1. / 64 }, w)
	grad, err := draw(0.5).ParamGrad(w, x)
	if err != nil {
		fmt.Println(err)
		return
	}
	const h = 1e-4
	difference := (mat.Sum(draw(0.5+h).Eval(x)) - mat.Sum(draw(0.5-h).Eval(x))) / 64 / (2 * h)
	fmt.Printf("by the lengthscale %.4f, by a difference %.4f\n", grad[1], difference)
	// Output:
	// by the lengthscale -0.0248, by a difference -0.0248
}

// Functions of two explanations of the same data, each with the lengthscale that it was
// drawn with.
func ExampleSampler_mixture() {
	posts := gp.NewMixture(
		observed(kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}),
		observed(kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.4)}),
	)
	paths, err := pathwise.Sampler{Posterior: posts}.Draw(rng.New(0), 4)
	if err != nil {
		fmt.Println(err)
		return
	}
	for s := range paths.Len() {
		f := paths.Path(s)
		fmt.Printf("lengthscale %.1f: f(5) = %.2f\n", kernel.Params(f.Kernel())[1].Value, f.At([]float64{5}))
	}
	// Output:
	// lengthscale 1.0: f(5) = -0.45
	// lengthscale 1.0: f(5) = 0.13
	// lengthscale 0.4: f(5) = 0.75
	// lengthscale 0.4: f(5) = 2.28
}
