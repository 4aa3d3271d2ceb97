package linalg

import (
	"fmt"
	"strconv"
	"strings"
)

// NotPositiveDefinite is the error of a factorisation that met a pivot which is
// not a positive, finite number.
type NotPositiveDefinite struct {
	// Pivot is the row, from 0, of the first pivot that failed in the last
	// attempt: the leading block of Pivot+1 rows is not positive definite.
	Pivot int
	// Value is that pivot: the diagonal element less the squares of its row of
	// the factor, jitter included. It is NaN or infinite where the matrix holds
	// such a number in that row or before it.
	Value float64
	// Jitter is what was on the diagonal in that attempt.
	Jitter float64
	// Tried holds the jitter of every attempt, in order; Jitter is its last.
	Tried []float64
}

// Error names the pivot (from 0), its value, and the jitters tried.
func (e *NotPositiveDefinite) Error() string {
	tried := make([]string, len(e.Tried))
	for i, j := range e.Tried {
		tried[i] = strconv.FormatFloat(j, 'g', 3, 64)
	}
	return fmt.Sprintf("linalg: pivot %d is %.6g: the matrix is not positive definite (jitter tried: %s)",
		e.Pivot, e.Value, strings.Join(tried, ", "))
}
