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
	value func(r2 []VecVirtual, e exponential)
	// slope returns k and dk/d(r^2) and, for alpha, dk/dalpha; r2 is kept.
	slope func(r2 []VecVirtual, e exponential) (k, dk, dalpha []VecVirtual)
}

func covRow(m *machine, p profile, suffix string) {
	m.begin("cov"+p.name, suffix, "func(dst, "+pointsParams+", variance, alpha float64)", "covGeneric of "+p.name)
	dst := m.Load(m.Param("dst").Base(), m.GP64())
	n := m.Load(m.Param("dst").Len(), m.GP64())
	g := m.loadPoints()
	e := m.exponential(m.spread("variance"))
	if p.begin != nil {
		p.begin()
	}
	m.row(n, m.by(p.wide, p.narrow), func(count int, at Register) {
		v := m.distance(g, count, at)
		p.value(v, e)
		for i := range v {
			m.store(m.at(dst, at, i), v[i], i)
		}
	})
	m.end()
}

func slopeRow(m *machine, p profile, suffix string) {
	m.begin("slope"+p.name, suffix, "func(h, w, "+pointsParams+", variance, alpha float64, sums *[3]float64)", "slopeGeneric of "+p.name)
	h := m.Load(m.Param("h").Base(), m.GP64())
	w := m.Load(m.Param("w").Base(), m.GP64())
	n := m.Load(m.Param("h").Len(), m.GP64())
	g := m.loadPoints()
	e := m.exponential(m.spread("variance"))
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
		k, dk, dalpha := p.slope(r2, e)
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

func rbf(m *machine) profile {
	gauss := func(dst, r2 []VecVirtual, e exponential) {
		e.clamp(dst, r2, -0.5)
		e.of(dst, -0.5)
	}
	return profile{
		name: "RBF", wide: 4, narrow: 2,
		value: func(r2 []VecVirtual, e exponential) { gauss(r2, r2, e) },
		slope: func(r2 []VecVirtual, e exponential) (k, dk, dalpha []VecVirtual) {
			k, dk = m.vecs(len(r2)), m.vecs(len(r2))
			gauss(k, r2, e)
			for i := range r2 {
				m.mul(dk[i], k[i], m.num(-0.5))
			}
			return k, dk, nil
		},
	}
}

// decay sets a to sqrt(c r^2) and k to variance e^-a, e^-a being 0 from 746 on: a
// is no more than that, so that a polynomial times k is 0 there and not NaN. Unless
// it is nil, half is set to 1/(2a).
func (m *machine) decay(a, k, half, r2 []VecVirtual, c float64, e exponential) {
	for i := range r2 {
		m.mul(a[i], r2[i], m.num(c))
	}
	m.roots(a, half, 746*746)
	for i := range r2 {
		m.VMOVAPD(a[i], k[i])
	}
	e.of(k, -1)
}

func matern12(m *machine) profile {
	return profile{
		name: "Matern12", wide: 4, narrow: 2,
		value: func(r2 []VecVirtual, e exponential) { m.decay(m.vecs(len(r2)), r2, nil, r2, 1, e) },
		slope: func(r2 []VecVirtual, e exponential) (k, dk, dalpha []VecVirtual) {
			k, dk = m.vecs(len(r2)), m.vecs(len(r2))
			m.decay(m.vecs(len(r2)), k, dk, r2, 1, e)
			for i := range r2 {
				// -k/(2r), and 0 at 0.
				m.mul(dk[i], dk[i], k[i])
				m.xor(dk[i], dk[i], m.bits(1<<63))
				m.clearAtZero(dk[i], r2[i])
			}
			return k, dk, nil
		},
	}
}

func matern32(m *machine) profile {
	return profile{
		name: "Matern32", wide: 4, narrow: 2,
		// (1+a) e^-a.
		value: func(r2 []VecVirtual, e exponential) {
			a := m.vecs(len(r2))
			m.decay(a, r2, nil, r2, 3, e)
			for i := range r2 {
				m.horner(r2[i], a[i], r2[i])
			}
		},
		slope: func(r2 []VecVirtual, e exponential) (k, dk, dalpha []VecVirtual) {
			a, k := m.vecs(len(r2)), m.vecs(len(r2))
			m.decay(a, k, nil, r2, 3, e)
			for i := range r2 {
				m.horner(a[i], k[i], k[i])
				m.mul(k[i], k[i], m.num(-1.5))
			}
			return a, k, nil
		},
	}
}

func matern52(m *machine) profile {
	return profile{
		name: "Matern52", wide: 4, narrow: 2,
		// (1 + a + a^2/3) e^-a.
		value: func(r2 []VecVirtual, e exponential) {
			a := m.vecs(len(r2))
			m.decay(a, r2, nil, r2, 5, e)
			t := m.vec()
			for i := range r2 {
				m.mul(t, a[i], m.num(1.0/3))
				m.add(t, t, m.num(1))
				m.horner(a[i], t, m.num(1))
				m.mul(r2[i], r2[i], a[i])
			}
		},
		slope: func(r2 []VecVirtual, e exponential) (k, dk, dalpha []VecVirtual) {
			a, k := m.vecs(len(r2)), m.vecs(len(r2))
			m.decay(a, k, nil, r2, 5, e)
			t := m.vec()
			for i := range r2 {
				m.mul(t, a[i], m.num(1.0/3))
				m.add(t, t, m.num(1))
				m.horner(t, a[i], m.num(1))
				m.add(a[i], a[i], m.num(1))
				m.mul(a[i], a[i], k[i])
				m.mul(a[i], a[i], m.num(-5.0/6))
				m.mul(k[i], k[i], t)
			}
			return k, a, nil
		},
	}
}

func rationalQuadratic(m *machine) profile {
	var alpha, scale VecVirtual // alpha and 1/(2 alpha)
	// power returns variance (1+q)^-alpha, 1+q and log(1+q), q = scale r^2.
	power := func(r2 []VecVirtual, e exponential) (k, u, log []VecVirtual) {
		k = m.vecs(len(r2))
		for i := range r2 {
			m.mul(k[i], r2[i], scale)
		}
		log, u = m.log1p(k)
		for i := range r2 {
			m.mul(k[i], log[i], alpha)
		}
		e.clamp(k, k, -1)
		e.of(k, -1)
		return k, u, log
	}
	return profile{
		name: "RationalQuadratic", wide: 2, narrow: 1,
		begin: func() {
			alpha, scale = m.spread("alpha"), m.vec()
			m.set(scale, m.num(0.5))
			m.div(scale, scale, alpha)
		},
		value: func(r2 []VecVirtual, e exponential) {
			k, _, _ := power(r2, e)
			copy(r2, k)
		},
		slope: func(r2 []VecVirtual, e exponential) (k, dk, dalpha []VecVirtual) {
			k, u, log := power(r2, e)
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
