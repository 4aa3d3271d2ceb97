package functional_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"matheron/functional"
	"matheron/gp"
	"matheron/kernel"
	"matheron/optimize"
	"matheron/pathwise"
	"matheron/rng"
)

const best = -0.9

// improvement is the expected improvement of N(mean, sd^2) below best.
func improvement(mean, sd float64) float64 {
	z := (best - mean) / sd
	return (best-mean)*distuv.UnitNormal.CDF(z) + sd*distuv.UnitNormal.Prob(z)
}

func TestExpectedImprovementAgainstLaw(t *testing.T) {
	paths := worked(1000)
	at := []float64{-1.95, -0.6, -0.5, 1.7, 1.9}
	mean, cov := moments(t, paths, at...)
	ei := functional.ExpectationEach(paths, mat.NewDense(len(at), 1, at), functional.Improvement(best))
	for i := range at {
		want := improvement(mean[i], math.Sqrt(cov.At(i, i)))
		if ei[i].SE == 0 {
			t.Errorf("x = %g: no spread", at[i])
		}
		within(t, "EI", ei[i].Value, want, sigmas*ei[i].SE)
	}
	// Any g: E f^2 = mean^2 + variance.
	square := functional.Expectation(paths, inputs(-1.9, 0, 2), func(f, _ []float64) float64 { return f[0] * f[0] })
	within(t, "E f^2", square.Value, mean[0]*mean[0]+cov.At(0, 0), sigmas*square.SE)
}

func TestExpectationGradAgainstDifferences(t *testing.T) {
	paths := worked(64)
	payoffs := map[string]functional.Utility{
		"improvement": functional.Improvement(best),
		"product": func(f, grad []float64) float64 {
			v := 1.0
			for _, x := range f {
				v *= x
			}
			for i := range grad {
				grad[i] = v / f[i]
			}
			return v
		},
	}
	for name, g := range payoffs {
		for _, at := range [][]float64{{-0.55}, {1.85}, {-0.7, 1.7}, {-1.8, -0.5, 1.9}} {
			x := mat.NewDense(len(at), 1, at)
			e, grad, err := functional.ExpectationGrad(paths, x, g)
			if err != nil {
				t.Fatal(err)
			}
			within(t, name, e.Value, functional.Expectation(paths, x, g).Value, 0)
			for i := range at {
				// Fourth order in h: 1e-12 of truncation, 1e-12 of rounding; no path is
				// within h of the kink at these points.
				const h = 1e-4
				shifted := func(k float64) float64 {
					y := mat.DenseCopyOf(x)
					y.Set(i, 0, y.At(i, 0)+k*h)
					return functional.Expectation(paths, y, g).Value
				}
				want := (8*(shifted(1)-shifted(-1)) - (shifted(2) - shifted(-2))) / (12 * h)
				within(t, name, grad.Value.At(i, 0), want, 1e-6)
			}
		}
	}
}

// The gradient is within its own standard error of that of the closed form.
func TestExpectationGradAgainstLaw(t *testing.T) {
	paths := worked(1000)
	const h = 1e-4
	for _, x := range []float64{-1.8, -0.55, 1.8} {
		mean, cov := moments(t, paths, x-h, x+h)
		want := (improvement(mean[1], math.Sqrt(cov.At(1, 1))) - improvement(mean[0], math.Sqrt(cov.At(0, 0)))) / (2 * h)
		_, grad, err := functional.ExpectationGrad(paths, mat.NewDense(1, 1, []float64{x}), functional.Improvement(best))
		if err != nil {
			t.Fatal(err)
		}
		within(t, "dEI/dx", grad.Value.At(0, 0), want, sigmas*grad.SE.At(0, 0)+1e-6)
	}
}

func TestMaximizeAgainstGrid(t *testing.T) {
	paths := worked(64)
	g := functional.Improvement(best)
	m := functional.Maximize{Box: optimize.Box{Lower: []float64{-2}, Upper: []float64{2}}, Key: rng.New(5)}
	got, err := m.Run(context.Background(), paths, g)
	if err != nil {
		t.Fatal(err)
	}
	grid := functional.ExpectationEach(paths, inputs(-2, 2, 10001), g)
	top := 0.0
	for _, e := range grid {
		top = math.Max(top, e.Value)
	}
	// Between points 4e-4 apart the maximum may be higher by curvature h^2/8, with
	// a curvature below 1/lengthscale^2 sd: 1e-6.
	if got.Estimate.Value < top-1e-12 || got.Estimate.Value > top+1e-6 {
		t.Errorf("maximum %.9g at %g, grid %.9g", got.Estimate.Value, got.X, top)
	}
	within(t, "value at X", functional.Expectation(paths, mat.NewDense(1, 1, got.X), g).Value, got.Estimate.Value, 0)
}

func TestMaximizeStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	m := functional.Maximize{Box: optimize.Box{Lower: []float64{-2}, Upper: []float64{2}}}
	if _, err := m.Run(ctx, worked(4), functional.Improvement(best)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	mustPanic(t, "no box", func() { functional.Maximize{}.Run(ctx, worked(4), functional.Improvement(best)) })
}

func TestRoughFunctionsHaveNoGradient(t *testing.T) {
	post, err := gp.Prior{Kernel: kernel.Matern12{Variance: 1, Lengthscale: kernel.Shared(1)}}.Condition(inputs(0, 1, 3), []float64{1, 0, 1}, gp.Noise(0.1))
	if err != nil {
		t.Fatal(err)
	}
	paths, err := pathwise.Sampler{Posterior: post}.Draw(rng.New(1), 4)
	if err != nil {
		t.Fatal(err)
	}
	x, g := inputs(0, 1, 2), functional.Improvement(best)
	if _, _, err := functional.ExpectationGrad(paths, x, g); err == nil {
		t.Error("a gradient of rough functions")
	}
	if _, err := functional.Laplacian(1).Apply(context.Background(), paths, x); err == nil {
		t.Error("second derivatives of rough functions")
	}
	m := functional.Maximize{Box: optimize.Box{Lower: []float64{0}, Upper: []float64{1}}}
	if _, err := m.Run(context.Background(), paths, g); err == nil {
		t.Error("a maximum of rough functions by gradient")
	}
}

func TestExpectationDegenerate(t *testing.T) {
	e := functional.Expectation(constants(-1, -1), inputs(0, 1, 1+1), functional.Improvement(0))
	within(t, "certain improvement", e.Value, 1, 0)
	within(t, "its error", e.SE, 0, 0)
	e, grad, err := functional.ExpectationGrad(constants(1, 2), inputs(0, 1, 2), functional.Improvement(0))
	if err != nil {
		t.Fatal(err)
	}
	within(t, "none", e.Value, 0, 0)
	within(t, "its gradient", mat.Norm(grad.Value, 2), 0, 0)
}
