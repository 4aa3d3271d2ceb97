package infer

import (
	"context"

	"matheron/rng"
)

// Random initial points are uniform on [-initRadius, initRadius]^Dim, as in Stan:
// for a target made of a program, the middle of each parameter's support.
const (
	initRadius = 2
	initTries  = 100
)

// initial returns the state that a chain starts from: the given point, or the
// first random one with a finite density and gradient.
func initial(ctx context.Context, t Target, chain int, given []float64, key rng.Key) (State, error) {
	if given != nil {
		s := NewState(t, given)
		if !s.finite() {
			return s, initError(t, chain, 1, s)
		}
		return s, nil
	}
	var s State
	x := make([]float64, t.Dim())
	r := key.Rand()
	for range initTries {
		if err := ctx.Err(); err != nil {
			return s, err
		}
		for i := range x {
			x[i] = initRadius * (2*r.Float64() - 1)
		}
		if s = NewState(t, x); s.finite() {
			return s, nil
		}
	}
	return s, initError(t, chain, initTries, s)
}
