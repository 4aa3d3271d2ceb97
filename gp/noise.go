package gp

import (
	"fmt"
	"math"
	"slices"
)

// NoiseVariance is the variance of the noise of observations, in target units
// squared: one number for all rows, or one for each row. It is an immutable value; the
// zero value is no noise.
type NoiseVariance struct {
	shared float64
	rows   []float64 // nil where shared
}

// Noise returns the variance v for every row.
func Noise(v float64) NoiseVariance { return NoiseVariance{shared: v} }

// NoiseRows returns the variance v[i] for row i.
func NoiseRows(v ...float64) NoiseVariance {
	return NoiseVariance{rows: append(make([]float64, 0, len(v)), v...)}
}

// PerRow reports whether each row has a variance of its own.
func (v NoiseVariance) PerRow() bool { return v.rows != nil }

// Len returns the number of variances: 1, or one for each row.
func (v NoiseVariance) Len() int {
	if v.rows != nil {
		return len(v.rows)
	}
	return 1
}

// At returns the variance of row i.
func (v NoiseVariance) At(i int) float64 {
	if v.rows != nil {
		return v.rows[i]
	}
	return v.shared
}

// rowsOf returns the noise of some rows.
func (v NoiseVariance) rowsOf(rows []int) NoiseVariance {
	if v.rows == nil {
		return v
	}
	return NoiseVariance{rows: pick(v.rows, rows)}
}

// least returns the smallest variance.
func (v NoiseVariance) least() float64 {
	if v.rows != nil {
		return slices.Min(v.rows)
	}
	return v.shared
}

// checkLen panics if there is a variance for each row, and not of n rows.
func (v NoiseVariance) checkLen(op string, n int) {
	if v.rows != nil && len(v.rows) != n {
		panic(fmt.Sprintf("gp: %s: %d noise variances for %d rows", op, len(v.rows), n))
	}
}

// check returns a [*NoiseError] for the first variance that is negative or not finite.
func (v NoiseVariance) check() error {
	bad := func(s float64) bool { return !(s >= 0) || math.IsInf(s, 1) }
	if v.rows == nil && bad(v.shared) {
		return &NoiseError{Row: -1, Value: v.shared}
	}
	for i, s := range v.rows {
		if bad(s) {
			return &NoiseError{Row: i, Value: s}
		}
	}
	return nil
}

// join returns the noise of n rows with v followed by m with w: shared where
// both are, and equal.
func (v NoiseVariance) join(n int, w NoiseVariance, m int) NoiseVariance {
	if v.rows == nil && w.rows == nil && v.shared == w.shared {
		return v
	}
	rows := make([]float64, 0, n+m)
	for i := range n {
		rows = append(rows, v.At(i))
	}
	for i := range m {
		rows = append(rows, w.At(i))
	}
	return NoiseVariance{rows: slices.Clip(rows)}
}
