package bayesopt

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/optimize"
	"matheron/rng"
)

// Search finds the greatest value of an acquisition in a space. It evaluates the
// acquisition at a screen of Sobol points and runs L-BFGS-B over the unit cube from
// the best of them that have no better neighbour. An optimum whose basin lies between
// the points of the screen is missed.
type Search struct {
	Space Space
	// Screen is the number of Sobol points: 512 and 512 more for each input, and no
	// more than 2,048, if it is 0.
	Screen int
	// Starts is the number of local searches, 8 if it is 0.
	Starts int
	// Points join the screen, such as the best ones known. A point outside the
	// space counts as the nearest in it.
	Points [][]float64
	// Key scrambles the screen.
	Key rng.Key
}

// Optimum is a point and the value there.
type Optimum struct {
	X     []float64
	Value float64
	// Status says how the local search that found X stopped.
	Status optimize.Status
	// Evaluations counts values with gradient, over all local searches.
	Evaluations int
}

// NoValue is the error of a search over an acquisition that is NaN or infinite at
// every point of the screen.
type NoValue struct {
	Points int
}

// Error implements error.
func (e *NoValue) Error() string {
	return fmt.Sprintf("the acquisition is NaN or infinite at all of %d points", e.Points)
}

// chunk is the number of points of the screen that are evaluated at once; the
// context is asked before each chunk.
const chunk = 256

// Maximize returns where a is greatest. The same key gives the same point for any
// GOMAXPROCS. It returns the error of a's gradient, a *[NoValue], or that of ctx
// with the best point so far, which has no X if there is none.
func (s Search) Maximize(ctx context.Context, a Acquisition) (Optimum, error) {
	units, points := s.screen()
	values := make([]float64, 0, len(units))
	for i := 0; i < len(units); i += chunk {
		if err := ctx.Err(); err != nil {
			return Optimum{}, err
		}
		j := min(i+chunk, len(units))
		x := mat.NewDense(j-i, s.Space.Dims(), nil)
		for r := range j - i {
			x.SetRow(r, points[i+r])
		}
		values = append(values, a.Eval(x)...)
	}
	top, scale := greatest(values)
	if top < 0 {
		return Optimum{}, &NoValue{len(values)}
	}
	best := Optimum{X: points[top], Value: values[top]}
	want := s.Starts
	if want <= 0 {
		want = 8
	}
	for i, v := range values {
		values[i] = -v
	}
	box := s.cube()
	screen := optimize.NewScreen(box, units)
	var starts [][]float64
	for _, i := range screen.Starts(values, want) {
		starts = append(starts, units[i])
	}

	errs := make([]error, len(starts))
	ends, end, err := optimize.MultiStart(ctx, optimize.Basin{Box: box, Near: screen.Near()},
		func(k int) optimize.Objective { return s.objective(a, scale, &errs[k]) }, starts, 0)
	// An error of a ends the search, whatever the local search made of it.
	for _, e := range errs {
		if e != nil {
			return Optimum{}, e
		}
	}
	for _, r := range ends {
		best.Evaluations += r.Evaluations
	}
	if end >= 0 {
		best.Status = ends[end].Status
		// If no local search improves on the screen, its point is returned to the bit.
		if v := -ends[end].F * scale; v > best.Value {
			best.X, best.Value = make([]float64, s.Space.Dims()), v
			s.Space.place(best.X, ends[end].X)
		}
	}
	return best, err
}

// objective is -a/scale on the unit cube. An error of a goes to fail.
func (s Search) objective(a Acquisition, scale float64, fail *error) optimize.Objective {
	x, g := make([]float64, s.Space.Dims()), make([]float64, s.Space.Dims())
	return func(u, grad []float64) float64 {
		if *fail != nil {
			return math.NaN()
		}
		s.Space.place(x, u)
		v, err := a.Grad(g, x)
		if err != nil {
			*fail = err
			return math.NaN()
		}
		if grad != nil {
			for i, in := range s.Space.inputs {
				grad[i] = -g[i] * (in.Upper - in.Lower) / scale
			}
		}
		return -v / scale
	}
}

// screen returns the points to try, in the unit cube and in the space.
func (s Search) screen() (units, points [][]float64) {
	dims := s.Space.Dims()
	if dims == 0 {
		panic("bayesopt: a search in a space without inputs")
	}
	n := s.Screen
	if n <= 0 {
		n = min(2048, 512*(1+dims))
	}
	units = optimize.SobolStarts(s.cube(), n, s.Key.Named("screen"))
	for _, u := range units {
		x := make([]float64, dims)
		s.Space.place(x, u)
		points = append(points, x)
	}
	box := s.Space.Box()
	for _, x := range s.Points {
		s.Space.check(x)
		u := make([]float64, dims)
		s.Space.unit(u, x)
		units, points = append(units, u), append(points, box.Project(nil, x))
	}
	return units, points
}

// greatest returns the index of the greatest finite value, -1 if there is none, and a
// power of two near the range of the values: optimisers have absolute tolerances, and
// an expected improvement may be 1e-9 everywhere. The scale is 1 if the values differ
// by rounding alone.
func greatest(values []float64) (top int, scale float64) {
	top = -1
	least := math.Inf(1)
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		least = min(least, v)
		if top < 0 || v > values[top] {
			top = i
		}
	}
	if top < 0 {
		return top, 1
	}
	width := values[top] - least
	if flat(least, values[top]) || math.IsInf(width, 1) {
		return top, 1
	}
	_, e := math.Frexp(width)
	return top, math.Ldexp(1, max(e, -1000))
}

// cube is the unit cube, of no width along an input that is fixed.
func (s Search) cube() optimize.Box {
	b := optimize.Box{Lower: make([]float64, s.Space.Dims()), Upper: make([]float64, s.Space.Dims())}
	for i, in := range s.Space.inputs {
		if in.Upper > in.Lower {
			b.Upper[i] = 1
		}
	}
	return b
}
