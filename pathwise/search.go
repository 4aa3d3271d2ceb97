package pathwise

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/optimize"
)

// Search finds the optima of paths over a box. All paths are evaluated at once
// at Screen points that cover the box, and at the inputs that they are
// conditioned on; each path's best points, of those that no better point is near
// to, are the starts of L-BFGS-B with the path's gradient. An optimum whose basin
// lies between the points of the screen, or behind Starts better looking ones, is
// missed: raise both where paths have many optima. Box must be finite.
type Search struct {
	Box optimize.Box
	// Screen is the number of Sobol points: 1,024 for one input, 512 more for
	// each other one, and no more than 2,048, if it is 0.
	Screen int
	// Starts is the number of local searches a path: 8 if it is 0.
	Starts int
}

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
	return s.run(ctx, p, everyPath(p), 1)
}

// Maximize returns the greatest point of each path; see [Search.Minimize].
func (s Search) Maximize(ctx context.Context, p *Paths) ([]Optimum, error) {
	return s.run(ctx, p, everyPath(p), -1)
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

func everyPath(p *Paths) []int {
	out := make([]int, p.n)
	for i := range out {
		out[i] = i
	}
	return out
}

// apart is how far the starts of a path are from each other at least, as a part
// of the box's diagonal, where there are more of them than basins.
const apart = 0.05

func (s Search) run(ctx context.Context, p *Paths, which []int, sign float64) ([]Optimum, error) {
	if err := p.CheckGrad(); err != nil {
		return nil, err
	}
	points := s.points(p)
	values := mat.NewDense(len(which), len(points), nil)
	x := mat.NewDense(len(points), p.Inputs(), nil)
	for i, v := range points {
		x.SetRow(i, v)
	}
	if len(which) == p.n {
		p.EvalTo(values, x)
	} else {
		for i, path := range which {
			p.Path(path).Eval(values.RawRowView(i), x)
		}
	}
	out := make([]Optimum, len(which))
	each(len(which), 1, func() func(i, j int) {
		g := newScratchPath(p, 1)
		return func(i, _ int) {
			if ctx.Err() == nil {
				out[i] = s.one(ctx, p, g, which[i], points, values.RawRowView(i), sign)
			}
		}
	})
	return out, ctx.Err()
}

// points returns the points at which every path is tried.
func (s Search) points(p *Paths) [][]float64 {
	if l, u := len(s.Box.Lower), len(s.Box.Upper); l != p.Inputs() || u != l {
		panic(fmt.Sprintf("pathwise: a box of %d lower and %d upper bounds for paths of %d inputs", l, u, p.Inputs()))
	}
	n := s.Screen
	if n <= 0 {
		n = min(2048, 512*(1+p.Inputs()))
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
func (s Search) one(ctx context.Context, p *Paths, g *scratchPath, path int, points [][]float64, values []float64, sign float64) Optimum {
	g.at(p, path)
	f := func(x, grad []float64) float64 {
		var v [1]float64
		m := mat.NewDense(1, len(x), x)
		g.eval(v[:], m)
		if grad != nil {
			g.grad(mat.NewDense(1, len(grad), grad), m)
			for i := range grad {
				grad[i] *= sign
			}
		}
		return sign * v[0]
	}
	best := Optimum{Value: math.Inf(1)}
	evaluations := 0
	for _, i := range s.starts(points, values, sign) {
		// The first step of a search is as long as a gradient, which may be basins
		// away: it stays near the start, and is let go from where it ends.
		r, err := optimize.LBFGSB{Box: s.around(points[i], len(points))}.Minimize(ctx, f, points[i])
		evaluations += r.Evaluations
		if err != nil {
			continue
		}
		r, err = optimize.LBFGSB{Box: s.Box}.Minimize(ctx, f, r.X)
		evaluations += r.Evaluations
		if err != nil {
			continue
		}
		if r.F < best.Value {
			best = Optimum{X: r.X, Value: r.F, Status: r.Status}
		}
	}
	if ctx.Err() != nil {
		return Optimum{}
	}
	best.Value *= sign
	best.Evaluations = evaluations
	return best
}

// around returns the part of the box that is near to one of n points.
func (s Search) around(x []float64, n int) optimize.Box {
	near := s.neighbourhood(n)
	b := optimize.Box{Lower: make([]float64, len(x)), Upper: make([]float64, len(x))}
	for d, v := range x {
		r := near * (s.Box.Upper[d] - s.Box.Lower[d])
		b.Lower[d], b.Upper[d] = max(s.Box.Lower[d], v-r), min(s.Box.Upper[d], v+r)
	}
	return b
}

// starts returns the indices of the points to start from: the best of those that
// no better point is near to, a basin each; and where these are too few, the
// best others that are apart from them and from each other.
func (s Search) starts(points [][]float64, values []float64, sign float64) []int {
	want := s.Starts
	if want <= 0 {
		want = 8
	}
	order := make([]int, len(points))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(sign*values[a], sign*values[b]) })
	near := s.neighbourhood(len(points))
	out := s.choose(nil, order, points, want, func(rank int) []int { return order[:rank] }, near)
	others := min(apart, near)
	return s.choose(out, order, points, want, func(int) []int { return nil }, others)
}

// choose appends to out, in order, points that are farther than distance from
// those in out and from those that better names, until there are want of them.
func (s Search) choose(out, order []int, points [][]float64, want int, better func(rank int) []int, distance float64) []int {
	for rank, i := range order {
		if len(out) >= want {
			break
		}
		close := func(j int) bool { return s.distance(points[i], points[j]) < distance }
		if !slices.ContainsFunc(out, close) && !slices.ContainsFunc(better(rank), close) {
			out = append(out, i)
		}
	}
	return out
}

// neighbourhood returns how near the neighbours of one of n points of the box
// are: two spacings of a grid, since Sobol points leave gaps of that size.
func (s Search) neighbourhood(n int) float64 {
	free := 0
	for d, low := range s.Box.Lower {
		if s.Box.Upper[d] > low {
			free++
		}
	}
	if free == 0 {
		return 0
	}
	return 2 * math.Pow(float64(n), -1/float64(free))
}

// distance returns the distance of two points as a part of the box's diagonal.
func (s Search) distance(a, b []float64) float64 {
	sum, free := 0.0, 0
	for d := range a {
		if w := s.Box.Upper[d] - s.Box.Lower[d]; w > 0 {
			t := (a[d] - b[d]) / w
			sum += t * t
			free++
		}
	}
	return math.Sqrt(sum / math.Max(1, float64(free)))
}
