package linalg

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/blas/blas64"
)

// Policy says what [Factorize] adds to the diagonal. Jitter is absolute: it is in the
// units of the matrix (target units squared for a covariance). The zero Policy adds
// nothing and does not retry.
type Policy struct {
	// Jitter is always added to the diagonal. It must not be negative.
	Jitter float64
	// Retry adds more if the factorisation fails: 1e-10 times Scale on top of Jitter,
	// then ten times that, up to 1e-4 times Scale.
	Retry bool
	// Scale is what the retries are relative to. 0 means the mean of the
	// diagonal of the matrix as it is given; a caller that has already added
	// noise to a covariance sets the mean of the diagonal without it.
	Scale float64
	// Workers bounds the goroutines of the factorisation, and of the solves and
	// the inverse by the factor; 0 means GOMAXPROCS. A caller that runs several
	// factorisations at once, each on a goroutine of its own, sets 1. It changes no bit.
	Workers Workers
}

// retryFactors are the multiples of Policy.Scale that a retry adds. 1e-10 is about a
// million roundings of a unit diagonal, enough to factorise a matrix with equal rows
// for N up to some thousands; more than 1e-4 would not repair rounding but change the
// model.
var retryFactors = [...]float64{1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4}

// Jitters returns the totals that [Factorize] tries, in order, for a matrix whose
// diagonal has the given mean.
func (p Policy) Jitters(meanDiag float64) []float64 {
	tries := []float64{p.Jitter}
	scale := p.Scale
	if scale == 0 {
		scale = meanDiag
	}
	// !(scale > 0) is true for NaN as well.
	if !p.Retry || !(scale > 0) {
		return tries
	}
	for _, f := range retryFactors {
		tries = append(tries, p.Jitter+f*scale)
	}
	return tries
}

// PivotRounding returns n ε |d|, ε = 2⁻⁵²: a bound on the rounding error of a pivot of
// a matrix of n rows whose diagonal element, before elimination, is d. The pivot is d
// less at most n squares with a sum below d, and each subtraction rounds by up to half
// of ε times its result (Higham 2002, theorem 10.3). A smaller pivot has no correct
// digit, and the factorisation has failed.
func PivotRounding(n int, d float64) float64 { return float64(n) * 0x1p-52 * math.Abs(d) }

// failure returns the error of a factorisation in a that ended at the given pivot, -1
// if it reached the end, or of an earlier pivot that is lost in rounding; nil if there
// is neither. diag is the diagonal of the matrix without the jitter. Row 0 of a is row
// first of a matrix of n rows.
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

// NotPositiveDefinite is the error of a factorisation with a pivot that is not a
// positive, finite number, or is lost in rounding: below N ε times the diagonal
// element that it is computed from.
type NotPositiveDefinite struct {
	// Pivot is the row, from 0, of the first pivot that failed in the last
	// attempt: the leading block of Pivot+1 rows is not positive definite, or
	// rounding hides whether it is.
	Pivot int
	// Value is that pivot: the diagonal element, jitter included, less the squares of
	// the row of the factor. It is NaN or infinite if there is such a number in that
	// row of the matrix or before it.
	Value float64
	// Rounding is N ε times that diagonal element, jitter included, with ε = 2⁻⁵² and N
	// the rows of the matrix: the error of the pivot.
	Rounding float64
	// Jitter is what that attempt added to the diagonal.
	Jitter float64
	// Tried holds the jitter of every attempt, in order; Jitter is its last.
	Tried []float64
}

// Lost reports whether the pivot is smaller than its rounding: the matrix is
// singular as far as floating point can tell.
func (e *NotPositiveDefinite) Lost() bool { return math.Abs(e.Value) < e.Rounding }

// Error names the pivot (from 0), its value, its rounding where that is larger, and
// the jitters tried.
func (e *NotPositiveDefinite) Error() string {
	tried := make([]string, len(e.Tried))
	for i, j := range e.Tried {
		tried[i] = strconv.FormatFloat(j, 'g', 3, 64)
	}
	var lost string
	what := "not positive definite"
	if e.Lost() {
		lost = fmt.Sprintf(", lost in rounding (below %.2g)", e.Rounding)
		what = "numerically singular"
	}
	return fmt.Sprintf("linalg: pivot %d is %.6g%s: the matrix is %s (jitter tried: %s)",
		e.Pivot, e.Value, lost, what, strings.Join(tried, ", "))
}
