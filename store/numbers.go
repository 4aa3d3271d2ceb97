package store

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"matheron/gp"
)

// numbers is, in JSON, a number, or a list of them.
type numbers struct {
	list   bool
	values []float64
}

func one(v float64) *numbers       { return &numbers{values: []float64{v}} }
func several(v []float64) *numbers { return &numbers{true, v} }

// MarshalJSON writes the shortest numbers that read back the same.
func (n numbers) MarshalJSON() ([]byte, error) {
	if n.list {
		return json.Marshal(n.values)
	}
	return json.Marshal(n.values[0])
}

// UnmarshalJSON reads a number or a list.
func (n *numbers) UnmarshalJSON(text []byte) error {
	if n.list = text[0] == '['; n.list {
		return decode(text, &n.values)
	}
	n.values = []float64{0}
	return decode(text, &n.values[0])
}

// check returns an error unless there is one number or, in a list, one for each
// of d, all at least 0 and finite, and not 0 where they must be positive. It
// accepts nil.
func (n *numbers) check(what string, d int, positive bool) error {
	if n == nil {
		return nil
	}
	if n.list && len(n.values) != d {
		return fmt.Errorf("%d numbers of %s, want %d", len(n.values), what, d)
	}
	if n.list && d == 0 {
		return fmt.Errorf("no numbers of %s", what)
	}
	for _, v := range n.values {
		if !(v >= 0) || math.IsInf(v, 1) || positive && v == 0 {
			return fmt.Errorf("%s is %v", what, v)
		}
	}
	return nil
}

// noiseNumbers returns the noise of rows as a number, or a number a row.
func noiseNumbers(v gp.NoiseVariance) *numbers {
	n := &numbers{list: v.PerRow(), values: make([]float64, v.Len())}
	for i := range n.values {
		n.values[i] = v.At(i)
	}
	return n
}

func (n *numbers) noise() gp.NoiseVariance {
	if n.list {
		return gp.NoiseRows(n.values...)
	}
	return gp.Noise(n.values[0])
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// notFinite returns the position of the first number that is NaN or infinite, or -1.
func notFinite(v []float64) int {
	return slices.IndexFunc(v, func(v float64) bool { return !finite(v) })
}
