package gp

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
)

// At with parameters is Eval with the kernel that has them, whatever was evaluated
// before, on any number of goroutines, and into a gradient that was used before.
func TestEvidenceAt(t *testing.T) {
	x := randomInputs(1, 300, 2)
	y := randomTargets(2, x)
	p := problem(2)
	e, theta := NewEvidence(x, y), valuesOf(p.Kernel)
	var g Gradient
	others := []kernel.Kernel{
		kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)},
		kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(1, 2)},
		kernel.Add(kernel.Linear{Bias: 1, Variance: []float64{1, 1}}, kernel.White{Variance: 0.1}),
	}
	for i, workers := range []int{0, 1, 2, 3} {
		for j := range theta {
			theta[j] *= 1.1
		}
		e.Workers = workers
		if _, err := e.At(&g, Prior{Kernel: others[i%3]}, nil, Noise(0.1)); err != nil {
			t.Fatal(err)
		}
		got, err := e.At(&g, p, theta, Noise(0.05))
		if err != nil {
			t.Fatal(err)
		}
		q := p
		q.Kernel = kernel.WithParams(p.Kernel, theta)
		want, wantGrad, err := NewEvidence(x, y).EvalGrad(q, Noise(0.05))
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%d workers: %v, want the bits of %v", workers, got, want)
		}
		wantSameBits(t, "kernel", g.Kernel, wantGrad.Kernel)
		wantSameBits(t, "mean", g.Mean, wantGrad.Mean)
		wantSameBits(t, "noise", g.Noise, wantGrad.Noise)
		// The mean's parameters too, in place of others that it has.
		with, beta := p, []float64(nil)
		for _, b := range MeanParams(p.Mean) {
			beta = append(beta, b.Value)
		}
		with.Mean = p.Mean.(ParametricMean).WithParams(make([]float64, len(beta)))
		if v, err := e.At(&g, with, append(append([]float64(nil), theta...), beta...), Noise(0.05)); v != got || err != nil {
			t.Errorf("with the mean's parameters %v, %v", v, err)
		}
		wantSameBits(t, "kernel", g.Kernel, wantGrad.Kernel)
		wantSameBits(t, "mean", g.Mean, wantGrad.Mean)
		if v, err := e.At(nil, p, theta, Noise(0.05)); v != got || err != nil {
			t.Errorf("value alone %v, %v", v, err)
		}
	}
	wantPanic(t, "gp: Evidence: 1 values for 3 parameters of the kernel and 0 of the mean", func() {
		e.At(nil, Prior{Kernel: others[1]}, []float64{1}, Noise(0.1))
	})
}

// Whether K_XX is kept for the gradient, as up to keepValues rows, or evaluated
// again shows in no bit, and neither does the number of goroutines.
func TestGradientOfManyRows(t *testing.T) {
	const n = keepValues + 6
	x := randomInputs(1, n, 2)
	y := randomTargets(2, x)
	p := problem(2)
	_, got, err := NewEvidence(x, y).EvalGrad(p, Noise(0.05))
	if err != nil {
		t.Fatal(err)
	}
	post, err := p.ConditionOn(1, x, y, Noise(0.05))
	if err != nil {
		t.Fatal(err)
	}
	gram := triangle(p.Kernel, x)
	inverse, k := mat.NewDense(n, n, nil), mat.NewDense(n, n, nil)
	invert(inverse, post.solver)
	lowerCovariance(k, gram, 1)
	c := contraction{x: x, alpha: post.weights, inverse: inverse, k: k, gram: gram, workers: 1}
	var want Gradient
	c.gradient(&want, &scratch{}, p.Kernel, p.Mean, Noise(0.05))
	wantSameBits(t, "kernel", got.Kernel, want.Kernel)
	wantSameBits(t, "noise", got.Noise, want.Noise)
}

// A covariance that overflows is told from one that is not positive definite.
func TestEvidenceOfInfiniteCovariance(t *testing.T) {
	x := mat.NewDense(2, 1, []float64{1e200, 1})
	k := kernel.Linear{Bias: 1, Variance: []float64{1}}
	_, err := NewEvidence(x, []float64{1, 2}).Eval(Prior{Kernel: k}, Noise(1))
	if e, ok := err.(*NotFinite); !ok || e.What != "covariance" || e.Row != 0 || !math.IsInf(e.Value, 1) {
		t.Errorf("error %v", err)
	}
}

func TestEvidenceAllocatesNothing(t *testing.T) {
	for _, n := range []int{5, 28, 100} {
		x := randomInputs(1, n, 2)
		e := NewEvidence(x, randomTargets(2, x))
		e.Workers = 1
		p := Prior{Kernel: kernel.Add(
			kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(1, 1)},
			kernel.Mul(kernel.Periodic{Variance: 1, Lengthscale: kernel.Shared(1), Period: kernel.Shared(1)}, kernel.Matern32{Variance: 1, Lengthscale: kernel.Shared(1)}),
			kernel.White{Variance: 0.1}), Mean: Constant{1}}
		theta := append(valuesOf(p.Kernel), 0.5)
		var g Gradient
		if a := testing.AllocsPerRun(20, func() {
			theta[0] *= 1.001
			if _, err := e.At(&g, p, theta, Noise(0.1)); err != nil {
				t.Fatal(err)
			}
		}); a != 0 {
			t.Errorf("n %d: %v allocations", n, a)
		}
	}
}

// BenchmarkEvidence is a value with its gradient on one goroutine, as a sampler
// with a chain a processor evaluates it.
func BenchmarkEvidence(b *testing.B) {
	for _, s := range []struct{ n, d int }{{28, 1}, {100, 2}, {200, 4}, {500, 4}, {2000, 8}} {
		x := randomInputs(1, s.n, s.d)
		e := NewEvidence(x, randomTargets(2, x))
		e.Workers = 1
		p := Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(slices.Repeat([]float64{0.7}, s.d)...)}, Jitter: 1e-6}
		var g Gradient
		b.Run(fmt.Sprintf("%dx%d", s.n, s.d), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.At(&g, p, nil, Noise(0.01)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// valuesOf returns the values of the parameters of k.
func valuesOf(k kernel.Kernel) []float64 {
	_, theta := kernel.Compile(k, nil, nil)
	return theta
}
