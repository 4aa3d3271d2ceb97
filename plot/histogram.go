package plot

import (
	"math"
	"sort"
)

// maxBins bounds what a figure can show; a heavy tail would otherwise ask for millions of bins.
const maxBins = 200

// Histogram draws the distribution of values as bars whose areas sum to one,
// so that a density can be drawn over them by Line: a bin of width h with
// count c of n is c/(n h) high. bins <= 0 chooses the width 2 IQR n^(-1/3)
// (Freedman and Diaconis, On the histogram as a density estimator: L2 theory,
// Z. Wahrscheinlichkeitstheorie 57, 1981), at most 200 bins. Equal values make
// one bar. Default: Blue, translucent.
func (f *Figure) Histogram(values []float64, bins int, label string, style ...Style) {
	s := f.bars(label, "histogram", style)
	if len(values) == 0 || !f.check(s, values, "value", -1) {
		return
	}
	edges, density := histogram(values, bins)
	s.x, s.rows = edges, [][]float64{density}
}

// histogram returns the bins+1 edges and the densities of equal bins.
func histogram(values []float64, bins int) (edges, density []float64) {
	v := append([]float64(nil), values...)
	sort.Float64s(v)
	lo, hi := v[0], v[len(v)-1]
	if constant(lo, hi) {
		lo, hi = widened(lo, hi)
		bins = 1
	}
	if bins <= 0 {
		bins = freedmanDiaconis(v)
	}
	n, h := float64(len(v)), (hi-lo)/float64(bins)
	edges, density = make([]float64, bins+1), make([]float64, bins)
	for i := range edges {
		edges[i] = lo + float64(i)*h
	}
	edges[bins] = hi
	for _, e := range v {
		// The largest value belongs to the last bin, which is closed.
		density[min(bins-1, int((e-lo)/h))] += 1 / (n * h)
	}
	return edges, density
}

// freedmanDiaconis returns a number of bins for the sorted values, which are not all equal.
func freedmanDiaconis(sorted []float64) int {
	n := len(sorted)
	iqr := sorted[3*(n-1)/4] - sorted[(n-1)/4]
	span := sorted[n-1] - sorted[0]
	if iqr <= 0 { // half of the values are equal: Sturges' 1 + log2 n needs no spread
		return 1 + int(math.Ceil(math.Log2(float64(n))))
	}
	bins := math.Ceil(span / (2 * iqr / math.Cbrt(float64(n))))
	return int(math.Min(maxBins, math.Max(1, bins)))
}
