package demo

import (
	"fmt"
	"math"
	"slices"

	"matheron/rng"
)

// Table is readings of one target at values of one input.
type Table struct {
	Input, Target string // their names
	X, Y          []float64
}

// MaxRows is the number of rows that the worked example takes: NUTS factorises the
// covariance of all of them some ten thousand times.
const MaxRows = 500

const (
	// finestInput is the least range of the input, as a part of its greatest value:
	// there are some twenty numbers of float64 between two points of the grid.
	finestInput = 1e-12
	// largest is the greatest size of a column, and the inverse of its least range:
	// fourth powers of both are numbers of the size that linear algebra works with.
	largest = 1e30
)

// TableError is the error of a table that the worked example cannot be run on.
type TableError struct {
	Row    int // from 0; -1 if the error is of no single row
	Column string
	Reason string
}

// Error starts with the place; it counts rows from 1.
func (e *TableError) Error() string {
	s := e.Reason
	if e.Column != "" {
		s = fmt.Sprintf("column %q: %s", e.Column, s)
	}
	if e.Row >= 0 {
		s = fmt.Sprintf("row %d, %s", e.Row+1, s)
	}
	return s
}

// check returns why the example cannot be made of t.
func (t Table) check() error {
	if len(t.X) != len(t.Y) {
		panic("demo: the input and the target are not of the same length")
	}
	if n := len(t.X); n < 4 || n > MaxRows {
		return &TableError{-1, "", fmt.Sprintf("%d rows, and the worked example takes 4 to %d", n, MaxRows)}
	}
	for i := range t.X {
		for _, c := range []struct {
			name  string
			value float64
		}{{t.Input, t.X[i]}, {t.Target, t.Y[i]}} {
			if math.IsNaN(c.value) || math.IsInf(c.value, 0) {
				return &TableError{i, c.name, fmt.Sprintf("%v is not a finite number", c.value)}
			}
		}
	}
	for _, c := range []struct {
		name    string
		v       []float64
		between float64 // the least range, as a part of the greatest value
	}{{t.Input, t.X, finestInput}, {t.Target, t.Y, 4 * 0x1p-52}} {
		low, high := slices.Min(c.v), slices.Max(c.v)
		size := max(math.Abs(low), math.Abs(high))
		switch span := high - low; {
		// Numbers that were meant to be equal may differ in their last places.
		case span <= 4*0x1p-52*size:
			return &TableError{-1, c.name, "all values are equal"}
		case span < c.between*size:
			return &TableError{-1, c.name, fmt.Sprintf("values from %v to %v differ in their last digits alone: subtract %v from all of them", low, high, low)}
		case span < 1/largest || size > largest:
			return &TableError{-1, c.name, fmt.Sprintf("values from %v to %v are too %s to compute with: give them in other units", low, high,
				map[bool]string{true: "large", false: "close"}[size > largest])}
		}
	}
	return nil
}

// The table of the worked example.
const (
	rows    = 28
	noiseSD = 0.15
)

func truth(x float64) float64 { return math.Sin(3*x) + 0.3*math.Cos(11*x) }

// truthSecond is its second derivative.
func truthSecond(x float64) float64 { return -9*math.Sin(3*x) - 36.3*math.Cos(11*x) }

// readings returns the table of the worked example.
func readings(key rng.Key) Table {
	t := Table{Input: "x", Target: "y", X: evenly(-1.5, 1.5, rows), Y: make([]float64, rows)}
	r := key.Rand()
	for i, x := range t.X {
		t.Y[i] = truth(x) + noiseSD*r.NormFloat64()
	}
	return t
}

// evenly returns n numbers from a to b.
func evenly(a, b float64, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = a + (b-a)*float64(i)/float64(n-1)
	}
	return x
}
