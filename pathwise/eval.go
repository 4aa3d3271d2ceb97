package pathwise

import (
	"fmt"
	"runtime"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"matheron/internal/gram"
	"matheron/internal/parallel"
)

const (
	// tilePoints is the number of points in a tile at most: a panel of weights is
	// read once for so many.
	tilePoints = 64
	// tileBytes bounds the scratch of one goroutine: a tile of points has its
	// features, its covariances with depth rows, and its outputs.
	tileBytes = 8 << 20
	// serialBelow is the work, in flop, under which a second goroutine takes longer
	// to wake than it saves.
	serialBelow = 5e6
)

// Eval returns the values of all paths at the rows of x, S x N.
func (p *Paths) Eval(x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	dst := mat.NewDense(p.Len(), n, nil)
	p.EvalTo(dst, x)
	return dst
}

// EvalTo sets dst[s][i] to path s at row i of x. The points are taken in tiles
// by GOMAXPROCS goroutines, and a tile's covariances with the N rows in blocks of
// 256: scratch memory grows neither with the number of points nor with N, and no
// copy of the weights is made. On one machine the result is the same bits for any tile and any
// number of goroutines. Parts are taken in parallel.
func (p *Paths) EvalTo(dst, x *mat.Dense) {
	p.checkInputs(x)
	n, _ := x.Dims()
	if r, c := dst.Dims(); r != p.Len() || c != n {
		panic(fmt.Sprintf("pathwise: a result of %d x %d for %d paths at %d points", r, c, p.Len(), n))
	}
	if len(p.parts) == 1 {
		p.parts[0].evalTo(dst, x)
		return
	}
	parallel.Do(0, len(p.parts), func(_, i int) {
		p.parts[i].evalTo(dst.Slice(p.first[i], p.first[i+1], 0, n).(*mat.Dense), x)
	})
}

// EvalEach returns the values of path s at the rows of xs[s], one slice for
// each path.
func (p *Paths) EvalEach(xs []*mat.Dense) [][]float64 {
	p.checkEach(xs)
	out, _ := gather(p, func(i int, q *part) ([][]float64, error) { return q.evalEach(xs[p.first[i]:p.first[i+1]]), nil }) // there is none
	return out
}

// checkEach panics unless there are points for each path.
func (p *Paths) checkEach(xs []*mat.Dense) {
	if len(xs) != p.Len() {
		panic(fmt.Sprintf("pathwise: points for %d paths of %d", len(xs), p.Len()))
	}
	for _, x := range xs {
		p.checkInputs(x)
	}
}

// evalEach is [Paths.EvalEach].
func (p *part) evalEach(xs []*mat.Dense) [][]float64 {
	values := make([][]float64, p.n)
	for s, x := range xs {
		n, _ := x.Dims()
		values[s] = make([]float64, n)
	}
	if p.perPath {
		p.eachTile(xs, func(g *scratchPath, s, i, j int) {
			g.eval(values[s][i:j], rowsOf(xs[s], i, j))
		})
	} else {
		p.evalPairs(values, xs)
	}
	return values
}

// tileRows returns the number of points in a tile of n.
func (p *part) tileRows(n, workers int) int {
	if p.tile > 0 {
		return p.tile
	}
	features := p.featureCount()
	if p.perPath {
		features = 0 // which are summed as they come
	}
	most := max(8, min(tilePoints, tileBytes/(8*(features+depth+p.n))))
	// As many tiles for each worker.
	rounds := (n + most*workers - 1) / (most * workers)
	rows := (n + rounds*workers - 1) / (rounds * workers)
	return min(most, (rows+7)&^7)
}

// evalTo sets dst[s][i] to path s at row i of x.
func (p *part) evalTo(dst, x *mat.Dense) {
	n, _ := x.Dims()
	p.tiles(n, func(t *scratch, i, j int) {
		xt := t.x.rowsOf(x, i, j)
		out := t.values(j - i)
		p.prior(t, out, xt)
		p.correct(t, out, xt)
		p.mean.Eval(t.mean[:j-i], xt)
		out.transposeTo(dst, i, t.mean)
	})
}

// priorTo sets dst, N x S, to the prior paths without the mean function, in double
// precision.
func (p *part) priorTo(dst, x *mat.Dense) {
	n, _ := x.Dims()
	d := dense(dst)
	p.tiles(n, func(t *scratch, i, j int) {
		p.prior(t, &total{wide: d.from(i, j)}, t.x.rowsOf(x, i, j))
	})
}

// rowsOf returns the view of rows i to j.
func rowsOf(x *mat.Dense, i, j int) *mat.Dense {
	_, d := x.Dims()
	return x.Slice(i, j, 0, d).(*mat.Dense)
}

// scratch is what one goroutine needs for a tile.
type scratch struct {
	x      view
	phi, k buffer
	kernel gram.Scratch
	out    total
	part   total // of out
	mean   []float64
	w      []float64 // the weights of one path and
	sums   []float64 // its values, where each has a basis
	points int
}

func (p *part) newScratch(points int) *scratch {
	t := &scratch{mean: make([]float64, points), points: points}
	if p.single32 {
		t.out.low = newMatrix[float32](points, p.n)
		t.out.a = newMatrix[float32](points, max(p.featureCount(), min(depth, p.width())))
	} else {
		t.out.wide = newMatrix[float64](points, p.n)
	}
	return t
}

// values returns the first n rows of t.out.
func (t *scratch) values(n int) *total {
	t.part = total{t.out.wide.from(0, min(n, t.out.wide.rows)), t.out.low.from(0, min(n, t.out.low.rows)), t.out.a}
	return &t.part
}

// view is a matrix that looks at another, and at the next one when that is done.
type view struct{ m mat.Dense }

// rowsOf returns rows i to j of x.
func (v *view) rowsOf(x *mat.Dense, i, j int) *mat.Dense {
	r := x.RawMatrix()
	r.Data, r.Rows = r.Data[i*r.Stride:(j-1)*r.Stride+r.Cols], j-i
	v.m.SetRawMatrix(r)
	return &v.m
}

// buffer is memory for a block of numbers, made when it is needed first.
type buffer struct {
	view
	data blas64.General
}

// of returns a block of n x cols in memory for points x most.
func (b *buffer) of(n, cols, points, most int) *mat.Dense {
	if b.data.Data == nil {
		b.data = newStrided(points, most).RawMatrix()
	}
	r := b.data
	r.Rows, r.Cols = n, cols
	b.m.SetRawMatrix(r)
	return &b.m
}

// tiles calls f for tiles of rows i to j of n points, each goroutine with
// scratch of its own.
func (p *part) tiles(n int, f func(t *scratch, i, j int)) {
	workers := runtime.GOMAXPROCS(0)
	if float64(n)*float64(p.featureCount()+p.width())*float64(p.n) < serialBelow {
		workers = 1
	}
	rows := min(p.tileRows(n, workers), n)
	each(workers, n, rows, func() func(i, j int) {
		t := p.newScratch(rows)
		return func(i, j int) { f(t, i, j) }
	})
}

// each splits n rows into blocks of at most rows and hands them to goroutines,
// each of which makes its own worker.
func each(workers, n, rows int, worker func() func(i, j int)) {
	own := make([]func(i, j int), workers)
	parallel.Do(workers, (n+rows-1)/rows, func(w, b int) {
		if own[w] == nil {
			own[w] = worker()
		}
		own[w](b*rows, min((b+1)*rows, n))
	})
}

// prior sets out, T x S, to Phi W.
func (p *part) prior(t *scratch, out *total, x *mat.Dense) {
	if p.weights == nil {
		out.clear()
		return
	}
	n, _ := x.Dims()
	if !p.perPath {
		phi := t.phi.of(n, p.featureCount(), t.points, p.featureCount())
		p.bases[0].Eval(phi, x)
		out.add(phi, operand{dense(p.weights), p.low.phi}, false)
		return
	}
	// Nothing is shared: the features of each path are summed as they come.
	if t.w == nil {
		t.w, t.sums = make([]float64, p.featureCount()), make([]float64, t.points)
	}
	for s := range p.n {
		sums := t.sums[:n]
		clear(sums)
		p.bases[s].Sum(sums, nil, mat.Col(t.w, s, p.weights), x)
		out.set(s, sums)
	}
}

// correct adds K V to out, T x S.
func (p *part) correct(t *scratch, out *total, x *mat.Dense) {
	n, _ := x.Dims()
	v := operand{dense(p.update), p.low.k}
	for _, b := range p.columns() {
		k := t.k.of(n, b.j-b.i, t.points, min(depth, p.width()))
		b.Cov(k, x, &t.kernel)
		out.add(k, v.from(b.i, b.j), true)
	}
}

const (
	// groupPaths is how many neighbouring paths are taken at a time at points of their
	// own: as many as a line of the cache has weights.
	groupPaths = 8
	// groupPoints is how many points of each.
	groupPoints = tilePoints / groupPaths
)

// evalPairs sets out[s] to path s at the rows of xs[s], for paths that share
// a basis. A point of each of a group of paths makes a product of their features
// with the weights of all of the group, of which the diagonal is what is asked for:
// a tile of the product kernel has no fewer rows and columns, and the weights are
// read where they are. The bits are those of [Paths.EvalTo].
func (p *part) evalPairs(out [][]float64, xs []*mat.Dense) {
	type tile struct{ s, t, i, j int } // points i to j of paths s to t
	var tiles []tile
	pairs, size := 0, 0
	for s := 0; s < p.n; s += groupPaths {
		t, most := min(s+groupPaths, p.n), 0
		for _, x := range xs[s:t] {
			n, _ := x.Dims()
			most = max(most, n)
			pairs += n
		}
		for i := 0; i < most; i += groupPoints {
			j := min(i+groupPoints, most)
			tiles = append(tiles, tile{s, t, i, j})
			size = max(size, (j-i)*(t-s))
		}
	}
	workers := runtime.GOMAXPROCS(0)
	if float64(pairs)*float64(p.featureCount()+p.width())*groupPaths < serialBelow {
		workers = 1
	}
	each(workers, len(tiles), 1, func() func(i, j int) {
		g := newScratchPairs(p, size)
		return func(i, _ int) {
			t := tiles[i]
			g.eval(out[t.s:t.t], xs[t.s:t.t], t.s, t.i, t.j)
		}
	})
}

// scratchPairs is what one goroutine needs for a tile of points and paths.
type scratchPairs struct {
	*scratch
	paths *part
	at    *mat.Dense // the points, of each path for the first point and so on
}

func newScratchPairs(p *part, points int) *scratchPairs {
	g := &scratchPairs{&scratch{points: points, mean: make([]float64, points)}, p, mat.NewDense(points, p.inputs(), nil)}
	if p.single32 {
		g.out.low = newMatrix[float32](points, groupPaths)
		g.out.a = newMatrix[float32](groupPaths, max(p.featureCount(), min(depth, p.width())))
	} else {
		g.out.wide = newMatrix[float64](points, groupPaths)
	}
	return g
}

// eval is evalPairs for points i to j of the paths from first on.
func (g *scratchPairs) eval(out [][]float64, xs []*mat.Dense, first, i, j int) {
	p, w := g.paths, len(xs)
	n := (j - i) * w
	for r := range j - i {
		// Where a path has no more points another's are evaluated in their place.
		spare := slices.IndexFunc(xs, func(x *mat.Dense) bool { m, _ := x.Dims(); return i+r < m })
		for s, x := range xs {
			if m, _ := x.Dims(); i+r >= m {
				x = xs[spare]
			}
			copy(g.at.RawRowView(r*w+s), x.RawRowView(i+r))
		}
	}
	x := g.x.rowsOf(g.at, 0, n)
	add := func(a *mat.Dense, weights operand, more bool) {
		for r := range j - i {
			g.part = total{g.out.wide.block(r*w, w), g.out.low.block(r*w, w), g.out.a}
			g.part.add(rowsOf(a, r*w, (r+1)*w), weights.columns(first, first+w), more)
		}
	}
	if p.weights == nil {
		g.values(n).clear()
	} else {
		phi := g.phi.of(n, p.featureCount(), g.points, p.featureCount())
		p.bases[0].Eval(phi, x)
		add(phi, operand{dense(p.weights), p.low.phi}, false)
	}
	v := operand{dense(p.update), p.low.k}
	for _, b := range p.columns() {
		k := g.k.of(n, b.j-b.i, g.points, min(depth, p.width()))
		b.Cov(k, x, &g.kernel)
		add(k, v.from(b.i, b.j), true)
	}
	p.mean.Eval(g.mean[:n], x)
	for s, row := range out {
		for r := i; r < min(j, len(row)); r++ {
			at := (r-i)*w + s
			row[r] = g.out.at(at, s) + g.mean[at]
		}
	}
}
