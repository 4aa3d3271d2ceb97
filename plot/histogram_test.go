package plot

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The areas sum to one and each bin holds its count.
func TestHistogram(t *testing.T) {
	edges, density := histogram([]float64{0, 1, 1.5, 2, 4}, 4)
	want := []float64{0.2, 0.4, 0.2, 0.2} // counts 1, 2, 1, 1 of 5, width 1
	for i, w := range want {
		if edges[i] != float64(i) || math.Abs(density[i]-w) > 1e-15 {
			t.Errorf("bin %d from %g: %g, want %g", i, edges[i], density[i], w)
		}
	}
	r := rand.New(rand.NewPCG(13, 14))
	for _, n := range []int{1, 2, 3, 10, 1000} {
		v := make([]float64, n)
		for i := range v {
			v[i] = 1e-7 * r.NormFloat64()
		}
		for _, bins := range []int{0, 1, 7} {
			edges, density := histogram(v, bins)
			area := 0.0
			for i, d := range density {
				area += d * (edges[i+1] - edges[i])
			}
			// n additions and the rounding of the edges.
			if math.Abs(area-1) > 1e-15*float64(n+100) {
				t.Errorf("n = %d, %d bins: area %g", n, bins, area)
			}
		}
	}
}

// Of a standard normal sample the quartiles are 1.349 apart, so the width is
// 2.698 n^(-1/3): about 0.27 for n = 1000, where the span is about 6.5.
func TestHistogramBins(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	v := make([]float64, 1000)
	for i := range v {
		v[i] = r.NormFloat64()
	}
	edges, _ := histogram(v, 0)
	if h := edges[1] - edges[0]; math.Abs(h-0.27) > 0.03 {
		t.Errorf("width %g, want about 0.27", h)
	}
	v[0] = 1e12 // an outlier must not ask for 10^12 bins
	if edges, _ := histogram(v, 0); len(edges) > maxBins+1 {
		t.Errorf("%d edges", len(edges))
	}
	half := append(make([]float64, 90), 1, 2, 3)
	if edges, _ := histogram(half, 0); len(edges) < 3 || len(edges) > 20 {
		t.Errorf("%d edges where most values are equal", len(edges))
	}
	if edges, density := histogram([]float64{3, 3, 3}, 0); len(edges) != 2 || !(edges[0] < 3 && edges[1] > 3) || density[0] <= 0 {
		t.Errorf("equal values: %v %v", edges, density)
	}
}
