package basis_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel/basis"
	"matheron/rng"
)

// unit returns standard normal frequencies: those of an RBF of lengthscale 1.
func unit(t testing.TB, d, m int, how basis.Frequencies, seed uint64) *mat.Dense {
	l := make([]float64, d)
	for i := range l {
		l[i] = 1
	}
	omega, err := basis.Draw([]basis.Spectrum{basis.Gaussian(l)}, d, m, how, rng.New(seed))
	if err != nil {
		t.Fatal(err)
	}
	return omega
}

// TestOrthogonalBlocks: directions are orthogonal within blocks and not between.
func TestOrthogonalBlocks(t *testing.T) {
	for _, d := range []int{2, 3, 8, 40} {
		m := 3*d + 1
		omega := unit(t, d, m, basis.Orthogonal, 1)
		between := 0.0
		for i := range m {
			for j := range i {
				a, b := omega.RawRowView(i), omega.RawRowView(j)
				c := dot(a, b) / math.Sqrt(dot(a, a)*dot(b, b))
				if i/d == j/d && math.Abs(c) > 1e-14 {
					t.Errorf("D = %d: cosine %v between rows %d and %d of a block", d, c, i, j)
				}
				if i/d != j/d {
					between = max(between, math.Abs(c))
				}
			}
		}
		if between < 0.1 {
			t.Errorf("D = %d: blocks are aligned", d)
		}
	}
}

// TestMarginal: in every mode a single frequency is N(0, I) over keys: moments
// of each coordinate at each place of a block, and of the squared norm.
func TestMarginal(t *testing.T) {
	const d, keys = 3, 4096
	for _, how := range []basis.Frequencies{basis.Independent, basis.Orthogonal, basis.Sobol} {
		var m1, m2, m4 [d][d]float64
		var norm [d]float64
		for key := range uint64(keys) {
			omega := unit(t, d, d, how, key)
			for place := range d {
				row := omega.RawRowView(place)
				for k, v := range row {
					m1[place][k] += v / keys
					m2[place][k] += v * v / keys
					m4[place][k] += v * v * v * v / keys
				}
				n := dot(row, row) - d
				norm[place] += n * n / keys
			}
		}
		check := func(name string, place int, got, want, variance float64) {
			if z := math.Abs(got-want) / math.Sqrt(variance/keys); z > someErrors {
				t.Errorf("frequencies %d, place %d: %s is %v, want %v: %.1f standard errors", how, place, name, got, want, z)
			}
		}
		for place := range d {
			for k := range d {
				// The variances of a normal's powers are 1, 2 and 105 - 9.
				check("mean", place, m1[place][k], 0, 1)
				check("square", place, m2[place][k], 1, 2)
				check("fourth power", place, m4[place][k], 3, 96)
			}
			// (chi2(D) - D)^2 has the mean 2D and the variance
			// 12 D (D + 4) - 4 D^2 = 216.
			check("variance of the squared norm", place, norm[place], 2*d, 216)
		}
	}
}

// TestOrthogonalOneInput: with one normal there is nothing to make orthogonal.
func TestOrthogonalOneInput(t *testing.T) {
	if !mat.Equal(unit(t, 1, 100, basis.Orthogonal, 3), unit(t, 1, 100, basis.Independent, 3)) {
		t.Error("orthogonal frequencies of one input differ from independent ones")
	}
}

// orthogonalCov is Cov(cos(omega_1 . r), cos(omega_2 . r)) for an RBF kernel,
// z = |r/l|, and two frequencies of an orthogonal block in D dimensions. Along
// r, their directions are two coordinates (c1, c2) of a uniform point of the
// sphere, E c1^2a c2^2b = (1/2)_a (1/2)_b / (D/2)_{a+b}, and their norms have
// E s^2a = 2^a (D/2)_a, so that the series of the cosines gives
//
//	E cos cos = sum_{a,b} (-z^2/2)^{a+b} (D/2)_a (D/2)_b / (a! b! (D/2)_{a+b}).
func orthogonalCov(z float64, d int) float64 {
	h := float64(d) / 2
	var sum float64
	outer := 1.0 // the term (a, 0)
	for a := range 40 {
		term := outer
		for b := range 40 {
			sum += term
			term *= -z * z / 2 * (h + float64(b)) / (float64(b+1) * (h + float64(a+b)))
		}
		outer *= -z * z / 2 / float64(a+1) // (D/2)_a cancels in (a, 0)
	}
	return sum - math.Exp(-z*z)
}

// TestFrequenciesError: orthogonal and Sobol frequencies estimate the RBF kernel
// better than independent ones, the orthogonal with exactly the variance
// ((1 - e^{-z^2})^2/2 + (D - 1) orthogonalCov)/m of m/D independent blocks.
func TestFrequenciesError(t *testing.T) {
	const reps, m = 1000, 128
	l := []float64{0.5, 2, 1, 0.7}
	spectra := []basis.Spectrum{basis.Gaussian(l)}
	for _, z := range []float64{0.5, 0.8, 1.1, 1.5} {
		r := make([]float64, len(l))
		for d := range r {
			r[d] = z * l[d] / 2 // |r / l| = z
		}
		k := rbf(r, l)
		variance := func(how basis.Frequencies) float64 {
			e := rms(estimates(t, spectra, basis.Options{Count: 2 * m, Frequencies: how}, [][]float64{r}, reps), []float64{k})
			return e * e
		}
		independent, orthogonal, sobol := variance(basis.Independent), variance(basis.Orthogonal), variance(basis.Sobol)
		one := (1 - k*k) * (1 - k*k) / 2
		// Means of 128 and 32 blocks are close to normal: a variance is known
		// to sqrt(2/reps) of itself.
		tol := someErrors * math.Sqrt(2.0/reps)
		if want := one / m; math.Abs(independent/want-1) > tol {
			t.Errorf("z = %v: independent frequencies have the variance %v, want %v", z, independent, want)
		}
		if want := (one + float64(len(l)-1)*orthogonalCov(z, len(l))) / m; math.Abs(orthogonal/want-1) > tol {
			t.Errorf("z = %v: orthogonal frequencies have the variance %v, want %v", z, orthogonal, want)
		}
		if !(orthogonal < independent) {
			t.Errorf("z = %v: orthogonal frequencies have the variance %v, independent ones %v", z, orthogonal, independent)
		}
		// A smooth integrand at 128 points in four dimensions: a net's mean has
		// a fraction of the independent variance; half is a loose bound on it.
		if !(sobol < independent/2) {
			t.Errorf("z = %v: Sobol frequencies have the variance %v, independent ones %v", z, sobol, independent)
		}
		t.Logf("z = %v: variance of independent %.2e, orthogonal %.2e, Sobol %.2e", z, independent, orthogonal, sobol)
	}
}

// TestFrequenciesUnbiased: every mode has the kernel as its mean, also where
// spectra mix normals with a shared uniform and are added.
func TestFrequenciesUnbiased(t *testing.T) {
	const reps = 1000
	l, l2 := []float64{0.5, 2, 1}, []float64{1, 1, 3}
	rs := lags(l)
	spectra := []basis.Spectrum{basis.StudentT(1.5, l), basis.GammaMixture(2, l2)}
	for _, how := range []basis.Frequencies{basis.Independent, basis.Orthogonal, basis.Sobol} {
		e := estimates(t, spectra, basis.Options{Count: 14, Frequencies: how}, rs, reps)
		for i, r := range rs {
			var sum, sum2 float64
			for rep := range reps {
				v := e.At(rep, i) - matern32(r, l)*rationalQuadratic(2)(r, l2)
				sum, sum2 = sum+v, sum2+v*v
			}
			if z := math.Abs(sum) / math.Sqrt(sum2); z > someErrors {
				t.Errorf("frequencies %d: mean at lag %v is %.1f standard errors off", how, r, z)
			}
		}
	}
}
