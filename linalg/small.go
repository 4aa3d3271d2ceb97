package linalg

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"

	"matheron/internal/asm"
)

// smallOrder is the order up to which factors, solves and inverses use the loops
// below, row by row: packing, and a call for each tile, would cost more than the
// arithmetic. The choice depends on the order alone, so that no bit depends on the
// number of right-hand sides.
const smallOrder = 32

// combine sets dst[j] to the sum over k of c[k] x[k*stride+j].
func combine(dst, c, x []float64, stride int) {
	asm.Waves{Omega: x, Stride: stride}.Phases(dst, c)
}

// factorizeSmall is factorize with a second copy of the factor, R = Lᵀ by rows, in
// scratch, so that a row of R is a combination of those above it,
//
//	R_j = (A_j - sum_{k<j} L_jk R_k) / L_jj
func (s *scratch) factorizeSmall(a blas64.General) (pivot int, value float64) {
	n := a.Rows
	s.a = grown(s.a, n*n)
	r := s.a[:n*n]
	for j := range n {
		lj, rj := a.Data[j*a.Stride:][:j+1], r[j*n+j:(j+1)*n]
		if j > 0 {
			combine(rj, lj[:j], r[j:], n)
		} else {
			clear(rj)
		}
		d := lj[j] - rj[0]
		if !(d > 0) || math.IsInf(d, 1) {
			lj[j] = d
			return j, d
		}
		d = math.Sqrt(d)
		lj[j], rj[0] = d, d
		at := j*a.Stride + j
		for t := 1; t < len(rj); t++ {
			at += a.Stride
			v := (a.Data[at] - rj[t]) / d
			rj[t], a.Data[at] = v, v
		}
	}
	return -1, 0
}

// solveLowerSmall sets b to L⁻¹ b, by columns of L. The conversions prevent the
// compiler from fusing product and difference, so that the bits of a column do not
// depend on the others.
func solveLowerSmall(l, b blas64.General) {
	if b.Cols == 1 && b.Stride == 1 {
		x := b.Data[:l.Rows]
		for k := range x {
			x[k] /= l.Data[k*l.Stride+k]
			v, at := x[k], k*l.Stride+k
			for i := k + 1; i < len(x); i++ {
				at += l.Stride
				x[i] -= float64(l.Data[at] * v)
			}
		}
		return
	}
	for k := range l.Rows {
		d, bk := l.Data[k*l.Stride+k], b.Data[k*b.Stride:][:b.Cols]
		for c := range bk {
			bk[c] /= d
		}
		for i := k + 1; i < l.Rows; i++ {
			subtractScaled(b.Data[i*b.Stride:], l.Data[i*l.Stride+k], bk)
		}
	}
}

// solveLowerTransSmall sets b to L⁻ᵀ b, by columns of Lᵀ, the rows of L.
func solveLowerTransSmall(l, b blas64.General) {
	if b.Cols == 1 && b.Stride == 1 {
		x := b.Data[:l.Rows]
		for k := len(x) - 1; k >= 0; k-- {
			row := l.Data[k*l.Stride:][:k+1]
			x[k] /= row[k]
			v := x[k]
			for i, a := range row[:k] {
				x[i] -= float64(a * v)
			}
		}
		return
	}
	for k := l.Rows - 1; k >= 0; k-- {
		row, bk := l.Data[k*l.Stride:][:k+1], b.Data[k*b.Stride:][:b.Cols]
		for c := range bk {
			bk[c] /= row[k]
		}
		for i, v := range row[:k] {
			subtractScaled(b.Data[i*b.Stride:], v, bk)
		}
	}
}

// subtractScaled subtracts v x from the beginning of dst.
func subtractScaled(dst []float64, v float64, x []float64) {
	dst = dst[:len(x)]
	for c, xc := range x {
		dst[c] -= float64(v * xc)
	}
}

// invertSmall overwrites L, the lower triangle of m, with that of (L Lᵀ)⁻¹. Scratch
// has V = L⁻¹ and its transpose U by rows; the rows of V and of the result are
// combinations of rows of V:
//
//	V_i = -1/L_ii sum_{k<i} L_ik V_k,  (VᵀV)_i = sum_{k>=i} U_ik V_k
func (s *scratch) invertSmall(m blas64.General) {
	n := m.Rows
	s.a = grown(s.a, 2*n*n)
	v, u := s.a[:n*n], s.a[n*n:2*n*n]
	clear(v)
	for i := range n {
		li, vi := m.Data[i*m.Stride:][:i+1], v[i*n:][:i+1]
		if i > 0 {
			combine(vi[:i], li[:i], v, n)
		}
		inv := 1 / li[i]
		vi[i] = inv
		u[i*n+i] = inv
		for j, t := range vi[:i] {
			t *= -inv
			vi[j], u[j*n+i] = t, t
		}
	}
	for i := range n {
		combine(m.Data[i*m.Stride:][:i+1], u[i*n+i:(i+1)*n], v[i*n:], n)
	}
}
