package asm

import (
	"math"
	"math/big"
)

// Elementary functions in numbers of 256 bits, by their series: what the accuracy
// of kernels is measured with.

const precision = 256

func bigFloat(v float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(v) }

// atanOf returns atan(1/k) or, for sign 1, atanh(1/k).
func atanOf(k int64, sign int) *big.Float {
	sum, term := bigFloat(0), new(big.Float).Quo(bigFloat(1), bigFloat(float64(k)))
	square := bigFloat(float64(sign))
	square.Quo(square, bigFloat(float64(k*k)))
	for i := 1; term.Sign() != 0 && term.MantExp(nil) > -precision-8; i += 2 {
		sum.Add(sum, new(big.Float).Quo(term, bigFloat(float64(i))))
		term.Mul(term, square)
	}
	return sum
}

var (
	bigLn2 = new(big.Float).Mul(bigFloat(2), atanOf(3, 1))
	// Machin: pi/4 = 4 atan(1/5) - atan(1/239).
	bigHalfPi = new(big.Float).Mul(bigFloat(2),
		new(big.Float).Sub(new(big.Float).Mul(bigFloat(4), atanOf(5, -1)), atanOf(239, -1)))
	// inverseFactorials[n] is 1/n!.
	inverseFactorials = func() []*big.Float {
		f := []*big.Float{bigFloat(1)}
		for n := 1; n < 48; n++ {
			f = append(f, new(big.Float).Quo(f[n-1], bigFloat(float64(n))))
		}
		return f
	}()
)

// bigExp returns e^x.
func bigExp(x *big.Float) *big.Float {
	near, _ := x.Float64()
	k := math.Round(near / math.Ln2)
	r := new(big.Float).Sub(x, new(big.Float).Mul(bigFloat(k), bigLn2))
	r.SetMantExp(r, -6) // then the result to the 64th power
	sum := bigFloat(0)
	for n := 20; n >= 0; n-- { // 0.0055^21/21! is 2^-223
		sum.Add(sum.Mul(sum, r), inverseFactorials[n])
	}
	for range 6 {
		sum.Mul(sum, sum)
	}
	return sum.SetMantExp(sum, int(k))
}

// bigSinCos returns the sine and cosine of finite |x| < 1e9.
func bigSinCos(x float64) (s, c *big.Float) {
	n := math.Round(x / (math.Pi / 2))
	r := new(big.Float).Sub(bigFloat(x), new(big.Float).Mul(bigFloat(n), bigHalfPi))
	z := new(big.Float).Mul(r, r)
	z.Neg(z)
	s, c = bigFloat(0), bigFloat(0)
	for k := 17; k >= 0; k-- { // 0.8^36/36! is 2^-150
		s.Add(s.Mul(s, z), inverseFactorials[2*k+1])
		c.Add(c.Mul(c, z), inverseFactorials[2*k])
	}
	s.Mul(s, r)
	switch int64(n) & 3 {
	case 1:
		s, c = c, s.Neg(s)
	case 2:
		s, c = s.Neg(s), c.Neg(c)
	case 3:
		s, c = c.Neg(c), s
	}
	return s, c
}

// bigLog1p returns log(1+x) for x >= 0: the number near math.Log1p(x) whose
// exponential is 1+x.
func bigLog1p(x *big.Float) *big.Float {
	want := new(big.Float).Add(bigFloat(1), x)
	near, _ := x.Float64()
	y := math.Log1p(near)
	// With e^y = (1+x)(1+d), log(1+x) is y - log(1+d) = y - d + d^2/2 - d^3/3.
	d := new(big.Float).Quo(bigExp(bigFloat(y)), want)
	d.Sub(d, bigFloat(1))
	d2 := new(big.Float).Mul(d, d)
	d3 := new(big.Float).Mul(d2, d)
	sum := new(big.Float).Sub(bigFloat(y), d)
	sum.Add(sum, d2.SetMantExp(d2, -1))
	return sum.Sub(sum, d3.Quo(d3, bigFloat(3)))
}

// ulps returns |got - want| in units of the last place of want.
func ulps(got float64, want *big.Float) float64 {
	if w, _ := want.Float64(); got == w || math.IsNaN(got) && math.IsNaN(w) {
		// Less than one half, and not worth the subtraction.
		return 0
	}
	e := max(want.MantExp(nil)-53, -1074)
	d := new(big.Float).Sub(bigFloat(got), want)
	d.SetMantExp(d, -e)
	v, _ := d.Float64()
	return math.Abs(v)
}
