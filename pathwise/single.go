package pathwise

import (
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
	"matheron/kernel"
	"matheron/kernel/basis"
)

// column is the weights of one path, of its features or of its correction.
type column struct {
	values []float64
	// chains are the same in blocks of depth side by side, chainBlocks of them at a
	// time: number k of block b of group g is at ((g depth) + k) chainBlocks + b.
	// The sums of the blocks of one point are then independent of each other.
	chains []float64
}

// chainBlocks is how many blocks of depth are summed at the same time.
const chainBlocks = 8

// newColumn returns column s of m.
func newColumn(m *mat.Dense, s int) *column {
	if m == nil {
		return &column{}
	}
	n, _ := m.Dims()
	c := &column{values: make([]float64, n), chains: make([]float64, chained(n))}
	mat.Col(c.values, s, m)
	for i, v := range c.values {
		b, k := i/depth, i%depth
		c.chains[(b/chainBlocks*depth+k)*chainBlocks+b%chainBlocks] = v
	}
	return c
}

// chained returns n rounded up to whole groups of blocks.
func chained(n int) int {
	const group = depth * chainBlocks
	return (n + group - 1) / group * group
}

// mulAdd adds a c to dst, a column, or sets dst to it, with the bits of [mulAdd].
// The rows of a go on for chained(n) numbers, zeros after the first n.
func (c *column) mulAdd(dst []float64, a matrix[float64], add bool) {
	n := len(c.values)
	if len(dst) > 1 || n <= depth || asm.Active() == asm.Generic {
		a.cols = n
		mulAdd(matrix[float64]{len(dst), 1, 1, dst}, a, matrix[float64]{n, 1, 1, c.values}, add)
		return
	}
	// One row against one column is a chain of sums, each waiting for the last. Its
	// blocks are rows of one product and the weights' blocks its columns: the
	// diagonal has the sums, and the rest costs nothing that the wait does not.
	var sums [chainBlocks * chainBlocks]float64
	tile := asm.GemmTile[float64]()
	for at := 0; at < n; at += depth * chainBlocks {
		blocks := min((n-at+depth-1)/depth, chainBlocks)
		asm.Gemm(&asm.Product[float64]{
			M: blocks, N: blocks, K: depth,
			A: a.data[at:], APanel: tile.Rows * depth, ARow: depth, ACol: 1,
			B: c.chains[at:], BPanel: tile.Cols, BRow: chainBlocks,
			C: sums[:], CRow: chainBlocks, Diag: blocks, Alpha: 1,
		})
		for b := range blocks {
			if v := sums[b*(chainBlocks+1)]; add {
				dst[0] += v
			} else {
				dst[0], add = v, true
			}
		}
	}
}

// scratchPath evaluates and differentiates one path at a time. It holds
// scratch and so belongs to one goroutine.
type scratchPath struct {
	path   int
	paths  *Paths
	basis  basis.Stack
	w, v   *column    // of features and correction
	wt     *mat.Dense // w as a row, nil where there are no features
	vs     *mat.Dense // v in each row: the weights of a contraction
	phi, k *mat.Dense
	mean   []float64
}

func newScratchPath(p *Paths, rows int) *scratchPath {
	g := &scratchPath{path: -1, paths: p, mean: make([]float64, rows)}
	if f := p.Features(); f > 0 && p.weights != nil {
		g.phi = mat.NewDense(rows, chained(f), nil)
	}
	g.k = mat.NewDense(rows, chained(p.rows()), nil)
	g.vs = mat.NewDense(rows, p.rows(), nil)
	return g
}

// at turns to path s.
func (g *scratchPath) at(s int) {
	if g.path == s {
		return
	}
	p := g.paths
	g.turn(s, newColumn(p.weights, s), newColumn(p.update, s))
}

// turn turns to a path whose weights are known.
func (g *scratchPath) turn(s int, w, v *column) {
	g.path, g.basis, g.w, g.v = s, g.paths.basis(s), w, v
	if g.phi != nil {
		g.wt = mat.NewDense(1, len(w.values), w.values)
	}
	rows, _ := g.vs.Dims()
	for r := range rows {
		copy(g.vs.RawRowView(r), v.values)
	}
}

// eval sets dst to the path at the rows of x.
func (g *scratchPath) eval(dst []float64, x *mat.Dense) {
	t, _ := x.Dims()
	p := g.paths
	if g.phi != nil {
		g.basis.Eval(g.phi.Slice(0, t, 0, p.Features()).(*mat.Dense), x)
		g.w.mulAdd(dst, dense(g.phi), false)
	} else {
		clear(dst)
	}
	for i, n := 0, p.rows(); i < n; i += depth {
		j := min(i+depth, n)
		p.kernel.Cov(g.k.Slice(0, t, i, j).(*mat.Dense), x, rowsOf(p.x, i, j))
	}
	g.v.mulAdd(dst, dense(g.k), true)
	p.mean.Eval(g.mean[:t], x)
	for i, m := range g.mean[:t] {
		dst[i] += m
	}
}

// grad sets dst, T x D, to the path's gradients at the rows of x.
func (g *scratchPath) grad(dst, x *mat.Dense) {
	t, _ := x.Dims()
	p := g.paths
	p.mean.InputGrad(dst, x)
	if g.phi != nil {
		g.basis.InputGrad(dst, g.wt, x)
	}
	vs := g.vs.Slice(0, t, 0, p.rows()).(*mat.Dense)
	p.kernel.(kernel.InputGrader).InputGrad(dst, vs, nil, x, p.x)
}
