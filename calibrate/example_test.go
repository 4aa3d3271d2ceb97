package calibrate_test

import (
	"context"
	"fmt"
	"log"
	"math"
	"slices"

	"matheron/calibrate"
	"matheron/gp"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/rng"
)

// Use 10: how well 64 paths through the even rows of the worked example predict
// its odd rows.
func Example() {
	p := newPaths28(64, 1024)
	k := kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.3)}
	post, err := gp.Prior{Kernel: k, Jitter: 1e-6}.Condition(p.x, p.y, gp.Noise(noiseSD*noiseSD))
	if err != nil {
		log.Fatal(err)
	}
	paths, err := pathwise.Sampler{Posterior: post, Features: 1024}.Draw(rng.New(0), 64)
	if err != nil {
		log.Fatal(err)
	}
	f := paths.Eval(p.held)
	draws := calibrate.Observe(f, rng.New(1), noiseSD*noiseSD)

	u, err := calibrate.PIT(draws, p.target, rng.New(2))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("histogram of PIT", calibrate.Histogram(u, 4))
	ks := calibrate.KolmogorovSmirnov(u)
	fmt.Printf("Kolmogorov-Smirnov D = %.3f, P = %.3f\n", ks.Statistic, ks.P)
	for _, c := range calibrate.Cover(u, 0.5, 0.9) {
		fmt.Printf("central %.0f%%: %.2f held (se %.2f)\n", 100*c.Level, c.Rate, c.SE)
	}

	// CRPS by draws and in closed form, and the energy score of all rows together.
	crps, se := calibrate.Mean(calibrate.CRPS(draws, p.target, calibrate.Fair))
	exact, mean, variance := 0.0, post.Mean(nil, p.held), post.Variance(nil, p.held)
	for i, y := range p.target {
		v, _, _ := calibrate.GaussianCRPS(mean[i], math.Sqrt(variance[i]+noiseSD*noiseSD), y)
		exact += v / float64(len(p.target))
	}
	fmt.Printf("CRPS %.4f (se %.4f), closed form %.4f\n", crps, se, exact)
	fmt.Printf("energy score %.4f\n", calibrate.Energy(nil, draws, p.target, calibrate.Fair))
	// Output:
	// histogram of PIT [6 0 3 5]
	// Kolmogorov-Smirnov D = 0.261, P = 0.248
	// central 50%: 0.21 held (se 0.13)
	// central 90%: 0.93 held (se 0.08)
	// CRPS 0.1507 (se 0.0199), closed form 0.1467
	// energy score 0.6563
}

// Use 10: the gradient of the energy score to the logarithms of variance and
// lengthscale by the same base randomness, beside finite differences, and one fit.
// The model draws paths with the same key for each theta, and these carry a gradient
// back to the parameters of their kernel:
//
//	paths, err := pathwise.Sampler{Posterior: post}.Draw(key, 64)
//	g, err := paths.ParamGrad(w, held) // times the parameters, for their logarithms
func ExampleFit() {
	p := newPaths28(64, 1024)
	model, score := p.model(), calibrate.EnergyScore(calibrate.Fair)
	theta, grad := []float64{0, math.Log(0.3)}, make([]float64, 2)
	start, err := calibrate.Eval(model, score, p.target, theta, grad)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("score %.4f, gradient %.4f\n", start, grad)
	objective := calibrate.Objective(model, score, p.target)
	for j, name := range []string{"variance", "lengthscale"} {
		const h = 1e-5
		x := slices.Clone(theta)
		x[j] += h
		high := objective(x, nil)
		x[j] -= 2 * h
		difference := (high - objective(x, nil)) / (2 * h)
		fmt.Printf("log %s: off differences by less than 1e-6: %t\n", name, math.Abs(grad[j]-difference) < 1e-6)
	}

	fit, err := calibrate.Fit{Score: score}.Run(context.Background(), model, p.target, theta)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("fitted: score %.3f at variance %.2f, lengthscale %.2f\n", fit.F, math.Exp(fit.X[0]), math.Exp(fit.X[1]))
	// Output:
	// score 0.6563, gradient [0.0317 0.4248]
	// log variance: off differences by less than 1e-6: true
	// log lengthscale: off differences by less than 1e-6: true
	// fitted: score 0.606 at variance 0.45, lengthscale 0.25
}

// Predictions that are too narrow are recalibrated by the transforms of past
// observations.
func ExampleFitBeta() {
	past := []float64{0.01, 0.02, 0.03, 0.08, 0.2, 0.45, 0.7, 0.9, 0.96, 0.98, 0.99}
	m, err := calibrate.FitBeta(context.Background(), past)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("Beta(%.2f, %.2f)\n", m.A, m.B)
	draws := []float64{-2, -1, 0, 1, 2}
	fmt.Printf("80%% quantile: %.2f, recalibrated %.2f\n",
		calibrate.Recalibrated(calibrate.Beta{A: 1, B: 1}, draws, 0.8), calibrate.Recalibrated(m, draws, 0.8))
	// Output:
	// Beta(0.42, 0.44)
	// 80% quantile: 1.20, recalibrated 1.68
}
