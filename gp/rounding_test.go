package gp

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
)

// hidden are variances of which most cancels, for a Matern 5/2 kernel on a square
// grid of n x n points half a unit apart, at eight points
// (i/4 + 1/8, (i² mod 7)/4 + 1/16). The values are by mpmath 1.3 with 50 digits, from
// the formula of Variance, with the kernel's parameters and the noise as they are here.
var hidden = []struct {
	n                            int
	variance, lengthscale, noise float64
	want                         []float64
}{
	{6, 1e+06, 1000, 1e-08, []float64{
		3.83833248235e-9, 2.07630205954e-9, 1.83635474338e-9, 1.93834848059e-9,
		1.83807203876e-9, 1.66585289791e-9, 2.02068210344e-9, 2.67174538326e-9,
	}},
	{6, 1, 400, 0, []float64{
		1.81501194977e-15, 1.50625170944e-15, 4.95700161169e-16, 4.62780242446e-16,
		4.54131309265e-16, 4.23998601661e-16, 1.36912346772e-15, 8.41143284301e-16,
	}},
	{15, 1e+06, 3000, 1e-07, []float64{
		1.38527331311e-8, 8.39701121562e-9, 3.71464404574e-9, 4.3582683357e-9,
		3.80611417096e-9, 2.6065291e-9, 4.15158172547e-9, 5.25750087318e-9,
	}},
}

// The variance was 0 where k(x,x) - |L⁻¹k|² rounds to nothing, and is now right to the
// size of its error.
func TestVarianceThatRoundingHides(t *testing.T) {
	at := mat.NewDense(8, 2, nil)
	for i := range 8 {
		at.SetRow(i, []float64{float64(i)/4 + 0.125, float64(i*i%7)/4 + 0.0625})
	}
	for _, c := range hidden {
		x := mat.NewDense(c.n*c.n, 2, nil)
		for i := range c.n * c.n {
			x.SetRow(i, []float64{float64(i%c.n) / 2, float64(i/c.n) / 2})
		}
		k := kernel.Matern52{Variance: c.variance, Lengthscale: kernel.Shared(c.lengthscale)}
		post := condition(t, Prior{Kernel: k}, x, make([]float64, c.n*c.n), Noise(c.noise))
		if post.Jitter() != 0 {
			t.Fatalf("variance %g, noise %g: jitter %g", c.variance, c.noise, post.Jitter())
		}
		got := post.Variance(nil, at)
		for i, want := range c.want {
			w := dense(post.crossed(at.Slice(i, i+1, 0, 2).(*mat.Dense)))
			column := mat.NewDense(len(w), 1, w)
			post.solver.Solve(column, column)
			var squares float64
			for _, v := range w {
				squares += v * v
			}
			// The error is of this size, of either sign; three times it is rare.
			size := 0x1p-52 * (c.variance + squares*(c.variance+c.noise))
			if !(math.Abs(got[i]-want) <= 3*size) {
				t.Errorf("variance %g, noise %g: variance at point %d is %v, want %v within %.2g", c.variance, c.noise, i, got[i], want, 3*size)
			}
		}
		cov := post.Covariance(nil, at)
		for i, v := range got {
			if math.Abs(cov.At(i, i)-v) > 0 {
				t.Errorf("variance %g, noise %g: covariance of point %d with itself is %v, its variance %v", c.variance, c.noise, i, cov.At(i, i), v)
			}
			one := []float64{at.At(i, 0), at.At(i, 1)}
			cross := dense(post.crossed(mat.NewDense(1, 2, one)))
			if _, f := post.Functional(0, cross, c.variance); !(f > 0.1*c.want[i]) {
				t.Errorf("variance %g, noise %g: variance %v of f at point %d as a functional, want %v", c.variance, c.noise, f, i, c.want[i])
			}
		}
	}
}

// f is known at a row without noise, and nowhere else; beside it the variance is of the
// size of rounding and not more.
func TestVarianceIsZeroWhereFIsKnown(t *testing.T) {
	x := mat.NewDense(3, 1, []float64{0, 1, 2.5})
	post := condition(t, Prior{Kernel: kernel.RBF{Variance: 9, Lengthscale: kernel.Shared(1)}}, x, []float64{1, 2, 3}, NoiseRows(0, 0, 0.1))
	near := 1e-9
	at := mat.NewDense(5, 1, []float64{0, 1, near, 1 - near, 2.5})
	for what, v := range map[string][]float64{"Variance": post.Variance(nil, at), "Covariance": diagonalOf(post.Covariance(nil, at))} {
		if v[0] != 0 || v[1] != 0 {
			t.Errorf("%s at known rows: %v, want 0", what, v[:2])
		}
		for i := 2; i < 4; i++ {
			// The truth is 9 near² = 9e-18, less than the ε 9 (1 + 1) of k(x,x) and of w, 1 at
			// the row beside it.
			if size := 0x1p-52 * 18.0; !(v[i] >= 0.9*size && v[i] <= 5*size) {
				t.Errorf("%s beside a known row: %v, want about %v", what, v[i], size)
			}
		}
		if !(v[4] > 0.05) {
			t.Errorf("%s at a noisy row: %v", what, v[4])
		}
	}
	// A kernel of no variance at 0.
	line := condition(t, Prior{Kernel: product{}}, x, []float64{1, 2, 3}, Noise(0.1))
	if v := line.Variance(nil, mat.NewDense(1, 1, nil))[0]; v != 0 {
		t.Errorf("variance %v where the prior has none", v)
	}
}

func diagonalOf(m *mat.Dense) []float64 {
	n, _ := m.Dims()
	d := make([]float64, n)
	for i := range d {
		d[i] = m.At(i, i)
	}
	return d
}

// A variance that is well determined keeps its bits: it is the difference of the prior
// variance and the sum of squares.
func TestVarianceOfOrdinaryNoiseKeepsItsBits(t *testing.T) {
	x := randomInputs(1, 60, 2)
	at := randomInputs(2, 40, 2)
	for _, noise := range []float64{0, 1e-6, 0.1} {
		post := condition(t, Prior{Kernel: kernel.Matern32{Variance: 2, Lengthscale: kernel.Shared(1)}}, x, randomTargets(3, x), Noise(noise))
		half := post.crossed(at)
		post.solver.(HalfSolver).SolveHalf(half, half)
		want := make([]float64, 40)
		for r := range 60 {
			for i, e := range half.RawRowView(r) {
				want[i] += e * e
			}
		}
		for i := range want {
			want[i] = 2 - want[i]
		}
		wantSameBits(t, fmt.Sprint("variance with noise ", noise), post.Variance(nil, at), want)
	}
}

// product is the kernel x y.
type product struct{}

func (product) Cov(dst, x, y *mat.Dense) { dst.Mul(x, y.T()) }
func (product) Diag(dst []float64, x *mat.Dense) {
	for i := range dst {
		dst[i] = x.At(i, 0) * x.At(i, 0)
	}
}
