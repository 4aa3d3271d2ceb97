package sparse

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/internal/gram"
	"matheron/kernel"
	"matheron/linalg"
)

// Gradient is the derivative of a bound with respect to the parameters
// themselves (not their logarithms), jitters being constant.
type Gradient struct {
	// Kernel has an element for each of kernel.Params, white variances included.
	Kernel []float64
	// Mean has an element for each of gp.MeanParams.
	Mean []float64
	// Noise has the derivative to the shared noise variance, or to that of each row.
	Noise []float64
	// Z is M x D. It is nil where the kernel or the mean has no input gradient.
	Z *mat.Dense
	// Guide has an element for each parameter of the guide; it is nil for the
	// collapsed bound.
	Guide []float64
}

// inputsDiffer reports whether the bound can be differentiated to Z.
func (in *Inducing) inputsDiffer() bool {
	if _, ok := in.Kernel().(kernel.InputGrader); !ok || kernel.CheckGrad(in.Kernel()) != nil {
		return false
	}
	f, ok := in.Mean().(gp.Func)
	return !ok || f.Grad != nil
}

// pullback is what the gradient of a bound to prior and noise is made of, for
// whitened moments mu, cov that are held fixed. With v_i = L^-1 k(Z,x_i) and
// e_i = r_i - v_i' mu,
//
//	d/dv_i = w_i (e_i mu + (I - cov) v_i)
//	d/dk(Z,x_i) = L^-T d/dv_i,  d/dk(x_i,x_i) = -w_i/2,  d/dm(x_i) = w_i e_i
//	d/dK_ZZ = sym(L^-T Phi(P) L^-1),  P = L' d/dL = -(mu g' + (I - cov) G)
//
// Phi is the lower triangle with half the diagonal (Murray 2016, Differentiation
// of the Cholesky decomposition).
type pullback struct {
	sw     *sweep
	sums   *sums
	mu     []float64
	lost   *mat.Dense // I - cov
	factor *mat.Dense // P beyond that of the data; nil for 0
	dMeanZ []float64  // d/dm(Z); nil for 0
}

// gradient returns the gradient to prior and noise. It panics if the kernel has
// parameters but no [kernel.ParamGrader]. Cost 4 N M² and O(M³).
func (b *pullback) gradient() (Gradient, error) {
	in := b.sw.in
	m, d := in.z.Dims()
	g := Gradient{Kernel: make([]float64, len(kernel.Params(in.Kernel())))}
	if len(g.Kernel) > 0 {
		if _, ok := in.Kernel().(kernel.ParamGrader); !ok {
			panic(fmt.Sprintf("sparse: kernel %T has parameters but no ParamGrad", in.Kernel()))
		}
	}
	if in.inputsDiffer() {
		g.Z = mat.NewDense(m, d, nil)
	}
	mean, hasMean := in.Mean().(gp.ParametricMean)
	if hasMean {
		g.Mean = make([]float64, len(mean.Params()))
	}
	reduce := b.sw.buf.square(reduceSquare, m) // L^-T (I - cov)
	reduce.Copy(b.lost)
	in.chol.SolveLowerTrans(reduce)
	alpha := append([]float64(nil), b.mu...)
	in.chol.SolveLowerTrans(column(alpha))
	perRow := b.sw.noise.PerRow()
	var noise float64 // the sum over rows of d/ds_i
	for t := range b.sw.tiles() {
		if err := b.sw.load(t); err != nil {
			return g, err
		}
		x := rows(b.sw.x, b.sw.lo, b.sw.hi)
		e := b.sw.residual(b.mu)
		w := matrix(&b.sw.buf.u, m, len(e))
		if perRow {
			noise += b.rowNoise(&g, w, e)
		}
		linalg.Mul(w, reduce, b.sw.v)
		half := b.sw.buf.vector(6, len(e))
		for i, v := range b.sw.w {
			e[i] *= v
			half[i] = -v / 2
		}
		b.contract(&g, w, b.sw.k, b.sw.against, 1, func(i int, row []float64) {
			a := alpha[i]
			for j, v := range row {
				row[j] = b.sw.root[j]*v + a*e[j]
			}
		})
		in.plan.DiagGrad(g.Kernel, in.theta, half, x)
		if hasMean {
			mean.ParamGrad(g.Mean, e, x)
		}
	}
	if !perRow {
		s := b.sw.diagonal(0)
		noise = 0.5 * (b.sums.square + b.sums.diag - b.sums.lostTrace(b.lost) - b.sw.scale*float64(len(b.sw.y))) / s
		g.Noise = []float64{noise}
	}
	for p, v := range in.whiteGrad {
		g.Kernel[p] += v * noise
	}
	// Each z is both a row and a column of K_ZZ.
	b.contract(&g, b.priorGrad(), in.k, in.against(in.z), 2, nil)
	b.meanZ(&g)
	return g, nil
}

// rowNoise appends d/ds_i of the tile to g.Noise and returns their sum.
func (b *pullback) rowNoise(g *Gradient, scratch *mat.Dense, e []float64) (sum float64) {
	linalg.Mul(scratch, b.lost, b.sw.v)
	lost := columnDots(nil, b.sw.v, scratch) // times w
	for i, v := range e {
		d := 0.5 * (b.sw.w[i]*((v*v+b.sw.kdiag[i])/b.sw.s[i]-1) - lost[i]/b.sw.s[i])
		g.Noise = append(g.Noise, d)
		sum += d
	}
	return sum
}

// priorGrad returns d/dK_ZZ = 1/2 L^-T (Phi(P) + Phi(P)') L^-1, symmetric to rounding.
func (b *pullback) priorGrad() *mat.Dense {
	m := len(b.mu)
	p := b.sw.buf.square(reduceSquare, m) // which is used up
	linalg.Mul(p, b.lost, b.sums.gram)
	for i := range m {
		row := p.RawRowView(i)
		for j := range i + 1 {
			row[j] = -row[j] - b.mu[i]*b.sums.pull[j]
		}
		if b.factor != nil {
			for j, v := range b.factor.RawRowView(i)[:i+1] {
				row[j] += v
			}
		}
		for j := range i + 1 {
			row[j] *= 0.5
		}
	}
	linalg.Symmetrize(p)
	chol := b.sw.in.chol
	chol.SolveLowerTrans(p)
	s := b.sw.buf.square(priorSquare, m)
	linalg.Transpose(s, p)
	chol.SolveLowerTrans(s)
	return s
}

// meanZ adds what the bound has of m(Z).
func (b *pullback) meanZ(g *Gradient) {
	if b.dMeanZ == nil {
		return
	}
	in := b.sw.in
	if mean, ok := in.Mean().(gp.ParametricMean); ok {
		mean.ParamGrad(g.Mean, b.dMeanZ, in.z)
	}
	if g.Z == nil {
		return
	}
	m, d := in.z.Dims()
	slope := mat.NewDense(m, d, nil)
	in.Mean().InputGrad(slope, in.z)
	for i := range m {
		row := g.Z.RawRowView(i)
		for c, v := range slope.RawRowView(i) {
			row[c] += b.dMeanZ[i] * v
		}
	}
}

// contract adds the contraction of w with dk(z,x) to the kernel's gradient, and that
// with dk(z,x)/dz, so many times, to the gradient of Z, where it is wanted; against is
// the kernel against x. finish, unless nil, completes row i of w before. It goes by
// blocks of rows, which are added in their order.
func (b *pullback) contract(g *Gradient, w, k *mat.Dense, against *gram.Cross, times float64, finish func(i int, row []float64)) {
	n, c := w.Dims()
	z, p := b.sw.in.z, len(g.Kernel)
	partial := make([]float64, blocks(n)*p)
	eachBlock(n, c, func(i, lo, hi int) {
		if finish != nil {
			for r := lo; r < hi; r++ {
				finish(r, w.RawRowView(r))
			}
		}
		wb, kb, zb := rows(w, lo, hi), rows(k, lo, hi), rows(z, lo, hi)
		scratch := new(gram.Scratch)
		if p > 0 {
			against.ParamGrad(partial[i*p:(i+1)*p], wb, kb, zb, scratch)
		}
		if g.Z == nil {
			return
		}
		if times != 1 {
			for r := range hi - lo {
				row := wb.RawRowView(r)
				for j := range row {
					row[j] *= times
				}
			}
		}
		against.InputGrad(rows(g.Z, lo, hi), wb, kb, zb, scratch)
	})
	for i, v := range partial {
		g.Kernel[i%p] += v
	}
}
