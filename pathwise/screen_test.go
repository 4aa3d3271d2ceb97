package pathwise

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"matheron/optimize"
	"matheron/rng"
)

// startsByRank is screen.starts as its words say it: every pair of points is
// looked at.
func startsByRank(c *screen, values []float64, want int) []int32 {
	order := indices(len(values))
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
	return out
}

func TestStartsAreThoseByRank(t *testing.T) {
	listed := map[bool]bool{}
	for _, free := range []int{0, 1, 2, 3, 5} {
		for _, n := range []int{1, 2, 40, 600} {
			r := rng.New(uint64(7*n + free)).Rand()
			box := optimize.Box{Lower: make([]float64, free+1), Upper: make([]float64, free+1)}
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
			c := Search{Box: box}.screen(points)
			for _, want := range []int{1, 8, n} {
				got := c.starts(values, want)
				if w := startsByRank(c, values, want); !slices.Equal(got, w) {
					t.Errorf("%d inputs, %d points, %d starts: %v, want %v", free, n, want, got, w)
				}
			}
			listed[c.neighbours != nil] = true
		}
	}
	if !listed[true] || !listed[false] {
		t.Errorf("neighbours were listed: %v", listed)
	}
}

func BenchmarkStarts(b *testing.B) {
	for _, d := range []int{1, 2, 6} {
		box := optimize.Box{Lower: make([]float64, d), Upper: make([]float64, d)}
		for i := range box.Upper {
			box.Upper[i] = 1
		}
		points := optimize.SobolStarts(box, 2048, rng.New(1))
		values := make([]float64, len(points))
		for i, x := range points {
			for _, v := range x {
				values[i] += math.Sin(9 * v)
			}
		}
		b.Run(string(rune('0'+d)), func(b *testing.B) {
			c := Search{Box: box}.screen(points)
			for b.Loop() {
				c.starts(values, 8)
			}
		})
	}
}
