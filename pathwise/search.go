package pathwise

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/optimize"
)

// Search finds the optima of paths over a box. All paths are evaluated at once
// at Screen points that cover the box, and at the inputs that they are
// conditioned on; each path's best points, those first that no better point is
// near to, are the starts of local searches with the path's gradient, in units of
// its own lengthscales ([optimize.Units]), most of which are given up once they
// are behind ([optimize.Race]).
//
// It is no proof of an optimum. Of 9,360 paths of one to ten inputs, 26 kinds by
// kernel, lengthscales and rows, some one in a thousand had a better one among the
// ends of 60 full searches: paths that are rough (a Matérn 3/2 kernel in a screen
// that does not resolve it) or that have many optima in ten inputs. Raise Screen
// for the former, and set Starts to a large number for full searches from so many.
// Box must be finite.
type Search struct {
	Box optimize.Box
	// Screen is the number of Sobol points: 1,024 for one input, 512 more for
	// each other one, and no more than 2,048, if it is 0.
	Screen int
	// Starts is the number of local searches a path, each to its end; 64, most of
	// them given up, if it is 0.
	Starts int
}

// manyStarts is the number of starts of a race.
const manyStarts = 64

// Optimum is where a path is least, or greatest, in a box.
type Optimum struct {
	X     []float64 // nil if the search was cancelled before it ended
	Value float64
	// Status says how the local search that ended there stopped.
	Status optimize.Status
	// Evaluations counts the path's evaluations with gradient.
	Evaluations int
}

// Minimize returns the least point of each path. It returns the error of
// [Paths.CheckGrad]; and that of ctx, with the optima of the paths that were
// done, and no X for the others. It panics if Box is infinite, out of order or
// not of the paths' inputs.
func (s Search) Minimize(ctx context.Context, p *Paths) ([]Optimum, error) {
	return s.all(ctx, p, 1)
}

// Maximize returns the greatest point of each path; see [Search.Minimize].
func (s Search) Maximize(ctx context.Context, p *Paths) ([]Optimum, error) {
	return s.all(ctx, p, -1)
}

// Minimize returns where each path is least in the box, by [Search] with its
// defaults.
func (p *Paths) Minimize(ctx context.Context, box optimize.Box) ([]Optimum, error) {
	return Search{Box: box}.Minimize(ctx, p)
}

// Maximize returns where each path is greatest in the box, by [Search] with its
// defaults.
func (p *Paths) Maximize(ctx context.Context, box optimize.Box) ([]Optimum, error) {
	return Search{Box: box}.Maximize(ctx, p)
}

// all searches all paths; those of a mixture part by part, each with its own screen.
func (s Search) all(ctx context.Context, p *Paths, sign float64) ([]Optimum, error) {
	if err := p.CheckGrad(); err != nil {
		return nil, err
	}
	s.checkBox(p.Inputs())
	return gather(p, func(_ int, q *part) ([]Optimum, error) {
		which := make([]int, q.n)
		for i := range which {
			which[i] = i
		}
		return s.run(ctx, q, which, sign)
	})
}

// checkBox panics unless the box is one of d inputs.
func (s Search) checkBox(d int) {
	if l, u := len(s.Box.Lower), len(s.Box.Upper); l != d || u != l {
		panic(fmt.Sprintf("pathwise: a box of %d lower and %d upper bounds for paths of %d inputs", l, u, d))
	}
}

// run searches some paths of a part.
func (s Search) run(ctx context.Context, p *part, which []int, sign float64) ([]Optimum, error) {
	points := s.points(p)
	screen := optimize.NewScreen(s.Box, points)
	values := mat.NewDense(len(which), len(points), nil)
	x := mat.NewDense(len(points), p.inputs(), nil)
	for i, v := range points {
		x.SetRow(i, v)
	}
	if len(which) == p.n {
		p.evalTo(values, x)
	} else {
		set := whole(p)
		for i, path := range which {
			set.Path(path).Eval(values.RawRowView(i), x)
		}
	}
	out := make([]Optimum, len(which))
	each(runtime.GOMAXPROCS(0), len(which), 1, func() func(i, j int) {
		g := newScratchPath(p, 1)
		return func(i, _ int) {
			if ctx.Err() == nil {
				out[i] = s.one(ctx, p, g, which[i], points, screen, values.RawRowView(i), sign)
			}
		}
	})
	return out, ctx.Err()
}

// points returns the points at which every path is tried.
func (s Search) points(p *part) [][]float64 {
	n := s.Screen
	if n <= 0 {
		n = min(2048, 512*(1+p.inputs()))
	}
	points := optimize.SobolStarts(s.Box, n, p.key.Named("search"))
	rows, _ := p.x.Dims()
	for i := range rows {
		v := p.x.RawRowView(i)
		if slices.Equal(s.Box.Project(nil, v), v) {
			points = append(points, slices.Clone(v))
		}
	}
	return points
}

// one searches one path.
func (s Search) one(ctx context.Context, p *part, g *scratchPath, path int, points [][]float64, screen *optimize.Screen, values []float64, sign float64) Optimum {
	g.turn(p.single(path))
	f := func(x, grad []float64) float64 {
		if grad == nil {
			g.eval(g.value[:], g.point(x))
			return sign * g.value[0]
		}
		v := g.gradAt(grad, x)
		for i := range grad {
			grad[i] *= sign
		}
		return sign * v
	}
	if sign < 0 {
		for i, v := range values {
			values[i] = -v
		}
	}
	search := s.race
	if s.Starts > 0 {
		search = s.each
	}
	best := search(ctx, f, points, screen, values)
	if ctx.Err() != nil {
		return Optimum{}
	}
	if best.X != nil {
		// To the bit what the path says there.
		g.eval(g.value[:], g.point(best.X))
		best.Value = g.value[0]
	}
	return best
}

// gradients is the number of points of the screen whose gradients tell the units
// of a path: the mean of so many squares is right within a third or so.
const gradients = 16

// race searches from points of the screen, and gives up where that is behind.
func (s Search) race(ctx context.Context, f optimize.Objective, points [][]float64, screen *optimize.Screen, values []float64) Optimum {
	some := points[:min(gradients, len(points))]
	units := optimize.NewUnits(s.Box, f, some, values)
	var starts [][]float64
	var at []float64
	for _, i := range screen.Starts(values, manyStarts) {
		starts, at = append(starts, units.In(points[i])), append(at, values[i]/units.Scale())
	}
	r, _ := optimize.Race{Box: units.Box(), Near: screen.Near()}.Minimize(ctx, units.Objective(f), starts, at)
	if r.X != nil {
		units.Out(r.X, r.X)
	}
	return Optimum{X: r.X, Value: r.F, Status: r.Status, Evaluations: r.Evaluations + len(some)}
}

// each searches from s.Starts points of the screen, to the end.
func (s Search) each(ctx context.Context, f optimize.Objective, points [][]float64, screen *optimize.Screen, values []float64) Optimum {
	best := Optimum{Value: math.Inf(1)}
	evaluations := 0
	minimizer := optimize.Basin{Box: s.Box, Near: screen.Near()}
	for _, i := range screen.Starts(values, s.Starts) {
		r, err := minimizer.Minimize(ctx, f, points[i])
		evaluations += r.Evaluations
		if err == nil && r.F < best.Value {
			best = Optimum{X: r.X, Value: r.F, Status: r.Status}
		}
	}
	best.Evaluations = evaluations
	return best
}
