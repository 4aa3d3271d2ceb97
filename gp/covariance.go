package gp

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/gram"
	"matheron/internal/parallel"
	"matheron/kernel"
)

// rowBlock is the number of rows that the kernel is given at a time. It is
// fixed, so that what a kernel does with a block, and the order in which blocks
// are summed, does not depend on the machine.
const rowBlock = 64

// blocks returns the number of blocks of rows.
func blocks(n int) int { return (n + rowBlock - 1) / rowBlock }

// triangle returns the matrix K_XX of k, with its parameters set.
func triangle(k kernel.Kernel, x *mat.Dense) *gram.Triangle {
	plan, theta := kernel.Compile(k, nil, nil)
	t := plan.Triangle(x)
	t.MustSet(theta)
	return t
}

// lowerCovariance sets the lower triangle of dst to K_XX, block of rows by block of
// rows, on up to the given number of goroutines (0 means GOMAXPROCS); what the
// upper holds is unspecified.
func lowerCovariance(dst *mat.Dense, g *gram.Triangle, workers int) {
	n, _ := dst.Dims()
	workers = workersFor(n*n/2, workers)
	if workers > 1 {
		parallelCovariance(dst, g, workers)
		return
	}
	for lo := 0; lo < n; lo += rowBlock {
		g.Cov(rowsOf(dst, lo, min(lo+rowBlock, n)), lo, 0)
	}
}

// parallelCovariance is lowerCovariance on several goroutines, the longest blocks
// first, so that they end together.
func parallelCovariance(dst *mat.Dense, g *gram.Triangle, workers int) {
	n, _ := dst.Dims()
	count := blocks(n)
	g.Grow(workers)
	parallel.Do(workers, count, func(worker, b int) {
		lo := (count - 1 - b) * rowBlock
		g.Cov(rowsOf(dst, lo, min(lo+rowBlock, n)), lo, worker)
	})
}

// notFinite returns the place of the first element of the lower triangle that is
// not finite, or nil.
func notFinite(k *mat.Dense) *NotFinite {
	n, _ := k.Dims()
	for i := range n {
		for j, v := range k.RawRowView(i)[:i+1] {
			if !finite(v) {
				return &NotFinite{What: "covariance", Row: i, Column: j, Value: v}
			}
		}
	}
	return nil
}

// addDiagonal adds diag to the diagonal of h.
func addDiagonal(h *mat.Dense, diag []float64) {
	raw := h.RawMatrix()
	for i, v := range diag {
		raw.Data[i*raw.Stride+i] += v
	}
}

// diagonalMean returns the mean of the diagonal of k.
func diagonalMean(k *mat.Dense) float64 {
	raw := k.RawMatrix()
	var s float64
	for i := range raw.Rows {
		s += raw.Data[i*raw.Stride+i]
	}
	return s / float64(raw.Rows)
}

// residual sets dst to y - m(X), and returns a [*NotFinite] for the first mean
// that is not finite.
func residual(dst []float64, m Mean, x *mat.Dense, y []float64) error {
	m.Eval(dst, x)
	return subtractFrom(dst, y)
}

// subtractFrom sets dst to y - dst, and returns a [*NotFinite] for the first mean
// that is not finite.
func subtractFrom(dst, y []float64) error {
	for i, v := range dst {
		if !finite(v) {
			return &NotFinite{What: "mean", Row: i, Column: -1, Value: v}
		}
		dst[i] = y[i] - v
	}
	return nil
}

// squares returns |z|².
func squares(z []float64) float64 {
	var s float64
	for _, v := range z {
		s += v * v
	}
	return s
}

// logEvidence returns -1/2 q - 1/2 log det H - N/2 log 2 pi, q = r'H⁻¹r.
func logEvidence(q, logDet float64, n int) float64 {
	return -0.5*q - 0.5*logDet - 0.5*float64(n)*math.Log(2*math.Pi)
}
