package pathwise

import (
	"runtime"
	"slices"

	"gonum.org/v1/gonum/mat"
)

const (
	// groupPaths is how many neighbouring paths are taken at a time at points of their
	// own: as many as a line of the cache has weights.
	groupPaths = 8
	// groupPoints is how many points of each.
	groupPoints = tilePoints / groupPaths
)

// evalPairs sets out[s], a row, to path s at the rows of xs[s], for paths that share
// a basis. A point of each of a group of paths makes a product of their features
// with the weights of all of the group, of which the diagonal is what is asked for:
// a tile of the product kernel has no fewer rows and columns, and the weights are
// read where they are. The bits are those of [Paths.EvalTo].
func (p *Paths) evalPairs(out, xs []*mat.Dense) {
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
	if float64(pairs)*float64(p.Features()+p.rows())*groupPaths < serialBelow {
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
	paths *Paths
	at    *mat.Dense // the points, of each path for the first point and so on
}

func newScratchPairs(p *Paths, points int) *scratchPairs {
	g := &scratchPairs{&scratch{points: points, mean: make([]float64, points)}, p, mat.NewDense(points, p.Inputs(), nil)}
	if p.single32 {
		g.out.low = newMatrix[float32](points, groupPaths)
		g.out.a = newMatrix[float32](groupPaths, max(p.Features(), min(depth, p.rows())))
	} else {
		g.out.wide = newMatrix[float64](points, groupPaths)
	}
	return g
}

// eval is evalPairs for points i to j of the paths from first on.
func (g *scratchPairs) eval(out, xs []*mat.Dense, first, i, j int) {
	p, w := g.paths, len(xs)
	n := (j - i) * w
	for r := range j - i {
		// Where a path has no more points another's stands in.
		stand := slices.IndexFunc(xs, func(x *mat.Dense) bool { m, _ := x.Dims(); return i+r < m })
		for s, x := range xs {
			if m, _ := x.Dims(); i+r >= m {
				x = xs[stand]
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
		phi := g.phi.of(n, p.Features(), g.points, p.Features())
		p.bases[0].Eval(phi, x)
		add(phi, operand{dense(p.weights), p.low.phi}, false)
	}
	v := operand{dense(p.update), p.low.k}
	for _, b := range p.against() {
		k := g.k.of(n, b.j-b.i, g.points, min(depth, p.rows()))
		b.Cov(k, x, &g.kernel)
		add(k, v.from(b.i, b.j), true)
	}
	p.mean.Eval(g.mean[:n], x)
	for s, dst := range out {
		row := dst.RawRowView(0)
		for r := i; r < min(j, len(row)); r++ {
			at := (r-i)*w + s
			row[r] = g.out.at(at, s) + g.mean[at]
		}
	}
}

// block returns the first n columns of n rows from i on.
func (m matrix[T]) block(i, n int) matrix[T] {
	if m.data == nil {
		return m
	}
	return matrix[T]{n, n, m.stride, m.data[i*m.stride:]}
}

// columns returns columns i to j.
func (m matrix[T]) columns(i, j int) matrix[T] {
	if m.data == nil {
		return m
	}
	return matrix[T]{m.rows, j - i, m.stride, m.data[i:]}
}

func (o operand) columns(i, j int) operand { return operand{o.wide.columns(i, j), o.low.columns(i, j)} }

// at returns a value.
func (t *total) at(i, s int) float64 {
	if t.low.data == nil {
		return t.wide.data[i*t.wide.stride+s]
	}
	return float64(t.low.data[i*t.low.stride+s])
}
