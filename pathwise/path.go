package pathwise

import (
	"context"
	"fmt"
	"runtime"

	"gonum.org/v1/gonum/mat"

	"matheron/optimize"
)

// Path is one function of a set. It is immutable and safe for many goroutines.
type Path struct {
	paths *Paths
	index int
}

// Path returns function i of the set. It panics if i is out of range.
func (p *Paths) Path(i int) Path {
	p.checkIndex(i)
	return Path{p, i}
}

// point returns x as a matrix of one row.
func (f Path) point(x []float64) *mat.Dense {
	if len(x) != f.paths.Inputs() {
		panic(fmt.Sprintf("pathwise: a point of %d numbers for paths of %d inputs", len(x), f.paths.Inputs()))
	}
	return mat.NewDense(1, len(x), x)
}

// At returns f(x). Cost O((F + N) D).
func (f Path) At(x []float64) float64 {
	var v [1]float64
	g := newScratchPath(f.paths, 1)
	g.at(f.index)
	g.eval(v[:], f.point(x))
	return v[0]
}

// Eval returns f at each row of x; nil dst allocates.
func (f Path) Eval(dst []float64, x *mat.Dense) []float64 {
	f.paths.checkInputs(x)
	n, _ := x.Dims()
	if dst == nil {
		dst = make([]float64, n)
	}
	if len(dst) != n {
		panic(fmt.Sprintf("pathwise: a result of %d for %d points", len(dst), n))
	}
	rows := min(n, gradRows)
	each(runtime.GOMAXPROCS(0), n, rows, func() func(i, j int) {
		g := newScratchPath(f.paths, rows)
		g.at(f.index)
		return func(i, j int) { g.eval(dst[i:j], x.Slice(i, j, 0, f.paths.Inputs()).(*mat.Dense)) }
	})
	return dst
}

// Grad sets dst to the gradient of f at x and returns it; nil allocates. It
// panics if f is not differentiable: see [Paths.CheckGrad].
func (f Path) Grad(dst, x []float64) []float64 {
	if err := f.paths.CheckGrad(); err != nil {
		panic("pathwise: " + err.Error())
	}
	if dst == nil {
		dst = make([]float64, len(x))
	}
	if len(dst) != len(x) {
		panic(fmt.Sprintf("pathwise: a gradient of %d for a point of %d numbers", len(dst), len(x)))
	}
	g := newScratchPath(f.paths, 1)
	g.at(f.index)
	g.grad(mat.NewDense(1, len(dst), dst), f.point(x))
	return dst
}

// Minimize returns where f is least in the box, by [Search] with its defaults.
func (f Path) Minimize(ctx context.Context, box optimize.Box) (Optimum, error) {
	return f.search(ctx, Search{Box: box}, 1)
}

// Maximize returns where f is greatest in the box, by [Search] with its defaults.
func (f Path) Maximize(ctx context.Context, box optimize.Box) (Optimum, error) {
	return f.search(ctx, Search{Box: box}, -1)
}

func (f Path) search(ctx context.Context, s Search, sign float64) (Optimum, error) {
	all, err := s.run(ctx, f.paths, []int{f.index}, sign)
	if err != nil {
		return Optimum{}, err
	}
	return all[0], nil
}
