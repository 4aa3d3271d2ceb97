package gp

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// scales are what the data say about the size of parameters. None depends on the
// level of the targets, and those of an input do not depend on a few values far
// from the others.
type scales struct {
	y        float64   // variance of y - m(x), 1 if that is 0
	level    float64   // mean square of y - m(x), 1 if that is 0
	constant bool      // all targets are equal, but for rounding
	residual []float64 // y - m(x)

	x      *mat.Dense
	inputs []inputScales
}

// inputScales are the scales of one input.
type inputScales struct {
	width    float64 // twice the distance of the quartiles, at most the range; 1 for one value
	cluster  float64 // the width where most values are, at most the width
	gap      float64 // median distance of neighbouring distinct values; the width for one value
	regular  bool    // the gaps are nearly equal
	mean     float64
	variance float64 // about the mean, 1 if that is 0
	square   float64 // mean square, 1 if that is 0
	constant bool    // one value

	periods []period // where a kernel has a period: the likely ones, the likeliest first
	asked   bool     // periods is set
}

func newScales(x *mat.Dense, y []float64, m Mean) scales {
	n, d := x.Dims()
	s := scales{x: x, residual: make([]float64, n)}
	firstMean(m, x, y).Eval(s.residual, x)
	largest := 0.0
	for i, v := range y {
		s.residual[i] = v - s.residual[i]
		largest = math.Max(largest, math.Abs(v))
	}
	_, s.y, s.level = moments(s.residual)
	// What a sum of n numbers may lose: a mean of 2.9999999999999996 of threes.
	if n > 1 && slices.Max(y)-slices.Min(y) <= 4*epsilon*largest {
		// Nothing but its value says how large a change of it is.
		clear(s.residual)
		s.constant = true
		_, _, s.y = moments([]float64{largest})
		s.level = s.y
	}
	for c := range d {
		s.inputs = append(s.inputs, newInputScales(mat.Col(nil, c, x)))
	}
	return s
}

// firstMean returns m with least-squares parameters if it is a mean of this package
// that has any.
func firstMean(m Mean, x *mat.Dense, y []float64) Mean {
	level, _, _ := moments(y)
	switch t := m.(type) {
	case Constant:
		return Constant{level}
	case Linear:
		return leastSquares(t, x, y)
	}
	return m
}

// leastSquares returns the mean that is nearest to the targets, of several the one
// with the smallest slopes in standard deviations of the inputs.
func leastSquares(m Linear, x *mat.Dense, y []float64) Mean {
	n, d := x.Dims()
	level, _, _ := moments(y)
	a, b := mat.NewDense(n, d, nil), mat.NewDense(n, 1, nil)
	centre, sd := make([]float64, d), make([]float64, d)
	for j := range d {
		col := mat.Col(nil, j, x)
		mean, variance, _ := moments(col)
		centre[j], sd[j] = mean, math.Sqrt(variance)
		for i, v := range col {
			a.Set(i, j, (v-mean)/sd[j])
		}
	}
	for i, v := range y {
		b.Set(i, 0, v-level)
	}
	out := Linear{level, make([]float64, len(m.Slopes))}
	var svd mat.SVD
	if !svd.Factorize(a, mat.SVDThin) {
		return out
	}
	if rank := svd.Rank(1e-10); rank > 0 {
		var beta mat.Dense
		svd.SolveTo(&beta, b, rank)
		for j := range d {
			out.Slopes[j] = beta.At(j, 0) / sd[j]
			out.Intercept -= out.Slopes[j] * centre[j]
		}
	}
	return out
}

func newInputScales(col []float64) inputScales {
	var s inputScales
	s.mean, s.variance, s.square = moments(col)
	sorted := slices.Clone(col)
	slices.Sort(sorted)
	n := len(sorted)
	full := sorted[n-1] - sorted[0]
	if full == 0 {
		// Nothing but its value says how large a change of it is.
		s.constant = true
		s.width = math.Abs(sorted[0])
		if s.width == 0 {
			s.width = 1
		}
		s.gap, s.cluster = s.width, s.width
		return s
	}
	// A column that has one value in most rows has no quartiles to speak of.
	at := func(p float64) float64 { return sorted[int(math.Round(p*float64(n-1)))] }
	for _, p := range []float64{0.25, 0.1, 0.05, 0} {
		s.width = math.Min(full, (at(1-p)-at(p))/(1-2*p))
		if s.width > 0 {
			break
		}
	}
	s.cluster = math.Min(s.width, clusterWidth(sorted, s.width))
	distinct := slices.Compact(sorted)
	gaps := make([]float64, len(distinct)-1)
	for i := range gaps {
		gaps[i] = distinct[i+1] - distinct[i]
	}
	slices.Sort(gaps)
	k := len(gaps)
	s.gap = gaps[k/2]
	s.regular = gaps[k*9/10] <= 1.5*gaps[k/10]
	return s
}

// moments returns the mean, the variance about it and the mean square, each of the
// last two 1 where it is 0 or no number that a scale can be.
func moments(v []float64) (mean, variance, square float64) {
	n := float64(len(v))
	for _, e := range v {
		mean += e / n
	}
	for _, e := range v {
		variance += (e - mean) * (e - mean) / n
		square += e * e / n
	}
	usable := func(s float64) float64 {
		if s == 0 || math.IsInf(s, 0) || math.IsNaN(s) {
			return 1
		}
		return s
	}
	return mean, usable(variance), usable(square)
}

// all returns the columns that a leaf sees.
func (s scales) all(c []int) []int {
	if c != nil {
		return c
	}
	out := make([]int, len(s.inputs))
	for i := range out {
		out[i] = i
	}
	return out
}

// meanOf returns the geometric mean of a scale over some columns.
func (s scales) meanOf(columns []int, of func(inputScales) float64) float64 {
	sum := 0.0
	for _, c := range columns {
		sum += math.Log(of(s.inputs[c])) / float64(len(columns))
	}
	return math.Exp(sum)
}

// clusterWidth returns the range that values would have if all were as dense as in the
// middle of where they are: that of a cluster, where they are in clusters. Where half of
// them are equal to many others, it is the given width.
func clusterWidth(sorted []float64, width float64) float64 {
	n := len(sorted)
	k := max(1, n/20)
	if n < 4*k {
		return width
	}
	spans := make([]float64, n-k)
	for i := range spans {
		spans[i] = sorted[i+k] - sorted[i]
	}
	slices.Sort(spans)
	if span := spans[len(spans)/2]; span > 0 {
		return span * float64(n) / float64(k)
	}
	return width
}

func clusterOf(s inputScales) float64 { return s.cluster }
func widthOf(s inputScales) float64   { return s.width }
func gapOf(s inputScales) float64     { return s.gap }

// periodsOf returns the likely periods of the residuals along a column.
func (s scales) periodsOf(c int) []period {
	in := &s.inputs[c]
	if !in.asked {
		in.periods, in.asked = periods(mat.Col(nil, c, s.x), s.residual, in.gap, in.regular), true
	}
	return in.periods
}
