package function_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
	"matheron/pathwise"
	"matheron/pathwise/pathtest"
)

// What package pathwise draws is what the others take.
var (
	_ function.GradFunctions        = (*pathwise.Paths)(nil)
	_ function.SumGrader            = (*pathwise.Paths)(nil)
	_ function.EvalerTo             = (*pathwise.Paths)(nil)
	_ function.EachEvaler           = (*pathwise.Paths)(nil)
	_ function.EachGrader           = (*pathwise.Paths)(nil)
	_ function.Momenter             = (*pathwise.Paths)(nil)
	_ function.Set[pathwise.Path]   = (*pathwise.Paths)(nil)
	_ function.GradFunction         = pathwise.Path{}
	_ function.Evaler               = pathwise.Path{}
	_ function.Set[function.Evaler] = function.Slice[function.Evaler]{}
)

// waves are three functions of two inputs, with their gradients and without.
func waves() (known, unknown *function.Funcs) {
	var with []function.Func
	var without []func(x []float64) float64
	for s := range 3 {
		a := float64(s + 1)
		value := func(x []float64) float64 { return math.Sin(a*x[0]) * math.Exp(-x[1]/a) }
		with = append(with, function.Func{Value: value, Gradient: func(dst, x []float64) {
			e := math.Exp(-x[1] / a)
			dst[0], dst[1] = a*math.Cos(a*x[0])*e, -math.Sin(a*x[0])*e/a
		}})
		without = append(without, value)
	}
	return function.New(2, with...), function.Of(2, without...)
}

var points = mat.NewDense(4, 2, []float64{0.1, 0.2, -1.3, 0.5, 2.2, -0.4, 0.7, 1.9})

func TestFuncsKeepThePromises(t *testing.T) {
	known, unknown := waves()
	pathtest.Test(t, known, pathtest.Options{Points: points})
	pathtest.Test(t, unknown, pathtest.Options{Points: points})
	if m := function.Mean(known); pathtest.Check(m, pathtest.Options{Points: points}) != nil {
		t.Error("the mean keeps no promise")
	}
}

func TestDifferencesAreTheGradient(t *testing.T) {
	known, unknown := waves()
	for s := range known.Len() {
		for i := range 4 {
			x := points.RawRowView(i)
			want, got := known.Path(s).Grad(nil, x), unknown.Path(s).Grad(nil, x)
			for d := range want {
				// h^4 f'''''/30 with f''''' <= 3^5, and 1.5 eps/h.
				if tol := 1e-12*243/30*2*16 + 1e-12; math.Abs(got[d]-want[d]) > tol {
					t.Errorf("function %d at %v: derivative %d is %v, not %v", s, x, d, got[d], want[d])
				}
			}
		}
	}
	// A step for functions that turn faster, and where the input is far from zero.
	fast := function.Func{Value: func(x []float64) float64 { return math.Sin(1e6 * x[0]) }, Step: 1e-9}
	if g := fast.Grad(nil, []float64{0.1}); math.Abs(g[0]-1e6*math.Cos(1e5)) > 1 {
		t.Errorf("a slope of %v, not %v", g[0], 1e6*math.Cos(1e5))
	}
	far := function.Func{Value: func(x []float64) float64 { return x[0] * x[0] }}
	if g := far.Grad(nil, []float64{1e9}); math.Abs(g[0]/2e9-1) > 1e-10 {
		t.Errorf("a slope of %v, not 2e9", g[0])
	}
}

// bare hides every ability of functions but Eval and Grad.
type bare struct{ of function.GradFunctions }

func (b bare) Len() int                                { return b.of.Len() }
func (b bare) Inputs() int                             { return b.of.Inputs() }
func (b bare) Eval(x *mat.Dense) *mat.Dense            { return b.of.Eval(x) }
func (b bare) Grad(x *mat.Dense) ([]*mat.Dense, error) { return b.of.Grad(x) }

// An ability that is made of what all functions can do gives what their own gives.
func TestMadeAbilitiesAreTheOwn(t *testing.T) {
	known, _ := waves()
	f := bare{known}
	got, want := mat.NewDense(3, 4, nil), known.Eval(points)
	function.EvaluatorTo(f)(got, points)
	if !mat.Equal(got, want) {
		t.Errorf("%v, not %v", mat.Formatted(got), mat.Formatted(want))
	}
	xs := []*mat.Dense{points, mat.DenseCopyOf(points.Slice(0, 1, 0, 2)), mat.DenseCopyOf(points.Slice(1, 3, 0, 2))}
	own := known.EvalEach(xs)
	for s, values := range function.EachEvaluator(f)(xs) {
		for i, v := range values {
			if v != own[s][i] {
				t.Errorf("function %d at its point %d is %v, not %v", s, i, v, own[s][i])
			}
		}
	}
	w, x := []float64{0.5, 0, -2}, []float64{0.3, 0.6}
	sum, err := function.SumGradient(f)(nil, w, x)
	if err != nil {
		t.Fatal(err)
	}
	for d := range sum {
		want := 0.0
		for s := range w {
			want += w[s] * known.Path(s).Grad(nil, x)[d]
		}
		if math.Abs(sum[d]-want) > 1e-15 {
			t.Errorf("derivative %d of the sum is %v, not %v", d, sum[d], want)
		}
	}
	mean := function.Mean(f).Eval(points)
	for i := range 4 {
		if want := (want.At(0, i) + want.At(1, i) + want.At(2, i)) / 3; mean.At(0, i) != want {
			t.Errorf("the mean at point %d is %v, not %v", i, mean.At(0, i), want)
		}
	}
}

// wrong has the shapes of no set.
type wrong struct{ bare }

func (w wrong) Len() int { return 7 }

func TestShapesAreChecked(t *testing.T) {
	known, _ := waves()
	w := wrong{bare{known}}
	for name, f := range map[string]func(){
		"values":    func() { function.Eval(w, points) },
		"gradients": func() { function.Grad(w, points) },
		"weights":   func() { function.SumGradient(bare{known})(nil, []float64{1}, []float64{0, 0}) },
		"to":        func() { function.EvaluatorTo(bare{known})(mat.NewDense(2, 4, nil), points) },
		"inputs":    func() { known.Eval(mat.NewDense(1, 3, nil)) },
		"each":      func() { known.EvalEach([]*mat.Dense{points}) },
		"none":      func() { function.New(2) },
		"no value":  func() { function.New(2, function.Func{}) },
		"no inputs": func() { function.Of(0, func([]float64) float64 { return 0 }) },
		"dst":       func() { known.Path(0).Grad(make([]float64, 1), []float64{0, 0}) },
		"rows":      func() { known.Path(0).Eval(make([]float64, 1), points) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
