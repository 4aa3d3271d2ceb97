package pathwise

import (
	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/linalg"
)

// scratchPath evaluates and differentiates one path at a time. It holds
// scratch and so belongs to one goroutine.
type scratchPath struct {
	path   int
	basis  basis.Stack
	kernel kernel.Kernel
	mean   gp.Mean
	x      *mat.Dense // the rows that the paths are conditioned on
	w      *mat.Dense // F x 1, nil where there are no features
	wt     *mat.Dense // 1 x F, the same numbers
	v      *mat.Dense // N x 1
	phi    *mat.Dense
	k      *mat.Dense
	vs     *mat.Dense // v in each row: the weights of a contraction
	out    *mat.Dense
	m      []float64
}

func newScratchPath(p *Paths, rows int) *scratchPath {
	n := p.rows()
	g := &scratchPath{path: -1, kernel: p.kernel, mean: p.mean, x: p.x}
	g.v, g.vs = mat.NewDense(n, 1, nil), mat.NewDense(rows, n, nil)
	if f := p.Features(); f > 0 {
		data := make([]float64, f)
		g.w, g.wt = mat.NewDense(f, 1, data), mat.NewDense(1, f, data)
		g.phi = mat.NewDense(rows, f, nil)
	}
	g.k = mat.NewDense(rows, n, nil)
	g.out, g.m = mat.NewDense(rows, 1, nil), make([]float64, rows)
	return g
}

// at turns to path s.
func (g *scratchPath) at(p *Paths, s int) {
	if g.path == s {
		return
	}
	g.path, g.basis = s, p.basis(s)
	if g.w != nil {
		mat.Col(g.wt.RawRowView(0), s, p.weights)
	}
	n := p.rows()
	for i := range n {
		g.v.Set(i, 0, p.update.At(i, s))
	}
	rows, _ := g.vs.Dims()
	for r := range rows {
		copy(g.vs.RawRowView(r), g.v.RawMatrix().Data)
	}
}

// eval sets dst to the path at the rows of x.
func (g *scratchPath) eval(dst []float64, x *mat.Dense) {
	t, _ := x.Dims()
	rows, _ := g.x.Dims()
	out := g.out.Slice(0, t, 0, 1).(*mat.Dense)
	if g.w != nil {
		phi := g.phi.Slice(0, t, 0, g.basis.Len()).(*mat.Dense)
		g.basis.Eval(phi, x)
		linalg.Mul(out, phi, g.w)
	} else {
		out.Zero()
	}
	k := g.k.Slice(0, t, 0, rows).(*mat.Dense)
	g.kernel.Cov(k, x, g.x)
	linalg.MulAdd(out, 1, k, g.v)
	g.mean.Eval(g.m[:t], x)
	for i := range t {
		dst[i] = out.At(i, 0) + g.m[i]
	}
}

// grad sets dst, T x D, to the path's gradients at the rows of x.
func (g *scratchPath) grad(dst, x *mat.Dense) {
	t, _ := x.Dims()
	rows, _ := g.x.Dims()
	g.mean.InputGrad(dst, x)
	if g.wt != nil {
		g.basis.InputGrad(dst, g.wt, x)
	}
	vs := g.vs.Slice(0, t, 0, rows).(*mat.Dense)
	g.kernel.(kernel.InputGrader).InputGrad(dst, vs, nil, x, g.x)
}
