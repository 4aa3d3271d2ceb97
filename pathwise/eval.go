package pathwise

import (
	"fmt"
	"runtime"
	"sync"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"matheron/internal/gram"
	"matheron/internal/parallel"
	"matheron/kernel"
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

// tileRows returns the number of points in a tile of n.
func (p *Paths) tileRows(n, workers int) int {
	if p.tile > 0 {
		return p.tile
	}
	features := p.Features()
	if p.perPath {
		features = 0 // which are summed as they come
	}
	most := max(8, min(tilePoints, tileBytes/(8*(features+depth+p.n))))
	// As many tiles for each worker.
	rounds := (n + most*workers - 1) / (most * workers)
	rows := (n + rounds*workers - 1) / (rounds * workers)
	return min(most, (rows+7)&^7)
}

// Eval returns the values of all paths at the rows of x, S x N.
func (p *Paths) Eval(x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	dst := mat.NewDense(p.n, n, nil)
	p.EvalTo(dst, x)
	return dst
}

// EvalTo sets dst[s][i] to path s at row i of x. The points are taken in tiles
// by GOMAXPROCS goroutines, and a tile's covariances with the N rows in blocks of
// 256: scratch memory grows neither with the number of points nor with N, and no
// copy of the weights is made. The result is the same bits for any tile and any
// number of goroutines.
func (p *Paths) EvalTo(dst, x *mat.Dense) {
	p.checkInputs(x)
	n, _ := x.Dims()
	if r, c := dst.Dims(); r != p.n || c != n {
		panic(fmt.Sprintf("pathwise: a result of %d x %d for %d paths at %d points", r, c, p.n, n))
	}
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
func (p *Paths) priorTo(dst, x *mat.Dense) {
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

func (p *Paths) newScratch(points int) *scratch {
	t := &scratch{mean: make([]float64, points), points: points}
	if p.single32 {
		t.out.low = newMatrix[float32](points, p.n)
		t.out.a = newMatrix[float32](points, max(p.Features(), min(depth, p.rows())))
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

// buffer is room for a block of numbers, made when it is needed first.
type buffer struct {
	view
	room blas64.General
}

// of returns a block of n x cols in room for points x most.
func (b *buffer) of(n, cols, points, most int) *mat.Dense {
	if b.room.Data == nil {
		b.room = newStrided(points, most).RawMatrix()
	}
	r := b.room
	r.Rows, r.Cols = n, cols
	b.m.SetRawMatrix(r)
	return &b.m
}

// tiles calls f for tiles of rows i to j of n points, each goroutine with
// scratch of its own.
func (p *Paths) tiles(n int, f func(t *scratch, i, j int)) {
	workers := runtime.GOMAXPROCS(0)
	if float64(n)*float64(p.Features()+p.rows())*float64(p.n) < serialBelow {
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
func (p *Paths) prior(t *scratch, out *total, x *mat.Dense) {
	if p.weights == nil {
		out.clear()
		return
	}
	n, _ := x.Dims()
	if !p.perPath {
		phi := t.phi.of(n, p.Features(), t.points, p.Features())
		p.bases[0].Eval(phi, x)
		out.add(phi, operand{dense(p.weights), p.low.phi}, false)
		return
	}
	// Nothing is shared: the features of each path are summed as they come.
	if t.w == nil {
		t.w, t.sums = make([]float64, p.Features()), make([]float64, t.points)
	}
	for s := range p.n {
		sums := t.sums[:n]
		clear(sums)
		p.bases[s].Sum(sums, nil, mat.Col(t.w, s, p.weights), x)
		out.set(s, sums)
	}
}

// correct adds K V to out, T x S.
func (p *Paths) correct(t *scratch, out *total, x *mat.Dense) {
	n, _ := x.Dims()
	v := operand{dense(p.update), p.low.k}
	for _, b := range p.against() {
		k := t.k.of(n, b.j-b.i, t.points, min(depth, p.rows()))
		b.Cov(k, x, &t.kernel)
		out.add(k, v.from(b.i, b.j), true)
	}
}

// from returns rows i to j of m.
func (m matrix[T]) from(i, j int) matrix[T] {
	if m.data == nil {
		return m
	}
	return matrix[T]{j - i, m.cols, m.stride, m.data[i*m.stride:]}
}

// rowBlock is the kernel against rows i to j of those that paths are conditioned on.
type rowBlock struct {
	*gram.Cross
	i, j int
}

// fix lets the kernel prepare for the rows, once it and they are known.
func (p *Paths) fix() {
	k, x := p.kernel, p.x
	p.against = sync.OnceValue(func() []rowBlock {
		var out []rowBlock
		n, _ := x.Dims()
		plan, theta := kernel.Compile(k, nil, nil)
		for i := 0; i < n; i += depth {
			j := min(i+depth, n)
			out = append(out, rowBlock{gram.Against(plan, theta, rowsOf(x, i, j)), i, j})
		}
		return out
	})
}
