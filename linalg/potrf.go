package linalg

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

// factorize is solver.factorize on so many goroutines.
func (w Workers) factorize(a blas64.General) (pivot int, value float64) {
	s := newSolver(w, cubed(a.Rows)/3)
	defer s.end()
	return s.factorize(a)
}

// factorize overwrites the lower triangle of the symmetric a with its Cholesky
// factor, and returns pivot -1. On failure it returns the first pivot that is
// not positive and finite, and its value; a pivot that is lost in rounding goes
// through, see failure. The upper triangle is not touched.
func (s solver) factorize(a blas64.General) (pivot int, value float64) {
	if a.Rows <= smallOrder {
		return s.factorizeSmall(a)
	}
	return s.factorizeHalves(a)
}

// factorizeHalves is factorize by
//
//	L_11 L_11' = A_11,   L_21 = A_21 L_11^-T,   L_22 L_22' = A_22 - L_21 L_21'
func (s solver) factorizeHalves(a blas64.General) (pivot int, value float64) {
	if a.Rows <= 8 {
		return factorizeBlock(a)
	}
	n1 := half(a.Rows)
	a11, a21, a22 := quarters(a, n1)
	if pivot, value = s.factorizeHalves(a11); pivot >= 0 {
		return pivot, value
	}
	s.solveRight(factorIn(a11), a21, true)
	s.multiply(product{c: a22, alpha: -1, a: plain(a21), b: transposed(a21), k: n1, diag: 1, add: true})
	if pivot, value = s.factorizeHalves(a22); pivot >= 0 {
		pivot += n1
	}
	return pivot, value
}

// factorizeBlock is factorize by columns.
func factorizeBlock(a blas64.General) (pivot int, value float64) {
	n, stride, data := a.Rows, a.Stride, a.Data
	for j := range n {
		lj := data[j*stride : j*stride+j+1]
		s := lj[j]
		for _, v := range lj[:j] {
			s -= float64(v * v)
		}
		if !(s > 0) || math.IsInf(s, 1) {
			lj[j] = s
			return j, s
		}
		d := math.Sqrt(s)
		lj[j] = d
		inv := 1 / d
		for i := j + 1; i < n; i++ {
			li := data[i*stride : i*stride+j+1]
			s := li[j]
			for k, v := range lj[:j] {
				s -= float64(li[k] * v)
			}
			li[j] = s * inv
		}
	}
	return -1, 0
}

func cubed(n int) float64 { return float64(n) * float64(n) * float64(n) }
