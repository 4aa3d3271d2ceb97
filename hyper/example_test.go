package hyper_test

import (
	"context"
	"fmt"
	"log"
	"math"

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
	params, err := gp.NewParameters(
		gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.3)}, Jitter: 1e-4},
		gp.Noise(0.15*0.15),
		gp.ParameterOptions{Priors: gp.Priors{
			"variance":    prob.LogNormal{Mu: 0, Sigma: 0.3},
			"lengthscale": prob.LogNormal{Mu: math.Log(0.3), Sigma: 0.3},
		}.List()})
	if err != nil {
		log.Fatal(err)
	}
	model := func(c *ppl.Context) { hyper.Factor(c, "obs", hyper.Sample(c, params), x, y) }
	ctx := context.Background()
	target, err := ppl.NewTarget(model, rng.New(0))
	if err != nil {
		log.Fatal(err)
	}
	draws, err := infer.NUTS{TargetAccept: 0.95}.Run(ctx, target, infer.Run{Key: rng.New(1), Warmup: 300, Draws: 120, Chains: 1})
	if err != nil {
		log.Fatal(err)
	}
	posteriors, err := hyper.Posteriors(ctx, target, draws)
	if err != nil {
		log.Fatal(err)
	}
	paths, err := pathwise.Sampler{Posterior: posteriors, Features: 512}.Draw(rng.New(2), 8*posteriors.Len())
	if err != nil {
		log.Fatal(err)
	}
	variance := posteriors.Variance(nil, mat.NewDense(2, 1, []float64{0, 1.9}))
	fmt.Println(target.Names(), paths.Len(), "functions")
	fmt.Printf("sd of f: %.1f inside the data, %.1f beyond\n", math.Sqrt(variance[0]), math.Sqrt(variance[1]))
	// Output:
	// [RBF.variance RBF.lengthscale] 960 functions
	// sd of f: 0.1 inside the data, 0.9 beyond
}

// A prior on the deviation of the function instead of its variance, a mean that is
// not zero, and a noise that is known only roughly.
func ExampleSet() {
	x, y := mat.NewDense(4, 1, []float64{-1, 0, 1, 2}), []float64{5.2, 4.1, 4.9, 6.3}
	params, err := gp.NewParameters(
		gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.8)}, Mean: gp.Constant{Value: 5}},
		gp.Noise(0.1),
		gp.ParameterOptions{Priors: gp.Priors{
			"Mean.constant": prob.Normal{Mean: 5, SD: 1},
			gp.NoiseName:    prob.HalfNormal{SD: 0.1},
		}.List()})
	if err != nil {
		log.Fatal(err)
	}
	model := func(c *ppl.Context) {
		amplitude := c.Sample("amplitude", ppl.Of(prob.HalfNormal{SD: 2}))
		p := hyper.Sample(c, params, hyper.Set("RBF.variance", ad.Square(amplitude)))
		hyper.Factor(c, "obs", p, x, y)
	}
	target, err := ppl.NewTarget(model, rng.New(0))
	if err != nil {
		log.Fatal(err)
	}
	mode, err := infer.MAP{Key: rng.New(1)}.Run(context.Background(), target)
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
