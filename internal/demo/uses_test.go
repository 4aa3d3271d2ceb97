package demo_test

import (
	"context"
	"math"
	"sync"
	"testing"

	"matheron/internal/demo"
)

// shared is the example of seed 0, which the tests of uses read.
var shared = sync.OnceValue(func() *demo.Example {
	s, err := demo.New(context.Background(), demo.Options{})
	if err != nil {
		panic(err)
	}
	return s
})

// within fails unless |got - want| <= tol.
func within(t *testing.T, name string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s: %.12g, want %.12g within %.3g", name, got, want, tol)
	}
}

// evenly returns n numbers from a to b.
func evenly(a, b float64, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = a + (b-a)*float64(i)/float64(n-1)
	}
	return x
}

// simpson integrates values at an odd number of points that are h apart.
func simpson(v []float64, h float64) float64 {
	sum := v[0] + v[len(v)-1]
	for i := 1; i < len(v)-1; i++ {
		sum += v[i] * float64(2+2*(i%2))
	}
	return sum * h / 3
}

// later are the uses from the seventh on.
func later(ctx context.Context, s *demo.Example) ([]any, error) {
	c, err := s.Calibration(ctx)
	if err != nil {
		return nil, err
	}
	out := []any{c}
	for _, use := range []func() (any, error){
		func() (any, error) { return s.Optimum(ctx) },
		func() (any, error) { return s.Linear(ctx) },
		func() (any, error) { return s.Information(ctx) },
		func() (any, error) { return s.Policy(ctx) },
		func() (any, error) { return s.Ensemble(ctx, c) },
	} {
		v, err := use()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// The uses are answered for a user's table, in its own units.
func TestLaterUsesOfAUsersTable(t *testing.T) {
	table := demo.Table{Input: "hour", Target: "temperature"}
	for i := range 40 {
		x := 100 + 5*float64(i) + 2*math.Sin(float64(7*i))
		table.X, table.Y = append(table.X, x), append(table.Y, 290+30*math.Sin(x/25)+math.Cos(float64(i*i)))
	}
	ctx := context.Background()
	s, err := demo.New(ctx, demo.Options{Data: &table})
	if err != nil {
		t.Fatal(err)
	}
	uses, err := later(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	c := uses[0].(*demo.Calibration)
	if c.Rows != 20 || c.HeldOut.Posterior.Len() != 20 {
		t.Errorf("%d rows held out of %d that were learned from, want 20 and 20", c.Rows, c.HeldOut.Posterior.Len())
	}
	for i, y := range c.HeldOut.Y {
		if y != table.Y[2*i+1] {
			t.Errorf("row %d is not held out", 2*i+1)
		}
	}
	l := uses[2].(*demo.Linear)
	within(t, "integral", l.Integral.Mean.Value, l.Integral.ExactMean, 4*l.Integral.Mean.SE)
	if l.Integral.Truth != nil || uses[1].(*demo.Optimum).Truth != nil || uses[4].(*demo.Policy).Truth != nil {
		t.Error("the truth of a user's table")
	}
}
