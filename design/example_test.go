package design_test

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/design"
	"matheron/optimize"
	"matheron/rng"
)

// Use 5: where to read next, on a grid of 200, to know the worked example's function, its
// lengthscale, its greatest value, or where it crosses 0.
func Example() {
	x := grid(200)
	paths := draw(posterior(1, 0.3), 64)
	values := paths.Eval(x)
	mean, variance := design.Moments(values)
	at := func(what string, score []float64) {
		i := best(score)
		fmt.Printf("%-22s %6.3f at %5.2f\n", what, score[i], x.At(i, 0))
	}
	at("predictive variance", variance)

	fmt.Print("joint entropy of three ")
	picks := design.GreedyEntropyOfDraws(values, noise, 3)
	for _, p := range picks {
		fmt.Printf(" %.2f", x.At(p.Index, 0))
	}
	fmt.Printf(", %.3f nats\n", picks[2].Entropy)

	// Hyperparameter draws stand for a posterior over the lengthscale.
	var sets []*mat.Dense
	for _, lengthscale := range []float64{0.2, 0.25, 0.3, 0.4, 0.5} {
		sets = append(sets, draw(posterior(1, lengthscale), 64).Eval(x))
	}
	at("BALD", design.BALD(design.Predictive(sets, noise)))

	tops, err := paths.Maximize(context.Background(), optimize.Box{Lower: []float64{-2}, Upper: []float64{2}})
	if err != nil {
		fmt.Println(err)
		return
	}
	optima := make([]float64, len(tops))
	for s, o := range tops {
		optima[s] = o.Value
	}
	at("max-value entropy", design.MaxValueEntropy(mean, variance, optima))
	at("straddle", design.Straddle(mean, variance, 0, 1.96))
	at("expected feasibility", design.ExpectedFeasibilityOfDraws(values, 0, 2))
	// Output:
	// predictive variance     0.976 at -2.00
	// joint entropy of three  -2.00 2.00 1.76, 3.432 nats
	// BALD                    0.345 at -0.01
	// max-value entropy       0.468 at -1.82
	// straddle                1.861 at  2.00
	// expected feasibility    1.209 at  1.96
}

// Use 9: the expected information gain of three designs of two readings each, by nested
// Monte Carlo and in closed form.
func ExampleNested_Gains() {
	post := posterior(1, 0.3)
	paths := draw(post, 3000)
	designs := []*mat.Dense{column(-0.5, 0.5), column(-1.8, -1.75), column(-1.8, 1.8)}
	readings := design.Observations{Noise: noise}
	for _, x := range designs {
		readings.Values = append(readings.Values, paths.Eval(x))
	}
	gains, err := design.Nested{Outer: 1000, Inner: 2000, Key: rng.New(1)}.Gains(context.Background(), readings, len(designs))
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, x := range designs {
		_, cov, err := paths.Moments(0, x)
		if err != nil {
			fmt.Println(err)
			return
		}
		exact, err := design.GaussianGain(cov, noise)
		if err != nil {
			fmt.Println(err)
			return
		}
		g := gains[i]
		fmt.Printf("%5.2f: %.3f (bias %.3f, standard error %.3f), at least %.3f; exact %.3f, within 4 standard errors %v\n",
			x.RawMatrix().Data, g.Value, g.Bias, g.SE, g.Lower, exact, math.Abs(g.Value-g.Bias-exact) < 4*g.SE)
	}
	d, se := gains[2].Less(gains[1])
	fmt.Printf("apart rather than together: %.3f more, standard error %.3f\n", d, se)
	// Output:
	// [-0.50  0.50]: 0.306 (bias 0.000, standard error 0.024), at least 0.305; exact 0.322, within 4 standard errors true
	// [-1.80 -1.75]: 1.879 (bias 0.005, standard error 0.038), at least 1.865; exact 1.878, within 4 standard errors true
	// [-1.80  1.80]: 3.097 (bias 0.015, standard error 0.053), at least 3.032; exact 3.080, within 4 standard errors true
	// apart rather than together: 1.218 more, standard error 0.039
}
