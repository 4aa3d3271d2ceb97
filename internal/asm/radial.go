package asm

import (
	"fmt"
	"math"
)

// Radial is a covariance of the scaled distance between points,
//
//	k(x, y) = Variance g(r^2),  r^2 = sum_d ((x_d - y_d) Scale_d)^2,
//
// against points y by column: number d of point j is Y[d*Stride+j]. The difference
// is formed before it is scaled and squared, in this order and not by the expansion
// x^2 - 2xy + y^2: r^2 is right to rounding however far the points are from the
// origin, exactly 0 for equal points, and the same for (x, y) and (y, x). That
// costs three operations a number where a matrix product has one; at 8 columns the
// exponential still takes half of a row's time.
//
// Values and slopes are within 3 ulp times 1 + log(k(x, x)/k(x, y)): the absolute error
// of an exponent grows with the exponent.
type Radial struct {
	Profile  Profile
	Variance float64
	Alpha    float64 // of RationalQuadratic
	Scale    []float64
	Y        []float64
	Stride   int
}

// Profile is g.
type Profile int

const (
	RBF               Profile = iota // exp(-r^2/2)
	Matern12                         // exp(-r)
	Matern32                         // (1+a) exp(-a), a = sqrt(3) r
	Matern52                         // (1 + a + a^2/3) exp(-a), a = sqrt(5) r
	RationalQuadratic                // (1+q)^-Alpha, q = r^2/(2 Alpha)
)

// Cov sets dst[j] to k(x, y_j). It panics if numbers of columns differ or there are
// fewer points than elements of dst.
func (r *Radial) Cov(dst, x []float64) {
	r.check("Cov", len(dst), x)
	y, most := r.Y, rowPiece(len(x))
	for len(dst) > most {
		cov(r.Profile, dst[:most], x, r.Scale, y, r.Stride, r.Variance, r.Alpha)
		dst, y = dst[most:], y[most:]
	}
	cov(r.Profile, dst, x, r.Scale, y, r.Stride, r.Variance, r.Alpha)
}

// Distances sets dst[j] to r^2 of x and y_j, by a Go loop: for profiles that are not
// among those here. It panics as Cov does.
func (r *Radial) Distances(dst, x []float64) {
	r.check("Distances", len(dst), x)
	distanceGeneric(dst, x, r.Scale, r.Y, r.Stride)
}

// Slope sets h[j] to w[j] dk(x, y_j)/d(r^2). The derivative of Matern12 at r = 0, which
// is only multiplied with a difference of 0, is taken as 0. It adds to sums those of
// w k, of h r^2 and, for RationalQuadratic, of w dk/dAlpha. h may be w. It panics as
// Cov does.
func (r *Radial) Slope(h, w, x []float64, sums *[3]float64) {
	r.check("Slope", len(h), x)
	if len(w) != len(h) {
		panic(fmt.Sprintf("asm: Slope of %d weights into %d", len(w), len(h)))
	}
	y, most := r.Y, rowPiece(len(x))
	for len(h) > most {
		slope(r.Profile, h[:most], w[:most], x, r.Scale, y, r.Stride, r.Variance, r.Alpha, sums)
		h, w, y = h[most:], w[most:], y[most:]
	}
	slope(r.Profile, h, w, x, r.Scale, y, r.Stride, r.Variance, r.Alpha, sums)
}

func (r *Radial) check(name string, n int, x []float64) {
	if len(x) == 0 || len(r.Scale) != len(x) {
		panic(fmt.Sprintf("asm: %s of a point of %d columns with %d scales", name, len(x), len(r.Scale)))
	}
	checkColumns(name, len(x), n, len(r.Y), r.Stride)
}

// checkColumns panics unless the numbers include d columns of n, a stride apart.
func checkColumns(name string, d, n, have, stride int) {
	if d > 0 && (n > stride || (d-1)*stride+n > have) {
		panic(fmt.Sprintf("asm: %s of %d columns of %d, %d apart, in %d numbers", name, d, n, stride, have))
	}
}

// rowPiece returns the number of elements of a row with d columns in one call into
// assembly, which take some 5 us. They are whole groups of vectors, and their number
// depends on d alone, so that sums are always cut at the same places.
func rowPiece(d int) int { return max(64, 16384/(8+d)&^63) }

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

// fewGeneric is how many elements the Go loops that need scratch take at a time.
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

// decay returns a = sqrt(a2) and variance e^-a. From 746 on, where e^-a is 0, a is
// that, so that a polynomial times e^-a is 0 and not NaN.
func decay(a2, variance float64) (a, e float64) {
	a = math.Sqrt(a2)
	if a > 746 {
		a = 746
	}
	return a, variance * math.Exp(-a)
}
