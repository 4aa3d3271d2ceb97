package sparse

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
)

// What inducing variables with jitter leave of f is what readings with that noise do,
// which package gp compares with exact arithmetic; so does a guide of no variance.
func TestVarianceThatRoundingHides(t *testing.T) {
	const n, variance, jitter = 15, 1e6, 1e-7
	z := mat.NewDense(n*n, 2, nil)
	for i := range n * n {
		z.SetRow(i, []float64{float64(i%n) / 2, float64(i/n) / 2})
	}
	at := mat.NewDense(6, 2, []float64{0.1, 0.2, 3.3, 3.4, 7, 7, 0, 0, 2, 6.9, 5.05, 1})
	prior := gp.Prior{Kernel: kernel.Matern52{Variance: variance, Lengthscale: kernel.Shared(3000)}}
	in, err := Prior{Prior: prior, Z: z, Jitter: jitter}.Inducing()
	if err != nil {
		t.Fatal(err)
	}
	post, err := prior.Condition(z, make([]float64, n*n), gp.Noise(jitter))
	if err != nil {
		t.Fatal(err)
	}
	if in.Jitter() != jitter || post.Jitter() != 0 {
		t.Fatalf("jitter %g and %g", in.Jitter(), post.Jitter())
	}
	want := post.Variance(nil, at)
	delta, err := NewDelta(make([]float64, n*n))
	if err != nil {
		t.Fatal(err)
	}
	certain := NewPosterior(in, delta)
	conditional, covariance := in.Conditional(nil, at), certain.Covariance(nil, at)
	for i, v := range certain.Variance(nil, at) {
		// Each has an error of the size ε variance (1 + |w|²) with |w|² < 0.1, and may be
		// raised by it.
		tol := 4 * 0x1p-52 * variance
		for _, got := range []float64{v, conditional.At(i, i), covariance.At(i, i)} {
			if !(math.Abs(got-want[i]) <= tol) {
				t.Errorf("variance at point %d is %v, want %v within %.2g", i, got, want[i], tol)
			}
		}
	}
}

// Only at an inducing input without jitter, and under a guide that is one point, is
// f known.
func TestVarianceIsZeroWhereFIsKnown(t *testing.T) {
	z := mat.NewDense(2, 1, []float64{0, 1})
	in, err := Prior{Prior: gp.Prior{Kernel: kernel.RBF{Variance: 4, Lengthscale: kernel.Shared(1)}}, Z: z}.Inducing()
	if err != nil {
		t.Fatal(err)
	}
	delta, err := NewDelta([]float64{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	at := mat.NewDense(3, 1, []float64{0, 1, 1e-9})
	for _, v := range [][]float64{NewPosterior(in, delta).Variance(nil, at), diagonal(in.Conditional(nil, at))} {
		// Beside an inducing input the truth is 4e-18, less than rounding, ε 4 (1 + 1).
		if size := 0x1p-52 * 8.0; v[0] != 0 || v[1] != 0 || !(v[2] >= 0.9*size && v[2] <= 5*size) {
			t.Errorf("variances %v, want 0, 0 and about %.2g", v, size)
		}
	}
	// The sd of the guide is lost in that of the prior, and is not nothing.
	narrow, err := NewMeanField([]float64{1, 2}, []float64{1e-12, 1e-12})
	if err != nil {
		t.Fatal(err)
	}
	if v := NewPosterior(in, narrow).Variance(nil, at); !(v[0] > 0 && v[1] > 0) {
		t.Errorf("variances %v of a narrow guide", v)
	}
}

func diagonal(m *mat.Dense) []float64 {
	n, _ := m.Dims()
	d := make([]float64, n)
	for i := range d {
		d[i] = m.At(i, i)
	}
	return d
}
