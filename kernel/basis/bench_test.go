package basis_test

import (
	"fmt"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel/basis"
	"matheron/rng"
)

// perFeature reports the time a row and feature.
func perFeature(b *testing.B, rows, features int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(rows*features), "ns/feature")
}

func BenchmarkFourier(b *testing.B) {
	const n = 64
	for _, d := range []int{1, 8, 32} {
		for _, f := range []int{256, 1024, 4096} {
			for name, form := range map[string]basis.Form{"SinCos": basis.SinCos, "CosPhase": basis.CosPhase} {
				l := make([]float64, d)
				for i := range l {
					l[i] = 1
				}
				s, err := basis.DrawFourier([]basis.Spectrum{basis.Gaussian(l)}, d, 1, basis.Options{Count: f, Form: form}, rng.New(0))
				if err != nil {
					b.Fatal(err)
				}
				x, phi, w, g := normal(n, d, "x"), mat.NewDense(n, f, nil), normal(1, f, "w"), mat.NewDense(n, d, nil)
				b.Run(fmt.Sprintf("Eval/%s/D=%d/F=%d", name, d, f), func(b *testing.B) {
					for b.Loop() {
						s.Eval(phi, x)
					}
					perFeature(b, n, f)
				})
				b.Run(fmt.Sprintf("InputGrad/%s/D=%d/F=%d", name, d, f), func(b *testing.B) {
					for b.Loop() {
						s.InputGrad(g, w, x)
					}
					perFeature(b, n, f)
				})
			}
		}
	}
}

func BenchmarkExact(b *testing.B) {
	const n = 64
	exponents := basis.Exponents(8, 3)
	coef := make([]float64, len(exponents))
	for j := range coef {
		coef[j] = 1
	}
	cubic := basis.NewMonomials(exponents, coef)
	periodic := basis.Active{Basis: periodicBasis(0.1, 1), Columns: []int{3}}
	x := normal(n, 8, "x")
	for name, s := range map[string]basis.Basis{
		"Monomials": cubic, "Harmonics": periodic, "Kronecker": basis.Kronecker{A: cubic, B: periodic},
	} {
		phi, w, g := mat.NewDense(n, s.Len(), nil), normal(1, s.Len(), "w"), mat.NewDense(n, 8, nil)
		b.Run("Eval/"+name, func(b *testing.B) {
			for b.Loop() {
				s.Eval(phi, x)
			}
			perFeature(b, n, s.Len())
		})
		b.Run("InputGrad/"+name, func(b *testing.B) {
			for b.Loop() {
				s.InputGrad(g, w, x)
			}
			perFeature(b, n, s.Len())
		})
	}
}

func BenchmarkDraw(b *testing.B) {
	for name, how := range map[string]basis.Frequencies{"independent": basis.Independent, "orthogonal": basis.Orthogonal, "sobol": basis.Sobol} {
		for _, d := range []int{1, 8, 64} {
			l := make([]float64, d)
			for i := range l {
				l[i] = 1
			}
			s := []basis.Spectrum{basis.StudentT(1.5, l)}
			b.Run(fmt.Sprintf("matern32/%s/D=%d/m=512", name, d), func(b *testing.B) {
				for b.Loop() {
					if _, err := basis.Draw(s, d, 512, how, rng.New(0)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkPeriodicWeights(b *testing.B) {
	for _, q := range []float64{1, 1e3, 1e6} {
		b.Run(fmt.Sprintf("q=%g", q), func(b *testing.B) {
			for b.Loop() {
				basis.PeriodicWeights(q, 1e-12)
			}
		})
	}
}
