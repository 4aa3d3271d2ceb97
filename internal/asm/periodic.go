package asm

import (
	"fmt"
	"math"
)

// Periodic is the periodic kernel
//
//	k(x, y) = Variance exp(-1/2 sum_d (Scale_d sin(a_d - b_d))^2)
//
// of angles a of x and b of y against points y by column, as in [Radial], with the
// sines and cosines of their angles. With those of x they give that of the
// difference by the addition theorem, exactly 0 for equal points.
type Periodic struct {
	Variance    float64
	Scale       []float64
	Y, Sin, Cos []float64
	Stride      int
}

// Cov sets dst[j] to k(x, y_j), given the sines and cosines of the angles of x. It
// panics if numbers of columns differ or there are fewer points than elements.
func (p *Periodic) Cov(dst, sin, cos []float64) {
	p.check("Cov", len(dst), sin, cos)
	if len(p.Scale) != len(sin) {
		panic(fmt.Sprintf("asm: Cov of %d columns with %d scales", len(sin), len(p.Scale)))
	}
	at, most := 0, rowPiece(2*len(sin))
	for ; len(dst) > most; dst, at = dst[most:], at+most {
		covPeriodic(dst[:most], sin, cos, p.Scale, p.Sin[at:], p.Cos[at:], p.Stride, p.Variance)
	}
	covPeriodic(dst, sin, cos, p.Scale, p.Sin[at:], p.Cos[at:], p.Stride, p.Variance)
}

// Sums returns the sum of h_j = a[j] b[j], and adds to three elements of acc for each
// column d the sums of h s^2, of h s c and of h s c (x_d - y_dj), s and c being the
// sine and cosine of the difference of angles. It panics as Cov does.
func (p *Periodic) Sums(acc, a, b, x, sin, cos []float64) (sum float64) {
	p.check("Sums", len(a), sin, cos)
	if len(acc) != 3*len(x) || len(x) != len(sin) || len(a) != len(b) {
		panic(fmt.Sprintf("asm: Sums of %d and %d weights at %d columns into %d", len(a), len(b), len(x), len(acc)))
	}
	at, most := 0, rowPiece(4*len(sin))
	for ; len(a) > most; a, b, at = a[most:], b[most:], at+most {
		sum += sumsPeriodic(acc, a[:most], b[:most], x, sin, cos, p.Y[at:], p.Sin[at:], p.Cos[at:], p.Stride)
	}
	return sum + sumsPeriodic(acc, a, b, x, sin, cos, p.Y[at:], p.Sin[at:], p.Cos[at:], p.Stride)
}

func (p *Periodic) check(name string, n int, sin, cos []float64) {
	if len(sin) == 0 || len(sin) != len(cos) {
		panic(fmt.Sprintf("asm: %s of a point with %d sines and %d cosines", name, len(sin), len(cos)))
	}
	checkColumns(name, len(sin), n, min(len(p.Y), len(p.Sin), len(p.Cos)), p.Stride)
}

func covPeriodicGeneric(dst, sinX, cosX, scale, sinY, cosY []float64, stride int, variance float64) {
	clear(dst)
	for d, sa := range sinX {
		ca, f := cosX[d], scale[d]
		sb, cb := sinY[d*stride:][:len(dst)], cosY[d*stride:][:len(dst)]
		for j := range dst {
			s := f * sine(sa, ca, sb[j], cb[j])
			dst[j] += s * s
		}
	}
	for j, v := range dst {
		dst[j] = variance * math.Exp(-0.5*v)
	}
}

func sumsPeriodicGeneric(acc, a, b, x, sinX, cosX, y, sinY, cosY []float64, stride int) (sum float64) {
	for j, v := range a {
		sum += v * b[j]
	}
	for d, xd := range x {
		sa, ca := sinX[d], cosX[d]
		col, sb, cb := y[d*stride:][:len(a)], sinY[d*stride:][:len(a)], cosY[d*stride:][:len(a)]
		var squares, products, slopes float64
		for j, v := range a {
			s, c := sine(sa, ca, sb[j], cb[j]), ca*cb[j]+sa*sb[j]
			h := v * b[j] * s
			squares += h * s
			h *= c
			products += h
			slopes += h * (xd - col[j])
		}
		acc[3*d] += squares
		acc[3*d+1] += products
		acc[3*d+2] += slopes
	}
	return sum
}

// sine returns sin(a-b). Each product is rounded, so that it is 0 for a = b also
// where the compiler has fused operations.
func sine(sa, ca, sb, cb float64) float64 { return float64(sa*cb) - float64(ca*sb) }
