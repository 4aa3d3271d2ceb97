package main

import (
	"math"

	. "github.com/mmcloughlin/avo/reg"
)

// Coefficients of log((1+s)/(1-s)) = 2s + s (c_1 s^2 + c_2 s^4 + ...), those of
// FreeBSD's e_log.c, which are minimax for |s| < 0.1716: the error is below 2^-58.
var logCoefficients = [...]float64{
	6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01,
	1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01,
}

// log1p returns log(1+q) for q >= 0, and 1+q. Numbers beyond 1e308 count as it, but
// for Inf.
//
// 1+q is rounded to u = 2^k v, with v from sqrt(1/2) to sqrt 2, and what rounding
// lost is added to v - 1.
func (m *machine) log1p(q []VecVirtual) (log, u []VecVirtual) {
	log, u = m.vecs(len(q)), m.vecs(len(q))
	limit := m.vec()
	m.set(limit, m.num(1e308))
	for i := range q {
		u, f, lost, k, t := u[i], m.vec(), m.vec(), m.vec(), m.vec()
		m.min(f, limit, q[i])
		m.add(u, f, m.num(1))
		m.sub(t, u, m.num(1))
		m.sub(lost, f, t)

		m.subInt(k, u, m.bits(math.Float64bits(math.Sqrt2/2)))
		m.shiftRight(k, k, 52)
		m.shiftLeft(t, k, 52)
		m.subInt(f, u, t)
		m.sub(f, f, m.num(1))
		// lost 2^-k, by the exponent.
		power := m.vec()
		m.set(power, m.num(1))
		m.subInt(power, power, t)
		m.madd(f, lost, power)
		// k as a number.
		m.addInt(k, k, m.num(0x1p52))
		m.sub(k, k, m.num(0x1p52))

		s, z, r := m.vec(), m.vec(), m.vec()
		m.add(s, f, m.num(2))
		m.div(s, f, s)
		m.mul(z, s, s)
		m.set(r, m.num(logCoefficients[len(logCoefficients)-1]))
		for c := len(logCoefficients) - 2; c >= 0; c-- {
			m.horner(r, z, m.num(logCoefficients[c]))
		}
		m.mul(r, r, z)
		// k ln2High - ((f^2/2 - (s (f^2/2 + r) + k ln2Low)) - f).
		half := m.vec()
		m.mul(half, f, m.num(0.5))
		m.mul(half, half, f)
		m.add(r, r, half)
		m.mul(r, r, s)
		m.madd(r, k, m.num(ln2Low))
		m.sub(half, half, r)
		m.sub(log[i], f, half)
		m.madd(log[i], k, m.num(ln2High))
		m.keepBelow(log[i], q[i], m.num(math.Inf(1)))
	}
	return log, u
}
