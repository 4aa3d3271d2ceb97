package pathwise

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
	"matheron/internal/gram"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/optimize"
)

// Path is one function of a set. It is immutable and safe for many goroutines.
// One that is used costs a copy of its weights, and scratch memory that calls at points
// use again.
type Path struct {
	set   *Paths // of the part
	index int    // there
	one   func() *single
}

// Path returns function i of the set. It panics if i is out of range.
func (p *Paths) Path(i int) Path {
	q, j := p.of(i)
	return Path{whole(q), j, sync.OnceValue(func() *single { return q.single(j) })}
}

// Kernel returns the kernel, with the hyperparameters that f was drawn with.
func (f Path) Kernel() kernel.Kernel { return f.set.Kernel() }

// At returns f(x). Cost O((F + N) D).
func (f Path) At(x []float64) float64 {
	f.set.checkPoint(x)
	one := f.one()
	g := one.take()
	defer one.give(g)
	g.eval(g.value[:], g.point(x))
	return g.value[0]
}

// Eval returns f at each row of x; nil dst allocates.
func (f Path) Eval(dst []float64, x *mat.Dense) []float64 {
	f.set.checkInputs(x)
	n, _ := x.Dims()
	if dst == nil {
		dst = make([]float64, n)
	}
	if len(dst) != n {
		panic(fmt.Sprintf("pathwise: a result of %d for %d points", len(dst), n))
	}
	rows, one := min(n, gradRows), f.one()
	each(runtime.GOMAXPROCS(0), n, rows, func() func(i, j int) {
		g := newScratchPath(f.set.parts[0], rows)
		g.turn(one)
		return func(i, j int) { g.eval(dst[i:j], x.Slice(i, j, 0, f.set.Inputs()).(*mat.Dense)) }
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
	dst = f.set.gradient(dst, x)
	f.set.checkPoint(x)
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
	if err := f.set.CheckGrad(); err != nil {
		return Optimum{}, err
	}
	s.checkBox(f.set.Inputs())
	all, err := s.run(ctx, f.set.parts[0], []int{f.index}, sign)
	if err != nil {
		return Optimum{}, err
	}
	return all[0], nil
}

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

// newColumns returns n columns of m from s on, without chains.
func newColumns(m *mat.Dense, s, n int) []*column {
	out := make([]*column, n)
	for j := range out {
		out[j] = new(column)
	}
	if m == nil {
		return out
	}
	rows, _ := m.Dims()
	for _, c := range out {
		c.values = make([]float64, rows)
	}
	for i := range rows {
		for j, v := range m.RawRowView(i)[s : s+n] {
			out[j].values[i] = v
		}
	}
	return out
}

// newColumn returns column s of m.
func newColumn(m *mat.Dense, s int) *column {
	if m == nil {
		return &column{}
	}
	c := newColumns(m, s, 1)[0]
	n := len(c.values)
	if n <= depth {
		return c
	}
	c.chains = make([]float64, chained(n))
	for i, v := range c.values {
		b, k := i/depth, i%depth
		c.chains[(b/chainBlocks*depth+k)*chainBlocks+b%chainBlocks] = v
	}
	return c
}

// low returns the column in single precision.
func (c *column) low() matrix[float32] {
	n := len(c.values)
	m := matrix[float32]{n, 1, 1, make([]float32, n)}
	asm.Narrow(m.data, c.values)
	return m
}

// chained returns n rounded up to whole groups of blocks, if it is more than one
// block.
func chained(n int) int {
	if n <= depth {
		return n
	}
	const group = depth * chainBlocks
	return (n + group - 1) / group * group
}

// mulAdd adds a c to dst, a column, or sets dst to it, with the bits of [mulAdd].
// The rows of a go on for chained(n) numbers, zeros after the first n.
func (c *column) mulAdd(dst []float64, a matrix[float64], add bool) {
	n := len(c.values)
	if len(dst) > 1 || c.chains == nil || asm.Active() == asm.Generic {
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

// single is one path with scratch for points that come one at a time.
type single struct {
	paths *part
	path  int
	// w and v are the weights of the features and of the correction.
	w, v *column
	// low is those in single precision, if that is what values are in.
	low  low
	mu   sync.Mutex
	free []*scratchPath // for one point, of calls that have ended
	// rough is CheckGrad, asked once.
	rough func() error
}

func (p *part) single(s int) *single {
	return p.newSingle(s, newColumn(p.weights, s), newColumn(p.update, s))
}

// group returns up to n paths from s on, for points that do not come one at a time.
func (p *part) group(s, n int) []*single {
	n = min(n, p.n-s)
	w, v := newColumns(p.weights, s, n), newColumns(p.update, s, n)
	out := make([]*single, n)
	for j := range out {
		out[j] = p.newSingle(s+j, w[j], v[j])
	}
	return out
}

func (p *part) newSingle(s int, w, v *column) *single {
	f := &single{paths: p, path: s, rough: sync.OnceValue(p.checkGrad), w: w, v: v}
	if p.single32 {
		f.low = low{f.w.low(), f.v.low()}
	}
	return f
}

// take returns scratch for a point, which give takes back.
func (f *single) take() *scratchPath {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := len(f.free); n > 0 {
		g := f.free[n-1]
		f.free = f.free[:n-1]
		return g
	}
	g := newScratchPath(f.paths, 1)
	g.turn(f)
	return g
}

func (f *single) give(g *scratchPath) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.free = append(f.free, g)
}

// scratchPath evaluates and differentiates one path at a time. It holds
// scratch and so belongs to one goroutine.
type scratchPath struct {
	*single
	points int
	basis  basis.Stack
	phi, k matrix[float64]
	// kernel is what the kernel works in.
	kernel gram.Scratch
	// phis, ks and x are views for all points at once: of the features, nil where
	// these are summed as they come; of the covariances with each block of rows; and
	// of a point that is a slice.
	phis *mat.Dense
	ks   []*mat.Dense
	x    *mat.Dense
	// value and slope are those of a point.
	value [1]float64
	slope *mat.Dense
	mean  []float64
}

func newScratchPath(p *part, points int) *scratchPath {
	g := &scratchPath{points: points, mean: make([]float64, points), x: mat.NewDense(1, p.inputs(), nil), slope: mat.NewDense(1, p.inputs(), nil)}
	if f := p.featureCount(); p.weights != nil && !p.perPath {
		g.phi = newMatrix[float64](points, chained(f))
		g.phis = g.phi.view(points, 0, f)
	}
	g.k = newMatrix[float64](points, chained(p.width()))
	for _, b := range p.columns() {
		g.ks = append(g.ks, g.k.view(points, b.i, b.j))
	}
	return g
}

// view returns columns i to j of the first n rows.
func (m matrix[T]) view(n, i, j int) *mat.Dense {
	out := new(mat.Dense)
	out.SetRawMatrix(blas64.General{Rows: n, Cols: j - i, Stride: m.stride, Data: any(m.data).([]float64)[i : (n-1)*m.stride+j]})
	return out
}

// turn turns to another path.
func (g *scratchPath) turn(f *single) {
	if g.single == f {
		return
	}
	g.single, g.basis = f, f.paths.basis(f.path)
}

// point returns x as a matrix of one row.
func (g *scratchPath) point(x []float64) *mat.Dense {
	copy(g.x.RawRowView(0), x)
	return g.x
}

// eval sets dst to the path at the rows of x.
func (g *scratchPath) eval(dst []float64, x *mat.Dense) {
	t, _ := x.Dims()
	p := g.paths
	clear(dst)
	switch {
	case g.phis != nil:
		phi := g.phis
		if t < g.points {
			phi = g.phi.view(t, 0, p.featureCount())
		}
		g.basis.Eval(phi, x)
	case p.weights != nil:
		g.basis.Sum(dst, nil, g.w.values, x)
	}
	for i, b := range p.columns() {
		k := g.ks[i]
		if t < g.points {
			k = g.k.view(t, b.i, b.j)
		}
		b.Cov(k, x, &g.kernel)
	}
	if p.single32 {
		g.sumLow(dst)
	} else {
		if g.phis != nil {
			g.w.mulAdd(dst, g.phi, false)
		}
		g.v.mulAdd(dst, g.k, true)
	}
	p.mean.Eval(g.mean[:t], x)
	for i, m := range g.mean[:t] {
		dst[i] += m
	}
}

// sumLow adds the products of eval to dst in single precision.
func (g *scratchPath) sumLow(dst []float64) {
	n := len(dst)
	out := total{low: newMatrix[float32](n, 1), a: newMatrix[float32](n, max(g.phi.cols, g.k.cols))}
	out.set(0, dst)
	if g.phis != nil {
		out.add(g.phi.view(n, 0, len(g.w.values)), operand{low: g.low.phi}, true)
	}
	out.add(g.k.view(n, 0, len(g.v.values)), operand{low: g.low.k}, true)
	for i := range dst {
		dst[i] = float64(out.low.data[i])
	}
}

// gradAt sets dst to the gradient at x and returns the value, which differs from
// that of eval by rounding.
func (g *scratchPath) gradAt(dst, x []float64) float64 {
	at := g.point(x)
	g.paths.mean.Eval(g.value[:], at)
	g.grad(g.value[:], g.slope, at)
	copy(dst, g.slope.RawRowView(0))
	return g.value[0]
}

// grad sets dst, T x D, to the path's gradients at the rows of x, and adds to
// values what is there without the mean.
func (g *scratchPath) grad(values []float64, dst, x *mat.Dense) {
	g.paths.mean.InputGrad(dst, x)
	if g.paths.weights != nil {
		g.basis.Sum(values, dst, g.w.values, x)
	}
	for _, b := range g.paths.columns() {
		b.Sum(values, dst, g.v.values[b.i:b.j], x, &g.kernel)
	}
}
