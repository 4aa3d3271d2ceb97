package basis_test

import (
	"math"
	"testing"

	"matheron/kernel/basis"
)

// TestPeriodicWeightsSciPy compares with scipy.special.ive of SciPy 1.17.1:
// ive(0, q) and 2 ive(j, q), at j = 0, 1, 2, 5 and 2 sqrt(q) + 3.
func TestPeriodicWeightsSciPy(t *testing.T) {
	for _, c := range []struct {
		q    float64
		j    int
		want float64
	}{
		{1e-06, 0, 0.99999900000075},
		{1e-06, 1, 9.99999000000626e-07},
		{1e-06, 2, 2.4999975000014616e-13},
		{1e-06, 5, 5.208328125002841e-34},
		{1e-06, 3, 4.166662500002368e-20},
		{0.01, 0, 0.9900745851497074},
		{0.01, 1, 0.009900622094236554},
		{0.01, 2, 2.4751452104755818e-05},
		{0.01, 5, 5.1565310362717474e-14},
		{0.5, 0, 0.6450352704491501},
		{0.5, 1, 0.31284160636974334},
		{0.5, 2, 0.03870411541932656},
		{0.5, 5, 9.975211042940331e-06},
		{1, 0, 0.4657596075936404},
		{1, 1, 0.41582083069941683},
		{1, 2, 0.09987755378844712},
		{1, 5, 0.000199731428224174},
		{10, 0, 0.12783333716342862},
		{10, 1, 0.24252536276891104},
		{10, 2, 0.20716160177307502},
		{10, 5, 0.07056858722986792},
		{10, 9, 0.004750584409769323},
		{1000, 0, 0.012617240455891255},
		{1000, 1, 0.025221860513857258},
		{1000, 2, 0.0251840371907548},
		{1000, 5, 0.024920857881537726},
		{1000, 66, 0.0028574028628716467},
		{1e6, 0, 0.0003989423302692458},
		{1e6, 1, 0.0007978842615960616},
		{1e6, 2, 0.0007978830647699685},
		{1e6, 5, 0.0007978746870375827},
		{1e6, 2003, 0.0001073354759571786}, // by the recurrence in 50 digits; SciPy is 2e-13 off
	} {
		w := basis.PeriodicWeights(c.q, 1e-40)
		// The recurrence has some 1e4 steps at q = 1e6, of half an ulp each, at
		// random; SciPy is within an ulp or two elsewhere.
		if math.Abs(w[c.j]-c.want) > 1e-14*c.want {
			t.Errorf("q = %v: weight %d is %v, SciPy %v", c.q, c.j, w[c.j], c.want)
		}
	}
}

// TestPeriodicWeights: they sum to 1, are as few as tol allows, and the series
// is the kernel within 2 tol.
func TestPeriodicWeights(t *testing.T) {
	for _, q := range []float64{0, 1e-320, 1e-200, 1e-6, 1e-3, 0.1, 1, 20, 1e3, 1e5, 1e6} {
		full := basis.PeriodicWeights(q, 1e-60)
		for _, tol := range []float64{1e-2, 1e-6, 1e-12} {
			c := basis.PeriodicWeights(q, tol)
			var sum, tail float64
			for j := len(c) - 1; j >= 0; j-- {
				sum += c[j]
			}
			// Rounding: half an ulp of each partial sum at worst.
			if math.Abs(sum-1) > 1e-16*float64(len(c)+2) {
				t.Errorf("q = %v, tol = %v: sum - 1 is %v", q, tol, sum-1)
			}
			for j := len(full) - 1; j >= len(c); j-- {
				tail += full[j]
			}
			if tail >= tol {
				t.Errorf("q = %v, tol = %v: %v is left beyond %d weights", q, tol, tail, len(c))
			}
			if n := len(c); n > 1 && tail+full[n-1] < tol {
				t.Errorf("q = %v, tol = %v: %d weights, one fewer would do", q, tol, n)
			}
			for _, r := range []float64{0, 0.01, 0.1, 1, 3} {
				k := 0.0
				for j := len(c) - 1; j >= 0; j-- {
					k += c[j] * math.Cos(float64(j)*r)
				}
				s := math.Sin(r / 2)
				// Rounding j r, up to 1e4, moves a cosine by 1e-12 at the far end, where
				// weights are small: 2e-13 in the sum.
				if want := math.Exp(-2 * s * s * q); math.Abs(k-want) > 2*tol+2e-13 {
					t.Errorf("q = %v, tol = %v: series at %v is %v, kernel %v", q, tol, r, k, want)
				}
			}
		}
	}
}

// TestPeriodicWeightsLarge: at the largest q the weights are those of the
// normal distribution of variance q, up to O(1/q).
func TestPeriodicWeightsLarge(t *testing.T) {
	const q = basis.MaxPeriodicConcentration
	c := basis.PeriodicWeights(q, 1e-9)
	for _, j := range []int{1, 1000, 100000, 300000} {
		want := 2 / math.Sqrt(2*math.Pi*q) * math.Exp(-float64(j)*float64(j)/(2*q))
		if math.Abs(c[j]-want) > 1e-8*want {
			t.Errorf("weight %d is %v, want %v", j, c[j], want)
		}
	}
}
