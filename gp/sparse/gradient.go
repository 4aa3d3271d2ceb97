package sparse

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
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
	reduce := mat.DenseCopyOf(b.lost) // L^-T (I - cov)
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
		for i := range m {
			row := w.RawRowView(i)
			for j, v := range row {
				row[j] = b.sw.w[j] * (v + alpha[i]*e[j])
			}
		}
		b.kernelGrad(g.Kernel, w, b.sw.k, in.z, x)
		b.inputGrad(g.Z, w, b.sw.k, in.z, x)
		half := make([]float64, len(e))
		for i, v := range b.sw.w {
			e[i] *= v
			half[i] = -v / 2
		}
		diagonalGrad(g.Kernel, in.Kernel(), half, x)
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
	kz := b.priorGrad()
	b.kernelGrad(g.Kernel, kz, in.k, in.z, in.z)
	kz.Scale(2, kz) // each z is both a row and a column of K_ZZ
	b.inputGrad(g.Z, kz, in.k, in.z, in.z)
	b.meanZ(&g)
	return g, nil
}

// rowNoise appends d/ds_i of the tile to g.Noise and returns their sum.
func (b *pullback) rowNoise(g *Gradient, scratch *mat.Dense, e []float64) (sum float64) {
	linalg.Mul(scratch, b.lost, b.sw.v)
	lost := columnDots(nil, b.sw.v, scratch)
	for i, v := range e {
		d := 0.5 * b.sw.w[i] * ((v*v+b.sw.kdiag[i]-lost[i])/b.sw.s[i] - 1)
		g.Noise = append(g.Noise, d)
		sum += d
	}
	return sum
}

// priorGrad returns d/dK_ZZ, symmetric.
func (b *pullback) priorGrad() *mat.Dense {
	m := len(b.mu)
	p := mat.NewDense(m, m, nil)
	linalg.Mul(p, b.lost, b.sums.gram)
	for i := range m {
		row := p.RawRowView(i)
		for j := range i + 1 {
			row[j] = -row[j] - b.mu[i]*b.sums.pull[j]
			if b.factor != nil {
				row[j] += b.factor.At(i, j)
			}
		}
		row[i] /= 2
		clear(row[i+1:])
	}
	chol := b.sw.in.chol
	chol.SolveLowerTrans(p)
	s := mat.DenseCopyOf(p.T())
	chol.SolveLowerTrans(s)
	for i := range m {
		for j := range i {
			v := 0.5 * (s.At(i, j) + s.At(j, i))
			s.Set(i, j, v)
			s.Set(j, i, v)
		}
	}
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

// kernelGrad adds the contraction of w with dk(z,x) to the kernel's gradient, by
// blocks of rows that are added in their order.
func (b *pullback) kernelGrad(dst []float64, w, k, z, x *mat.Dense) {
	if len(dst) == 0 {
		return
	}
	n, c := w.Dims()
	partial := make([][]float64, blocks(n))
	grader := b.sw.in.Kernel().(kernel.ParamGrader)
	eachBlock(n, c, func(i, lo, hi int) {
		partial[i] = make([]float64, len(dst))
		grader.ParamGrad(partial[i], rows(w, lo, hi), rows(k, lo, hi), rows(z, lo, hi), x)
	})
	for _, part := range partial {
		for p, v := range part {
			dst[p] += v
		}
	}
}

// inputGrad adds the contraction of w with dk(z,x)/dz to dst, unless that is nil.
func (b *pullback) inputGrad(dst, w, k, z, x *mat.Dense) {
	if dst == nil {
		return
	}
	n, c := w.Dims()
	grader := b.sw.in.Kernel().(kernel.InputGrader)
	eachBlock(n, c, func(_, lo, hi int) {
		grader.InputGrad(rows(dst, lo, hi), rows(w, lo, hi), rows(k, lo, hi), rows(z, lo, hi), x)
	})
}

// diagonalGrad adds sum_i w_i dk(x_i,x_i)/dtheta. A kernel contracts blocks, not
// diagonals: small squares waste little and save a call a row.
func diagonalGrad(dst []float64, k kernel.Kernel, w []float64, x *mat.Dense) {
	grader, ok := k.(kernel.ParamGrader)
	if !ok || len(dst) == 0 {
		return
	}
	const side = 8
	weights := make([]float64, side*side)
	for lo := 0; lo < len(w); lo += side {
		hi := min(lo+side, len(w))
		n := hi - lo
		square := mat.NewDense(n, n, weights[:n*n])
		square.Zero()
		for i := range n {
			square.Set(i, i, w[lo+i])
		}
		part := rows(x, lo, hi)
		grader.ParamGrad(dst, square, nil, part, part)
	}
}
