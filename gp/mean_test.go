package gp

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

var means = map[string]Mean{
	"zero":     Zero{},
	"constant": Constant{1.5},
	"linear":   Linear{0.3, []float64{-1, 2}},
	"func": Func{
		F:    func(x []float64) float64 { return math.Sin(x[0]) * x[1] },
		Grad: func(dst, x []float64) { dst[0], dst[1] = math.Cos(x[0])*x[1], math.Sin(x[0]) },
	},
}

func TestMeanValues(t *testing.T) {
	x := mat.NewDense(1, 2, []float64{0.5, 3})
	for name, want := range map[string]float64{"zero": 0, "constant": 1.5, "linear": 0.3 - 0.5 + 6, "func": 3 * math.Sin(0.5)} {
		got := []float64{math.NaN()}
		means[name].Eval(got, x)
		wantNear(t, name, got[0], want, 1e-15)
	}
}

func TestMeanInputGrad(t *testing.T) {
	x := randomInputs(1, 6, 2)
	for name, m := range means {
		g := randomInputs(2, 6, 2) // to be overwritten
		m.InputGrad(g, x)
		for d := range 2 {
			const h = 1e-5
			up, down := mat.DenseCopyOf(x), mat.DenseCopyOf(x)
			for i := range 6 {
				up.Set(i, d, x.At(i, d)+h)
				down.Set(i, d, x.At(i, d)-h)
			}
			a, b := make([]float64, 6), make([]float64, 6)
			m.Eval(a, up)
			m.Eval(b, down)
			for i := range 6 {
				// Central differences: h² = 1e-10 in truncation, eps/h = 1e-11 in rounding.
				wantNear(t, fmt.Sprintf("%s gradient %d %d", name, i, d), g.At(i, d), (a[i]-b[i])/(2*h), 1e-9)
			}
		}
	}
	wantPanic(t, "gp: Func mean without Grad has no input gradient", func() {
		Func{F: func([]float64) float64 { return 0 }}.InputGrad(mat.NewDense(6, 2, nil), x)
	})
}

func TestMeanParams(t *testing.T) {
	names := map[string][]string{
		"constant": {"Mean.constant"},
		"linear":   {"Mean.intercept", "Mean.slope[0]", "Mean.slope[1]"},
	}
	x := randomInputs(1, 6, 2)
	w := randomRows(2, 6)
	for name, m := range means {
		ps := MeanParams(m)
		if len(ps) != len(names[name]) {
			t.Fatalf("%s: %d parameters, want %d", name, len(ps), len(names[name]))
		}
		if len(ps) == 0 {
			continue
		}
		pm := m.(ParametricMean)
		grad := make([]float64, len(ps))
		grad[0] = 1 // ParamGrad adds
		pm.ParamGrad(grad, w, x)
		grad[0]--
		for i, p := range ps {
			if p.Name != names[name][i] || !math.IsInf(p.Lower, -1) || !math.IsInf(p.Upper, 1) {
				t.Errorf("%s: parameter %d is %+v, want %s on the whole line", name, i, p, names[name][i])
			}
			// All are linear in their parameters: a step of 1 is exact to rounding.
			at := func(step float64) (s float64) {
				v := paramValues(ps)
				v[i] += step
				out := make([]float64, 6)
				pm.WithParams(v).Eval(out, x)
				for r := range out {
					s += w[r] * out[r]
				}
				return s
			}
			wantNear(t, fmt.Sprintf("%s gradient %d", name, i), grad[i], at(1)-at(0), 1e-14)
		}
	}
}
