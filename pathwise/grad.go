package pathwise

import (
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/internal/asm"
	"matheron/kernel"
)

// CheckGrad returns an error that names a component whose functions are not
// differentiable, such as Matern12: its paths have no gradient, although the
// features alone would look smooth. A mean function that does not know its
// gradient is an error too.
func (p *Paths) CheckGrad() error {
	for _, q := range p.parts {
		if err := q.checkGrad(); err != nil {
			return err
		}
	}
	return nil
}

func (p *part) checkGrad() error {
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
	return gather(p, func(_ int, q *part) ([]*mat.Dense, error) {
		if out := q.gradTogether(x); out != nil {
			return out, nil
		}
		xs := make([]*mat.Dense, q.n)
		for s := range xs {
			xs[s] = x
		}
		return q.gradEach(xs), nil
	})
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
	p.checkEach(xs)
	return gather(p, func(i int, q *part) ([]*mat.Dense, error) { return q.gradEach(xs[p.first[i]:p.first[i+1]]), nil })
}

// gradEach is [Paths.GradEach].
func (p *part) gradEach(xs []*mat.Dense) []*mat.Dense {
	out := make([]*mat.Dense, p.n)
	for s, x := range xs {
		n, d := x.Dims()
		out[s] = mat.NewDense(n, d, nil)
	}
	p.eachTile(xs, func(g *scratchPath, s, i, j int) {
		g.grad(g.mean[:j-i], rowsOf(out[s], i, j), rowsOf(xs[s], i, j))
	})
	return out
}

// gradRows is the number of points in a tile of one path.
const gradRows = 32

// eachTile calls f for tiles i to j of the points of each path s.
func (p *part) eachTile(xs []*mat.Dense, f func(g *scratchPath, s, i, j int)) {
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

// gradTogether returns the gradients of all paths at the rows of x as products: of
// the slopes of the features and of the covariances to each input with the weights,
// (D T) x (F + N) with (F + N) x S for a tile of T points. It returns nil if the
// paths do not share a basis, or if that or the kernel cannot give its slopes.
func (p *part) gradTogether(x *mat.Dense) []*mat.Dense {
	if p.perPath && p.weights != nil {
		return nil
	}
	n, d := x.Dims()
	out, data := make([]*mat.Dense, p.n), make([]float64, p.n*n*d)
	for s := range out {
		out[s] = mat.NewDense(n, d, data[s*n*d:(s+1)*n*d])
	}
	var unable atomic.Bool
	workers := runtime.GOMAXPROCS(0)
	points := max(1, p.tileRows(n*d, workers)/d)
	each(workers, n, points, func() func(i, j int) {
		t := &scratch{points: points * d}
		t.out.wide = newMatrix[float64](points*d, p.n)
		mean := mat.NewDense(points, d, nil)
		return func(i, j int) {
			if unable.Load() {
				return
			}
			xt, m := t.x.rowsOf(x, i, j), mean.Slice(0, j-i, 0, d).(*mat.Dense)
			if !p.slopes(t, xt) {
				unable.Store(true)
				return
			}
			p.mean.InputGrad(m, xt)
			for s, g := range out {
				for r := range j - i {
					row := g.RawRowView(i + r)
					for c, v := range m.RawRowView(r) {
						row[c] = t.out.wide.data[(c*(j-i)+r)*p.n+s] + v
					}
				}
			}
		}
	})
	if unable.Load() {
		return nil
	}
	return out
}

// slopes sets the rows of t.out, a row for each input and point, to the derivatives
// of all paths without the mean. It reports whether it can.
func (p *part) slopes(t *scratch, x *mat.Dense) bool {
	n, d := x.Dims()
	out := t.out.wide.from(0, n*d)
	if p.weights == nil {
		t.values(n * d).clear()
	} else {
		phi := t.phi.of(n*d, p.featureCount(), t.points, p.featureCount())
		for c := range d {
			if !p.bases[0].Slopes(rowsOf(phi, c*n, (c+1)*n), x, c) {
				return false
			}
		}
		mulAdd(out, dense(phi), dense(p.weights), false)
	}
	v := dense(p.update)
	for _, b := range p.columns() {
		k := t.k.of(n*d, b.j-b.i, t.points, min(depth, p.width()))
		if !b.Slopes(k, x, &t.kernel) {
			return false
		}
		mulAdd(out, dense(k), v.from(b.i, b.j), true)
	}
	return true
}

// GradSum sets dst to the gradient at x of a weighted sum of the paths, and
// returns it; nil allocates.
//
//	grad sum_s w_s f_s(x),  one number of w a path
//
// It is that of a mean, or of the score of an acquisition. Where all paths share a
// basis their sum is a path itself, whose weights are sums of theirs: O((F + N) S)
// multiplications, and no trigonometric functions but those of one path. It returns
// the error of [Paths.CheckGrad].
func (p *Paths) GradSum(dst, w, x []float64) ([]float64, error) {
	if len(w) != p.Len() {
		panic(fmt.Sprintf("pathwise: a sum of %d weights for %d paths", len(w), p.Len()))
	}
	p.checkPoint(x)
	dst = p.gradient(dst, x)
	if err := p.CheckGrad(); err != nil {
		return nil, err
	}
	if len(p.parts) == 1 {
		copy(dst, p.parts[0].gradSum(w, x))
		return dst, nil
	}
	sum := make([]float64, len(x))
	for i, q := range p.parts {
		floats.Add(sum, q.gradSum(w[p.first[i]:p.first[i+1]], x))
	}
	copy(dst, sum)
	return dst, nil
}

// gradSum is [Paths.GradSum].
func (p *part) gradSum(w, x []float64) []float64 {
	at, slope := mat.NewDense(1, len(x), x), mat.NewDense(1, len(x), nil)
	p.mean.InputGrad(slope, at)
	slope.Scale(floats.Sum(w), slope)
	unused := make([]float64, 1)
	switch {
	case p.weights == nil:
	case p.perPath:
		row := make([]float64, p.featureCount())
		for s, ws := range w {
			if ws != 0 {
				floats.Scale(ws, mat.Col(row, s, p.weights))
				p.bases[s].Sum(unused, slope, row, at)
			}
		}
	default:
		p.bases[0].Sum(unused, slope, weighted(p.weights, w), at)
	}
	if p.update == nil {
		return slope.RawRowView(0)
	}
	v := weighted(p.update, w)
	for _, b := range p.columns() {
		b.Sum(nil, slope, v[b.i:b.j], at, nil)
	}
	return slope.RawRowView(0)
}

// weighted returns the sum of the columns of m with weights w.
func weighted(m *mat.Dense, w []float64) []float64 {
	n, _ := m.Dims()
	out := make([]float64, n)
	for i := range out {
		out[i] = asm.Dot(m.RawRowView(i), w)
	}
	return out
}
