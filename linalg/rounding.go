package linalg

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

// PivotRounding returns n ε |d|, ε = 2⁻⁵²: what rounding may make of a pivot of a
// matrix of n rows whose diagonal element, before elimination, is d. The pivot is d
// less at most n squares that sum to less than d, each step of which rounds by up to
// half of ε times what is there (Higham 2002, theorem 10.3). A smaller pivot has no
// digit that means something, and a factorisation that meets it has failed.
func PivotRounding(n int, d float64) float64 { return float64(n) * 0x1p-52 * math.Abs(d) }

// failure returns the error of a factorisation that ended at the given pivot of a,
// -1 if it went through, or met one before that is lost in rounding; nil if neither.
// diag has the diagonal, without the jitter, of what a held. Its row 0 is row first
// of a matrix that has n rows in all.
func failure(a blas64.General, pivot int, value float64, diag []float64, jitter float64, first, n int) *NotPositiveDefinite {
	whole := pivot
	if pivot < 0 {
		whole = a.Rows
	}
	for i, d := range diag[:whole] {
		v := a.Data[i*a.Stride+i]
		if v *= v; v < PivotRounding(n, d+jitter) {
			pivot, value = i, v
			break
		}
	}
	if pivot < 0 {
		return nil
	}
	return &NotPositiveDefinite{
		Pivot: first + pivot, Value: value, Rounding: PivotRounding(n, diag[pivot]+jitter),
		Jitter: jitter, Tried: []float64{jitter},
	}
}
