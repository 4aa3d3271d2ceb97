package gp

import (
	"encoding/binary"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// checkData returns an error for no rows and for the first number that is not
// finite. It panics if x and y differ in length.
func checkData(op string, x *mat.Dense, y []float64) error {
	n, d := 0, 0
	if x != nil {
		n, d = x.Dims()
	}
	if len(y) != n {
		panic(fmt.Sprintf("gp: %s: %d targets for %d rows", op, len(y), n))
	}
	if n == 0 || d == 0 {
		return ErrNoRows
	}
	for i := range n {
		for j, v := range x.RawRowView(i) {
			if !finite(v) {
				return &NotFinite{What: "input", Row: i, Column: j, Value: v}
			}
		}
		if !finite(y[i]) {
			return &NotFinite{What: "target", Row: i, Column: -1, Value: y[i]}
		}
	}
	return nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// firstEqual returns, for each row of x, the first row with the same inputs:
// itself where there is none before it. O(N D).
func firstEqual(x *mat.Dense) []int {
	n, d := x.Dims()
	first := make([]int, n)
	seen := make(map[string]int, n)
	key := make([]byte, 8*d)
	for i := range n {
		for j, v := range x.RawRowView(i) {
			if v == 0 {
				v = 0 // -0 is the same input as 0
			}
			binary.LittleEndian.PutUint64(key[8*j:], math.Float64bits(v))
		}
		f, ok := seen[string(key)]
		if !ok {
			f = i
			seen[string(key)] = i
		}
		first[i] = f
	}
	return first
}
