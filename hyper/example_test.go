package hyper_test

import (
	"context"
	"fmt"
	"log"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/ad"
	"matheron/gp"
	"matheron/hyper"
	"matheron/infer"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/ppl"
	"matheron/prob"
	"matheron/rng"
)

// The lengthscale and the variance are unknown: functions of the posterior with
// both integrated out.
func Example() {
	x, y := mat.NewDense(28, 1, nil), make([]float64, 28)
	r := rng.New(42).Rand()
	for i := range y {
		v := -1.5 + 3*float64(i)/27
		x.Set(i, 0, v)
		y[i] = math.Sin(3*v) + 0.3*math.Cos(11*v) + 0.15*r.NormFloat64()
	}
	model := func(c *ppl.Context) {
		k := hyper.Kernel(c, kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.3)}, hyper.Priors{
			"variance":    prob.LogNormal{Mu: 0, Sigma: 0.3},
			"lengthscale": prob.LogNormal{Mu: math.Log(0.3), Sigma: 0.3},
		})
		hyper.Factor(c, "obs", gp.Prior{Kernel: k, Jitter: 1e-4}, x, y, gp.Noise(0.15*0.15))
	}
	ctx := context.Background()
	target, err := ppl.NewTarget(model, rng.New(0))
	if err != nil {
		log.Fatal(err)
	}
	draws, err := infer.NUTS{TargetAccept: 0.95}.Run(ctx, target, infer.Run{Key: rng.New(1), Warmup: 300, Draws: 120, Chains: 1})
	if err != nil {
		log.Fatal(err)
	}
	posteriors, err := hyper.Posteriors(ctx, model, target, slices.Concat(draws.Points()...))
	if err != nil {
		log.Fatal(err)
	}
	paths, err := hyper.Draw(pathwise.Sampler{Features: 512}, posteriors, rng.New(2), 8*len(posteriors))
	if err != nil {
		log.Fatal(err)
	}
	_, variance, err := paths.Marginals(mat.NewDense(2, 1, []float64{0, 1.9}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(target.Names(), paths.Len(), "functions")
	fmt.Printf("sd of f: %.1f inside the data, %.1f beyond\n", math.Sqrt(variance[0]), math.Sqrt(variance[1]))
	// Output:
	// [RBF.variance RBF.lengthscale] 960 functions
	// sd of f: 0.1 inside the data, 0.9 beyond
}

// A prior on the deviation of the function instead of its variance, a mean that is
// not zero, and a noise that is known only roughly.
func ExampleKernelOf() {
	x, y := mat.NewDense(4, 1, []float64{-1, 0, 1, 2}), []float64{5.2, 4.1, 4.9, 6.3}
	model := func(c *ppl.Context) {
		amplitude := c.Sample("amplitude", ppl.Fixed(prob.HalfNormal{SD: 2}))
		k := hyper.KernelOf(kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.8)}, hyper.Values{"variance": ad.Square(amplitude)})
		m := hyper.Mean(c, gp.Constant{}, hyper.Priors{"constant": prob.Normal{Mean: 5, SD: 1}})
		n := hyper.NoiseVariance(c, ppl.Fixed(prob.HalfNormal{SD: 0.1}))
		hyper.Factor(c, "obs", gp.Prior{Kernel: k, Mean: m}, x, y, n)
	}
	target, err := ppl.NewTarget(model, rng.New(0))
	if err != nil {
		log.Fatal(err)
	}
	mode, err := infer.MAP{}.Run(context.Background(), target, rng.New(1))
	if err != nil {
		log.Fatal(err)
	}
	for i, v := range target.Constrain(nil, mode.X) {
		fmt.Printf("%s %.2f\n", target.Names()[i], v)
	}
	// Output:
	// amplitude 0.92
	// Mean.constant 5.21
	// noise_variance 0.10
}
