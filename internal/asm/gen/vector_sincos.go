package main

import (
	"math"

	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Coefficients, lowest first, of sin r = r + r^3 S(r^2) and cos r = 1 - r^2/2 +
// r^4 C(r^2) for |r| <= pi/4, minimax by the exchange of Remez: the errors are
// below 0.04 and 0.001 ulp.
var (
	sinCoefficients = [...]uint64{
		0xbfc5555555555549, 0x3f8111111110f87a, 0xbf2a01a019c11990, 0x3ec71de3577b65ee, 0xbe5ae5e663a6459e, 0x3de5d9300f0397f2,
	}
	cosCoefficients = [...]uint64{
		0x3fa555555555554c, 0xbf56c16c16c1517e, 0x3efa01a019cb1bd8, 0xbe927e4f809f07b0, 0x3e21ee9ebe913ef4, 0xbda8fae9c69b38f2,
	}
)

// halfPi is pi/2 in three parts. n times the first, less x, is exact for the
// nearest n, and so is what the fused operations subtract of the second; the third
// is seen where x is nearly a multiple of pi/2.
var halfPi = [3]uint64{0x3ff921fb54442d18, 0x3c91a62633145c07, 0xb91f1976b7ed8fbc}

// sinCos returns the sines and cosines of x, right for |x| <= 1e6, and raises far
// to the absolute values that it sees, NaN left out. x is spent.
func (m *machine) sinCos(x []VecVirtual, far VecVirtual) (s, c []VecVirtual) {
	t := m.vec()
	for i := range x {
		if m.wide {
			const largestAbsolute = 0b1011 // of two numbers, the other where one is NaN
			m.VRANGEPD(Imm(largestAbsolute), x[i], far, far)
			continue
		}
		m.and(t, x[i], m.bits(math.MaxUint64>>1))
		m.max(far, t, far)
	}
	// n = round(x 2/pi), as an integer in the lowest bits of n and as a number in t.
	n := m.vecs(len(x))
	for i := range x {
		m.set(n[i], m.num(magic))
		m.madd(n[i], x[i], m.num(2/math.Pi))
		m.sub(t, n[i], m.num(magic))
		for _, part := range halfPi {
			m.msub(x[i], t, m.bits(part))
		}
	}
	z, s, c := m.vecs(len(x)), m.vecs(len(x)), m.vecs(len(x))
	for i := range x {
		m.mul(z[i], x[i], x[i])
	}
	last := len(sinCoefficients) - 1
	for i := range x {
		m.set(s[i], m.bits(sinCoefficients[last]))
		m.set(c[i], m.bits(cosCoefficients[last]))
	}
	for k := last - 1; k >= 0; k-- {
		for i := range x {
			m.horner(s[i], z[i], m.bits(sinCoefficients[k]))
			m.horner(c[i], z[i], m.bits(cosCoefficients[k]))
		}
	}
	for i := range x {
		m.mul(s[i], s[i], z[i])
		m.horner(c[i], z[i], m.num(-0.5))
		m.horner(s[i], x[i], x[i])
		m.horner(c[i], z[i], m.num(1))
	}
	for i := range x {
		// Odd n exchange sine and cosine; bit 1 of n is the sign of the sine, and
		// of n+1 that of the cosine.
		s[i], c[i] = m.exchange(s[i], c[i], n[i])
		m.flip(s[i], n[i])
		m.addInt(n[i], n[i], m.bits(1))
		m.flip(c[i], n[i])
	}
	return s, c
}

// exchange returns a and b, in the other order where the lowest bit of n is set.
func (m *machine) exchange(a, b, n VecVirtual) (first, second VecVirtual) {
	first, second = m.vec(), m.vec()
	if m.wide {
		k := m.K()
		m.VPTESTMQ_BCST(m.bits(1).Mem, n, k)
		m.VBLENDMPD(b, a, k, first)
		m.VBLENDMPD(a, b, k, second)
		return first, second
	}
	odd := m.vec()
	m.shiftLeft(odd, n, 63)
	m.VBLENDVPD(odd, b, a, first)
	m.VBLENDVPD(odd, a, b, second)
	return first, second
}

// flip changes the sign of v where bit 1 of n is set.
func (m *machine) flip(v, n VecVirtual) {
	const sign = 1 << 63
	t := m.vec()
	m.shiftLeft(t, n, 62)
	if m.wide {
		const xorAnd = 0x78 // v ^ (t & sign)
		m.VPTERNLOGQ_BCST(Imm(xorAnd), m.bits(sign).Mem, t, v)
		return
	}
	m.and(t, t, m.bits(sign))
	m.xor(v, v, t)
}
