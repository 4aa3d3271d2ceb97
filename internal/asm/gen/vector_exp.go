package main

import (
	"math"

	. "github.com/mmcloughlin/avo/reg"
)

// magic is 1.5 * 2^52: added to a number below 2^51 it leaves that number rounded
// to an integer in the lowest bits.
const magic = 0x1.8p52

// expCoefficients are those of q in e^r = 1 + r + r^2 q(r), |r| <= ln(2)/2,
// minimax by the exchange of Remez: the error is below 0.04 ulp.
var expCoefficients = [...]uint64{
	0x3fe000000000000a, 0x3fc55555555554f9, 0x3fa555555555083e, 0x3f81111111127d0e, 0x3f56c16c18438b08,
	0x3f2a01a012a0f351, 0x3efa01999e2633fd, 0x3ec71df25b3100a2, 0x3e928ad9b8551757, 0x3e5ad7f3ee016e7d,
}

// exp replaces x by scale e^x; a nil scale is 1. Where x is known to be negative,
// or NaN, the upper limit is left out.
//
// With n = round(x log2 e) and r = x - n ln 2, ln 2 in two parts, it is 2^n times
// a polynomial in r.
func (m *machine) exp(x []VecVirtual, negative bool, scale VecVirtual) {
	limit := m.vec()
	if !negative {
		m.set(limit, m.num(711))
		for i := range x {
			m.min(x[i], limit, x[i])
		}
	}
	m.set(limit, m.num(-746))
	for i := range x {
		m.max(x[i], limit, x[i])
	}
	n, p := m.vecs(len(x)), m.vecs(len(x))
	shift := m.vec()
	m.set(shift, m.num(magic))
	for i := range x {
		m.VMOVAPD(shift, n[i])
		m.madd(n[i], x[i], m.num(math.Log2E))
		m.sub(n[i], n[i], shift)
	}
	for i := range x {
		m.msub(x[i], n[i], m.num(ln2High))
	}
	for i := range x {
		m.msub(x[i], n[i], m.num(ln2Low))
	}
	last := len(expCoefficients) - 1
	for i := range x {
		m.set(p[i], m.bits(expCoefficients[last]))
	}
	for c := last - 1; c >= 0; c-- {
		for i := range x {
			m.horner(p[i], x[i], m.bits(expCoefficients[c]))
		}
	}
	for range 2 {
		for i := range x {
			m.horner(p[i], x[i], m.num(1))
		}
	}
	for i := range x {
		if scale != nil {
			m.mul(p[i], p[i], scale)
		}
		m.power2(x[i], p[i], n[i])
	}
}

// ln 2 in two parts, the first of so few bits that n times it is exact.
const (
	ln2High = 6.93147180369123816490e-01
	ln2Low  = 1.90821492927058770002e-10
)

// power2 is dst = p 2^n for integers n, |n| < 1100, rounded once; n is spent.
func (m *machine) power2(dst, p, n VecVirtual) {
	if m.wide {
		m.VSCALEFPD(n, p, dst)
		return
	}
	// 2^n as a product of two powers that are normal numbers: with the bias in the
	// lowest bits, a shift makes them the exponent.
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
