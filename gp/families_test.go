package gp

import (
	"fmt"
	"math"
	"testing"

	"matheron/kernel"
	"matheron/kernel/kerneltest"
)

// Each family of kernels is fitted: from scales of the data, to what is no worse than
// where it began, with gradients that are those of the evidence.
func TestEachFamilyIsFitted(t *testing.T) {
	const n, d = 24, 2
	x := randomInputs(1, n, d)
	y := randomTargets(2, x)
	for i, k := range kerneltest.Leaves(d) {
		if kernel.FamilyOf(k).White() {
			continue
		}
		t.Run(fmt.Sprintf("%d %T", i, k), func(t *testing.T) {
			p := Prior{Kernel: k, Jitter: 1e-6}
			before, gradient, err := NewEvidence(x, y).EvalGrad(p, Noise(0.1))
			if err != nil {
				t.Fatal(err)
			}
			params, theta := kernel.Params(k), valuesOf(k)
			for j, q := range params {
				const h = 1e-5
				at := func(v float64) float64 {
					moved := append([]float64(nil), theta...)
					moved[j] = v
					e, err := NewEvidence(x, y).Eval(Prior{Kernel: kernel.WithParams(k, moved), Jitter: 1e-6}, Noise(0.1))
					if err != nil {
						t.Fatal(err)
					}
					return e
				}
				want := (at(q.Value+h) - at(q.Value-h)) / (2 * h)
				if math.Abs(gradient.Kernel[j]-want) > 1e-5*math.Max(1, math.Abs(before)) {
					t.Errorf("gradient to %s is %v, differences %v", q.Name, gradient.Kernel[j], want)
				}
			}
			for j, r := range newScales(x, y, Zero{}).roles(k, params) {
				if !(r.scale > 0) || math.IsInf(r.scale, 0) || r.term == "" || !(r.high > r.low) {
					t.Errorf("the role of %s is %+v", params[j].Name, r)
				}
			}
			fitted, err := Fit{Method: MaximumEvidence}.Run(t.Context(), p, x, y)
			if err != nil {
				t.Fatal(err)
			}
			if fitted.LogEvidence < before {
				t.Errorf("log evidence %v, was %v", fitted.LogEvidence, before)
			}
			if err := kernel.CheckParams(fitted.Posterior.Kernel()); err != nil {
				t.Error(err)
			}
			if _, err := (Fit{}).Run(t.Context(), p, x, y); err != nil {
				t.Errorf("with default priors: %v", err)
			}
		})
	}
}
