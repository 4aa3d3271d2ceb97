package demo_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// Each proposal is where its path is least among 10,001 points, and lower by what
// lies between two of them at most: step²/8 times the curvature.
func TestThompson(t *testing.T) {
	for seed := range uint64(6) {
		s := example(t, seed)
		u, err := s.Thompson(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(u.Batch) != 3 {
			t.Fatalf("a batch of %d", len(u.Batch))
		}
		x, h := fineGrid(s)
		for i, p := range u.Batch {
			path := s.Paths.Path(i)
			within(t, "value", path.At([]float64{p.X}), p.Value, 1e-12)
			values := path.Eval(nil, column(x...))
			least := slices.Min(values)
			within(t, "least value", p.Value, least-h*h/16*curvature(values, h), h*h/16*curvature(values, h)+1e-9)
			within(t, "truth", *p.Truth, math.Sin(3*p.X)+0.3*math.Cos(11*p.X), 1e-15)
			if !mat.Equal(mat.NewVecDense(200, u.Values[i]), s.Values.RowView(i)) {
				t.Errorf("seed %d: curve %d is not that of path %d", seed, i, i)
			}
		}
	}
}

// curvature returns the greatest second difference of values that are h apart.
func curvature(v []float64, h float64) float64 {
	c := 0.0
	for i := 1; i < len(v)-1; i++ {
		c = max(c, math.Abs(v[i-1]-2*v[i]+v[i+1])/(h*h))
	}
	return c
}
