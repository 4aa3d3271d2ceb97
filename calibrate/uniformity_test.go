package calibrate_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/calibrate"
	"matheron/rng"
)

// at returns n transforms whose statistic is d exactly: all steps of the
// distribution function are 0 to d above the diagonal.
func at(n int, d float64) []float64 {
	u := make([]float64, n)
	for i := range u {
		u[i] = math.Max(0, float64(i+1)/float64(n)-d)
	}
	return u
}

func TestKolmogorovSmirnovExact(t *testing.T) {
	// K(10, 0.274) = 0.6284796154565...: Marsaglia, Tsang and Wang (2003), section 3.
	got := calibrate.KolmogorovSmirnov(at(10, 0.274))
	within(t, "statistic", got.Statistic, 0.274, 1e-15)
	within(t, "K(10, 0.274)", 1-got.P, 0.6284796154565043, 1e-12)
	// n = 1: P(D < d) = 2d - 1; n = 2, d <= 1/2: 2 (2d - 1/2)^2; d > 1/2: 1 - 2(1-d)^2.
	for _, d := range []float64{0.5, 0.6, 0.9} {
		within(t, "n = 1", 1-calibrate.KolmogorovSmirnov([]float64{d}).P, 2*d-1, 1e-14)
	}
	within(t, "n = 2", 1-calibrate.KolmogorovSmirnov(at(2, 0.4)).P, 2*0.3*0.3, 1e-14)
	within(t, "n = 2", 1-calibrate.KolmogorovSmirnov(at(2, 0.7)).P, 1-2*0.3*0.3, 1e-14)
	// d >= 1 - 1/n: all transforms are below 1-d, or all above d: 2 (1-d)^n.
	within(t, "far tail", calibrate.KolmogorovSmirnov(at(10, 0.95)).P/(2*math.Pow(0.05, 10)), 1, 1e-11)
	within(t, "d = 1", calibrate.KolmogorovSmirnov([]float64{0, 0, 0}).P, 0, 0)
}

// steck is P(D_n <= d) by the determinant of Steck (1971): n! times that of
// (b_i - a_j)_+^(j-i+1) / (j-i+1)!, for a_i <= U_(i) <= b_i.
func steck(n int, d float64) float64 {
	m := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			b := math.Min(1, float64(i)/float64(n)+d)
			a := math.Max(0, float64(j+1)/float64(n)-d)
			if k := j - i + 1; k >= 0 {
				m.Set(i, j, math.Pow(math.Max(0, b-a), float64(k))/math.Gamma(float64(k)+1))
			}
		}
	}
	return mat.Det(m) * math.Gamma(float64(n)+1)
}

func TestKolmogorovSmirnovAgainstSteck(t *testing.T) {
	for n := 1; n <= 12; n++ {
		for d := 0.6 / float64(n); d < 0.95; d += 0.07 {
			// The determinant loses some digits as n grows.
			within(t, "P", 1-calibrate.KolmogorovSmirnov(at(n, d)).P, steck(n, d), 1e-10)
		}
	}
}

// The exact distribution and the limit meet where one takes over from the other.
func TestKolmogorovSmirnovLimit(t *testing.T) {
	for _, x := range []float64{0.5, 0.9, 1.1, 1.5, 2} {
		exact := calibrate.KolmogorovSmirnov(at(1000, x/math.Sqrt(1000))).P
		limit := calibrate.KolmogorovSmirnov(at(1001, x/math.Sqrt(1001))).P
		// The corrected limit leaves O(n^-3/2) = 3e-5, which is more of a small P.
		within(t, "P", limit, exact, 3e-5)
		within(t, "P", limit/exact, 1, 5e-3)
	}
	// From n d^2 = 7 on it is another sum.
	below := calibrate.KolmogorovSmirnov(at(500, math.Sqrt(6.999999/500))).P
	above := calibrate.KolmogorovSmirnov(at(500, math.Sqrt(7.000001/500))).P
	within(t, "tails", above/below, 1, 1e-5)
	// The quantile of the limiting distribution: P(K > 1.3581) = 0.05 (Smirnov 1948).
	within(t, "5%", calibrate.KolmogorovSmirnov(at(1_000_000, 1.3581/1000)).P, 0.05, 1e-4)
	// Both series meet at t = 1.
	below = calibrate.KolmogorovSmirnov(at(1_000_000, 0.99987e-3)).P
	above = calibrate.KolmogorovSmirnov(at(1_000_000, 0.99989e-3)).P
	within(t, "series", below, above, 1e-4)
}

// P values of uniform transforms are uniform themselves.
func TestPValuesAreUniform(t *testing.T) {
	r := rng.New(6).Rand()
	const reps = 2000
	ks, chi := 0, 0
	for range reps {
		u := make([]float64, 100)
		for i := range u {
			u[i] = r.Float64()
		}
		if calibrate.KolmogorovSmirnov(u).P < 0.1 {
			ks++
		}
		if calibrate.ChiSquare(calibrate.Histogram(u, 10)).P < 0.1 {
			chi++
		}
	}
	se := math.Sqrt(0.1 * 0.9 / reps)
	within(t, "Kolmogorov-Smirnov", float64(ks)/reps, 0.1, 4*se)
	// The statistic is discrete: its distribution differs from the limit by some 1% here.
	within(t, "chi-square", float64(chi)/reps, 0.1, 4*se+0.01)
}

func TestChiSquareByHand(t *testing.T) {
	got := calibrate.ChiSquare([]int{4, 6, 14})
	// (16 + 4 + 36)/8 = 7 with 2 degrees of freedom: exp(-7/2).
	within(t, "statistic", got.Statistic, 7, 1e-15)
	within(t, "P", got.P, math.Exp(-3.5), 1e-15)
	h := calibrate.Histogram([]float64{0, 0.1, 0.5, 0.99, 1}, 2)
	if h[0] != 2 || h[1] != 3 {
		t.Errorf("histogram %v", h)
	}
	mustPanic(t, "transform", func() { calibrate.Histogram([]float64{1.1}, 2) })
	mustPanic(t, "NaN", func() { calibrate.KolmogorovSmirnov([]float64{math.NaN()}) })
	mustPanic(t, "bins", func() { calibrate.Histogram(nil, 0) })
	mustPanic(t, "counts", func() { calibrate.ChiSquare([]int{0, 0}) })
	mustPanic(t, "none", func() { calibrate.KolmogorovSmirnov(nil) })
}
