package worked

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/ad"
	"matheron/gp"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/pathwise"
)

// The program's functions are paths: with the same frequencies, weights and noise
// package pathwise has the same.
func TestProgramIsAPath(t *testing.T) {
	s, err := New(context.Background(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	h, err := s.heldOut()
	if err != nil {
		t.Fatal(err)
	}
	p := s.newProgram(h)
	const variance, lengthscale = 1.3, 0.4
	prior := gp.Prior{Kernel: kernel.RBF{Variance: variance, Lengthscale: kernel.Shared(lengthscale)}, Jitter: fixedJitter}
	post, err := prior.Condition(s.X, s.Table.Y, gp.Noise(s.Noise))
	if err != nil {
		t.Fatal(err)
	}
	omega := mat.DenseCopyOf(p.omega.T())
	omega.Scale(1/lengthscale, omega)
	fourier := basis.NewFourier(omega, variance, basis.SinCos, nil)
	n := len(s.Table.Y)
	phi := mat.NewDense(n, fourier.Len(), nil)
	fourier.Eval(phi, s.X)
	var update mat.Dense
	update.Mul(phi, p.w)
	update.Apply(func(i, k int, v float64) float64 { return s.Table.Y[i] - v - p.e.At(i, k) }, &update)
	post.Cholesky().Solve(&update)
	paths, err := pathwise.Restore(pathwise.State{
		Prior: prior, X: s.X, Y: s.Table.Y, Noise: gp.Noise(s.Noise),
		Paths: scorePaths, Bases: []basis.Stack{{fourier}}, Weights: p.w, Update: &update,
	})
	if err != nil {
		t.Fatal(err)
	}
	tape := ad.NewTape()
	f := p.draws(tape, tape.Vector([]float64{math.Log(variance), math.Log(lengthscale)}))
	want := paths.Eval(h.X)
	for k := range scorePaths {
		for i := range h.Y {
			// Rounding through a factor of condition 1e3.
			if got := f.Data()[i*scorePaths+k]; math.Abs(got-want.At(k, i)) > 1e-9 {
				t.Fatalf("function %d, row %d: %g, want %g", k, i, got, want.At(k, i))
			}
		}
	}
}
