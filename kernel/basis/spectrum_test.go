package basis_test

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel/basis"
	"matheron/rng"
)

// distance is |r / l|.
func distance(r, l []float64) float64 {
	var s float64
	for d := range r {
		s += r[d] * r[d] / (l[d] * l[d])
	}
	return math.Sqrt(s)
}

func rbf(r, l []float64) float64 { s := distance(r, l); return math.Exp(-s * s / 2) }

func matern12(r, l []float64) float64 { return math.Exp(-distance(r, l)) }

func matern32(r, l []float64) float64 {
	a := math.Sqrt(3) * distance(r, l)
	return (1 + a) * math.Exp(-a)
}

func matern52(r, l []float64) float64 {
	a := math.Sqrt(5) * distance(r, l)
	return (1 + a + a*a/3) * math.Exp(-a)
}

func rationalQuadratic(alpha float64) func(r, l []float64) float64 {
	return func(r, l []float64) float64 {
		s := distance(r, l)
		return math.Pow(1+s*s/(2*alpha), -alpha)
	}
}

// stationary is a kernel of unit variance with its spectral measure.
type stationary struct {
	name     string
	spectrum func(l []float64) basis.Spectrum
	k        func(r, l []float64) float64
}

var stationaries = []stationary{
	{"rbf", basis.Gaussian, rbf},
	{"matern12", func(l []float64) basis.Spectrum { return basis.StudentT(0.5, l) }, matern12},
	{"matern32", func(l []float64) basis.Spectrum { return basis.StudentT(1.5, l) }, matern32},
	{"matern52", func(l []float64) basis.Spectrum { return basis.StudentT(2.5, l) }, matern52},
	{"rq 0.3", func(l []float64) basis.Spectrum { return basis.GammaMixture(0.3, l) }, rationalQuadratic(0.3)},
	{"rq 0.5", func(l []float64) basis.Spectrum { return basis.GammaMixture(0.5, l) }, rationalQuadratic(0.5)},
	{"rq 2", func(l []float64) basis.Spectrum { return basis.GammaMixture(2, l) }, rationalQuadratic(2)},
	{"rq 1000", func(l []float64) basis.Spectrum { return basis.GammaMixture(1000, l) }, rationalQuadratic(1000)},
}

// scales has shared and separate lengthscales, none of them 1.
var scales = [][]float64{{0.3}, {2.5}, {0.4, 0.4}, {0.3, 1.7}, {0.6, 0.6, 0.6}, {0.2, 0.9, 3}}

// lags returns five lags at which kernels with lengthscales l are neither 0 nor 1.
func lags(l []float64) [][]float64 {
	r := make([][]float64, 5)
	for i, s := range []float64{0.1, 0.4, 0.8, 1.3, 2} {
		r[i] = make([]float64, len(l))
		for d := range l {
			r[i][d] = s * l[d] * (1 - 0.3*float64(d)) / math.Sqrt(float64(len(l)))
		}
	}
	return r
}

// characteristic is E cos(omega . r) of a spectrum with one uniform u and
// normals that enter as omega_d = s_d(u) z_d, without Monte Carlo: given u the
// expectation is exp(-sum (s_d r_d)^2 / 2), and the integral over u is done by
// the tanh-sinh rule.
func characteristic(t *testing.T, s basis.Spectrum, r []float64) float64 {
	d := len(r)
	normals, uniforms := s.Dims(d)
	if normals != d || uniforms > 1 {
		t.Fatalf("%d normals and %d uniforms for %d inputs", normals, uniforms, d)
	}
	given := func(u []float64) float64 {
		var q float64
		for k := range d {
			omega, z := make([]float64, d), make([]float64, d)
			z[k] = 1
			s.Frequency(omega, z, u)
			for i, o := range omega {
				if i != k && o != 0 {
					t.Fatalf("normal %d enters frequency %d", k, i)
				}
			}
			q += omega[k] * omega[k] * r[k] * r[k]
		}
		return math.Exp(-q / 2)
	}
	if uniforms == 0 {
		return given(nil)
	}
	var sum float64
	const h = 1.0 / 64
	for i := -4 * 64; i <= 4*64; i++ {
		x := float64(i) * h
		e := math.Exp(-math.Pi * math.Sinh(x))
		u := 1 / (1 + e)
		if u == 0 || u == 1 {
			continue
		}
		du := math.Pi * math.Cosh(x) * e / ((1 + e) * (1 + e))
		sum += h * du * given([]float64{u})
	}
	return sum
}

// TestCharacteristicFunction: the inverse transform of each spectral measure is
// its kernel, in 1 to 3 dimensions and for lengthscales that are not 1.
func TestCharacteristicFunction(t *testing.T) {
	for _, c := range stationaries {
		for _, l := range scales {
			for _, r := range append(lags(l), make([]float64, len(l))) {
				got, want := characteristic(t, c.spectrum(l), r), c.k(r, l)
				// The rule leaves less than 1e-12 of a smooth integrand; u next
				// to 1 is known to 1e-16, where g^power r moves by as much as
				// 1e-10 in the mass that matters least.
				if math.Abs(got-want) > 1e-10 {
					t.Errorf("%s, l = %v: characteristic function at %v is %v, kernel %v", c.name, l, r, got, want)
				}
			}
		}
	}
}

// worst returns the largest distance between the mean of cos(omega . r) over m
// frequencies and k at five lags, in standard errors sqrt(((1 + k(2r))/2 - k(r)^2)/m).
func worst(t testing.TB, s []basis.Spectrum, l []float64, k func(r []float64) float64, m int) float64 {
	omega, err := basis.Draw(s, len(l), m, basis.Independent, rng.New(7))
	if err != nil {
		t.Fatal(err)
	}
	var z float64
	for _, r := range lags(l) {
		var sum float64
		for j := range m {
			sum += math.Cos(dot(omega.RawRowView(j), r))
		}
		twice := make([]float64, len(r))
		for d := range r {
			twice[d] = 2 * r[d]
		}
		sd := math.Sqrt(((1+k(twice))/2 - k(r)*k(r)) / float64(m))
		z = max(z, math.Abs(sum/float64(m)-k(r))/sd)
	}
	return z
}

func dot(a, b []float64) float64 {
	var s float64
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

// someErrors is the number of standard errors that none of some 300 comparisons
// exceeds but once in 500 seeds.
const someErrors = 4.5

// TestDrawMean: drawn frequencies have the kernel as their mean cosine.
func TestDrawMean(t *testing.T) {
	for _, c := range stationaries {
		for _, l := range scales {
			k := func(r []float64) float64 { return c.k(r, l) }
			if z := worst(t, []basis.Spectrum{c.spectrum(l)}, l, k, 4000); z > someErrors {
				t.Errorf("%s, l = %v: %.1f standard errors off", c.name, l, z)
			}
		}
	}
}

// TestDrawProduct: sums of frequencies of several spectra belong to the product.
func TestDrawProduct(t *testing.T) {
	l, l2 := []float64{0.7, 1.4}, []float64{1.1, 0.5}
	prob := [][]float64{basis.PeriodicWeights(1.5, 1e-12), {0, 1}}
	base := []float64{2 * math.Pi / 1.7, 2 * math.Pi / 3}
	s := []basis.Spectrum{basis.Gaussian(l), basis.StudentT(1.5, l2), basis.Discrete(prob, base)}
	k := func(r []float64) float64 {
		return rbf(r, l) * matern32(r, l2) * periodic(r[0], 1/math.Sqrt(1.5), 1.7) * math.Cos(base[1]*r[1])
	}
	if z := worst(t, s, l, k, 20000); z > someErrors {
		t.Errorf("%.1f standard errors off", z)
	}
}

// perCoordinate is a known bug of other libraries: a t for each dimension.
type perCoordinate struct{ one []basis.Spectrum }

func (s perCoordinate) Dims(d int) (int, int) { return d, d }

func (s perCoordinate) Frequency(omega, z, u []float64) {
	for d := range omega {
		s.one[d].Frequency(omega[d:d+1], z[d:d+1], u[d:d+1])
	}
}

// TestStudentTPerCoordinate: a t for each coordinate is found out by the check
// of TestDrawMean; it is the spectrum of the product of Matern kernels.
func TestStudentTPerCoordinate(t *testing.T) {
	l := []float64{0.6, 1.2, 0.8}
	var wrong perCoordinate
	for d := range l {
		wrong.one = append(wrong.one, basis.StudentT(1.5, l[d:d+1]))
	}
	s := []basis.Spectrum{wrong}
	if z := worst(t, s, l, func(r []float64) float64 { return matern32(r, l) }, 20000); z < 2*someErrors {
		t.Errorf("a t for each coordinate passes as a Matern kernel: %.1f standard errors", z)
	}
	product := func(r []float64) float64 {
		k := 1.0
		for d := range l {
			k *= matern32(r[d:d+1], l[d:d+1])
		}
		return k
	}
	if z := worst(t, s, l, product, 20000); z > someErrors {
		t.Errorf("a t for each coordinate is not the product either: %.1f standard errors", z)
	}
}

// TestDiscrete: the harmonics have their probabilities, and either sign as often.
func TestDiscrete(t *testing.T) {
	prob := []float64{1, 0, 3, 4} // out of 8
	s := basis.Discrete([][]float64{prob}, []float64{10})
	count := map[float64]int{}
	const n = 1 << 12 // midpoints of equal parts: counts are exact
	for i := range n {
		omega := []float64{0}
		s.Frequency(omega, nil, []float64{(float64(i) + 0.5) / n})
		count[omega[0]]++
	}
	want := map[float64]int{0: n / 8, 20: 3 * n / 16, -20: 3 * n / 16, 30: n / 4, -30: n / 4}
	for f, c := range want {
		if count[f] != c {
			t.Errorf("frequency %v: %d of %d, want %d", f, count[f], n, c)
		}
	}
	if len(count) != len(want) {
		t.Errorf("frequencies %v, want %v", count, want)
	}
}

// TestDrawPrefix: the first frequencies do not depend on how many are drawn,
// and every key gives others.
func TestDrawPrefix(t *testing.T) {
	l := []float64{1, 2, 0.5}
	s := []basis.Spectrum{basis.StudentT(2.5, l), basis.Discrete([][]float64{{0, 1}, {1, 1}, {1}}, l), basis.Gaussian(l)}
	for _, how := range []basis.Frequencies{basis.Independent, basis.Orthogonal, basis.Sobol} {
		long, err := basis.Draw(s, 3, 50, how, rng.New(3))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range []int{1, 2, 3, 7, 49} {
			short, err := basis.Draw(s, 3, m, how, rng.New(3))
			if err != nil {
				t.Fatal(err)
			}
			if !mat.Equal(short, long.Slice(0, m, 0, 3)) {
				t.Errorf("frequencies %d: the first %d of 50 differ", how, m)
			}
		}
		other, err := basis.Draw(s, 3, 50, how, rng.New(4))
		if err != nil {
			t.Fatal(err)
		}
		if other.At(0, 0) == long.At(0, 0) {
			t.Errorf("frequencies %d: two keys give the same", how)
		}
	}
}

func TestDrawErrors(t *testing.T) {
	s := []basis.Spectrum{basis.Gaussian([]float64{1})}
	if _, err := basis.Draw(s, 1, 0, basis.Independent, rng.New(0)); err == nil {
		t.Error("no frequencies: no error")
	}
	d := rng.MaxSobolDims + 1
	l := make([]float64, d)
	for i := range l {
		l[i] = 1
	}
	_, err := basis.Draw([]basis.Spectrum{basis.Gaussian(l)}, d, 1, basis.Sobol, rng.New(0))
	var dims *rng.DimsError
	if !errors.As(err, &dims) {
		t.Errorf("%d Sobol dimensions: error %v", d, err)
	}
}
