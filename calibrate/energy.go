package calibrate

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Energy returns the energy score of all observations together, draw s being one
// vector of N numbers,
//
//	(1/S) sum_s ||X_s - y|| - (1/2P) sum_st ||X_s - X_t||,
//
// P being the number of pairs of the estimator (Gneiting and Raftery 2007, section
// 4.2). It sees correlations, which CRPS does not; of one observation it is CRPS.
// Unless dst is nil it sets dst, S x N, to the derivative with respect to the
// draws, a distance of 0 having derivative 0. Cost O(S^2 N). It panics on shapes
// that do not fit, or on a single draw with Fair.
func Energy(dst, draws *mat.Dense, y []float64, e Estimator) float64 {
	s, n := mustFit(draws, y)
	mustTake(dst, draws)
	pairs := e.pairs(s)
	if dst != nil {
		dst.Zero()
	}
	diff := make([]float64, n)
	// push adds w ||a - b|| to the sum and its derivatives to those of a and b.
	push := func(w float64, a, b, da, db []float64) float64 {
		for i, v := range a {
			diff[i] = v - b[i]
		}
		d := floats.Norm(diff, 2)
		if dst != nil && d > 0 {
			floats.AddScaled(da, w/d, diff)
			if db != nil {
				floats.AddScaled(db, -w/d, diff)
			}
		}
		return w * d
	}
	row := func(m *mat.Dense, i int) []float64 {
		if m == nil {
			return nil
		}
		return m.RawRowView(i)
	}
	sum := 0.0
	for i := range s {
		sum += push(1/float64(s), draws.RawRowView(i), y, row(dst, i), nil)
		// Each pair is met once, with the weight of both its orders.
		for j := range i {
			sum += push(-1/pairs, draws.RawRowView(i), draws.RawRowView(j), row(dst, i), row(dst, j))
		}
	}
	return sum
}

// GaussianLog returns the log score of N(mean, sd^2) at y and its derivatives,
//
//	1/2 log(2 pi sd^2) + z^2/2,  z = (y - mean)/sd,
//	d/dmean = -z/sd,  d/dsd = (1 - z^2)/sd.
//
// It is infinite where sd is 0. It panics if sd is negative.
func GaussianLog(mean, sd, y float64) (score, dMean, dSD float64) {
	mustMatch([]float64{mean}, []float64{sd}, []float64{y})
	if sd == 0 {
		if y == mean {
			return math.Inf(-1), 0, math.Inf(1)
		}
		return math.Inf(1), math.Inf(int(sign(mean - y))), math.Inf(-1)
	}
	z := (y - mean) / sd
	return 0.5*math.Log(2*math.Pi) + math.Log(sd) + z*z/2, -z / sd, (1 - z*z) / sd
}

// Log returns the log score of each observation under the mixture of Gaussians
// about its draws of f, with the variance of the noise v > 0,
//
//	-log (1/S) sum_s N(y_i; f_si, v),
//
// which is that of the posterior predictive up to O(1/S). Unless dst is nil it
// sets dst, S x N, to the derivative of each score with respect to its draws,
// r_s (f_s - y)/v with r_s the part of draw s in the sum. It panics on shapes that
// do not fit or if v is not positive.
func Log(dst, f *mat.Dense, y []float64, v float64) []float64 {
	s, n := mustFit(f, y)
	mustTake(dst, f)
	if !(v > 0) {
		panic("calibrate: the noise of a log score must be positive")
	}
	out := make([]float64, n)
	logs := make([]float64, s)
	for i := range n {
		for r := range s {
			d := f.At(r, i) - y[i]
			logs[r] = -d * d / (2 * v)
		}
		all := floats.LogSumExp(logs)
		out[i] = math.Log(float64(s)) + 0.5*math.Log(2*math.Pi*v) - all
		if dst != nil {
			for r := range s {
				dst.Set(r, i, math.Exp(logs[r]-all)*(f.At(r, i)-y[i])/v)
			}
		}
	}
	return out
}
