package optimize

import (
	"cmp"
	"context"
	"math"
	"slices"
	"testing"

	"matheron/rng"
)

// startsByRank is Screen.Starts as its words say it: every pair of points is
// looked at.
func startsByRank(c *Screen, values []float64, want int) []int {
	order := slices.DeleteFunc(indices(len(values)), func(i int32) bool { return values[i]-values[i] != 0 })
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(values[a], values[b]) })
	var out []int32
	choose := func(distance float64, better func(rank int) []int32) {
		for rank, i := range order {
			if len(out) == want {
				return
			}
			near := func(j int32) bool { return i == j || c.within(i, j, distance) }
			if !slices.ContainsFunc(out, near) && !slices.ContainsFunc(better(rank), near) {
				out = append(out, i)
			}
		}
	}
	choose(c.near, func(rank int) []int32 { return order[:rank] })
	choose(min(apart, c.near), func(int) []int32 { return nil })
	all := make([]int, len(out))
	for k, i := range out {
		all[k] = int(i)
	}
	return all
}

func TestStartsAreThoseByRank(t *testing.T) {
	listed := map[bool]bool{}
	for _, free := range []int{0, 1, 2, 3, 5} {
		for _, n := range []int{1, 2, 40, 600} {
			r := rng.New(uint64(7*n + free)).Rand()
			box := Box{Lower: make([]float64, free+1), Upper: make([]float64, free+1)}
			for d := range free {
				box.Lower[d], box.Upper[d] = -1, float64(d) // the last input is fixed
			}
			points, values := make([][]float64, n), make([]float64, n)
			for i := range points {
				points[i] = make([]float64, free+1)
				for d := range free {
					points[i][d] = box.Lower[d] + (box.Upper[d]-box.Lower[d])*r.Float64()
				}
				// Rounded values: some are equal.
				values[i] = math.Round(10 * math.Sin(7*points[i][0]))
			}
			// Some are none.
			for k, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
				if n > 30 {
					values[11*k] = v
				}
			}
			c := NewScreen(box, points)
			for _, want := range []int{1, 8, n} {
				got := c.Starts(values, want)
				if slices.ContainsFunc(got, func(i int) bool { return values[i]-values[i] != 0 }) {
					t.Errorf("%d inputs, %d points: a start without a value among %v", free, n, got)
				}
				if w := startsByRank(c, values, want); !slices.Equal(got, w) {
					t.Errorf("%d inputs, %d points, %d starts: %v, want %v", free, n, want, got, w)
				}
			}
			listed[c.complete] = true
		}
	}
	if !listed[true] || !listed[false] {
		t.Errorf("neighbours were listed: %v", listed)
	}
}

func BenchmarkStarts(b *testing.B) {
	for _, d := range []int{1, 2, 6} {
		box := Box{Lower: make([]float64, d), Upper: make([]float64, d)}
		for i := range box.Upper {
			box.Upper[i] = 1
		}
		points := SobolStarts(box, 2048, rng.New(1))
		values := make([]float64, len(points))
		for i, x := range points {
			for _, v := range x {
				values[i] += math.Sin(9 * v)
			}
		}
		b.Run(string(rune('0'+d)), func(b *testing.B) {
			c := NewScreen(box, points)
			for b.Loop() {
				c.Starts(values, 8)
			}
		})
	}
}

// The first step of L-BFGS-B leaves basins that are narrow for the gradient in
// them; Basin ends at the bottom, if that is as near to its start as it was told.
func TestBasinStaysInTheBasin(t *testing.T) {
	const waves = 60 // minima at (2k+1) pi/60
	f := func(x, grad []float64) float64 {
		if grad != nil {
			grad[0] = -waves * math.Sin(waves*x[0])
		}
		return math.Cos(waves * x[0])
	}
	box := Box{Lower: []float64{0}, Upper: []float64{1}}
	left := 0
	for i := range 40 {
		bottom := float64(2*(i%9)+1) * math.Pi / waves
		start := []float64{bottom + 0.019*(2*float64(i)/39-1)}
		free, err := LBFGSB{Box: box}.Minimize(t.Context(), f, start)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := Basin{Box: box, Near: 0.02}.Minimize(t.Context(), f, start)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(free.X[0]-bottom) > 1e-3 {
			left++
		}
		// The gradient's tolerance is 1e-5 or so, over a curvature of 3600.
		if math.Abs(kept.X[0]-bottom) > 1e-6 {
			t.Errorf("from %v Basin ends at %v, the bottom is at %v", start, kept.X, bottom)
		}
		if kept.Evaluations <= 0 || kept.Iterations <= 0 {
			t.Errorf("from %v: %d evaluations in %d iterations", start, kept.Evaluations, kept.Iterations)
		}
	}
	if left == 0 {
		t.Error("L-BFGS-B alone left no basin: the test shows nothing")
	}
	t.Logf("L-BFGS-B alone left %d basins", left)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Basin{Box: box, Near: 0.05}).Minimize(ctx, f, []float64{0.5}); err == nil {
		t.Error("no error of a context that is cancelled")
	}
}
