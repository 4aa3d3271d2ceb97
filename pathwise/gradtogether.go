package pathwise

import (
	"runtime"
	"sync/atomic"

	"gonum.org/v1/gonum/mat"
)

// gradTogether returns the gradients of all paths at the rows of x as products: of
// the slopes of the features and of the covariances to each input with the weights,
// (D T) x (F + N) with (F + N) x S for a tile of T points. It returns nil if the
// paths do not share a basis, or if that or the kernel cannot give its slopes.
func (p *Paths) gradTogether(x *mat.Dense) []*mat.Dense {
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
func (p *Paths) slopes(t *scratch, x *mat.Dense) bool {
	n, d := x.Dims()
	out := t.out.wide.from(0, n*d)
	if p.weights == nil {
		t.values(n * d).clear()
	} else {
		phi := t.phi.of(n*d, p.Features(), t.points, p.Features())
		for c := range d {
			if !p.bases[0].Slopes(rowsOf(phi, c*n, (c+1)*n), x, c) {
				return false
			}
		}
		mulAdd(out, dense(phi), dense(p.weights), false)
	}
	v := dense(p.update)
	for _, b := range p.against() {
		k := t.k.of(n*d, b.j-b.i, t.points, min(depth, p.rows()))
		if !b.Slopes(k, x, &t.kernel) {
			return false
		}
		mulAdd(out, dense(k), v.from(b.i, b.j), true)
	}
	return true
}
