package main

import (
	"context"

	"matheron/internal/asm"
	"matheron/rng"
)

// elements is the length of the row whose elementary functions are measured.
const elements = 1 << 20

// elementary measures a function of a row of 3 z, z ~ N(0, 1), on one core, in
// nanoseconds an element.
func elementary(f func(a, b, x []float64)) scalar {
	return func(ctx context.Context, s *session) (float64, error) {
		n := s.of(elements)
		x, a, b := make([]float64, n), make([]float64, n), make([]float64, n)
		r := rng.New(0).Rand()
		for i := range x {
			x[i] = 3 * r.NormFloat64()
		}
		seconds, err := best(ctx, s.runs, nil, func() error {
			f(a, b, x)
			return nil
		})
		return seconds * 1e9 / float64(n), err
	}
}

func exponentials(dst, _, x []float64) { asm.Exp(dst, x) }
func sineCosine(sin, cos, x []float64) { asm.SinCos(sin, cos, x) }
