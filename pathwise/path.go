package pathwise

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"gonum.org/v1/gonum/mat"

	"matheron/optimize"
)

// Path is one function of a set. It is immutable and safe for many goroutines.
// One that is kept costs a copy of its weights, and one that is called at a point
// keeps what it needs for the next.
type Path struct {
	paths *Paths
	index int
	one   func() *single
}

// Path returns function i of the set. It panics if i is out of range.
func (p *Paths) Path(i int) Path {
	p.checkIndex(i)
	return Path{p, i, sync.OnceValue(func() *single { return p.single(i) })}
}

func (p *Paths) checkPoint(x []float64) {
	if len(x) != p.Inputs() {
		panic(fmt.Sprintf("pathwise: a point of %d numbers for paths of %d inputs", len(x), p.Inputs()))
	}
}

// At returns f(x). Cost O((F + N) D).
func (f Path) At(x []float64) float64 {
	f.paths.checkPoint(x)
	one := f.one()
	g := one.take()
	defer one.give(g)
	g.eval(g.value[:], g.point(x))
	return g.value[0]
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
	rows, one := min(n, gradRows), f.one()
	each(runtime.GOMAXPROCS(0), n, rows, func() func(i, j int) {
		g := newScratchPath(f.paths, rows)
		g.turn(one)
		return func(i, j int) { g.eval(dst[i:j], x.Slice(i, j, 0, f.paths.Inputs()).(*mat.Dense)) }
	})
	return dst
}

// Grad sets dst to the gradient of f at x and returns it; nil allocates. It
// panics if f is not differentiable: see [Paths.CheckGrad].
func (f Path) Grad(dst, x []float64) []float64 {
	one := f.one()
	if err := one.rough(); err != nil {
		panic("pathwise: " + err.Error())
	}
	dst = f.paths.gradient(dst, x)
	f.paths.checkPoint(x)
	g := one.take()
	defer one.give(g)
	g.gradAt(dst, x)
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
