package functional_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/functional"
)

// wave is exp(a x) sin(b y) of two inputs, whose derivatives are all known.
type wave struct {
	formulas
	a, b float64
}

func newWave(a, b float64) wave {
	return wave{formulas{{
		func(x []float64) float64 { return math.Exp(a*x[0]) * math.Sin(b*x[1]) },
		func(dst, x []float64) {
			e := math.Exp(a * x[0])
			dst[0], dst[1] = a*e*math.Sin(b*x[1]), b*e*math.Cos(b*x[1])
		},
	}}, a, b}
}

func (w wave) hessian(x []float64) *mat.SymDense {
	e, s, c := math.Exp(w.a*x[0]), math.Sin(w.b*x[1]), math.Cos(w.b*x[1])
	return mat.NewSymDense(2, []float64{w.a * w.a * e * s, w.a * w.b * e * c, w.a * w.b * e * c, -w.b * w.b * e * s})
}

// closedWave has its second derivatives in closed form.
type closedWave struct{ wave }

func (w closedWave) Hessian(x *mat.Dense) ([][]*mat.SymDense, error) {
	n, _ := x.Dims()
	out := [][]*mat.SymDense{make([]*mat.SymDense, n)}
	for i := range n {
		out[0][i] = w.hessian(x.RawRowView(i))
	}
	return out, nil
}

// full is an operator with every term, its coefficients depending on x.
var full = functional.Operator{
	Value:    func(x []float64) float64 { return x[0] },
	Gradient: func(dst, x []float64) { dst[0], dst[1] = 1, x[1] },
	Second: func(dst *mat.SymDense, x []float64) {
		dst.SetSym(0, 0, 1)
		dst.SetSym(0, 1, x[0])
		dst.SetSym(1, 1, -2)
	},
}

func TestOperatorAgainstClosedForm(t *testing.T) {
	// Inputs in units that differ by 10^6.
	for _, unit := range []float64{1e-3, 1, 1e3} {
		w := newWave(0.7/unit, 2/unit)
		x := mat.NewDense(3, 2, []float64{0.1, 0.2, -1, 0.5, 0.9, 1.7})
		x.Scale(unit, x)
		got, err := full.Apply(context.Background(), w, x)
		if err != nil {
			t.Fatal(err)
		}
		closed, err := full.Apply(context.Background(), closedWave{w}, x)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			p := x.RawRowView(i)
			var g [2]float64
			w.formulas[0].g(g[:], p)
			h := w.hessian(p)
			want := p[0]*w.formulas[0].f(p) + g[0] + p[1]*g[1] + h.At(0, 0) + 2*p[0]*h.At(0, 1) - 2*h.At(1, 1)
			size := math.Abs(want) + mat.Norm(h, math.Inf(1))*(1+math.Abs(p[0]))
			within(t, "closed form", closed.Values.At(0, i), want, 1e-14*size)
			within(t, "its error", closed.Error.At(0, i), 0, 0)
			// Order 8 and rounding: better than 1e-10 of the terms, and as stated.
			within(t, "differences", got.Values.At(0, i), want, 1e-10*size)
			within(t, "stated", got.Values.At(0, i), want, got.Error.At(0, i)+1e-14*size)
			if e := got.Error.At(0, i); e == 0 || e > 1e-8*size {
				t.Errorf("a stated error of %g of %g", e, size)
			}
		}
	}
}

// -f” of paths: the mean against the closed form of the posterior, each path
// against a fine difference of its values.
func TestMinusSecondDerivativeOfPaths(t *testing.T) {
	paths := worked(200)
	at := []float64{-1.2, 0.37, 1.9}
	got, err := functional.Laplacian(-1).Apply(context.Background(), paths, mat.NewDense(len(at), 1, at))
	if err != nil {
		t.Fatal(err)
	}
	post := posterior()
	const l2 = lengthscale * lengthscale
	for i, x := range at {
		want := 0.0
		for j, w := range post.Weights() {
			r := x - post.X().At(j, 0)
			want -= w * math.Exp(-r*r/(2*l2)) * (r*r/l2 - 1) / l2
		}
		s := functional.At(got.Values, i)
		within(t, "mean of -f''", s.Mean(), want, sigmas*s.SE())
		const h = 1e-3
		y := paths.Eval(mat.NewDense(5, 1, []float64{x - 2*h, x - h, x, x + h, x + 2*h}))
		for p := range paths.Len() {
			v := y.RawRowView(p)
			fine := (v[0] - 16*v[1] + 30*v[2] - 16*v[3] + v[4]) / (12 * h * h)
			// h^4/90 f^(6) with f^(6) up to 3e5, and rounding of 1e-13/h^2.
			within(t, "-f''", got.Values.At(p, i), fine, 1e-6)
			if e := got.Error.At(p, i); e > 1e-7 {
				t.Errorf("path %d at %g: a stated error of %g", p, x, e)
			}
		}
	}
}

func TestOperatorDegenerate(t *testing.T) {
	got, err := functional.Laplacian(1).Apply(context.Background(), constants(3, 4), inputs(0, 1, 2))
	if err != nil {
		t.Fatal(err)
	}
	within(t, "constant", mat.Norm(got.Values, 2)+mat.Norm(got.Error, 2), 0, 0)
	got, err = functional.Operator{}.Apply(context.Background(), constants(3), inputs(0, 1, 2))
	if err != nil {
		t.Fatal(err)
	}
	within(t, "no terms", mat.Norm(got.Values, 2), 0, 0)
	bad := formulas{{func([]float64) float64 { return 0 }, func(dst, _ []float64) { dst[0] = math.NaN() }}}
	got, err = functional.Laplacian(1).Apply(context.Background(), bad, inputs(0, 1, 2))
	if err != nil {
		t.Fatal(err)
	}
	if v, e := got.Values.At(0, 0), got.Error.At(0, 0); !math.IsNaN(v) || !math.IsInf(e, 1) {
		t.Errorf("a value of %g with error %g from no gradient", v, e)
	}
}

// Halvings of the step, each eight gradients a point and input, did not look at the
// context.
func TestOperatorStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	calls := 0
	f := formulas{{func(x []float64) float64 { return 0 }, func(dst, x []float64) {
		if calls++; calls == 9 { // the scale, and the first of eight
			cancel()
		}
		dst[0] = math.Cos(x[0])
	}}}
	if _, err := functional.Laplacian(1).Apply(ctx, f, mat.NewDense(1, 1, []float64{1})); !errors.Is(err, context.Canceled) || calls != 9 {
		t.Errorf("%d gradients, error %v", calls, err)
	}
}
