package functional

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mat"

	"matheron/function"
)

// Segment is the straight line from one point to another.
type Segment struct {
	From, To []float64
}

// Interval is the segment from a to b of functions of one input.
func Interval(a, b float64) Segment { return Segment{From: []float64{a}, To: []float64{b}} }

// Length returns the Euclidean length.
func (s Segment) Length() float64 { return floats.Distance(s.From, s.To, 2) }

// at sets dst to the point at t, 0 being From and 1 To.
func (s Segment) at(dst []float64, t float64) {
	for d := range dst {
		dst[d] = (1-t)*s.From[d] + t*s.To[d]
	}
}

// blur returns how far a point along the segment may be off, as a part of its
// length: by some roundings of the coordinates, which are far from zero on Unix
// time.
func (s Segment) blur() float64 {
	sum := 0.0
	for d, a := range s.From {
		sum = math.Hypot(sum, math.Max(math.Abs(a), math.Abs(s.To[d])))
	}
	if length := s.Length(); length > 0 {
		return 8 * epsilon * sum / length
	}
	return 0
}

const epsilon = 0x1p-52

// Quadrature integrates functions along segments by Gauss-Legendre panels that are
// halved where they are not good enough for every function. The zero value is
// ready for use.
type Quadrature struct {
	// Tol is the error that is allowed, as a part of the greatest integral of
	// |w f| over the functions; 1e-10 if it is 0. Allowed on top is what functions
	// change by where their inputs are rounded.
	Tol float64
	// MaxPoints bounds the number of points, 100,000 if it is 0.
	MaxPoints int
}

// Integral is the integral of each function.
type Integral struct {
	Sample
	// Error is the greatest estimated error of quadrature over the functions, and
	// Points the number of points at which they were evaluated.
	Error  float64
	Points int
}

// NotConverged is the error of an integral that needs more points.
type NotConverged struct {
	Estimate, Tol float64 // of the error, absolute
	Points        int
}

func (e *NotConverged) Error() string {
	return fmt.Sprintf("integral: error %.3g after %d points, %.3g wanted", e.Estimate, e.Points, e.Tol)
}

// Rules of a panel: the result is that of the finer one, and its distance from the
// coarser one the error, which is that of the coarser one and so pessimistic.
const (
	coarse = 7
	fine   = 15
)

// panel is a part [a, b] of a segment, 0 <= a < b <= 1.
type panel struct{ a, b float64 }

// Run returns the line integral of w f along the segment for each function,
//
//	I_s = Int_0^1 w(x(t)) f_s(x(t)) |To - From| dt,  x(t) = (1-t) From + t To.
//
// In one dimension with From > To it has the opposite sign, as is usual. A nil w
// is 1; with a test function w it is the inner product <w, f>. w must be finite
// within the segment; it is not evaluated at the ends.
//
// The errors are a *NotConverged, with the integrals so far, an *Undefined if w f
// is not finite somewhere, and that of ctx, which is looked at before each round
// of halving. It panics if the ends of the segment differ in length.
//
// Cost: 22 points for each panel.
func (q Quadrature) Run(ctx context.Context, f function.Functions, along Segment, w func(x []float64) float64) (Integral, error) {
	if len(along.From) != len(along.To) || len(along.From) == 0 {
		panic(fmt.Sprintf("functional: a segment from %d to %d inputs", len(along.From), len(along.To)))
	}
	tol, most := q.Tol, q.MaxPoints
	if tol <= 0 {
		tol = 1e-10
	}
	if most <= 0 {
		most = 100_000
	}
	n := f.Len()
	length := along.Length()
	if len(along.From) == 1 {
		length = along.To[0] - along.From[0]
	}
	done := newPanelSums(n)
	blur := along.blur()
	var out Integral
	todo := []panel{{0, 0.5}, {0.5, 1}}
	for {
		if err := ctx.Err(); err != nil {
			return Integral{}, err
		}
		each, err := panels(f, along, w, todo, blur)
		if err != nil {
			return Integral{}, err
		}
		out.Points += len(todo) * (coarse + fine)
		all := done.clone()
		for _, p := range each {
			all.add(p)
		}
		allowed := tol * floats.Max(all.size)
		worst := floats.Max(all.err)
		enough := all.within(allowed)
		full := out.Points+2*len(todo)*(coarse+fine) > most
		if enough || full {
			floats.Scale(length, all.value)
			out.Sample = NewSample(all.value)
			out.Error = worst * math.Abs(length)
			if !enough {
				return out, &NotConverged{Estimate: out.Error, Tol: allowed * math.Abs(length), Points: out.Points}
			}
			return out, nil
		}
		var next []panel
		for i, p := range todo {
			middle := p.a + (p.b-p.a)/2
			// A panel at a jump that cannot be halved is left as it is.
			if each[i].within(allowed*(p.b-p.a)/2) || middle <= p.a || middle >= p.b {
				done.add(each[i])
				continue
			}
			next = append(next, panel{p.a, middle}, panel{middle, p.b})
		}
		if todo = next; len(todo) == 0 {
			floats.Scale(length, done.value)
			out.Sample, out.Error = NewSample(done.value), floats.Max(done.err)*math.Abs(length)
			return out, &NotConverged{Estimate: out.Error, Tol: allowed * math.Abs(length), Points: out.Points}
		}
	}
}

// panelSums are sums over panels, one number a function: of the integral, of that
// of |w f|, of the error, and of what rounding of the inputs may do to the integral.
type panelSums struct{ value, size, err, rounding []float64 }

func newPanelSums(n int) panelSums {
	return panelSums{make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)}
}

func (p panelSums) clone() panelSums {
	c := newPanelSums(len(p.value))
	c.add(p)
	return c
}

func (p panelSums) add(q panelSums) {
	floats.Add(p.value, q.value)
	floats.Add(p.size, q.size)
	floats.Add(p.err, q.err)
	floats.Add(p.rounding, q.rounding)
}

// within reports whether the error of each function is allowed, but for rounding.
func (p panelSums) within(allowed float64) bool {
	for s, e := range p.err {
		if !(e <= allowed+p.rounding[s]) {
			return false
		}
	}
	return true
}

// Undefined is the error of an integrand that is not finite.
type Undefined struct {
	X     []float64
	Value float64
}

func (e *Undefined) Error() string { return fmt.Sprintf("integrand at %v: %g", e.X, e.Value) }

// panels returns the sums of each panel alone, from one evaluation of the
// functions. Points that are off by blur change an integral by blur times what the
// integrand goes up and down.
func panels(f function.Functions, along Segment, w func(x []float64) float64, ps []panel, blur float64) ([]panelSums, error) {
	const k = coarse + fine
	nodes, weights := make([]float64, k), make([]float64, k)
	var rule quad.Legendre
	rule.FixedLocations(nodes[:coarse], weights[:coarse], 0, 1)
	rule.FixedLocations(nodes[coarse:], weights[coarse:], 0, 1)
	x := mat.NewDense(k*len(ps), len(along.From), nil)
	scale := make([]float64, k*len(ps))
	for i, p := range ps {
		for j, t := range nodes {
			row := x.RawRowView(k*i + j)
			along.at(row, p.a+(p.b-p.a)*t)
			scale[k*i+j] = 1
			if w != nil {
				scale[k*i+j] = w(row)
			}
		}
	}
	y := function.Eval(f, x)
	out := make([]panelSums, len(ps))
	for i, p := range ps {
		out[i] = newPanelSums(f.Len())
		for s := range f.Len() {
			low, high, size := 0.0, 0.0, 0.0
			variation, before := 0.0, 0.0
			for j := range k {
				v := scale[k*i+j] * y.At(s, k*i+j)
				if math.IsNaN(v) || math.IsInf(v, 0) {
					return nil, &Undefined{X: mat.Row(nil, k*i+j, x), Value: v}
				}
				if j > coarse {
					variation += math.Abs(v - before)
				}
				before = v
				v *= weights[j] * (p.b - p.a)
				if j < coarse {
					low += v
				} else {
					high += v
					size += math.Abs(v)
				}
			}
			out[i].value[s], out[i].size[s], out[i].err[s] = high, size, math.Abs(high-low)
			out[i].rounding[s] = blur * variation
		}
	}
	return out, nil
}
