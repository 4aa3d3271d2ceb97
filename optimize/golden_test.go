package optimize

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"
)

// How far minimisers may be apart where the Hessian is singular or nearly so:
// two points with a gradient within 1e-6 are this far from each other.
var looseX = map[string]float64{
	"powell8": 0.05, // f grows as x^4: gradient 1e-6 at x = (1e-6/40)^(1/3) = 3e-3 and beyond
	"hs3":     0.1,  // curvature 2e-5: 1e-6/2e-5 = 0.05 on each side
	// Both stop at a reduction within 1e3 eps f = 9e-9, at curvatures from 4 on:
	// sqrt(2 9e-9/4).
	"quadratic20 box": 7e-5,
	"quadratic20":     2e-4, // sqrt(2 1e-8/1), see looseF
}

// looseF is for a problem of condition 1e6 that takes thousands of steps: at the
// end each gains some ten-thousandth of what is left, so that a gain within 1e3
// eps leaves 1e4 times as much. Rounding decides where that is.
var looseF = map[string]float64{"quadratic20": 1e-8}

func TestGolden(t *testing.T) {
	g := loadGolden(t)
	for _, run := range g.Runs {
		t.Run(run.Name, func(t *testing.T) {
			f, box := run.objective(t), run.box()
			grad := make([]float64, len(run.X0))
			f0 := f(box.Project(nil, run.X0), grad)
			// The two languages sum in different order: some rounding only.
			if math.Abs(f0-run.F0) > 1e-12*math.Abs(run.F0) || math.Abs(floats.Norm(grad, 2)-run.GradNorm0) > 1e-12*run.GradNorm0 {
				t.Fatalf("not the same objective: f %v, SciPy %v; |g| %v, SciPy %v", f0, run.F0, floats.Norm(grad, 2), run.GradNorm0)
			}
			minimizers := map[string]Minimizer{
				"LBFGSB": LBFGSB{Box: box, Memory: g.Memory, RelTol: g.RelTol, GradTol: g.GradTol},
			}
			if !run.bounded() {
				minimizers["LBFGS"] = LBFGS{Memory: g.Memory, RelTol: g.RelTol, GradTol: g.GradTol}
			}
			for name, m := range minimizers {
				res, err := m.Minimize(context.Background(), f, run.X0)
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("%s: %v, f %g (SciPy %g), %d iterations, %d evaluations (SciPy %d)", name, res.Status, res.F, run.F, res.Iterations, res.Evaluations, run.Evaluations)
				checkEnd(t, res, f, box)
				if !res.Status.Converged() {
					t.Errorf("%s: %v", name, res.Status)
				}
				// Where the function has converged the gradient has no tolerance of its
				// own, but must have gone down by orders from its start.
				if norm := box.GradNorm(res.X, res.Grad); norm > 1e-4*max(1, run.GradNorm0) {
					t.Errorf("%s: projected gradient %v, at the start %v", name, norm, run.GradNorm0)
				}
				// Both stop at a gradient within 1e-6 or a reduction within 1e3 eps.
				tolF := 1e-9
				if v, ok := looseF[run.Name]; ok {
					tolF = v
				}
				if res.F > run.F+tolF*max(1, math.Abs(run.F)) {
					t.Errorf("%s: f = %v, SciPy %v", name, res.F, run.F)
				}
				// A gradient within 1e-6 where curvatures are at least 0.1; Brown's
				// large variable is relative to its size.
				tol := 1e-5
				if v, ok := looseX[run.Name]; ok {
					tol = v
				}
				for i, x := range res.X {
					if math.Abs(x-run.X[i]) > tol*max(1, math.Abs(run.X[i])) {
						t.Errorf("%s: x[%d] = %v, SciPy %v", name, i, x, run.X[i])
					}
					if (x == box.Lower[i]) != (run.X[i] == box.Lower[i]) || (x == box.Upper[i]) != (run.X[i] == box.Upper[i]) {
						t.Errorf("%s: x[%d] = %v, SciPy %v in [%v, %v]: active set differs", name, i, x, run.X[i], box.Lower[i], box.Upper[i])
					}
				}
				if res.Evaluations > run.Evaluations*3/2+10 {
					t.Errorf("%s: %d evaluations, SciPy %d", name, res.Evaluations, run.Evaluations)
				}
			}
		})
	}
}

// checkEnd verifies what every Result must have: a point of the box, its value
// and gradient, and, if the gradient is said to be small, the first order
// conditions a bound at a time.
func checkEnd(t *testing.T, res Result, f Objective, box Box) {
	t.Helper()
	grad := make([]float64, len(res.X))
	if fx := f(res.X, grad); fx != res.F {
		t.Errorf("F = %v, but f(X) = %v", res.F, fx)
	}
	for i, g := range grad {
		if g != res.Grad[i] {
			t.Errorf("Grad[%d] = %v, want %v", i, res.Grad[i], g)
		}
		lower, upper := box.bounds(i)
		x := res.X[i]
		if x < lower || x > upper {
			t.Errorf("X[%d] = %v outside of [%v, %v]", i, x, lower, upper)
		}
		if res.Status != GradientSmall {
			continue
		}
		// 1e-5 is the default GradTol, the largest used.
		if x > lower+1e-5 && g > 1e-5 || x < upper-1e-5 && g < -1e-5 {
			t.Errorf("X[%d] = %v in [%v, %v] has gradient %v", i, x, lower, upper, g)
		}
	}
}

func TestRootGolden(t *testing.T) {
	functions := map[string]func(float64) float64{
		"cubic":  func(x float64) float64 { return x*x*x - 2*x - 5 },
		"cosine": func(x float64) float64 { return math.Cos(x) - x },
		"flat":   func(x float64) float64 { return math.Pow(x-1, 9) },
		"exp":    func(x float64) float64 { return math.Exp(x) - 1e3 },
	}
	for _, run := range loadGolden(t).Roots {
		f, calls := functions[run.Name], 0
		x, err := Root(func(x float64) float64 { calls++; return f(x) }, run.A, run.B, 1e-12)
		if err != nil {
			t.Fatal(err)
		}
		// Both are within 1e-12 and 4 eps |x| of the root.
		if math.Abs(x-run.X) > 4e-12 {
			t.Errorf("%s: %v, SciPy %v", run.Name, x, run.X)
		}
		if calls > run.Evaluations*3/2+10 {
			t.Errorf("%s: %d evaluations, SciPy %d", run.Name, calls, run.Evaluations)
		}
	}
}
