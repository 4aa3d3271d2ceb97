package pathwise

import (
	"runtime"
	"sync/atomic"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
)

// gradTogether returns the gradients of all paths at the rows of x from one set of
// slopes of the features: dPhi/dx_d W for each input d. It returns nil if the
// paths do not share a basis, or that cannot give its slopes.
func (p *Paths) gradTogether(x *mat.Dense) []*mat.Dense {
	if p.perPath && p.weights != nil {
		return nil
	}
	n, d := x.Dims()
	out, data := make([]*mat.Dense, p.n), make([]float64, p.n*n*d)
	for s := range out {
		out[s] = mat.NewDense(n, d, data[s*n*d:(s+1)*n*d])
	}
	v := mat.NewDense(p.n, p.rows(), nil)
	for i := range p.rows() {
		for s, u := range p.update.RawRowView(i) {
			v.Set(s, i, u)
		}
	}
	var unable atomic.Bool
	workers := runtime.GOMAXPROCS(0)
	rows := min(p.tileRows(n, workers), n)
	each(workers, n, rows, func() func(i, j int) {
		g := &scratchSlopes{scratch: p.newScratch(rows), update: v}
		g.out.wide = newMatrix[float64](rows, p.n)
		return func(i, j int) {
			if !unable.Load() && !p.slopes(g, out, x, i, j) {
				unable.Store(true)
			}
		}
	})
	if unable.Load() {
		return nil
	}
	return out
}

// scratchSlopes is what one goroutine needs for the gradients of all paths. The
// kernel's are contractions a path: a row for each of them at the same point.
type scratchSlopes struct {
	*scratch
	update      *mat.Dense // S x N
	mean        *mat.Dense // T x D
	ks, xs, sum *mat.Dense // S x N, S x D and S x D
}

// slopes sets the gradients at rows i to j of x. It reports whether the basis has
// slopes.
func (p *Paths) slopes(g *scratchSlopes, dst []*mat.Dense, x *mat.Dense, i, j int) bool {
	t, d := j-i, p.Inputs()
	xt := x.Slice(i, j, 0, d).(*mat.Dense)
	if p.weights != nil {
		phi := g.columns(&g.phi, t, p.Features())
		out := g.out.wide.from(0, t)
		for c := range d {
			if !p.bases[0].Slopes(phi, xt, c) {
				return false
			}
			mulAdd(out, dense(phi), dense(p.weights), false)
			for s, m := range dst {
				for r := range t {
					m.RawRowView(i + r)[c] = out.data[r*out.stride+s]
				}
			}
		}
	}
	if n := p.rows(); g.ks == nil {
		g.mean = mat.NewDense(g.points, d, nil)
		g.ks, g.xs, g.sum = mat.NewDense(p.n, n, nil), mat.NewDense(p.n, d, nil), mat.NewDense(p.n, d, nil)
	}
	k, mean := g.columns(&g.k, t, p.rows()), g.mean.Slice(0, t, 0, d).(*mat.Dense)
	p.kernel.Cov(k, xt, p.x)
	p.mean.InputGrad(mean, xt)
	for r := range t {
		for s := range p.n {
			copy(g.ks.RawRowView(s), k.RawRowView(r))
			copy(g.xs.RawRowView(s), xt.RawRowView(r))
			copy(g.sum.RawRowView(s), mean.RawRowView(r))
		}
		p.kernel.(kernel.InputGrader).InputGrad(g.sum, g.update, g.ks, g.xs, p.x)
		for s, m := range dst {
			row := m.RawRowView(i + r)
			for c, v := range g.sum.RawRowView(s) {
				row[c] += v
			}
		}
	}
	return true
}
