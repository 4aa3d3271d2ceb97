package gp

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/parallel"
	"matheron/kernel"
)

// rowBlock is the number of rows that the kernel is given at a time. It is
// fixed, so that what a kernel does with a block, and the order in which blocks
// are summed, does not depend on the machine.
const rowBlock = 64

// blocks returns the number of blocks of rows.
func blocks(n int) int { return (n + rowBlock - 1) / rowBlock }

// covariance sets the lower triangle of dst to K_XX, block of rows by block of
// rows, in parallel; what the upper holds is unspecified. It returns a
// [*NotFinite] for the first value that is not finite.
func covariance(dst *mat.Dense, k kernel.Kernel, x *mat.Dense) error {
	n, d := x.Dims()
	count := blocks(n)
	bad := make([]*NotFinite, count)
	parallel.Do(workersFor(n*n/2), count, func(_, b int) {
		b = count - 1 - b // the longest first, so that the goroutines end together
		lo, hi := b*rowBlock, min((b+1)*rowBlock, n)
		block := dst.Slice(lo, hi, 0, hi).(*mat.Dense)
		k.Cov(block, x.Slice(lo, hi, 0, d).(*mat.Dense), x.Slice(0, hi, 0, d).(*mat.Dense))
		for i := lo; i < hi && bad[b] == nil; i++ {
			for j, v := range block.RawRowView(i - lo)[:i+1] {
				if !finite(v) {
					bad[b] = &NotFinite{What: "covariance", Row: i, Column: j, Value: v}
					break
				}
			}
		}
	})
	for _, e := range bad {
		if e != nil {
			return e
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
	for i, v := range dst {
		if !finite(v) {
			return &NotFinite{What: "mean", Row: i, Column: -1, Value: v}
		}
		dst[i] = y[i] - v
	}
	return nil
}

// logEvidence returns -1/2 |z|² - 1/2 log det H - N/2 log 2 pi, z = L⁻¹ r.
func logEvidence(z []float64, logDet float64) float64 {
	var s float64
	for _, v := range z {
		s += v * v
	}
	return -0.5*s - 0.5*logDet - 0.5*float64(len(z))*math.Log(2*math.Pi)
}
