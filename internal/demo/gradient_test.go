package demo_test

import (
	"context"
	"math"
	"testing"
)

// The gradient is that of central differences to 1e-6, flat where nothing improves,
// and its maximum that of 10,001 points, whatever the seed.
func TestGradient(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(8) {
		s := example(t, seed)
		f, err := s.Functionals(ctx)
		if err != nil {
			t.Fatal(err)
		}
		g, err := s.Gradient(ctx, f)
		if err != nil {
			t.Fatal(err)
		}
		flat, steep := g.Points[0], g.Points[1]
		if flat.X != 0.3 || flat.EI.Value != 0 || flat.Gradient.Value != 0 || flat.Difference != 0 {
			t.Errorf("seed %d: at 0.3 it is %+v", seed, flat)
		}
		if !(steep.EI.Value > 0) || steep.Gradient.Value == 0 {
			t.Errorf("seed %d: at %v it is %+v", seed, steep.X, steep)
		}
		within(t, "gradient", steep.Gradient.Value, steep.Difference, 1e-6)
		within(t, "error", steep.Error, math.Abs(steep.Gradient.Value-steep.Difference), 1e-15)
		// The mean of the slopes of the paths that improve.
		sum, square := 0.0, 0.0
		for i := range 64 {
			if p := s.Paths.Path(i); p.At([]float64{steep.X}) < f.Best {
				slope := -p.Grad(nil, []float64{steep.X})[0]
				sum, square = sum+slope/64, square+slope*slope/64
			}
		}
		within(t, "slope of those that improve", steep.Gradient.Value, sum, 1e-10)
		within(t, "its error", steep.Gradient.SE, math.Sqrt((square-sum*sum)/63), 1e-10)

		x, h := fineGrid(s)
		values := s.Paths.Eval(column(x...))
		top, bend := 0.0, 0.0
		for j := range x {
			ei := 0.0
			for i := range 64 {
				ei += max(f.Best-values.At(i, j), 0) / 64
			}
			top = max(top, ei)
		}
		for i := range 64 {
			bend = max(bend, curvature(values.RawRowView(i), h))
		}
		m := g.Maximum
		// Between two points of the grid it may be higher, by step²/8 times the
		// curvature where it is smooth and by step/2 times a slope at a kink, which is
		// a minimum of it and so not near the top.
		within(t, "maximum", m.EI.Value, top+h*h/16*bend, h*h/16*bend+1e-9)
		if inside := m.X > -2 && m.X < 2; inside && math.Abs(m.Gradient) > 1e-4 {
			t.Errorf("seed %d: a gradient of %v at the maximum at %v", seed, m.Gradient, m.X)
		}
		if m.Starts < 2 || len(m.Ends) != m.Starts {
			t.Errorf("seed %d: %d starts", seed, m.Starts)
		}
		for _, e := range m.Ends {
			if e.Value > m.EI.Value {
				t.Errorf("seed %d: an end of %v is better than %v", seed, e.Value, m.EI.Value)
			}
		}
	}
}
