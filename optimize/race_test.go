package optimize

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"matheron/rng"
)

// hills is a function of [0, 1]^n with many minima, a sum of waves of random
// directions.
func hills(n int, key rng.Key) Objective {
	const waves = 60
	r := key.Rand()
	w, shift, size := make([][]float64, waves), make([]float64, waves), make([]float64, waves)
	for i := range w {
		w[i] = make([]float64, n)
		for d := range w[i] {
			w[i][d] = 8 / math.Sqrt(float64(n)) * r.NormFloat64()
		}
		shift[i], size[i] = 2*math.Pi*r.Float64(), math.Sqrt(2/float64(waves))*r.NormFloat64()
	}
	return func(x, grad []float64) float64 {
		clear(grad)
		sum := 0.0
		for i := range w {
			t := shift[i]
			for d, v := range x {
				t += w[i][d] * v
			}
			sin, cos := math.Sincos(t)
			sum += size[i] * cos
			for d := range grad {
				grad[d] -= size[i] * w[i][d] * sin
			}
		}
		return sum
	}
}

// screened returns the starts of f in its units, with their values.
func screened(f Objective, box Box, n, want int) (u *Units, starts [][]float64, values []float64, near float64) {
	points := SobolStarts(box, n, rng.New(1))
	all := make([]float64, n)
	for i, x := range points {
		all[i] = f(x, nil)
	}
	screen := NewScreen(box, points)
	u = NewUnits(box, f, points[:16], all)
	for _, i := range screen.Starts(all, want) {
		starts, values = append(starts, u.In(points[i])), append(values, all[i]/u.Scale())
	}
	return u, starts, values, screen.Near()
}

// A race ends as low as the best of the same searches that are not given up, for
// less than half of their evaluations: what it gives up is behind.
func TestRaceEndsAsLowAsItsSearches(t *testing.T) {
	for _, n := range []int{1, 2, 5} {
		raced, full := 0, 0
		for seed := range 12 {
			f := hills(n, rng.New(uint64(100*n+seed)))
			box := Box{Lower: make([]float64, n), Upper: slices.Repeat([]float64{1}, n)}
			u, starts, values, near := screened(f, box, 512, 64)
			g := u.Objective(f)
			got, err := Race{Box: u.Box(), Near: near}.Minimize(t.Context(), g, starts, values)
			if err != nil {
				t.Fatal(err)
			}
			ends, best, err := MultiStart(t.Context(), Basin{Box: u.Box(), Near: near}, func(int) Objective { return u.Objective(f) }, starts, 0)
			if err != nil {
				t.Fatal(err)
			}
			raced += got.Evaluations
			for _, e := range ends {
				full += e.Evaluations
			}
			// A gradient of 1e-5 leaves its square over the curvature, near 1.
			if want := ends[best].F; got.F > want+1e-8 {
				t.Errorf("%d inputs, function %d: %v at %v, by full searches %v at %v", n, seed, got.F, got.X, want, ends[best].X)
			}
			if !slices.Equal(u.Box().Project(nil, got.X), got.X) || g(got.X, nil) != got.F {
				t.Errorf("%d inputs, function %d: the value at %v is not %v, or it is outside", n, seed, got.X, got.F)
			}
		}
		if 2*raced > full {
			t.Errorf("%d inputs: %d evaluations, without giving up %d", n, raced, full)
		}
	}
}

func TestRaceWithoutValues(t *testing.T) {
	box := Box{Lower: []float64{0}, Upper: []float64{1}}
	nowhere := func(_, grad []float64) float64 { clear(grad); return math.NaN() }
	got, err := Race{Box: box, Near: 0.1}.Minimize(t.Context(), nowhere, [][]float64{{0.5}, {0.1}}, []float64{0, 0})
	if err != nil || got.X != nil || !math.IsInf(got.F, 1) {
		t.Errorf("of a function without values: %v, %v", got, err)
	}
	// A start without a value is left out.
	some := func(x, grad []float64) float64 {
		if grad != nil {
			grad[0] = 2 * (x[0] - 0.3)
		}
		if x[0] > 0.8 {
			return math.NaN()
		}
		return (x[0] - 0.3) * (x[0] - 0.3)
	}
	got, err = Race{Box: box, Near: 0.1}.Minimize(t.Context(), some, [][]float64{{0.9}, {0.1}}, []float64{0, 0.04})
	if err != nil || math.Abs(got.X[0]-0.3) > 1e-5 {
		t.Errorf("least at %v: %v, want 0.3", got.X, err)
	}
	if got, err := (Race{Box: box}).Minimize(t.Context(), some, nil, nil); err != nil || got.X != nil {
		t.Errorf("without a start: %v, %v", got, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Race{Box: box, Near: 0.1}).Minimize(ctx, some, [][]float64{{0.1}}, []float64{0.04}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// The trapezoidal rule is exact of a parabola, and wrong of two.
func TestLeadsTo(t *testing.T) {
	at := func(x, f, g float64) point { return point{x: []float64{x}, f: f, g: []float64{g}} }
	bottom := at(1, 2, 0)
	for _, c := range []struct {
		name string
		p    point
		want bool
	}{
		{"on the parabola", at(3, 2+4, 4), true},
		{"on its other side", at(-1, 2+4, -4), true},
		{"at the bottom", at(1, 2, 0), true},
		{"lower", at(3, 1, 4), false},
		{"too flat", at(3, 2+4, 3.8), false},
		{"over a hill", at(3, 2+4, -4), false},
	} {
		if got := c.p.leadsTo(bottom); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	// To a point that falls towards p there is a hill or a valley between them.
	p, q := at(3, 6, 5), at(1, 2, -1)
	if p.leadsTo(q) {
		t.Error("a point leads to one from which it is downhill")
	}
}
