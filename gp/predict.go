package gp

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/parallel"
	"matheron/linalg"
	"matheron/rng"
)

// predictBlock is the number of points that are predicted at a time: it bounds
// the memory to that many times N numbers a goroutine.
const predictBlock = 128

// Mean sets dst[i] to E f(x_i) = m(x_i) + k(x_i, X) H⁻¹ (y - m(X)), and
// returns dst, a new slice if it is nil. It is the mean of an observation too.
// Element i depends on row i of x alone. It panics on shapes that do not fit.
// Cost O(N) a point.
func (p *Exact) Mean(dst []float64, x *mat.Dense) []float64 {
	dst = p.checkPredict("Mean", dst, x)
	n := p.Len()
	p.eachBlock(x, func(w linalg.Workers, lo, hi int, part *mat.Dense) {
		update := mat.NewDense(hi-lo, 1, nil)
		if known, ok := p.solver.(Predictor); ok {
			known.Regress(update, part, p.residual)
		} else {
			block := mat.NewDense(hi-lo, n, nil)
			p.Kernel().Cov(block, part, p.x)
			w.Mul(update, block, mat.NewDense(n, 1, p.weights))
		}
		p.PriorMean().Eval(dst[lo:hi], part)
		for i, v := range update.RawMatrix().Data {
			dst[lo+i] += v
		}
	})
	return dst
}

// Variance sets dst[i] to var f(x_i) = k(x_i,x_i) - |L⁻¹ k(X,x_i)|², and returns
// dst, a new slice if it is nil. The variance of an observation is this and its
// noise, white noise and jitter.
//
// The two terms may cancel to less than their rounding, whose size is
//
//	ε (k(x_i,x_i) + sum_j w_j² H_jj),  w = H⁻¹ k(X,x_i),  ε = 2⁻⁵²
//
// A variance that is near is computed with fewer roundings, and is no less than that
// size, nor than sum_j w_j² s_j, what the noise s on the diagonal of H gives it at
// least. So it is 0 only at a row of the data that has neither noise nor jitter, where
// f is known, and where the prior variance is 0.
//
// Element i depends on row i of x alone. It panics on shapes that do not fit. Cost
// O(N²) a point, and as much again where rounding is near.
func (p *Exact) Variance(dst []float64, x *mat.Dense) []float64 {
	dst = p.checkPredict("Variance", dst, x)
	n := p.Len()
	p.eachBlock(x, func(w linalg.Workers, lo, hi int, part *mat.Dense) {
		if known, ok := p.solver.(Predictor); ok {
			known.Variance(dst[lo:hi], part)
			return
		}
		c := p.crossed(part)
		q := p.quadratics(w, c)
		explained := make([]float64, hi-lo)
		for r := range n {
			left, right := q.left.RawRowView(r), q.right.RawRowView(r)
			for i, e := range left {
				explained[i] += e * right[i]
			}
		}
		prior := make([]float64, hi-lo)
		p.Kernel().Diag(prior, part)
		for i, e := range explained {
			dst[lo+i] = max(prior[i]-e, 0)
		}
		p.raiseHidden(dst[lo:hi], prior, q, part)
	})
	return dst
}

// Covariance sets dst to cov f(x_i, x_j) = k(x_i,x_j) - k(x_i,X) H⁻¹ k(X,x_j),
// both triangles, and returns dst, a new matrix if it is nil. What rounding hides on
// the diagonal is raised as [Exact.Variance] says. It panics on shapes that do not
// fit. For T points it takes O(T N² + T² N) flop, and T x N and T x T numbers.
func (p *Exact) Covariance(dst, x *mat.Dense) *mat.Dense {
	t := p.checkColumns("Covariance", x)
	if dst == nil {
		dst = mat.NewDense(t, t, nil)
	}
	if r, c := dst.Dims(); r != t || c != t {
		panic(fmt.Sprintf("gp: Covariance: dst is %d x %d, want %d x %d", r, c, t, t))
	}
	if known, ok := p.solver.(Predictor); ok {
		known.Covariance(dst, x)
		return dst
	}
	v := mat.NewDense(p.Len(), t, nil)
	p.eachBlock(x, func(_ linalg.Workers, lo, hi int, part *mat.Dense) {
		v.Slice(0, p.Len(), lo, hi).(*mat.Dense).Copy(p.crossed(part))
	})
	q := p.quadratics(0, v)
	p.eachBlock(x, func(_ linalg.Workers, lo, hi int, part *mat.Dense) {
		p.Kernel().Cov(dst.Slice(lo, hi, 0, hi).(*mat.Dense), part, rows(x, 0, hi))
	})
	q.subtractFrom(dst)
	variance, prior := make([]float64, t), make([]float64, t)
	for i := range variance {
		variance[i] = max(dst.At(i, i), 0)
	}
	p.Kernel().Diag(prior, x)
	p.raiseHidden(variance, prior, q, x)
	for i, s := range variance {
		dst.Set(i, i, s)
	}
	linalg.Symmetrize(dst)
	return dst
}

// Draw returns s joint draws of f at the T rows of x, S x T, and the jitter that
// was added to the diagonal of their covariance, by [DrawGaussian] with the mean prior
// variance at x as the scale of the jitter. Draw i takes the stream key.Split(i). The
// error is a *[linalg.NotPositiveDefinite]. It panics on shapes that do not fit.
//
// For T points Draw takes T³/3 flop on top of [Exact.Covariance]: it is the
// exact reference for few points. Draws that are functions, at any number of
// points, are what package pathwise makes.
func (p *Exact) Draw(key rng.Key, s int, x *mat.Dense) (draws *mat.Dense, jitter float64, err error) {
	t := p.checkColumns("Draw", x)
	prior := make([]float64, t)
	p.Kernel().Diag(prior, x)
	var scale float64
	for _, v := range prior {
		scale += v / float64(t)
	}
	return DrawGaussian(key, s, p.Mean(nil, x), p.Covariance(nil, x), scale)
}

// Functional returns the mean and the variance of a linear functional g = L f,
// such as an integral of f, an inner product with it or a derivative of it, given
// what L makes of the prior: the mean L m, the covariances c_i = Cov(g, f(x_i)) =
// L k(·, x_i) with f at the rows of X, and the variance v = L L' k,
//
//	E g   = L m + cᵀ H⁻¹ (y - m(X))
//	var g = v - cᵀ H⁻¹ c
//
// (Rasmussen and Williams 2006, section 9.4, for derivatives; O'Hagan 1991,
// Bayes-Hermite quadrature, for integrals). A variance that rounding hides is of the
// size of that rounding, as [Exact.Variance] has it. It panics if there is not a
// covariance for each row. Cost O(N²).
func (p *Exact) Functional(mean float64, cov []float64, variance float64) (m, v float64) {
	if len(cov) != p.Len() {
		panic(fmt.Sprintf("gp: Functional: %d covariances with %d rows", len(cov), p.Len()))
	}
	solved := append([]float64(nil), cov...)
	column := mat.NewDense(len(solved), 1, solved)
	p.solver.Solve(column, column)
	m, v = mean, variance
	for i, c := range cov {
		m += c * p.weights[i]
		v -= c * solved[i]
	}
	if size := epsilon*variance + p.loss.of(solved); !(v >= roundingFactor*size) {
		v = max(v, size, p.noiseOf(solved))
	}
	return m, v
}

// crossed returns k(X, x), N x T, evaluated as k(x, X): a kernel's values at a
// point may depend, in the last bit, on how many columns its block has, but not
// on how many rows.
func (p *Exact) crossed(x *mat.Dense) *mat.Dense {
	t, _ := x.Dims()
	block := mat.NewDense(t, p.Len(), nil)
	p.Kernel().Cov(block, x, p.x)
	return mat.DenseCopyOf(block.T())
}

// eachBlock calls f for blocks of rows of x, in parallel, with how many goroutines
// the algebra of a block may use: one where there are several blocks at a time.
func (p *Exact) eachBlock(x *mat.Dense, f func(w linalg.Workers, lo, hi int, part *mat.Dense)) {
	t, _ := x.Dims()
	count := (t + predictBlock - 1) / predictBlock
	workers, within := min(workersFor(t*p.Len(), 0), count), linalg.Workers(0)
	if workers > 1 {
		within = linalg.Serial
	}
	parallel.Do(workers, count, func(_, b int) {
		lo, hi := b*predictBlock, min((b+1)*predictBlock, t)
		f(within, lo, hi, rows(x, lo, hi))
	})
}

// rows returns rows [lo, hi) of x, sharing its storage.
func rows(x *mat.Dense, lo, hi int) *mat.Dense {
	_, d := x.Dims()
	return x.Slice(lo, hi, 0, d).(*mat.Dense)
}

// checkPredict returns dst, made if it is nil, with an element a row of x.
func (p *Exact) checkPredict(op string, dst []float64, x *mat.Dense) []float64 {
	t := p.checkColumns(op, x)
	if dst == nil {
		return make([]float64, t)
	}
	if len(dst) != t {
		panic(fmt.Sprintf("gp: %s: dst has %d elements for %d rows", op, len(dst), t))
	}
	return dst
}

// checkColumns panics if x does not have the columns of the data; it returns
// the number of rows.
func (p *Exact) checkColumns(op string, x *mat.Dense) int {
	t, d := x.Dims()
	if _, want := p.x.Dims(); d != want {
		panic(fmt.Sprintf("gp: %s: x has %d columns, want %d", op, d, want))
	}
	return t
}
