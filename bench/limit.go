package main

import "maps"

// The limit of a figure is its products and sums at the rate of the fastest large
// product that any program reaches in the run. Elementary functions, memory
// and what is not a product take their time on top.

// productRate returns that rate in GFlop/s, 0 if none was measured.
func (c comparison) productRate() float64 {
	rate := 0.0
	for v := range maps.Values(c) {
		for _, name := range []string{"dgemm_2048_gflops", "dgemm_512_gflops"} {
			rate = max(rate, v[name].number)
		}
	}
	return rate
}

// limit returns what the figure would be at a rate of products, and whether that is
// known.
func (f figure) limit(rate float64) (v value, known bool) {
	if f.unit == "GFlop/s" {
		return plain(rate), rate > 0
	}
	seconds := f.flop / (rate * 1e9)
	scale, ok := map[string]float64{"s": 1, "ms": 1e3, "ns": 1e9}[f.unit]
	return plain(seconds * scale), ok && rate > 0 && f.flop > 0
}

// drawFlop is a factorisation, the features' product with the weights, and two
// triangular solves.
func drawFlop(of size, paths int) float64 {
	n, s := float64(of.rows), float64(paths)
	return cube(of.rows)/3 + 2*n*features*s + 2*n*n*s
}

// evalFlop is a row of features and covariances times a column of weights.
func evalFlop(of size) float64 { return 2 * (features + float64(of.rows)) }

// gradFlop is, for each input, the phases and their contraction and the distances
// and theirs.
func gradFlop(of size) float64 {
	return float64(of.inputs) * (2*features + 6*float64(of.rows))
}

// evidenceFlop is a factorisation and the inverse from it.
func evidenceFlop(of size) float64 { return cube(of.rows) }

// svgpFlop is, of a batch, the triangular solve, the Gram matrix and a product with
// a square; and of the inducing inputs the factor, the guide's covariance, two
// products and four triangular solves.
func svgpFlop(inducing, batch int) float64 {
	m, b := float64(inducing), float64(batch)
	return 4*m*m*b + (1.0/3+1+4+4)*cube(inducing)
}
