package pathwise

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/optimize"
)

// Search finds the optima of paths over a box. All paths are evaluated at once
// at Screen points that cover the box, and at the inputs that they are
// conditioned on; each path's best points that are apart from each other are
// the starts of L-BFGS-B with the path's gradient.
type Search struct {
	Box optimize.Box
	// Screen is the number of Sobol points: 256 for each input, but no more than
	// 2,048, if it is 0.
	Screen int
	// Starts is the number of local searches a path: 8 if it is 0.
	Starts int
}

// Optimum is where a path is least, or greatest, in a box.
type Optimum struct {
	X     []float64
	Value float64
	// Status says how the local search that ended there stopped.
	Status optimize.Status
	// Evaluations counts the path's evaluations with gradient.
	Evaluations int
}

// Minimize returns the least point of each path. It returns the error of
// [Paths.CheckGrad], and that of ctx with the optima of the paths that were done.
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
// of the box's diagonal.
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
	if err := ctx.Err(); err != nil {
		return slices.DeleteFunc(out, func(o Optimum) bool { return o.X == nil }), err
	}
	return out, nil
}

// points returns the points at which every path is tried.
func (s Search) points(p *Paths) [][]float64 {
	n := s.Screen
	if n <= 0 {
		n = min(2048, 256*p.Inputs())
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
		r, err := optimize.LBFGSB{Box: s.Box}.Minimize(ctx, f, points[i])
		evaluations += r.Evaluations
		if err != nil {
			continue
		}
		if r.F < best.Value {
			best = Optimum{X: r.X, Value: r.F, Status: r.Status}
		}
	}
	best.Value *= sign
	best.Evaluations = evaluations
	return best
}

// starts returns the indices of the best points that are apart from each other.
func (s Search) starts(points [][]float64, values []float64, sign float64) []int {
	want := s.Starts
	if want <= 0 {
		want = 8
	}
	order := make([]int, len(points))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch va, vb := sign*values[a], sign*values[b]; {
		case va < vb:
			return -1
		case va > vb:
			return 1
		}
		return 0
	})
	var out []int
	for _, i := range order {
		near := slices.ContainsFunc(out, func(j int) bool { return s.distance(points[i], points[j]) < apart })
		if !near {
			if out = append(out, i); len(out) == want {
				break
			}
		}
	}
	return out
}

// distance returns the distance of two points as a part of the box's diagonal.
func (s Search) distance(a, b []float64) float64 {
	sum := 0.0
	for d := range a {
		if w := s.Box.Upper[d] - s.Box.Lower[d]; w > 0 {
			t := (a[d] - b[d]) / w
			sum += t * t
		}
	}
	return math.Sqrt(sum / float64(len(a)))
}
