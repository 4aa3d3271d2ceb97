package asm

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"matheron/internal/long"
)

// The limits of the accuracy tests are what the documentation says; 2 ulp is what
// callers are promised.

// mustBeWithin fails where a result is more than limit ulp from what it should be,
// and logs the most.
func mustBeWithin(t *testing.T, name string, limit float64, x, got []float64, want []*big.Float) {
	t.Helper()
	most, at := 0.0, 0
	for i, w := range want {
		if e := ulps(got[i], w); !(e <= most) {
			most, at = e, i
		}
	}
	if !(most <= limit) {
		t.Errorf("%s(%v) is %v, off by %.3g ulp, want at most %v", name, x[at], got[at], most, limit)
	}
	t.Logf("%s: at most %.3f ulp, at %v, of %d arguments", name, most, x[at], len(x))
}

// around returns x and the k numbers on either side of it.
func around(x float64, k int) []float64 {
	out := []float64{x}
	up, down := x, x
	for range k {
		up, down = math.Nextafter(up, math.Inf(1)), math.Nextafter(down, math.Inf(-1))
		out = append(out, up, down)
	}
	return out
}

func TestExpAccuracy(t *testing.T) { testExp(t, 50000) }

func TestExpAccuracyAtMore(t *testing.T) {
	long.Only(t)
	testExp(t, 1000000)
}

func testExp(t *testing.T, arguments int) {
	r := rand.New(rand.NewPCG(1, 1))
	var x []float64
	for range arguments / 4 {
		x = append(x, 60*r.Float64()-30, 1417*r.Float64()-708, r.NormFloat64(), -708-37*r.Float64())
	}
	for k := -1074; k <= 1023; k++ {
		// Where the reduced argument changes its sign, and the powers of two.
		x = append(x, around((float64(k)+0.5)*math.Ln2, 2)...)
		x = append(x, around(float64(k)*math.Ln2, 1)...)
	}
	for _, v := range []float64{709.782712893384, -708.3964185322641, -744.4400719213812, -745.1332191019411, 1e-300, 5e-324, 0x1p-53, -0x1p-53, -0x1p-54} {
		x = append(x, around(v, 20)...)
	}
	var kept []float64
	var want []*big.Float
	for _, v := range x {
		// Beyond, the result is infinite: TestExpLimits.
		if v <= 709.782712893384 {
			kept, want = append(kept, v), append(want, bigExp(bigFloat(v)))
		}
	}
	atEachLevel(t, func(t *testing.T) {
		if level == Generic {
			// math.Exp is off by 1.9 ulp and, on amd64, infinite from 709.43 on; there
			// is nothing of ours to measure.
			t.Skip("the standard library")
		}
		got := make([]float64, len(kept))
		Exp(got, kept)
		limit := 0.9
		if level == AVX512 {
			limit = 1.3
		}
		mustBeWithin(t, "exp", limit, kept, got, want)
	})
}

func TestExpLimits(t *testing.T) {
	inf := math.Inf(1)
	x := []float64{inf, -inf, math.NaN(), 709.7827128933841, 1e300, -745.1332191019412, -746, -1e300, 0, math.Copysign(0, -1), math.MaxFloat64, -math.MaxFloat64, 5e-324}
	want := []float64{inf, 0, math.NaN(), inf, inf, 0, 0, 0, 1, 1, inf, 0, 1}
	atEachLevel(t, func(t *testing.T) {
		got := make([]float64, len(x))
		Exp(got, x)
		for i, w := range want {
			if math.Float64bits(got[i]) != math.Float64bits(w) && !(math.IsNaN(w) && math.IsNaN(got[i])) {
				t.Errorf("exp(%v) = %v, want %v", x[i], got[i], w)
			}
		}
	})
}

func TestSinCosAccuracy(t *testing.T) { testSinCos(t, 50000) }

func TestSinCosAccuracyAtMore(t *testing.T) {
	long.Only(t)
	testSinCos(t, 1000000)
}

func testSinCos(t *testing.T, arguments int) {
	r := rand.New(rand.NewPCG(2, 2))
	var x []float64
	for range arguments / 5 {
		k := math.Floor(636619 * r.Float64())
		x = append(x, 2e6*r.Float64()-1e6, 20*r.Float64()-10, math.Exp(27*r.Float64()-13),
			k*(math.Pi/2), (k+0.5)*(math.Pi/2))
	}
	for k := range 2000 {
		x = append(x, around(float64(k-1000)*(math.Pi/2), 2)...)
		x = append(x, around((float64(k-1000)+0.5)*(math.Pi/2), 1)...)
	}
	for _, v := range []float64{1e6, -1e6, 1e-300, 5e-324, -5e-324, 0x1p-27, 0x1p-26} {
		x = append(x, math.Nextafter(v, 0), v)
	}
	x = append(x, hardest...)
	sines, cosines := make([]*big.Float, len(x)), make([]*big.Float, len(x))
	for i, v := range x {
		sines[i], cosines[i] = bigSinCos(v)
	}
	atEachLevel(t, func(t *testing.T) {
		if level == Generic {
			// math.Sincos has no third part and is off by more next to multiples of
			// pi/2; there is nothing of ours to measure.
			t.Skip("the standard library")
		}
		s, c := make([]float64, len(x)), make([]float64, len(x))
		SinCos(s, c, x)
		mustBeWithin(t, "sin", 1.5, x, s, sines)
		mustBeWithin(t, "cos", 1.5, x, c, cosines)
	})
}

// hardest are the numbers below 1e6 that are nearest to a multiple of pi/2: 6e-19
// to 9e-17 from it, found by trying all multiples.
var hardest = []float64{
	0x1.6c6cbc45dc8dep+5, 0x1.6c6cbc45dc8dep+6, 0x1.6c6cbc45dc8dep+7, 0x1.6c6cbc45dc8dep+8, 0x1.6c6cbc45dc8dep+9,
	0x1.6c6cbc45dc8dep+10, 0x1.6c6cbc45dc8dep+11, 0x1.39c6fd67805a7p+18, 0x1.6c6cbc45dc8dep+12, 0x1.39c6fd67805a7p+19,
}

func TestSinCosLimits(t *testing.T) {
	inf := math.Inf(1)
	x := []float64{inf, -inf, math.NaN(), 0, math.Copysign(0, -1), 1000001, -1e9, 1e22, math.MaxFloat64, math.Nextafter(1e6, inf)}
	atEachLevel(t, func(t *testing.T) {
		s, c := make([]float64, len(x)), make([]float64, len(x))
		SinCos(s, c, x)
		for i, v := range x {
			ws, wc := math.Sincos(v)
			for _, p := range [][2]float64{{s[i], ws}, {c[i], wc}} {
				if p[0] != p[1] && !(math.IsNaN(p[0]) && math.IsNaN(p[1])) {
					t.Errorf("of %v: %v, want %v", v, p[0], p[1])
				}
			}
		}
	})
}

// bigRadial returns k and dk/d(r^2) of unit variance at a distance r >= 0, and the
// exponent that k is e to the power of.
func bigRadial(p Profile, r, alpha float64) (k, dk *big.Float, exponent float64) {
	mul := func(a, b *big.Float) *big.Float { return new(big.Float).Mul(a, b) }
	add := func(a, b *big.Float) *big.Float { return new(big.Float).Add(a, b) }
	x, one, half := bigFloat(r), bigFloat(1), bigFloat(0.5)
	var e *big.Float
	decay := func(c float64) (a, k *big.Float) {
		a = mul(new(big.Float).Sqrt(bigFloat(c)), x)
		e = new(big.Float).Neg(a)
		return a, bigExp(e)
	}
	switch p {
	case RBF:
		e = mul(mul(x, x), bigFloat(-0.5))
		k = bigExp(e)
		dk = mul(k, bigFloat(-0.5))
	case Matern12:
		_, k = decay(1)
		dk = bigFloat(0)
		if r > 0 {
			dk = new(big.Float).Quo(mul(k, bigFloat(-0.5)), x)
		}
	case Matern32:
		a, d := decay(3)
		k, dk = mul(add(one, a), d), mul(d, bigFloat(-1.5))
	case Matern52:
		a, d := decay(5)
		a1 := add(one, a)
		k = mul(add(a1, new(big.Float).Quo(mul(a, a), bigFloat(3))), d)
		dk = mul(mul(new(big.Float).Quo(bigFloat(-5), bigFloat(6)), a1), d)
	case RationalQuadratic:
		q := new(big.Float).Quo(mul(mul(x, x), half), bigFloat(alpha))
		e = mul(bigLog1p(q), bigFloat(-alpha))
		k = bigExp(e)
		dk = new(big.Float).Quo(mul(k, bigFloat(-0.5)), add(one, q))
	}
	exponent, _ = e.Float64()
	return k, dk, -exponent
}

// TestRadialAccuracy measures rows of one column against math/big. An exponent c is
// rounded to c ulp of 1, and that is a relative error of its exponential: limits are
// in ulp times 1+c.
func TestRadialAccuracy(t *testing.T) {
	const alpha = 0.7
	r := rand.New(rand.NewPCG(5, 5))
	x := []float64{0, 1e-139, 1e-100, 1e-30, 1e-9, 1, 30, 100}
	for range 3000 {
		x = append(x, 3*r.Float64(), math.Exp(8*r.NormFloat64()-4), 35*r.Float64())
	}
	for p := RBF; p <= RationalQuadratic; p++ {
		values, slopes, exponents := make([]*big.Float, len(x)), make([]*big.Float, len(x)), make([]float64, len(x))
		for i, v := range x {
			values[i], slopes[i], exponents[i] = bigRadial(p, v, alpha)
		}
		atEachLevel(t, func(t *testing.T) {
			k := Radial{Profile: p, Variance: 1, Alpha: alpha, Scale: []float64{1}, Y: x, Stride: len(x)}
			got, h, w := make([]float64, len(x)), make([]float64, len(x)), make([]float64, len(x))
			for i := range w {
				w[i] = 1
			}
			var sums [3]float64
			k.Cov(got, []float64{0})
			k.Slope(h, w, []float64{0}, &sums)
			for name, of := range map[string]struct {
				got  []float64
				want []*big.Float
			}{"value": {got, values}, "slope": {h, slopes}} {
				most, at := 0.0, 0
				for i, want := range of.want {
					if exponents[i] > 700 {
						continue // subnormal
					}
					if e := ulps(of.got[i], want) / (1 + exponents[i]); !(e <= most) {
						most, at = e, i
					}
				}
				const limit = 3
				if !(most <= limit) {
					t.Errorf("profile %d: the %s at %v is %v, off by %.3g units, want at most %v", p, name, x[at], of.got[at], most, limit)
				}
				t.Logf("profile %d: the %s is off by at most %.3f, at %v", p, name, most, x[at])
			}
		})
	}
}
