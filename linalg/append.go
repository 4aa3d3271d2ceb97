package linalg

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Append returns the factor of
//
//	[ K    k21' ]
//	[ k21  k22  ] + jitter I
//
// with the jitter of c, for m appended rows: k21 is m x n, k22 is m x m, of
// which the lower triangle is read. c, k21 and k22 are left as they are.
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
