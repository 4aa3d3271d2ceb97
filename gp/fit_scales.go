package gp

import (
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"matheron/dist"
	"matheron/kernel"
)

// scales are what the data say about the size of parameters.
type scales struct {
	y         float64   // mean square of y - m(x), 1 if that is 0
	constant  bool      // all targets are equal
	spread    []float64 // standard deviation of each input, 1 if that is 0
	width     []float64 // range of each input, 1 if that is 0
	gap       []float64 // range over the number of distinct gaps of each input
	square    []float64 // mean square of each input, 1 if that is 0
	residual  []float64 // y - m(x)
	x         *mat.Dense
	periodsOf map[int][]float64 // by column, where a kernel has a period
}

func newScales(x *mat.Dense, y []float64, m Mean) scales {
	n, d := x.Dims()
	s := scales{x: x, residual: make([]float64, n), periodsOf: map[int][]float64{}}
	m.Eval(s.residual, x)
	s.constant = n > 1
	for i, v := range y {
		s.residual[i] = v - s.residual[i]
		s.constant = s.constant && v == y[0]
	}
	s.y = meanSquare(s.residual)
	col := make([]float64, n)
	for c := range d {
		mat.Col(col, c, x)
		s.square = append(s.square, meanSquare(col))
		mean := 0.0
		for _, v := range col {
			mean += v / float64(n)
		}
		for i := range col {
			col[i] -= mean
		}
		s.spread = append(s.spread, math.Sqrt(meanSquare(col)))
		slices.Sort(col)
		width := col[n-1] - col[0]
		distinct := len(slices.Compact(col))
		if width == 0 {
			width, distinct = 1, 2
		}
		s.width = append(s.width, width)
		s.gap = append(s.gap, width/float64(distinct-1))
		col = col[:n]
	}
	return s
}

// meanSquare returns the mean square of v, or 1 if that is 0 or not a number
// that a scale can be.
func meanSquare(v []float64) float64 {
	s := 0.0
	for _, e := range v {
		s += e * e / float64(len(v))
	}
	if s == 0 || math.IsInf(s, 0) {
		return 1
	}
	return s
}

// role is what a parameter is for, as far as its scale, its default prior and
// its starts go.
type role struct {
	scale     float64           // a typical value
	low, high float64           // starts are log-uniform between them
	choices   []float64         // starts are near one of these, where there are any
	prior     dist.Distribution // default prior, nil for a flat one
	floor     float64           // least value of the search, where it is positive
}

// peaked returns the log-normal prior with this mode and this standard
// deviation of the logarithm: what MAP climbs is its mode.
func peaked(mode, sigma float64) dist.Distribution {
	return dist.LogNormal{Mu: math.Log(mode) + sigma*sigma, Sigma: sigma}
}

// The default prior of the variance of a term peaks at ten times the targets'
// mean square: of a smooth function, data over a lengthscale or so show only a
// part of the variance. One standard deviation is a factor of 4.5.
const (
	varianceMode  = 10
	varianceSigma = 1.5
)

// The default prior of a lengthscale, relative to the inputs' range: LogNormal
// with this mean for one input and this standard deviation. It is that of
// Hvarfner, Hellsten and Nardi (2024), "Vanilla Bayesian optimization performs
// great in high dimensions", which grows with the root of the number of inputs.
const (
	lengthscaleMu    = math.Sqrt2
	lengthscaleSigma = 1.7320508075688772 // sqrt 3
)

// alphaSigma is that of the shape of a rational quadratic kernel. Below 0.1 or
// so that kernel hardly falls at any distance, a constant in disguise, and above
// 10 it is an RBF: the prior keeps it between.
const alphaSigma = 1

// noiseMu and noiseSigma are those of the default prior of the noise variance,
// relative to the mean square of the targets: LogNormal(-4, 2).
const noiseMu, noiseSigma = -4, 2

// variance is the role of the variance of a term whose size is a.
func variance(a float64) role {
	return role{scale: a, low: 0.02 * a, high: 4 * a, prior: peaked(varianceMode*a, varianceSigma)}
}

// noiseRole is the role of the noise variance.
func (s scales) noiseRole() role {
	return role{
		scale: 0.05 * s.y, low: 1e-4 * s.y, high: 0.3 * s.y, floor: 1e-9 * s.y,
		prior: dist.LogNormal{Mu: math.Log(s.y) + noiseMu, Sigma: noiseSigma},
	}
}

// roles returns the role of each parameter of a kernel and a mean. A parameter
// of a kernel that is not known has a flat prior and starts at its value.
func (s scales) roles(k kernel.Kernel, params []kernel.Param) []role {
	out := make([]role, len(params))
	for i, p := range params {
		out[i] = role{scale: math.Max(math.Abs(p.Value), 1e-300)}
		_ = kernel.Walk(k, func(leaf kernel.Leaf) error {
			rest, ok := strings.CutPrefix(p.Name, leaf.Name+".")
			if !ok {
				return nil
			}
			name, index, indexed := strings.Cut(strings.TrimSuffix(rest, "]"), "[")
			columns := s.columns(leaf.Columns)
			if indexed {
				at := 0
				for _, digit := range index {
					at = 10*at + int(digit-'0')
				}
				columns = columns[at : at+1]
			}
			if r, ok := s.role(leaf.Kernel, name, columns, len(s.columns(leaf.Columns))); ok {
				out[i] = r
			}
			return nil
		})
	}
	return out
}

// columns returns the columns that a leaf sees.
func (s scales) columns(c []int) []int {
	if c != nil {
		return c
	}
	all := make([]int, len(s.width))
	for i := range all {
		all[i] = i
	}
	return all
}

// role returns the role of a parameter of a kernel of this package's sister, by
// the columns that the parameter stands for and the number that the kernel sees.
func (s scales) role(k kernel.Kernel, name string, columns []int, inputs int) (role, bool) {
	switch t := k.(type) {
	case kernel.Linear:
		if name == "variance" {
			return variance(s.y / s.meanOf(s.square, columns)), true
		}
		return variance(s.y), true
	case kernel.Polynomial:
		size := 0.0
		for _, c := range columns {
			size += s.square[c]
		}
		if name == "variance" {
			return variance(s.y / math.Pow(2*size, float64(t.Degree))), true
		}
		return variance(size), true
	}
	switch name {
	case "variance":
		return variance(s.y), true
	case "alpha":
		return role{scale: 1, low: 0.2, high: 5, prior: peaked(1, alphaSigma)}, true
	case "period":
		r := s.period(columns)
		return r, true
	case "lengthscale":
		if _, ok := k.(kernel.Periodic); ok {
			// Relative to the period: no scale of the data.
			return role{scale: 1, low: 0.4, high: 3, prior: peaked(1, 1)}, true
		}
		width, root := s.meanOf(s.width, columns), math.Sqrt(float64(inputs))
		low := math.Max(2*s.meanOf(s.gap, columns), 0.01*width)
		return role{
			scale: width, low: math.Min(low, 0.3*width) * root, high: 3 * width * root,
			prior: dist.LogNormal{Mu: lengthscaleMu + math.Log(width*root), Sigma: lengthscaleSigma},
		}, true
	}
	return role{}, false
}

// meanOf returns the geometric mean of some elements of v.
func (s scales) meanOf(v []float64, columns []int) float64 {
	sum := 0.0
	for _, c := range columns {
		sum += math.Log(v[c]) / float64(len(columns))
	}
	return math.Exp(sum)
}

// period is the role of a period: between twice the gap of the inputs and their
// range, first at the peaks of the periodogram.
func (s scales) period(columns []int) role {
	low, high := 2*s.meanOf(s.gap, columns), s.meanOf(s.width, columns)
	low = math.Min(low, high/2)
	r := role{
		scale: math.Sqrt(low * high), low: low, high: high,
		prior: dist.LogNormal{Mu: 0.5 * math.Log(low*high), Sigma: math.Max(1, math.Log(high/low)/4)},
	}
	for _, c := range columns {
		if _, done := s.periodsOf[c]; !done {
			col := mat.Col(nil, c, s.x)
			s.periodsOf[c] = peaks(col, s.residual, 3)
		}
		r.choices = append(r.choices, s.periodsOf[c]...)
	}
	return r
}
