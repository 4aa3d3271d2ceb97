package main

import (
	"math"

	. "github.com/mmcloughlin/avo/reg"
)

// exponential writes scale e^x.
//
// With n the multiple of 1/s nearest to x log2 e, and r = x - n ln 2 with ln 2 in
// two parts, e^x is 2^n times a polynomial in r. AVX2 has s = 1 and the degree 11.
// AVX-512 has s = 16, the degree 6, and sixteen powers of 2^(1/16) in two registers:
// a quarter fewer operations, and fewer of them wait for each other.
type exponential struct {
	*machine
	scale VecVirtual    // nil for 1
	roots [2]VecVirtual // scale 2^(i/16)
}

// Coefficients of q in e^r = 1 + r + r^2 q(r), minimax by the exchange of Remez: for
// |r| <= ln(2)/2 with an error below 0.04 ulp, and for |r| <= ln(2)/32 below 0.11.
var (
	expCoefficients = [...]uint64{
		0x3fe000000000000a, 0x3fc55555555554f9, 0x3fa555555555083e, 0x3f81111111127d0e, 0x3f56c16c18438b08,
		0x3f2a01a012a0f351, 0x3efa01999e2633fd, 0x3ec71df25b3100a2, 0x3e928ad9b8551757, 0x3e5ad7f3ee016e7d,
	}
	expCoefficients16 = [...]uint64{
		0x3fdfffffffffffb8, 0x3fc555555548ebe6, 0x3fa555555590064e, 0x3f811123b46c2ed0, 0x3f56c14c5e873811,
	}
)

// ln2High and ln2Low are ln 2 in two parts, those of fdlibm: n times the first is
// exact.
const (
	ln2High = 6.93147180369123816490e-01
	ln2Low  = 1.90821492927058770002e-10
)

// exponential prepares for a function, with a scale that is nil for 1.
func (m *machine) exponential(scale VecVirtual) exponential {
	e := exponential{machine: m, scale: scale}
	if !m.wide {
		return e
	}
	var table [16]uint64
	for i := range table {
		table[i] = math.Float64bits(math.Exp2(float64(i) / 16))
	}
	place := m.consts.table(table[:])
	for i := range e.roots {
		e.roots[i] = m.vec()
		m.VMOVUPD(place.Offset(64*i), e.roots[i])
		if scale != nil {
			m.mul(e.roots[i], e.roots[i], scale)
		}
	}
	return e
}

// clamp is dst = x, but no further from 0 than where e^(f x) is 0 or infinite, for a
// negative f and x >= 0 or for f = 1.
func (e exponential) clamp(dst, x []VecVirtual, f float64) {
	limit := e.vec()
	if f < 0 {
		e.set(limit, e.num(-746/f))
	} else {
		e.set(limit, e.num(711))
	}
	for i := range x {
		e.min(dst[i], limit, x[i])
	}
	if f < 0 {
		return
	}
	e.set(limit, e.num(-746))
	for i := range x {
		e.max(dst[i], limit, dst[i])
	}
}

// of replaces x, which is clamped, by scale e^(f x), where f is a power of two or
// less one: it is in the constants.
func (e exponential) of(x []VecVirtual, f float64) {
	// 1.5 * 2^52, or 2^48, leaves n rounded in the lowest bits of a sum.
	shift := 0x1.8p52
	coefficients := expCoefficients[:]
	if e.wide {
		shift, coefficients = 0x1.8p48, expCoefficients16[:]
	}
	n, p, bits := e.vecs(len(x)), e.vecs(len(x)), e.vecs(len(x))
	magic := e.vec()
	e.set(magic, e.num(shift))
	for i := range x {
		e.VMOVAPD(magic, bits[i])
		e.madd(bits[i], x[i], e.num(f*math.Log2E))
		e.sub(n[i], bits[i], magic)
	}
	for _, part := range []float64{ln2High, ln2Low} {
		for i := range x {
			e.msub(x[i], n[i], e.num(part/f))
		}
	}
	// Now x is r/f, and coefficient k has the factor f^k.
	coefficient := func(k int) constant {
		return e.num(math.Float64frombits(coefficients[k-2]) * math.Pow(f, float64(k)))
	}
	degree := len(coefficients) + 1
	for i := range x {
		e.set(p[i], coefficient(degree))
	}
	for k := degree - 1; k >= 2; k-- {
		for i := range x {
			e.horner(p[i], x[i], coefficient(k))
		}
	}
	for i := range x {
		e.horner(p[i], x[i], e.num(f))
	}
	if e.wide {
		for i := range x {
			e.mul(p[i], p[i], x[i])
			// The lowest four bits are the sixteenths.
			e.VPERMI2PD(e.roots[1], e.roots[0], bits[i])
			e.horner(p[i], bits[i], bits[i])
			e.VSCALEFPD(n[i], p[i], x[i]) // 2 to the power of the integer below
		}
		return
	}
	for i := range x {
		e.horner(p[i], x[i], e.num(1))
		if e.scale != nil {
			e.mul(p[i], p[i], e.scale)
		}
		e.power2(x[i], p[i], n[i])
	}
}

// power2 is dst = p 2^n for integers n, |n| < 1100, rounded once; n is spent. 2^n is
// made as a product of two powers that are normal numbers: with the bias in the
// lowest bits, a shift makes them the exponent.
func (m *machine) power2(dst, p, n VecVirtual) {
	half, bits := m.vec(), m.vec()
	bias := m.num(magic + 1023)
	m.set(half, bias)
	m.madd(half, n, m.num(0.5))
	m.shiftLeft(bits, half, 52)
	m.mul(dst, p, bits)
	m.sub(half, half, bias)
	m.sub(n, n, half)
	m.add(n, n, bias)
	m.shiftLeft(n, n, 52)
	m.mul(dst, dst, n)
}
