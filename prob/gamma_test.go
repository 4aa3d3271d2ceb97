package prob_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mathext"

	"matheron/prob"
)

// TestGammaQuantileTails goes through shapes and far tails: the smaller of the two
// probabilities comes back to rounding, up to the effect of rounding x (x p(x) / tail
// ulps).
func TestGammaQuantileTails(t *testing.T) {
	for _, shape := range []float64{1e-3, 0.05, 0.15, 0.5, 0.999, 1, 1.5, 3, 40, 1e3, 1e6} {
		for _, p := range []float64{1e-300, 1e-100, 1e-12, 1e-6, 1e-3, 0.1, 0.4, 0.5} {
			for _, upper := range []bool{false, true} {
				name := fmt.Sprintf("shape %v, p %v, upper %v", shape, p, upper)
				var x, got float64
				if upper { // the lower tail of the inverse
					x = 1 / prob.InverseGamma{Shape: shape, Scale: 1}.Quantile(p)
					got = mathext.GammaIncRegComp(shape, x)
				} else {
					x = prob.Gamma{Shape: shape, Rate: 1}.Quantile(p)
					got = mathext.GammaIncReg(shape, x)
				}
				if x < 0x1p-1022 {
					// Underflow or few digits left: x^shape / Gamma(shape+1) = p.
					lg, _ := math.Lgamma(shape + 1)
					if y := (math.Log(p) + lg) / shape; y > math.Log(0x1p-1021) && !upper {
						t.Errorf("%s: %v, want exp(%v)", name, x, y)
					}
					continue
				}
				lg, _ := math.Lgamma(shape)
				slope := math.Exp(shape*math.Log(x)-x-lg) / p
				// mathext itself has some 1e-12, and terms of the size of shape log x
				// are rounded in its exponent.
				tol := 1e-11 + 0x1p-50*(slope+shape*(1+math.Abs(math.Log(x))))
				if !(math.Abs(got/p-1) <= tol) {
					t.Errorf("%s: quantile %v has %v (off by %.2g)", name, x, got, got/p-1)
				}
			}
		}
	}
}

func BenchmarkGammaQuantile(b *testing.B) {
	for _, shape := range []float64{0.1, 2, 100} {
		b.Run(fmt.Sprint(shape), func(b *testing.B) {
			d := prob.Gamma{Shape: shape, Rate: 1}
			for i := range b.N {
				d.Quantile((float64(i&1023) + 0.5) / 1024)
			}
		})
	}
}
