package calibrate

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// mustFit panics unless draws has a column for each observation, and returns its
// shape.
func mustFit(draws *mat.Dense, y []float64) (s, n int) {
	s, n = draws.Dims()
	if n != len(y) {
		panic(fmt.Sprintf("calibrate: draws of %d observations for %d", n, len(y)))
	}
	return s, n
}

// mustTake panics unless dst is nil or has the shape of draws.
func mustTake(dst, draws *mat.Dense) {
	if dst == nil {
		return
	}
	r, c := dst.Dims()
	if s, n := draws.Dims(); r != s || c != n {
		panic(fmt.Sprintf("calibrate: a gradient of %d x %d for draws of %d x %d", r, c, s, n))
	}
}

// NotFinite is the error of a draw, an observation or a transform that is NaN or
// infinite.
type NotFinite struct {
	What  string // "draw", "observation", "transform"
	Row   int    // the draw, from 0; -1 where there is no such thing
	Index int    // the observation, from 0
	Value float64
}

func (e *NotFinite) Error() string {
	if e.Row < 0 {
		return fmt.Sprintf("%s %d: %g", e.What, e.Index+1, e.Value)
	}
	return fmt.Sprintf("%s %d of observation %d: %g", e.What, e.Row+1, e.Index+1, e.Value)
}
