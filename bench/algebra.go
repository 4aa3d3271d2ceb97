package main

import (
	"context"

	"gonum.org/v1/gonum/mat"

	"matheron/linalg"
	"matheron/rng"
)

// dgemm measures the product of two square matrices, 2 n^3 flop, in GFlop/s.
func dgemm(order int) scalar {
	return func(ctx context.Context, s *session) (float64, error) {
		n := s.of(order)
		a, b, c := normal(n, rng.New(0).Named("a")), normal(n, rng.New(0).Named("b")), mat.NewDense(n, n, nil)
		seconds, err := best(ctx, s.runs, nil, func() error {
			linalg.Mul(c, a, b)
			return nil
		})
		return 2 * cube(n) / seconds / 1e9, err
	}
}

// dpotrf measures a Cholesky factorisation, n^3/3 flop, in GFlop/s. The copy that
// it overwrites is not timed.
func dpotrf(order int) scalar {
	return func(ctx context.Context, s *session) (float64, error) {
		n := s.of(order)
		a, k, work := normal(n, rng.New(0).Named("a")), mat.NewDense(n, n, nil), mat.NewDense(n, n, nil)
		linalg.MulTransB(k, a, a)
		for i := range n {
			k.Set(i, i, k.At(i, i)+float64(n))
		}
		seconds, err := best(ctx, s.runs, func() { work.Copy(k) }, func() error {
			_, err := linalg.Factorize(work, linalg.Policy{})
			return err
		})
		return cube(n) / 3 / seconds / 1e9, err
	}
}

func cube(n int) float64 { return float64(n) * float64(n) * float64(n) }

// normal returns a square matrix of independent N(0, 1).
func normal(n int, key rng.Key) *mat.Dense {
	r, v := key.Rand(), make([]float64, n*n)
	for i := range v {
		v[i] = r.NormFloat64()
	}
	return mat.NewDense(n, n, v)
}
