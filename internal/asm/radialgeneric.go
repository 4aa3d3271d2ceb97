package asm

import "math"

func distanceGeneric(r2, x, scale, y []float64, stride int) {
	clear(r2)
	for d, xd := range x {
		s := scale[d]
		for j, v := range y[d*stride:][:len(r2)] {
			t := (xd - v) * s
			r2[j] += t * t
		}
	}
}

func covGeneric(p Profile, dst, x, scale, y []float64, stride int, variance, alpha float64) {
	distanceGeneric(dst, x, scale, y, stride)
	for j, r2 := range dst {
		dst[j], _, _ = p.at(r2, variance, alpha)
	}
}

// fewGeneric is the number of elements in a block of the Go loops that need scratch.
const fewGeneric = 64

func slopeGeneric(p Profile, h, w, x, scale, y []float64, stride int, variance, alpha float64, sums *[3]float64) {
	var buf [fewGeneric]float64
	for lo := 0; lo < len(w); lo += fewGeneric {
		r2 := buf[:min(fewGeneric, len(w)-lo)]
		distanceGeneric(r2, x, scale, y[lo:], stride)
		for j, v := range r2 {
			wj := w[lo+j]
			k, dk, dalpha := p.at(v, variance, alpha)
			h[lo+j] = wj * dk
			sums[0] += wj * k
			sums[1] += h[lo+j] * v
			if p == RationalQuadratic {
				sums[2] += wj * dalpha
			}
		}
	}
}

// at returns k, dk/d(r^2) and dk/dalpha.
func (p Profile) at(r2, variance, alpha float64) (k, dk, dalpha float64) {
	switch p {
	case RBF:
		k = variance * math.Exp(-0.5*r2)
		return k, -0.5 * k, 0
	case Matern12:
		a, e := decay(r2, variance)
		if a != 0 {
			dk = -0.5 * e / a
		}
		return e, dk, 0
	case Matern32:
		a, e := decay(3*r2, variance)
		return (1 + a) * e, -1.5 * e, 0
	case Matern52:
		a, e := decay(5*r2, variance)
		return (1 + a*(1+a/3)) * e, -5.0 / 6 * (1 + a) * e, 0
	}
	q := r2 * (0.5 / alpha)
	l := math.Log1p(q)
	k = variance * math.Exp(-alpha*l)
	return k, -0.5 * k / (1 + q), k * (1 - 1/(1+q) - l)
}

// decay returns a = sqrt(a2) and variance e^-a. a is at most 746, from where on e^-a is
// 0, so that a polynomial in a times e^-a is 0 and not NaN.
func decay(a2, variance float64) (a, e float64) {
	a = math.Sqrt(a2)
	if a > 746 {
		a = 746
	}
	return a, variance * math.Exp(-a)
}
