package linalg

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// Cholesky is the factor L, lower triangular with a positive diagonal, of
//
//	K + jitter I = L Lᵀ
//
// It is immutable and safe for many goroutines.
type Cholesky struct {
	l       *mat.Dense
	jitter  float64
	workers Workers // see Policy
}

// Factorize returns the factor of k plus the jitter of the policy. It reads the
// diagonal and the strict lower triangle of the square matrix k and reuses its storage:
// k must not be used again. It allocates nothing of the size of k, with or without
// retries.
//
// An attempt fails at a pivot that is not positive, or is lost in rounding: below
// [PivotRounding]. After the last attempt that the policy allows, or after a NaN or an
// infinity, which no jitter cures, the error is a *[NotPositiveDefinite].
// Factorize panics if k is not square or is empty, or if the policy's Jitter or
// Scale is negative or not a number. Cost n³/3 an attempt.
func Factorize(k *mat.Dense, p Policy) (*Cholesky, error) {
	n, c := k.Dims()
	if n != c {
		panic(fmt.Sprintf("linalg: Factorize: matrix is %d x %d, want a square", n, c))
	}
	if n == 0 {
		panic("linalg: Factorize: empty matrix")
	}
	if !(p.Jitter >= 0) || !(p.Scale >= 0) {
		panic(fmt.Sprintf("linalg: Factorize: policy has jitter %g and scale %g, want neither negative", p.Jitter, p.Scale))
	}
	a := k.RawMatrix()
	diag := make([]float64, n)
	var mean float64
	for i := range diag {
		diag[i] = a.Data[i*a.Stride+i]
		mean += diag[i]
	}
	mean /= float64(n)

	tries := p.Jitters(mean)
	if len(tries) > 1 {
		mirror(a) // to the upper triangle, which an attempt does not overwrite
	}
	for t, jitter := range tries {
		if t > 0 {
			restoreLower(a)
		}
		for i, v := range diag {
			a.Data[i*a.Stride+i] = v + jitter
		}
		pivot, value := p.Workers.factorize(a)
		e := failure(a, pivot, value, diag, jitter, 0, n)
		if e == nil {
			clearUpper(a)
			return &Cholesky{l: k, jitter: jitter, workers: p.Workers}, nil
		}
		if t == len(tries)-1 || math.IsNaN(e.Value) || math.IsInf(e.Value, 0) {
			e.Tried = tries[:t+1]
			return nil, e
		}
	}
	panic("unreachable")
}

// On returns the same factor with another bound on the goroutines of its methods. It
// shares the storage of c.
func (c *Cholesky) On(w Workers) *Cholesky { return &Cholesky{c.l, c.jitter, w} }

// N returns the number of rows.
func (c *Cholesky) N() int { return c.l.RawMatrix().Rows }

// Jitter returns all that was added to the diagonal of the matrix.
func (c *Cholesky) Jitter() float64 { return c.jitter }

// L returns the factor; its strict upper triangle is zero. It shares the
// storage of c and must not be written to.
func (c *Cholesky) L() *mat.Dense { return c.l }

// LogDet returns log det(K + jitter I) = 2 sum log L_ii.
func (c *Cholesky) LogDet() float64 {
	return logDet(c.l.RawMatrix())
}

// restoreLower copies the strict upper triangle of a back to the lower.
func restoreLower(a blas64.General) {
	n := a.Rows
	for i := 0; i < n; i += block {
		h := min(block, n-i)
		if i > 0 {
			transpose(view(a, i, 0, h, i), view(a, 0, i, i, h))
		}
		for r := i; r < i+h; r++ {
			for c := i; c < r; c++ {
				a.Data[r*a.Stride+c] = a.Data[c*a.Stride+r]
			}
		}
	}
}

// clearUpper sets the strict upper triangle of a to zero.
func clearUpper(a blas64.General) {
	for i := range a.Rows {
		clear(a.Data[i*a.Stride+i+1 : i*a.Stride+a.Cols])
	}
}

// Append returns the factor of
//
//	[ K    k21' ]
//	[ k21  k22  ] + jitter I
//
// with the jitter of c, for m appended rows: k21 is m x n, and k22 is m x m, of
// which the lower triangle is read. c, k21 and k22 are not changed.
//
//	L21 = k21 L^-T,  L22 L22' = k22 + jitter I - L21 L21'
//
// No jitter is added beyond that of c: on failure the error is a
// *[NotPositiveDefinite] with the pivot counted over all rows. It fails at the
// pivots that [Factorize] of all n + m rows refuses. Cost n n m, and a copy of the
// factor.
func (c *Cholesky) Append(k21, k22 *mat.Dense) (*Cholesky, error) {
	n := c.N()
	m, cols := k21.Dims()
	if cols != n {
		panic(fmt.Sprintf("linalg: Append: k21 has %d columns, want %d", cols, n))
	}
	if m == 0 {
		panic("linalg: Append: no rows")
	}
	wantShape("Append", "k22", k22, m, m)

	l := mat.NewDense(n+m, n+m, nil)
	raw, old := l.RawMatrix(), c.l.RawMatrix()
	for i := range n {
		copy(raw.Data[i*raw.Stride:i*raw.Stride+i+1], old.Data[i*old.Stride:])
	}
	l21, l22 := view(raw, n, 0, m, n), view(raw, n, n, m, m)
	copyRows(l21, k21.RawMatrix())
	copyLower(l22, k22.RawMatrix())
	diag := make([]float64, m)
	for i := range diag {
		diag[i] = l22.Data[i*l22.Stride+i]
	}
	s := newSolver(c.workers, float64(n)*float64(n)*float64(max(m, 8)))
	defer s.end()
	s.solveRight(factorIn(old), l21, true)
	s.multiply(product{c: l22, alpha: -1, a: plain(l21), b: transposed(l21), k: n, diag: 1, add: true})
	for i := range m {
		l22.Data[i*l22.Stride+i] += c.jitter
	}
	pivot, value := s.factorize(l22)
	if e := failure(l22, pivot, value, diag, c.jitter, n, n+m); e != nil {
		return nil, e
	}
	return &Cholesky{l: l, jitter: c.jitter, workers: c.workers}, nil
}

// factorize is solver.factorize with a solver of its own.
func (w Workers) factorize(a blas64.General) (pivot int, value float64) {
	s := newSolver(w, cubed(a.Rows)/3)
	defer s.end()
	return s.factorize(a)
}

// factorize overwrites the lower triangle of the symmetric a with its Cholesky
// factor, and returns pivot -1. On failure it returns the first pivot that is not
// positive and finite, and its value; pivots that are lost in rounding are found by
// failure. It does not touch the upper triangle.
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
	a11, a21, a22 := partition(a, n1)
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
