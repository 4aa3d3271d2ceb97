package gp

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
)

// A functional that is the value at a point has the law of f there; one that is a
// difference quotient, a sum of two such, has that of the covariance.
func TestFunctional(t *testing.T) {
	x := mat.NewDense(6, 1, []float64{-1, -0.5, 0.1, 0.4, 1.2, 2})
	y := []float64{0.3, -0.2, 0.4, 1, 0.2, -1}
	k := kernel.RBF{Variance: 1.3, Lengthscale: kernel.Shared(0.6)}
	p, err := Prior{Kernel: k, Mean: Constant{Value: 0.7}, Jitter: 1e-6}.Condition(x, y, Noise(0.01))
	if err != nil {
		t.Fatal(err)
	}
	at := mat.NewDense(2, 1, []float64{0.7, 3})
	cross, prior := mat.NewDense(6, 2, nil), mat.NewDense(2, 2, nil)
	k.Cov(cross, x, at)
	k.Cov(prior, at, at)
	mean, variance, cov := p.Mean(nil, at), p.Variance(nil, at), p.Covariance(nil, at)
	for i := range mean {
		m, v := p.Functional(0.7, mat.Col(nil, i, cross), prior.At(i, i))
		// Some N roundings of numbers of order 1, through a factor of condition 1e3.
		if math.Abs(m-mean[i]) > 1e-12 || math.Abs(v-variance[i]) > 1e-12 {
			t.Errorf("value %d: %g, %g, want %g, %g", i, m, v, mean[i], variance[i])
		}
	}
	// g = (f(3) - 2 f(0.7))
	c := make([]float64, 6)
	for i := range c {
		c[i] = cross.At(i, 1) - 2*cross.At(i, 0)
	}
	m, v := p.Functional(-0.7, c, prior.At(1, 1)-4*prior.At(0, 1)+4*prior.At(0, 0))
	if want := mean[1] - 2*mean[0]; math.Abs(m-want) > 1e-12 {
		t.Errorf("mean of the difference %g, want %g", m, want)
	}
	if want := cov.At(1, 1) - 4*cov.At(0, 1) + 4*cov.At(0, 0); math.Abs(v-want) > 1e-12 {
		t.Errorf("variance of the difference %g, want %g", v, want)
	}
	defer func() {
		if recover() != "gp: Functional: 1 covariances with 6 rows" {
			t.Error("no panic")
		}
	}()
	p.Functional(0, []float64{1}, 1)
}
