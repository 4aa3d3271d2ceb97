package linalg

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

// smallOrder is the order up to which factors, solves and inverses go by the plain
// loops below: to pack and to call would cost more than the arithmetic. It depends
// on the order alone, so that no bit depends on how many right-hand sides there are.
const smallOrder = 32

// factorizeSmall is factorize by columns, four rows at a time to hide the latency
// of the sums.
func factorizeSmall(a blas64.General) (pivot int, value float64) {
	n, stride, data := a.Rows, a.Stride, a.Data
	for j := range n {
		lj := data[j*stride : j*stride+j]
		s := data[j*stride+j]
		for _, v := range lj {
			s -= v * v
		}
		if !(s > 0) || math.IsInf(s, 1) {
			data[j*stride+j] = s
			return j, s
		}
		d := math.Sqrt(s)
		data[j*stride+j] = d
		i := j + 1
		for ; i+4 <= n; i += 4 {
			r0 := data[i*stride:][:j+1]
			r1 := data[(i+1)*stride:][:j+1]
			r2 := data[(i+2)*stride:][:j+1]
			r3 := data[(i+3)*stride:][:j+1]
			s0, s1, s2, s3 := r0[j], r1[j], r2[j], r3[j]
			for k, v := range lj {
				s0 -= r0[k] * v
				s1 -= r1[k] * v
				s2 -= r2[k] * v
				s3 -= r3[k] * v
			}
			r0[j], r1[j], r2[j], r3[j] = s0/d, s1/d, s2/d, s3/d
		}
		for ; i < n; i++ {
			r := data[i*stride:][:j+1]
			s := r[j]
			for k, v := range lj {
				s -= r[k] * v
			}
			r[j] = s / d
		}
	}
	return -1, 0
}

// solveLowerSmall sets b to L⁻¹ b, by columns of L.
func solveLowerSmall(l, b blas64.General) {
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
	for k := l.Rows - 1; k >= 0; k-- {
		row, bk := l.Data[k*l.Stride:][:k+1], b.Data[k*b.Stride:][:b.Cols]
		for c := range bk {
			bk[c] /= row[k]
		}
		if b.Cols == 1 && b.Stride == 1 {
			x := b.Data[:k]
			for i, v := range row[:k] {
				x[i] -= v * bk[0]
			}
			continue
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
		dst[c] -= v * xc
	}
}

// invertSmall overwrites the lower triangle of the factor in m with that of the
// inverse of what it is the factor of: V = L⁻¹ row by row, each from those above
// it, then VᵀV row by row, each from those below it.
func invertSmall(m blas64.General) {
	n, stride, data := m.Rows, m.Stride, m.Data
	var store [smallOrder]float64
	for i := range n {
		row := data[i*stride:][:i+1]
		inv := 1 / row[i]
		t := store[:i]
		clear(t)
		for k, v := range row[:i] {
			addScaled(t[:k+1], v, data[k*stride:])
		}
		for j, v := range t {
			row[j] = -v * inv
		}
		row[i] = inv
	}
	for i := range n {
		t := store[:i+1]
		clear(t)
		k := i
		for ; k+4 <= n; k += 4 {
			r0 := data[k*stride:][:len(t)]
			r1 := data[(k+1)*stride:][:len(t)]
			r2 := data[(k+2)*stride:][:len(t)]
			r3 := data[(k+3)*stride:][:len(t)]
			v0, v1, v2, v3 := r0[i], r1[i], r2[i], r3[i]
			for j := range t {
				t[j] += (v0*r0[j] + v1*r1[j]) + (v2*r2[j] + v3*r3[j])
			}
		}
		for ; k < n; k++ {
			row := data[k*stride:]
			addScaled(t, row[i], row)
		}
		copy(data[i*stride:], t)
	}
}

// addScaled adds v times the beginning of x to dst.
func addScaled(dst []float64, v float64, x []float64) {
	x = x[:len(dst)]
	for j := range dst {
		dst[j] += v * x[j]
	}
}
