package emulate_test

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/emulate"
	"matheron/function"
	"matheron/gp"
	"matheron/infer"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/prob"
	"matheron/rng"
)

// learn returns paths of what gave the runs.
func learn(k kernel.Kernel, x *mat.Dense, y []float64, noise float64, paths int) *pathwise.Paths {
	post, err := gp.Prior{Kernel: k}.Condition(x, y, gp.Noise(noise))
	if err != nil {
		panic(err)
	}
	p, err := pathwise.Sampler{Posterior: post, Features: 128}.Draw(rng.New(0), paths)
	if err != nil {
		panic(err)
	}
	return p
}

// Use 6: a slow simulator of the concentration at time t for a rate u is known from twelve
// runs. Three noisy measurements are there: what is the rate?
func ExampleInversion() {
	simulator := func(x []float64) float64 { return math.Exp(-x[0] * x[1]) } // of u and t
	slope := func(dst, x []float64) { f := simulator(x); dst[0], dst[1] = -x[1]*f, -x[0]*f }
	runs, y := mat.NewDense(12, 2, nil), make([]float64, 12)
	for i := range y {
		runs.SetRow(i, []float64{0.2 + 0.8*float64(i%4), 0.3 + 0.6*float64(i/4)})
		y[i] = simulator(runs.RawRowView(i))
	}
	surrogate := learn(kernel.RBF{Variance: 0.3, Lengthscale: kernel.ARD(1.2, 1)}, runs, y, 1e-6, 8)

	problem := emulate.Inversion{
		Prior:      emulate.Independent{prob.LogNormal{Mu: 0, Sigma: 0.7}},
		Likelihood: emulate.Normal{Y: []float64{0.55, 0.31, 0.17}, Variance: []float64{0.03 * 0.03}},
		Settings:   mat.NewDense(3, 1, []float64{0.5, 1, 1.5}),
	}
	nuts := func(t emulate.Target, key rng.Key, chains int) *mat.Dense {
		box := emulate.InBox(t, []float64{0.2}, []float64{2.6}) // where the runs are
		draws, err := infer.NUTS{}.Run(context.Background(), box, infer.Run{Key: key, Warmup: 100, Draws: 200, Chains: chains})
		if err != nil {
			panic(err)
		}
		rates := draws.Rows()
		rates.Apply(func(_, _ int, z float64) float64 { return box.Input(nil, []float64{z})[0] }, rates)
		return rates
	}
	show := func(name string, p *emulate.Pooled) { fmt.Printf("%-21s %.2f +- %.2f\n", name, p.Mean[0], p.SD[0]) }

	truth := problem.OnPath(function.Func{Value: simulator, Gradient: slope})
	show("the simulator", emulate.Pool([]*mat.Dense{nuts(truth, rng.New(1), 4)}, nil))

	// A chain for each path: every one is a simulator that fits the runs.
	var chains []*mat.Dense
	for s, target := range problem.OnPaths(function.Members(surrogate)) {
		chains = append(chains, nuts(target, rng.New(2).Split(s), 1))
	}
	pooled := emulate.Pool(chains, nil)
	show("paths, pooled", pooled)

	// What was measured says which of the paths are likely.
	marginal, err := problem.Marginal(surrogate)
	if err != nil {
		panic(err)
	}
	show("paths, marginalised", emulate.Pool([]*mat.Dense{nuts(marginal, rng.New(3), 4)}, nil))

	fmt.Printf("sd of the measurement %.2f, of the surrogate %.2f\n", math.Sqrt(pooled.Within[0]), math.Sqrt(pooled.Between[0]))
	// Output:
	// the simulator         1.18 +- 0.06
	// paths, pooled         1.16 +- 0.06
	// paths, marginalised   1.16 +- 0.06
	// sd of the measurement 0.05, of the surrogate 0.02
}

// Use 11: a cart with drag that is known only from a few noisy pushes is to be brought to
// rest at 0. Position follows from velocity; how velocity changes is learned.
func ExampleRollout() {
	drag := func(v, a float64) float64 { return 0.2*a - 0.1*v*math.Abs(v) }
	const pushes = 12
	x, y := mat.NewDense(pushes, 3, nil), make([]float64, pushes) // position, velocity, push
	noise := rng.New(5).Rand()
	for i := range y {
		v, a := 1.5*math.Sin(float64(3*i)), math.Cos(float64(2*i))
		x.SetRow(i, []float64{0, v, a})
		y[i] = drag(v, a) + 0.05*noise.NormFloat64()
	}
	// How velocity changes does not depend on the position.
	k := kernel.Active{Kernel: kernel.RBF{Variance: 0.1, Lengthscale: kernel.ARD(2, 2)}, Columns: []int{1, 2}}
	rollout := emulate.Rollout{
		Dynamics: []function.Functions{
			function.Of(3, func(x []float64) float64 { return 0.2 * x[1] }),
			learn(k, x, y, 0.05*0.05, 256),
		},
		Actions:  1,
		Policy:   func(a, x []float64, _ int) { a[0] = math.Tanh(-1.5*x[0] - x[1]) },
		Reward:   func(_, a, next []float64, _ int) float64 { return -next[0]*next[0] - 0.1*a[0]*a[0] },
		Horizon:  25,
		Discount: 0.98,
	}
	start := mat.NewDense(1, 2, []float64{2, 0})
	r, err := rollout.Run(context.Background(), start)
	if err != nil {
		panic(err)
	}
	fmt.Printf("return %.1f +- %.1f (standard error %.1f), 5%% to 95%%: %.1f to %.1f\n",
		r.Mean(), r.SD(), r.StandardError(), r.Quantile(0.05), r.Quantile(0.95))
	fmt.Printf("worst tenth %.1f\n", r.CVaR(0.1))
	fmt.Printf("along the mean dynamics %.1f\n", r.MeanDynamicsReturn())

	rollout.Dynamics[1] = function.Of(3, func(x []float64) float64 { return drag(x[1], x[2]) })
	truth, err := rollout.Run(context.Background(), start)
	if err != nil {
		panic(err)
	}
	fmt.Printf("truly %.1f\n", truth.Mean())
	// Output:
	// return -24.0 +- 2.8 (standard error 0.2), 5% to 95%: -29.2 to -20.5
	// worst tenth -29.7
	// along the mean dynamics -23.4
	// truly -23.0
}

// Use 12: sixty-four regressors that agree with the data, and how well they say what they
// do not know.
func ExampleEnsemble() {
	f := func(x float64) float64 { return math.Sin(3*x) + 0.3*math.Cos(11*x) }
	const sd = 0.15
	noise := rng.New(8).Rand()
	table := func(n int, a, b float64) (*mat.Dense, []float64) {
		x := grid(a, b, n)
		y := make([]float64, n)
		for i := range y {
			y[i] = f(x.At(i, 0)) + sd*noise.NormFloat64()
		}
		return x, y
	}
	x, y := table(28, -1.5, 1.5)
	paths := learn(kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.25)}, x, y, sd*sd, 64)

	ensemble := emulate.NewEnsemble(paths).WithNoise(sd * sd)
	at := mat.NewDense(2, 1, []float64{0.5, 1.9})
	fmt.Printf("one member %.2f\n", ensemble.Member(3).Predict(at))
	s := ensemble.Summarize(at, 0.025, 0.975)
	for i := range s.Mean {
		fmt.Printf("x = %.1f: %.2f +- %.2f, 95%% from %.2f to %.2f\n", at.At(i, 0), s.Mean[i], s.SD[i], s.Quantiles.At(i, 0), s.Quantiles.At(i, 1))
	}
	held, target := table(500, -1.5, 1.5)
	for _, c := range ensemble.Coverage(held, target, 0.5, 0.95) {
		fmt.Printf("%.0f%% intervals cover %.0f%%\n", 100*c.Level, 100*c.Fraction)
	}
	// Output:
	// one member [1.19 -0.53]
	// x = 0.5: 1.10 +- 0.19, 95% from 0.73 to 1.47
	// x = 1.9: -0.46 +- 0.84, 95% from -1.90 to 1.47
	// 50% intervals cover 47%
	// 95% intervals cover 94%
}
