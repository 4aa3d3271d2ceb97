package pathwise

import (
	"errors"
	"fmt"
	"runtime"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
)

// CheckGrad returns an error that names a component whose functions are not
// differentiable, such as Matern12: its paths have no gradient, although the
// features alone would look smooth. A mean function that does not know its
// gradient is an error too.
func (p *Paths) CheckGrad() error {
	if f, ok := p.mean.(gp.Func); ok && f.Grad == nil {
		return errors.New("the mean function has no gradient: set its Grad")
	}
	return kernel.CheckGrad(p.kernel)
}

// Grad returns the gradients of all paths at the rows of x: element s is
// N x D with the gradient of path s at each row. It returns the error of
// [Paths.CheckGrad]. Paths that share a basis share its sines and cosines: the cost
// is O(D F) a point, and O(D (F + N)) multiplications a path and point.
func (p *Paths) Grad(x *mat.Dense) ([]*mat.Dense, error) {
	p.checkInputs(x)
	if err := p.CheckGrad(); err != nil {
		return nil, err
	}
	if out := p.gradTogether(x); out != nil {
		return out, nil
	}
	xs := make([]*mat.Dense, p.n)
	for s := range xs {
		xs[s] = x
	}
	return p.GradEach(xs)
}

// GradEach returns the gradient of path s at the rows of xs[s], one matrix for
// each path, of any number of rows. It returns the error of [Paths.CheckGrad].
//
//	grad f_s(x) = grad m(x) + sum_j w_js grad phi_j(x) + sum_i v_is grad k(x, x_i)
//
// Cost O(D (F + N)) a path and point.
func (p *Paths) GradEach(xs []*mat.Dense) ([]*mat.Dense, error) {
	if err := p.CheckGrad(); err != nil {
		return nil, err
	}
	out := p.eachPath(xs, func(x *mat.Dense) (int, int) { return x.Dims() })
	p.eachTile(xs, func(g *scratchPath, s, i, j int) {
		g.grad(g.mean[:j-i], out[s].Slice(i, j, 0, p.Inputs()).(*mat.Dense), xs[s].Slice(i, j, 0, p.Inputs()).(*mat.Dense))
	})
	return out, nil
}

// EvalEach returns the values of path s at the rows of xs[s], one slice for
// each path.
func (p *Paths) EvalEach(xs []*mat.Dense) [][]float64 {
	out := p.eachPath(xs, func(x *mat.Dense) (int, int) { n, _ := x.Dims(); return 1, n })
	if p.perPath {
		p.eachTile(xs, func(g *scratchPath, s, i, j int) {
			g.eval(out[s].RawRowView(0)[i:j], xs[s].Slice(i, j, 0, p.Inputs()).(*mat.Dense))
		})
	} else {
		p.evalPairs(out, xs)
	}
	values := make([][]float64, p.n)
	for s := range values {
		values[s] = out[s].RawRowView(0)
	}
	return values
}

func (p *Paths) eachPath(xs []*mat.Dense, shape func(x *mat.Dense) (r, c int)) []*mat.Dense {
	if len(xs) != p.n {
		panic(fmt.Sprintf("pathwise: points for %d paths of %d", len(xs), p.n))
	}
	out := make([]*mat.Dense, p.n)
	for s, x := range xs {
		p.checkInputs(x)
		r, c := shape(x)
		out[s] = mat.NewDense(r, c, nil)
	}
	return out
}

// gradRows is the number of points in a tile of one path.
const gradRows = 32

// eachTile calls f for tiles i to j of the points of each path s.
func (p *Paths) eachTile(xs []*mat.Dense, f func(g *scratchPath, s, i, j int)) {
	type block struct{ s, i, j int }
	var blocks []block
	rows := gradRows
	if p.tile > 0 {
		rows = p.tile
	}
	for s, x := range xs {
		n, _ := x.Dims()
		for i := 0; i < n; i += rows {
			blocks = append(blocks, block{s, i, min(i+rows, n)})
		}
	}
	each(runtime.GOMAXPROCS(0), len(blocks), 1, func() func(i, j int) {
		g := newScratchPath(p, rows)
		var group []*single // of neighbours, whose weights are in the same lines
		return func(i, _ int) {
			s := blocks[i].s
			if len(group) == 0 || group[0].path != s/groupPaths*groupPaths {
				group = p.group(s/groupPaths*groupPaths, groupPaths)
			}
			g.turn(group[s%groupPaths])
			f(g, blocks[i].s, blocks[i].i, blocks[i].j)
		}
	})
}
