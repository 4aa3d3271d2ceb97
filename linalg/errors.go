package linalg

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// NotPositiveDefinite is the error of a factorisation that met a pivot which is
// not a positive, finite number, or is lost in rounding: below N ε times the
// diagonal element that it is what is left of.
type NotPositiveDefinite struct {
	// Pivot is the row, from 0, of the first pivot that failed in the last
	// attempt: the leading block of Pivot+1 rows is not positive definite, or
	// rounding hides whether it is.
	Pivot int
	// Value is that pivot: the diagonal element less the squares of its row of
	// the factor, jitter included. It is NaN or infinite where the matrix holds
	// such a number in that row or before it.
	Value float64
	// Rounding is N ε times that diagonal element, jitter included, with ε =
	// 2⁻⁵² and N the rows of the matrix: what is smaller means nothing.
	Rounding float64
	// Jitter is what was on the diagonal in that attempt.
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
