package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// radial is the rows of the kernels of the scaled distance: of values, and of
// weighted slopes with the sums that gradients to parameters need.
func radial(c *Context) {
	levels(c, newConstants(c, "radial_constants"), func(m *machine, suffix string) {
		for _, p := range []profile{rbf(m), matern12(m), matern32(m), matern52(m), rationalQuadratic(m)} {
			covRow(m, p, suffix)
			slopeRow(m, p, suffix)
		}
	})
}

// profile is a covariance as a function of the scaled squared distance.
type profile struct {
	name string
	// wide and narrow are the vectors of a group.
	wide, narrow int
	// begin sets what the row has in all lanes.
	begin func()
	// value replaces r2 by k.
	value func(r2 []VecVirtual, variance VecVirtual)
	// slope returns k and dk/d(r^2) and, for alpha, dk/dalpha; r2 is kept.
	slope func(r2 []VecVirtual, variance VecVirtual) (k, dk, dalpha []VecVirtual)
}

func covRow(m *machine, p profile, suffix string) {
	m.begin("cov"+p.name, suffix, "func(dst, "+pointsParams+", variance, alpha float64)")
	dst := m.Load(m.Param("dst").Base(), m.GP64())
	n := m.Load(m.Param("dst").Len(), m.GP64())
	g := m.loadPoints()
	variance := m.spread("variance")
	if p.begin != nil {
		p.begin()
	}
	m.row(n, m.by(p.wide, p.narrow), func(count int, at Register) {
		v := m.distance(g, count, at)
		p.value(v, variance)
		for i := range v {
			m.store(m.at(dst, at, i), v[i], i)
		}
	})
	m.end()
}

func slopeRow(m *machine, p profile, suffix string) {
	m.begin("slope"+p.name, suffix, "func(h, w, "+pointsParams+", variance, alpha float64, sums *[3]float64)")
	h := m.Load(m.Param("h").Base(), m.GP64())
	w := m.Load(m.Param("w").Base(), m.GP64())
	n := m.Load(m.Param("h").Len(), m.GP64())
	g := m.loadPoints()
	variance := m.spread("variance")
	if p.begin != nil {
		p.begin()
	}
	sums := m.vecs(3)
	for _, s := range sums {
		m.zero(s)
	}
	used := 2
	// AVX2 has registers for one vector at a time.
	m.row(n, m.by(p.wide, 1), func(count int, at Register) {
		r2 := m.distance(g, count, at)
		k, dk, dalpha := p.slope(r2, variance)
		wi := m.vec()
		for i := range r2 {
			m.load(wi, m.at(w, at, i), i)
			m.madd(sums[0], wi, k[i])
			if dalpha != nil {
				used = 3
				m.madd(sums[2], wi, dalpha[i])
			}
			m.mul(dk[i], dk[i], wi)
			m.madd(sums[1], dk[i], r2[i])
			m.store(m.at(h, at, i), dk[i], i)
		}
	})
	out := m.Load(m.Param("sums"), m.GP64())
	for i, s := range sums[:used] {
		m.addTo(Mem{Base: out, Disp: 8 * i}, s)
	}
	m.end()
}

// negate is dst = -a.
func (m *machine) negate(dst, a VecVirtual) { m.xor(dst, a, m.bits(1<<63)) }

func rbf(m *machine) profile {
	exponential := func(dst, r2 []VecVirtual, variance VecVirtual) {
		for i := range r2 {
			m.mul(dst[i], r2[i], m.num(-0.5))
		}
		m.exp(dst, true, variance)
	}
	return profile{
		name: "RBF", wide: 4, narrow: 2,
		value: func(r2 []VecVirtual, variance VecVirtual) { exponential(r2, r2, variance) },
		slope: func(r2 []VecVirtual, variance VecVirtual) (k, dk, dalpha []VecVirtual) {
			k, dk = m.vecs(len(r2)), m.vecs(len(r2))
			exponential(k, r2, variance)
			for i := range r2 {
				m.mul(dk[i], k[i], m.num(-0.5))
			}
			return k, dk, nil
		},
	}
}

// decay sets a to sqrt(c r^2) and e to variance e^-a, e^-a being 0 from 746 on: a
// is no more than that, so that a polynomial times e is 0 there and not NaN.
func (m *machine) decay(a, e, r2 []VecVirtual, c float64, variance VecVirtual) {
	limit := m.vec()
	m.set(limit, m.num(746))
	for i := range r2 {
		if c != 1 {
			m.mul(a[i], r2[i], m.num(c))
			m.sqrt(a[i], a[i])
		} else {
			m.sqrt(a[i], r2[i])
		}
		m.min(a[i], limit, a[i])
		m.negate(e[i], a[i])
	}
	m.exp(e, true, variance)
}

func matern12(m *machine) profile {
	return profile{
		name: "Matern12", wide: 4, narrow: 2,
		value: func(r2 []VecVirtual, variance VecVirtual) { m.decay(m.vecs(len(r2)), r2, r2, 1, variance) },
		slope: func(r2 []VecVirtual, variance VecVirtual) (k, dk, dalpha []VecVirtual) {
			a, e := m.vecs(len(r2)), m.vecs(len(r2))
			m.decay(a, e, r2, 1, variance)
			half := m.vec()
			for i := range r2 {
				// -k/(2r), and 0 at 0.
				m.mul(half, e[i], m.num(-0.5))
				m.div(a[i], half, a[i])
				m.clearAtZero(a[i], r2[i])
			}
			return e, a, nil
		},
	}
}

func matern32(m *machine) profile {
	return profile{
		name: "Matern32", wide: 4, narrow: 2,
		// (1+a) e.
		value: func(r2 []VecVirtual, variance VecVirtual) {
			a := m.vecs(len(r2))
			m.decay(a, r2, r2, 3, variance)
			for i := range r2 {
				m.horner(r2[i], a[i], r2[i])
			}
		},
		slope: func(r2 []VecVirtual, variance VecVirtual) (k, dk, dalpha []VecVirtual) {
			a, e := m.vecs(len(r2)), m.vecs(len(r2))
			m.decay(a, e, r2, 3, variance)
			for i := range r2 {
				m.horner(a[i], e[i], e[i])
				m.mul(e[i], e[i], m.num(-1.5))
			}
			return a, e, nil
		},
	}
}

func matern52(m *machine) profile {
	return profile{
		name: "Matern52", wide: 4, narrow: 2,
		// (1 + a + a^2/3) e.
		value: func(r2 []VecVirtual, variance VecVirtual) {
			a := m.vecs(len(r2))
			m.decay(a, r2, r2, 5, variance)
			t := m.vec()
			for i := range r2 {
				m.mul(t, a[i], m.num(1.0/3))
				m.add(t, t, m.num(1))
				m.horner(a[i], t, m.num(1))
				m.mul(r2[i], r2[i], a[i])
			}
		},
		slope: func(r2 []VecVirtual, variance VecVirtual) (k, dk, dalpha []VecVirtual) {
			a, e := m.vecs(len(r2)), m.vecs(len(r2))
			m.decay(a, e, r2, 5, variance)
			t := m.vec()
			for i := range r2 {
				m.mul(t, a[i], m.num(1.0/3))
				m.add(t, t, m.num(1))
				m.horner(t, a[i], m.num(1))
				m.add(a[i], a[i], m.num(1))
				m.mul(a[i], a[i], e[i])
				m.mul(a[i], a[i], m.num(-5.0/6))
				m.mul(e[i], e[i], t)
			}
			return e, a, nil
		},
	}
}

func rationalQuadratic(m *machine) profile {
	var alpha, scale VecVirtual // alpha and 1/(2 alpha)
	// power returns variance (1+q)^-alpha, 1+q and log(1+q), q = scale r^2.
	power := func(r2 []VecVirtual, variance VecVirtual) (k, u, log []VecVirtual) {
		k = m.vecs(len(r2))
		for i := range r2 {
			m.mul(k[i], r2[i], scale)
		}
		log, u = m.log1p(k)
		for i := range r2 {
			m.mul(k[i], log[i], alpha)
			m.negate(k[i], k[i])
		}
		m.exp(k, true, variance)
		return k, u, log
	}
	return profile{
		name: "RationalQuadratic", wide: 2, narrow: 1,
		begin: func() {
			alpha, scale = m.spread("alpha"), m.vec()
			m.set(scale, m.num(0.5))
			m.div(scale, scale, alpha)
		},
		value: func(r2 []VecVirtual, variance VecVirtual) {
			k, _, _ := power(r2, variance)
			copy(r2, k)
		},
		slope: func(r2 []VecVirtual, variance VecVirtual) (k, dk, dalpha []VecVirtual) {
			k, u, log := power(r2, variance)
			dk = m.vecs(len(r2))
			one, t := m.vec(), m.vec()
			m.set(one, m.num(1))
			for i := range r2 {
				// -k/2 / (1+q), and k (q/(1+q) - log(1+q)).
				m.div(u[i], one, u[i])
				m.mul(dk[i], k[i], u[i])
				m.mul(dk[i], dk[i], m.num(-0.5))
				m.sub(t, one, u[i])
				m.sub(t, t, log[i])
				m.mul(log[i], t, k[i])
			}
			return k, dk, log
		},
	}
}
