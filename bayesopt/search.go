package bayesopt

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/optimize"
	"matheron/rng"
)

// Search finds the greatest value of an acquisition in a space. It evaluates a
// Sobol screen, takes the best points of it that are apart from each other, and
// climbs from each by L-BFGS-B over the unit cube. An optimum whose basin lies
// between the points of the screen is missed.
type Search struct {
	Space Space
	// Screen is the number of Sobol points: 512 and 512 more for each input, and no
	// more than 2,048, if it is 0.
	Screen int
	// Starts is the number of climbs, 8 if it is 0.
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
	// Status says how the climb to X stopped.
	Status optimize.Status
	// Evaluations counts values with gradient, over all climbs.
	Evaluations int
}

// NoValue is the error of a search over an acquisition that has a number at none
// of the points of its screen.
type NoValue struct {
	Points int
}

// Error implements error.
func (e *NoValue) Error() string {
	return fmt.Sprintf("the acquisition is NaN or infinite at all of %d points", e.Points)
}

// chunk is how many points of the screen are evaluated between two looks at the
// context.
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
	order, scale := rank(values)
	if len(order) == 0 {
		return Optimum{}, &NoValue{len(values)}
	}
	starts := s.starts(order, units)
	best := Optimum{X: points[order[0]], Value: values[order[0]]}

	errs := make([]error, len(starts))
	ends, top, err := optimize.MultiStart(ctx, climb{s.Space.Dims(), s.neighbourhood(len(units))},
		func(k int) optimize.Objective { return s.objective(a, scale, &errs[k]) }, starts, 0)
	// A failure of a's is what the search failed of, whatever a climb made of it.
	for _, e := range errs {
		if e != nil {
			return Optimum{}, e
		}
	}
	for _, r := range ends {
		best.Evaluations += r.Evaluations
	}
	if top >= 0 {
		best.Status = ends[top].Status
		// A climb that did not move leaves the point as it was given, to the bit.
		if v := -ends[top].F * scale; v > best.Value {
			best.X, best.Value = make([]float64, s.Space.Dims()), v
			s.Space.place(best.X, ends[top].X)
		}
	}
	return best, err
}

// objective is -a/scale on the unit cube. A failure of a's goes to fail.
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
	units = optimize.SobolStarts(cube(dims), n, s.Key.Named("screen"))
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

// rank returns the indices of the values that are numbers, the greatest first, and
// a power of two of the size of their range: optimisers have absolute tolerances,
// and an expected improvement may be 1e-9 everywhere.
func rank(values []float64) (order []int, scale float64) {
	for i, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			order = append(order, i)
		}
	}
	if len(order) == 0 {
		return nil, 1
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[b], values[a]) })
	spread := values[order[0]] - values[order[len(order)-1]]
	if !(spread > 0) || math.IsInf(spread, 1) {
		return order, 1
	}
	_, e := math.Frexp(spread)
	return order, math.Ldexp(1, max(e, -1000))
}

// starts returns the best points no two of which are in one neighbourhood; where
// these are too few, the best others.
func (s Search) starts(order []int, units [][]float64) [][]float64 {
	want := s.Starts
	if want <= 0 {
		want = 8
	}
	want = min(want, len(order))
	taken := make(map[int]bool, want)
	var out [][]float64
	for _, near := range []float64{s.neighbourhood(len(units)), 0} {
		for _, i := range order {
			if len(out) == want {
				return out
			}
			close := func(o []float64) bool { return s.distance(o, units[i]) < near }
			if !taken[i] && !slices.ContainsFunc(out, close) {
				taken[i] = true
				out = append(out, units[i])
			}
		}
	}
	return out
}

// neighbourhood is how near the neighbours of one of n points of the unit cube
// are: two spacings of a grid.
func (s Search) neighbourhood(n int) float64 {
	free := 0
	for _, in := range s.Space.inputs {
		if in.Upper > in.Lower {
			free++
		}
	}
	if free == 0 {
		return 0
	}
	return 2 * math.Pow(float64(n), -1/float64(free))
}

// distance is the largest difference over the inputs that are free.
func (s Search) distance(a, b []float64) float64 {
	far := 0.0
	for i, in := range s.Space.inputs {
		if in.Upper > in.Lower {
			far = max(far, math.Abs(a[i]-b[i]))
		}
	}
	return far
}

func cube(dims int) optimize.Box {
	b := optimize.Box{Lower: make([]float64, dims), Upper: make([]float64, dims)}
	for i := range b.Upper {
		b.Upper[i] = 1
	}
	return b
}

// climb minimises over the unit cube. The first step of a run is as long as a
// gradient and may leave the basin of its start: the run is kept near to that
// first, and let go from where it ends.
type climb struct {
	dims int
	near float64
}

// Minimize implements [optimize.Minimizer].
func (c climb) Minimize(ctx context.Context, f optimize.Objective, x0 []float64) (optimize.Result, error) {
	all, around := cube(c.dims), cube(c.dims)
	for i, v := range x0 {
		around.Lower[i], around.Upper[i] = max(0, v-c.near), min(1, v+c.near)
	}
	first, err := optimize.LBFGSB{Box: around}.Minimize(ctx, f, x0)
	if err != nil {
		return first, err
	}
	r, err := optimize.LBFGSB{Box: all}.Minimize(ctx, f, first.X)
	r.Evaluations += first.Evaluations
	r.Iterations += first.Iterations
	return r, err
}
