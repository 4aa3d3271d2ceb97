package functional_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
	"matheron/functional"
)

func integral(t *testing.T, f function.Functions, along functional.Segment, w func([]float64) float64) functional.Integral {
	t.Helper()
	v, err := functional.Quadrature{}.Run(context.Background(), f, along, w)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestIntegralsInClosedForm(t *testing.T) {
	v := integral(t, formulas{sine(1, 0), sine(40, 0)}, functional.Interval(0, 3), nil)
	for s, w := range []float64{1, 40} {
		// 1e-10 of Int |f| < 3.
		within(t, "sine", v.Values()[s], (1-math.Cos(3*w))/w, 3e-10)
	}
	back := integral(t, formulas{sine(1, 0)}, functional.Interval(3, 0), nil)
	within(t, "backwards", back.Values()[0], -v.Values()[0], 1e-12)
	within(t, "empty", integral(t, formulas{sine(1, 0)}, functional.Interval(1, 1), nil).Mean(), 0, 0)
	within(t, "zero", integral(t, constants(0, 0), functional.Interval(0, 1), nil).Mean(), 0, 0)

	// Int_0^1 sin(x) x^-1/2 dx is 2/3 - 2/(7 3!) + 2/(11 5!) - ...; the weight is
	// singular at an end.
	want, term := 0.0, 1.0
	for k := 0; k < 12; k++ {
		want += term / (float64(2*k+1) + 0.5)
		term /= -float64((2*k + 2) * (2*k + 3))
	}
	root := integral(t, formulas{sine(1, 0)}, functional.Interval(0, 1), func(x []float64) float64 { return 1 / math.Sqrt(x[0]) })
	within(t, "singular weight", root.Values()[0], want, 1e-10)

	// A line through the plane: Int_0^1 (3t)(4t) 5 dt = 20; a kink off the dyadic
	// points: Int_0^1 |t - 1/3| dt = 5/18.
	plane := formulas{{f: func(x []float64) float64 { return x[0] * x[1] }}}
	line := functional.Segment{From: []float64{0, 0}, To: []float64{3, 4}}
	within(t, "plane", integral(t, plane, line, nil).Values()[0], 20, 1e-12)
	kink := formulas{{f: func(x []float64) float64 { return math.Abs(x[0] - 1./3) }}}
	within(t, "kink", integral(t, kink, functional.Interval(0, 1), nil).Values()[0], 5./18, 3e-11)
	jump := formulas{{f: func(x []float64) float64 { return math.Floor(x[0] + 0.3) }}}
	within(t, "jump", integral(t, jump, functional.Interval(0, 1), nil).Values()[0], 0.3, 1e-10)
}

// Every path against Simpson's rule on 10,001 points, and their mean and variance
// against the closed form and the distribution.
func TestIntegralsOfPaths(t *testing.T) {
	paths := worked(64)
	const a, b, n = -1., 1.5, 10001
	bump := func(x []float64) float64 { return math.Exp(-x[0] * x[0]) }
	for name, w := range map[string]func([]float64) float64{"integral": nil, "bump": bump} {
		got := integral(t, paths, functional.Interval(a, b), w)
		x := inputs(a, b, n)
		y := paths.Eval(x)
		weights := make([]float64, n)
		for i := range weights {
			weights[i] = []float64{2, 4}[i%2] * (b - a) / (n - 1) / 3
			if i == 0 || i == n-1 {
				weights[i] /= 2
			}
			if w != nil {
				weights[i] *= w([]float64{x.At(i, 0)})
			}
		}
		for s := range paths.Len() {
			want := mat.Dot(y.RowView(s), mat.NewVecDense(n, weights))
			// Simpson h^4/180 f'''' of 1e-14 and rounding; the quadrature's own error.
			within(t, name, got.Values()[s], want, got.Error+1e-11)
		}
	}

	paths = worked(400)
	post, got := posterior(), integral(t, paths, functional.Interval(a, b), nil)
	want := 0.0
	for i, v := range post.Weights() {
		c := post.X().At(i, 0)
		root := lengthscale * math.Sqrt2
		want += v * lengthscale * math.Sqrt(math.Pi/2) * (math.Erf((b-c)/root) - math.Erf((a-c)/root))
	}
	within(t, "mean against erf", got.Mean(), want, sigmas*got.SE())

	// Variance of the integral under the distribution: Simpson with 201 points.
	x := mat.Col(nil, 0, inputs(a, b, 201))
	_, cov := moments(t, paths, x...)
	q := mat.NewVecDense(201, nil)
	for i := range 201 {
		q.SetVec(i, []float64{2, 4}[i%2]*(b-a)/200/3)
		if i == 0 || i == 200 {
			q.SetVec(i, q.AtVec(i)/2)
		}
	}
	variance := mat.Inner(q, cov, q)
	// The variance of 400 Gaussian draws has a standard error of sqrt(2/399).
	within(t, "variance", got.Variance()/variance, 1, sigmas*math.Sqrt(2./399))
}

func TestQuadratureFails(t *testing.T) {
	ctx := context.Background()
	wild := formulas{sine(1e6, 0)}
	v, err := functional.Quadrature{MaxPoints: 500}.Run(ctx, wild, functional.Interval(0, 1), nil)
	var slow *functional.NotConverged
	if !errors.As(err, &slow) || slow.Points > 500 || v.Len() != 1 || slow.Estimate <= slow.Tol {
		t.Errorf("error %v with %d points", err, v.Points)
	}
	_, err = functional.Quadrature{}.Run(ctx, wild, functional.Interval(0, 1), func(x []float64) float64 { return math.NaN() })
	var undefined *functional.Undefined
	if !errors.As(err, &undefined) {
		t.Errorf("error %v", err)
	}
	// Rounding stops halving long before 1e-40 is reached, and the points end it.
	_, err = functional.Quadrature{Tol: 1e-40, MaxPoints: 3000}.Run(ctx, constants(1./3), functional.Interval(0, 1), nil)
	if err != nil && !errors.As(err, &slow) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := (functional.Quadrature{}).Run(ctx, wild, functional.Interval(0, 1), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	mustPanic(t, "ends", func() {
		functional.Quadrature{}.Run(context.Background(), wild, functional.Segment{From: []float64{0}, To: []float64{1, 1}}, nil)
	})
}

// On Unix time the inputs are rounded to 2.4e-7, and a smooth function of them
// looks rough: panels were halved until MaxPoints for digits that are not there.
func TestIntegralOnUnixTime(t *testing.T) {
	const at = 1.7e9
	f := formulas{{
		func(x []float64) float64 { return 2 + math.Sin(x[0]-at) },
		func(dst, x []float64) { dst[0] = math.Cos(x[0] - at) },
	}}
	got, err := functional.Quadrature{}.Run(context.Background(), f, functional.Interval(at, at+30), nil)
	if err != nil {
		t.Fatalf("after %d points: %v", got.Points, err)
	}
	// An input is off by 1.2e-7 at most, and the slope is 1.
	within(t, "integral", got.Mean(), 60+1-math.Cos(30), 30*1.2e-7)
	if got.Error > 30*1.2e-7 || got.Points > 5000 {
		t.Errorf("an error of %g after %d points", got.Error, got.Points)
	}
	// Digits that are there are asked for as before.
	short := functional.Quadrature{MaxPoints: 50}
	if _, err := short.Run(context.Background(), f, functional.Interval(at, at+30), nil); err == nil {
		t.Error("50 points were enough for five waves")
	}
}
