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
// diagonal and the strict lower triangle of the square matrix k, whatever the
// upper triangle holds, and takes over its storage: k must not be used again.
// Nothing of the size of k is allocated, with or without retries.
//
// An attempt fails at a pivot that is not positive, or is lost in rounding: below
// [PivotRounding]. The error is a *[NotPositiveDefinite], after the last attempt that
// the policy allows. A NaN or an infinity is not tried again, since no jitter cures it.
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
		mirror(a) // the upper triangle keeps what an attempt overwrites
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

// On returns the same factor with another bound on the goroutines of what follows
// from it. It shares the storage of c.
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
