package gp

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// maxPeriodogramRows bounds the rows of a periodogram: a stride is taken of
// more. maxFrequencies bounds its frequencies.
const (
	maxPeriodogramRows = 4000
	maxFrequencies     = 16000
)

// peaks returns the periods of the highest peaks of the Lomb-Scargle
// periodogram of y over x (Lomb 1976, Scargle 1982), at most most of them, the
// highest first. A cubic is taken out first, so that a trend does not pass for
// a slow cycle; frequencies go from one cycle over the range to one in two mean
// gaps, four to a resolved width. x need not be even. Cost O(N F).
func peaks(x, y []float64, most int) []float64 {
	n := len(x)
	if stride := (n + maxPeriodogramRows - 1) / maxPeriodogramRows; stride > 1 {
		var sx, sy []float64
		for i := 0; i < n; i += stride {
			sx, sy = append(sx, x[i]), append(sy, y[i])
		}
		x, y, n = sx, sy, len(sx)
	}
	width := slices.Max(x) - slices.Min(x)
	if n < 8 || width == 0 {
		return nil
	}
	y = detrend(x, y)
	const oversample = 4
	count := min(oversample*n/2, maxFrequencies)
	power := periodogram(x, y, 1/(oversample*width), count)
	type peak struct{ frequency, power float64 }
	var found []peak
	// Below one cycle over the range, a peak is trend.
	for j := oversample; j < count-1; j++ {
		if a, b, c := power[j-1], power[j], power[j+1]; b > a && b >= c {
			// The top of the parabola through three points.
			shift := 0.5 * (a - c) / (a - 2*b + c)
			found = append(found, peak{(float64(j+1) + shift) / (oversample * width), b})
		}
	}
	slices.SortStableFunc(found, func(a, b peak) int { return cmp.Compare(b.power, a.power) })
	var out []float64
	for _, p := range found {
		if len(out) == most {
			break
		}
		// A side lobe of a peak that is in already says nothing new.
		near := slices.ContainsFunc(out, func(t float64) bool { return math.Abs(1/t-p.frequency) < 2/width })
		if !near {
			out = append(out, 1/p.frequency)
		}
	}
	return out
}

// detrend returns y without its least-squares cubic in x.
func detrend(x, y []float64) []float64 {
	n := len(x)
	lo, hi := slices.Min(x), slices.Max(x)
	a := mat.NewDense(n, 4, nil)
	for i, v := range x {
		t := 2*(v-lo)/(hi-lo) - 1
		a.SetRow(i, []float64{1, t, t * t, t * t * t})
	}
	out := slices.Clone(y)
	var coef mat.VecDense
	if err := coef.SolveVec(a, mat.NewVecDense(n, out)); err != nil {
		return out // fewer than four distinct inputs: nothing to take out
	}
	var fit mat.VecDense
	fit.MulVec(a, &coef)
	for i := range out {
		out[i] -= fit.AtVec(i)
	}
	return out
}

// periodogram returns the power at the frequencies step, 2 step, ... count
// step: the part of the sum of squares that a sinusoid of free phase explains.
// Sines and cosines advance from frequency to frequency by a rotation.
func periodogram(x, y []float64, step float64, count int) []float64 {
	n := len(x)
	s, c := make([]float64, n), make([]float64, n)   // at the current frequency
	ds, dc := make([]float64, n), make([]float64, n) // of one step
	for i, v := range x {
		ds[i], dc[i] = math.Sincos(2 * math.Pi * step * (v - x[0]))
		c[i] = 1
	}
	power := make([]float64, count)
	for j := range power {
		var ys, yc, ss, cc, sc float64
		for i, v := range y {
			s[i], c[i] = s[i]*dc[i]+c[i]*ds[i], c[i]*dc[i]-s[i]*ds[i]
			ys += v * s[i]
			yc += v * c[i]
			ss += s[i] * s[i]
			cc += c[i] * c[i]
			sc += s[i] * c[i]
		}
		if det := ss*cc - sc*sc; det > 1e-9*float64(n)*float64(n) {
			power[j] = (ys*ys*cc - 2*ys*yc*sc + yc*yc*ss) / det
		}
	}
	return power
}
