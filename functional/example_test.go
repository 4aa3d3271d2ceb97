package functional_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/functional"
	"matheron/optimize"
	"matheron/pathwise"
	"matheron/rng"
)

// The examples ask questions about 64 paths of the worked example: 28 noisy
// readings of sin 3x + 0.3 cos 11x on [-1.5, 1.5], an RBF kernel of lengthscale
// 0.3, 1,024 features a path.
func Example() {
	paths := worked(64)
	x := mat.NewDense(2, 1, []float64{0.3, 1.8}) // inside the data, and beyond
	s := functional.Summarize(paths, x)
	band := functional.Quantiles(paths, x, 0.025, 0.975)
	for i := range 2 {
		fmt.Printf("f(%g): mean %.2f (se %.2f), sd %.2f (se %.2f), 95%% band [%.2f, %.2f]\n",
			x.At(i, 0), s.Mean[i], s.MeanSE[i], s.SD[i], s.SDSE[i], band.At(0, i), band.At(1, i))
	}
	// Output:
	// f(0.3): mean 0.54 (se 0.01), sd 0.08 (se 0.01), 95% band [0.42, 0.72]
	// f(1.8): mean -0.25 (se 0.10), sd 0.79 (se 0.08), 95% band [-1.55, 1.35]
}

// Use 2: Monte Carlo functionals with standard errors.
func ExampleBelow() {
	paths := worked(64)
	x := mat.NewDense(2, 1, []float64{-0.2, 1.7})
	for i, p := range functional.Below(paths, x, -0.5) {
		low, high := p.Interval(0.95)
		fmt.Printf("P(f(%g) < -0.5) = %.3f (se %.3f, 95%% interval %.2f to %.2f)\n", x.At(i, 0), p.Value, p.SE, low, high)
	}
	ei := functional.ExpectationEach(paths, x, functional.Improvement(-0.9))
	fmt.Printf("expected improvement at %g: %.4f (se %.4f)\n", x.At(1, 0), ei[1].Value, ei[1].SE)
	// Output:
	// P(f(-0.2) < -0.5) = 0.703 (se 0.058, 95% interval 0.58 to 0.80)
	// P(f(1.7) < -0.5) = 0.656 (se 0.060, 95% interval 0.53 to 0.76)
	// expected improvement at 1.7: 0.1079 (se 0.0281)
}

// Use 2: the probability that all constraints hold, on the same functions.
func ExampleFeasible() {
	paths := worked(64)
	x := mat.NewDense(2, 1, []float64{0.1, 1.7})
	inf := math.Inf(1)
	p := functional.Feasible(x,
		functional.Constraint{Functions: paths, Lower: 0, Upper: inf},
		functional.Constraint{Functions: paths, Lower: -inf, Upper: 0.5})
	for i := range p {
		fmt.Printf("P(0 < f(%g) < 0.5) = %.3f (se %.3f)\n", x.At(i, 0), p[i].Value, p[i].SE)
	}
	// Output:
	// P(0 < f(0.1) < 0.5) = 0.922 (se 0.034)
	// P(0 < f(1.7) < 0.5) = 0.078 (se 0.034)
}

// Use 3: the gradient of the Monte Carlo expected improvement, where it is flat
// and where it is not, beside central differences on the same paths; and its
// maximum from many starts.
func ExampleExpectationGrad() {
	paths := worked(64)
	ei := functional.Improvement(-0.9)
	value := func(x float64) float64 {
		return functional.Expectation(paths, mat.NewDense(1, 1, []float64{x}), ei).Value
	}
	for _, x := range []float64{0.3, 1.85} {
		e, g, err := functional.ExpectationGrad(paths, mat.NewDense(1, 1, []float64{x}), ei)
		if err != nil {
			log.Fatal(err)
		}
		const h = 1e-5
		difference := (value(x+h) - value(x-h)) / (2 * h)
		fmt.Printf("x = %g: EI %.3f, gradient %.3f (se %.3f), off differences by less than 1e-6: %t\n",
			x, e.Value, g.Value.At(0, 0), g.SE.At(0, 0), math.Abs(difference-g.Value.At(0, 0)) < 1e-6)
	}
	m := functional.Maximize{Box: optimize.Box{Lower: []float64{-2}, Upper: []float64{2}}, Key: rng.New(1)}
	top, err := m.Run(context.Background(), paths, ei)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("greatest at %.3f: %.3f (se %.3f)\n", top.X[0], top.Estimate.Value, top.Estimate.SE)
	// Output:
	// x = 0.3: EI 0.000, gradient 0.000 (se 0.000), off differences by less than 1e-6: true
	// x = 1.85: EI 0.071, gradient -0.050 (se 0.117), off differences by less than 1e-6: true
	// greatest at 1.483: 0.347 (se 0.018)
}

// Use 4: a level set, by root finding on each path.
func ExampleCrossings() {
	levels, err := functional.Crossings(context.Background(), worked(64), 0, grid(-2, 2, 401), 1e-12)
	if err != nil {
		log.Fatal(err)
	}
	count, length := levels.Count(), levels.Length()
	fmt.Printf("crossings of 0 a path: %.2f (se %.2f), from %g to %g\n", count.Mean(), count.SE(), count.Quantile(0), count.Quantile(1))
	p := levels.Within(-0.3, 0.1)
	fmt.Printf("P(a crossing in [-0.3, 0.1]) = %.2f\n", p.Value)
	fmt.Printf("length where f < 0: %.2f (se %.2f)\n", length.Mean(), length.SE())
	// Output:
	// crossings of 0 a path: 4.02 (se 0.10), from 3 to 5
	// P(a crossing in [-0.3, 0.1]) = 1.00
	// length where f < 0: 1.88 (se 0.02)
}

// Use 7: the posterior over the place and the value of the optimum.
func ExampleOptima() {
	paths := worked(64)
	ends, err := paths.Minimize(context.Background(), optimize.Box{Lower: []float64{-2}, Upper: []float64{2}})
	if err != nil {
		log.Fatal(err)
	}
	optima := functional.NewOptima(len(ends), func(s int) ([]float64, float64) { return ends[s].X, ends[s].Value })
	place, value := optima.Coordinate(0), optima.Value()
	fmt.Printf("least value: mean %.2f (se %.2f), 90%% in [%.2f, %.2f]\n", value.Mean(), value.SE(), value.Quantile(0.05), value.Quantile(0.95))
	fmt.Printf("place: median %.2f, 90%% in [%.2f, %.2f]\n", place.Quantile(0.5), place.Quantile(0.05), place.Quantile(0.95))
	inside := optima.InBox([]float64{-1.5}, []float64{1.5})
	fmt.Printf("P(it is within the data) = %.2f (se %.2f)\n", inside.Value, inside.SE)
	// Output:
	// least value: mean -1.35 (se 0.03), 90% in [-1.74, -1.10]
	// place: median 1.48, 90% in [-1.71, 1.99]
	// P(it is within the data) = 0.52 (se 0.06)
}

// Use 8: a line integral, and an inner product with the test function
// exp(-x²/(2 t²)), beside the closed form of both under the posterior, given their
// covariances with f(x) and their variances under the prior.
func ExampleQuadrature() {
	paths, ctx, post := worked(64), context.Background(), posterior()
	rows, _ := post.X().Dims()
	exact := func(variance float64, cov func(x float64) float64) (mean, sd float64) {
		c := make([]float64, rows)
		for i := range c {
			c[i] = cov(post.X().At(i, 0))
		}
		mean, v := post.Functional(0, c, variance)
		return mean, math.Sqrt(v)
	}
	const l, a, b = lengthscale, -1, 1.5
	line, err := functional.Quadrature{}.Run(ctx, paths, functional.Interval(a, b), nil)
	if err != nil {
		log.Fatal(err)
	}
	root, length := l*math.Sqrt2, b-a
	mean, sd := exact(2*l*l*math.Expm1(-length*length/(2*l*l))+math.Sqrt(2*math.Pi)*l*length*math.Erf(length/root), func(x float64) float64 {
		return l * math.Sqrt(math.Pi/2) * (math.Erf((b-x)/root) - math.Erf((a-x)/root))
	})
	fmt.Printf("integral: %.3f (se %.3f), sd %.3f; the posterior's %.3f, sd %.3f\n", line.Mean(), line.SE(), line.SD(), mean, sd)

	const t = 0.2
	inner, err := functional.Quadrature{}.Run(ctx, paths, functional.Interval(-2, 2), func(x []float64) float64 {
		return math.Exp(-x[0] * x[0] / (2 * t * t))
	})
	if err != nil {
		log.Fatal(err)
	}
	q := l*l + t*t
	mean, sd = exact(2*math.Pi*t*t*l/math.Sqrt(q+t*t), func(x float64) float64 {
		return t * l * math.Sqrt(2*math.Pi/q) * math.Exp(-x*x/(2*q))
	})
	fmt.Printf("inner product: %.3f (se %.3f), sd %.3f; the posterior's %.3f, sd %.3f\n", inner.Mean(), inner.SE(), inner.SD(), mean, sd)
	// Output:
	// integral: -0.361 (se 0.010), sd 0.081; the posterior's -0.353, sd 0.078
	// inner product: 0.023 (se 0.004), sd 0.029; the posterior's 0.028, sd 0.030
}

// Use 8: -f”, the left side of a Poisson equation, beside the closed form of the
// posterior mean.
func ExampleOperator() {
	const x = 0.37
	got, err := functional.Laplacian(-1).Apply(context.Background(), worked(64), mat.NewDense(1, 1, []float64{x}))
	if err != nil {
		log.Fatal(err)
	}
	exact := 0.0
	post := posterior()
	for i, w := range post.Weights() {
		r2 := math.Pow((x-post.X().At(i, 0))/lengthscale, 2)
		exact += w * math.Exp(-r2/2) * (1 - r2) / (lengthscale * lengthscale)
	}
	s := functional.At(got.Values, 0)
	fmt.Printf("-f''(%g): mean %.2f (se %.2f), the posterior's %.2f\n", x, s.Mean(), s.SE(), exact)
	fmt.Printf("every path within 1e-7: %t\n", mat.Max(got.Error) < 1e-7)
	// Output:
	// -f''(0.37): mean -6.67 (se 0.49), the posterior's -7.08
	// every path within 1e-7: true
}

// Any algorithm runs on each path: here Brent's method on its slope, for the place
// of the peak in the middle.
func ExampleEach() {
	peaks, err := functional.Each(context.Background(), worked(64), func(_ context.Context, f pathwise.Path) (float64, error) {
		slope := func(x float64) float64 { return f.Grad(nil, []float64{x})[0] }
		return optimize.Root(slope, 0.35, 0.75, 1e-10)
	})
	if err != nil {
		log.Fatal(err)
	}
	s := functional.NewSample(peaks)
	fmt.Printf("peaks at %.2f (sd %.2f)\n", s.Mean(), s.SD())
	// Output:
	// peaks at 0.56 (sd 0.01)
}
