package calibrate_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/calibrate"
	"matheron/rng"
)

func BenchmarkCRPS(b *testing.B) {
	for _, s := range []int{64, 1024} {
		b.Run(fmt.Sprintf("S=%d", s), func(b *testing.B) {
			draws, grad := normals(1, s, 28, 0, 1), mat.NewDense(s, 28, nil)
			for b.Loop() {
				calibrate.CRPSGrad(grad, draws, make([]float64, 28), calibrate.Fair)
			}
		})
	}
}

func BenchmarkEnergy(b *testing.B) {
	for _, s := range []int{64, 512} {
		b.Run(fmt.Sprintf("S=%d", s), func(b *testing.B) {
			draws, grad := normals(1, s, 28, 0, 1), mat.NewDense(s, 28, nil)
			for b.Loop() {
				calibrate.Energy(grad, draws, make([]float64, 28), calibrate.Fair)
			}
		})
	}
}

func BenchmarkPIT(b *testing.B) {
	draws := normals(1, 64, 1000, 0, 1)
	for b.Loop() {
		if _, err := calibrate.PIT(draws, make([]float64, 1000), rng.New(1)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkKolmogorovSmirnov(b *testing.B) {
	for _, n := range []int{28, 1000, 2000} {
		b.Run(fmt.Sprintf("N=%d", n), func(b *testing.B) {
			u := at(n, 1.2/math.Sqrt(float64(n)))
			for b.Loop() {
				calibrate.KolmogorovSmirnov(u)
			}
		})
	}
}

func BenchmarkEvalOfPaths(b *testing.B) {
	p := newPaths28(64, 1024)
	m, theta, grad := p.model(), []float64{0, math.Log(0.3)}, make([]float64, 2)
	for b.Loop() {
		if _, err := calibrate.Eval(m, calibrate.EnergyScore(calibrate.Fair), p.target, theta, grad); err != nil {
			b.Fatal(err)
		}
	}
}
