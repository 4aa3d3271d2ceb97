package pathwise

import (
	"fmt"
	"runtime"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/parallel"
	"matheron/linalg"
)

// tileBytes bounds the scratch of one goroutine: a tile of points has its
// features and covariances, and its outputs.
const tileBytes = 8 << 20

// tileRows returns the number of points in a tile.
func (p *Paths) tileRows() int {
	if p.tile > 0 {
		return p.tile
	}
	return max(16, min(256, tileBytes/(8*(p.Features()+p.rows()+p.n))))
}

// Eval returns the values of all paths at the rows of x, S x N.
func (p *Paths) Eval(x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	dst := mat.NewDense(p.n, n, nil)
	p.EvalTo(dst, x)
	return dst
}

// EvalTo sets dst[s][i] to path s at row i of x. The points are taken in tiles
// by GOMAXPROCS goroutines: scratch memory does not grow with their number, and
// the result is the same bits for any tile and any number of goroutines.
func (p *Paths) EvalTo(dst, x *mat.Dense) {
	p.checkInputs(x)
	n, _ := x.Dims()
	if r, c := dst.Dims(); r != p.n || c != n {
		panic(fmt.Sprintf("pathwise: a result of %d x %d for %d paths at %d points", r, c, p.n, n))
	}
	p.tiles(n, func(t *scratch, i, j int) {
		xt := x.Slice(i, j, 0, p.Inputs()).(*mat.Dense)
		out := t.out.Slice(0, j-i, 0, p.n).(*mat.Dense)
		p.prior(t, out, xt)
		p.correct(t, out, xt)
		p.mean.Eval(t.mean[:j-i], xt)
		for s := range p.n {
			row := dst.RawRowView(s)[i:j]
			for r := range row {
				row[r] = out.At(r, s) + t.mean[r]
			}
		}
	})
}

// priorTo sets dst, N x S, to the prior paths without the mean function.
func (p *Paths) priorTo(dst, x *mat.Dense) {
	n, _ := x.Dims()
	p.tiles(n, func(t *scratch, i, j int) {
		p.prior(t, dst.Slice(i, j, 0, p.n).(*mat.Dense), x.Slice(i, j, 0, p.Inputs()).(*mat.Dense))
	})
}

// scratch is what one goroutine needs for a tile.
type scratch struct {
	phi, k, out *mat.Dense
	mean        []float64
}

func (p *Paths) newScratch(rows int) *scratch {
	t := &scratch{out: mat.NewDense(rows, p.n, nil), mean: make([]float64, rows)}
	if f := p.Features(); f > 0 {
		t.phi = mat.NewDense(rows, f, nil)
	}
	return t
}

// tiles calls f for tiles of rows i to j of n points, each goroutine with
// scratch of its own.
func (p *Paths) tiles(n int, f func(t *scratch, i, j int)) {
	rows := min(p.tileRows(), n)
	each(n, rows, func() func(i, j int) {
		t := p.newScratch(rows)
		return func(i, j int) { f(t, i, j) }
	})
}

// each splits n rows into blocks of at most rows and hands them to GOMAXPROCS
// goroutines, each of which makes its own worker.
func each(n, rows int, worker func() func(i, j int)) {
	workers := make([]func(i, j int), runtime.GOMAXPROCS(0))
	parallel.Do(len(workers), (n+rows-1)/rows, func(w, b int) {
		if workers[w] == nil {
			workers[w] = worker()
		}
		workers[w](b*rows, min((b+1)*rows, n))
	})
}

// prior sets out, T x S, to Phi W.
func (p *Paths) prior(t *scratch, out, x *mat.Dense) {
	if p.weights == nil {
		out.Zero()
		return
	}
	n, _ := x.Dims()
	f := p.Features()
	phi := t.phi.Slice(0, n, 0, f).(*mat.Dense)
	if !p.perPath {
		p.bases[0].Eval(phi, x)
		linalg.Mul(out, phi, p.weights)
		return
	}
	for s := range p.n {
		p.bases[s].Eval(phi, x)
		linalg.Mul(out.Slice(0, n, s, s+1).(*mat.Dense), phi, p.weights.Slice(0, f, s, s+1).(*mat.Dense))
	}
}

// correct adds K V to out, T x S.
func (p *Paths) correct(t *scratch, out, x *mat.Dense) {
	rows := p.rows()
	n, _ := x.Dims()
	if t.k == nil {
		full, _ := t.out.Dims()
		t.k = mat.NewDense(full, rows, nil)
	}
	k := t.k.Slice(0, n, 0, rows).(*mat.Dense)
	p.kernel.Cov(k, x, p.x)
	linalg.MulAdd(out, 1, k, p.update)
}
