package sparse

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/linalg"
	"matheron/rng"
)

// Posterior is the process with its inducing variables replaced by a guide,
//
//	q(f) = Int p(f | u) q(u) du,  A = k(x,Z) (K_ZZ + jitter I)^-1
//	E f(x)      = m(x) + A (m_u - m(Z))
//	cov f(x,x') = k(x,x') - A k(Z,x') + A S_u A'
//
// It is immutable and safe for many goroutines.
type Posterior struct {
	in      *Inducing
	guide   Guide
	weights []float64  // L^-T E v = (K_ZZ + jitter I)^-1 (m_u - m(Z))
	lost    *mat.Dense // I - cov v
	certain bool       // cov v is zero
}

var (
	_ gp.Posterior = (*Posterior)(nil)
	_ gp.HasPrior  = (*Posterior)(nil)
)

// NewPosterior returns the posterior with the guide q. It panics if q has not as
// many variables as in. Cost O(M³).
func NewPosterior(in *Inducing, q Guide) *Posterior {
	mean, cov := in.whitenedMoments(q)
	checkLen("NewPosterior", "variables", len(mean), in.Len())
	p := &Posterior{in: in, guide: q, weights: mean, lost: complement(cov), certain: mat.Norm(cov, 1) == 0}
	in.chol.SolveLowerTrans(column(p.weights))
	return p
}

// complement returns I - cov.
func complement(cov *mat.Dense) *mat.Dense {
	m, _ := cov.Dims()
	d := mat.NewDense(m, m, nil)
	complementTo(d, cov)
	return d
}

// complementTo sets dst to I - cov.
func complementTo(dst, cov *mat.Dense) {
	m, _ := cov.Dims()
	for i := range m {
		row := dst.RawRowView(i)
		for j, v := range cov.RawRowView(i) {
			row[j] = -v
		}
		row[i]++
	}
}

// Inducing returns the prior of u: inducing inputs, m(Z), factor and jitter.
func (p *Posterior) Inducing() *Inducing { return p.in }

// Guide returns q(u).
func (p *Posterior) Guide() Guide { return p.guide }

// Kernel returns the kernel of f.
func (p *Posterior) Kernel() kernel.Kernel { return p.in.Kernel() }

// PriorMean returns the mean function of the prior, never nil.
func (p *Posterior) PriorMean() gp.Mean { return p.in.Mean() }

// Z returns the inducing inputs, M x D.
func (p *Posterior) Z() *mat.Dense { return p.in.z }

// Jitter returns all the jitter on the diagonal of K_ZZ.
func (p *Posterior) Jitter() float64 { return p.in.Jitter() }

// Weights returns (K_ZZ + jitter I)⁻¹ (m_u - m(Z)), which must not be written to.
func (p *Posterior) Weights() []float64 { return p.weights }

// Inputs returns the number of inputs D.
func (p *Posterior) Inputs() int {
	_, d := p.in.z.Dims()
	return d
}

// Prior returns the process, before the data and the inducing inputs.
func (p *Posterior) Prior() gp.Prior { return p.in.prior }

// Solver returns what solves with K_ZZ + Jitter I.
func (p *Posterior) Solver() gp.Solver { return gp.CholeskySolver(p.in.chol) }

// InducingMoments returns the mean and the covariance of u under the guide.
func (p *Posterior) InducingMoments() (mean []float64, covariance *mat.Dense) {
	return p.guide.Mean(), p.guide.Covariance()
}

// DrawInducing returns one draw of u from the guide.
func (p *Posterior) DrawInducing(r *rand.Rand) []float64 { return p.guide.Draw(r) }

// predictBlock is the number of points that are predicted at a time.
const predictBlock = 512

// Mean sets dst[i] to E f(x_i) and returns dst, a new slice if it is nil.
// Element i depends on row i of x alone. It panics on shapes that do not fit.
// Cost O(M) a point.
func (p *Posterior) Mean(dst []float64, x *mat.Dense) []float64 {
	dst = p.checkPredict("Mean", dst, x)
	p.eachBlock(x, func(lo, hi int, part *mat.Dense) {
		block, update := mat.NewDense(hi-lo, p.in.Len(), nil), mat.NewDense(hi-lo, 1, nil)
		covariance(block, p.Kernel(), part, p.in.z)
		linalg.Mul(update, block, column(p.weights))
		p.PriorMean().Eval(dst[lo:hi], part)
		for i, v := range update.RawMatrix().Data {
			dst[lo+i] += v
		}
	})
	return dst
}

// Variance sets dst[i] to var f(x_i) and returns dst, a new slice if it is nil.
// The variance of an observation is this and its noise, white noise and jitter.
//
// The terms may cancel to less than their rounding, whose size is
//
//	ε (k(x,x) + sum_j w_j² (k(z_j,z_j) + jitter)),  w = (K_ZZ + jitter I)⁻¹ k(Z,x)
//
// with ε = 2⁻⁵². A variance that is within a few times of that, or negative, is lost in
// it, and dst[i] is then no less than that size, nor than jitter |w|², which is the
// least that u leaves. It is 0 only where f is known: at an inducing input, without
// jitter, of a guide without variance, and where the prior variance is 0.
//
// Element i depends on row i of x alone. It panics on shapes that do not fit. Cost
// O(M²) a point.
func (p *Posterior) Variance(dst []float64, x *mat.Dense) []float64 {
	dst = p.checkPredict("Variance", dst, x)
	p.eachBlock(x, func(lo, hi int, part *mat.Dense) {
		a := p.in.crossed(part)
		p.in.chol.SolveLower(a)
		da := mat.NewDense(p.in.Len(), hi-lo, nil)
		linalg.Mul(da, p.lost, a)
		explained := columnDots(nil, a, da)
		prior := make([]float64, hi-lo)
		p.Kernel().Diag(prior, part)
		for i, e := range explained {
			dst[lo+i] = max(prior[i]-e, 0)
		}
		p.in.raiseHidden(dst[lo:hi], prior, a, da, part, p.certain)
	})
	return dst
}

// columnDots sets dst[j] to the dot product of the columns j of a and b.
func columnDots(dst []float64, a, b *mat.Dense) []float64 {
	m, n := a.Dims()
	if dst == nil {
		dst = make([]float64, n)
	}
	clear(dst)
	for i := range m {
		bi := b.RawRowView(i)
		for j, v := range a.RawRowView(i) {
			dst[j] += v * bi[j]
		}
	}
	return dst
}

// Covariance sets dst to cov f(x_i, x_j), T x T, and returns it, a new matrix if
// it is nil. What rounding hides on the diagonal is raised as [Posterior.Variance]
// says. It panics on shapes that do not fit. Cost O(T M² + T² M).
func (p *Posterior) Covariance(dst, x *mat.Dense) *mat.Dense {
	return p.in.covarianceWith(dst, x, "Covariance", p.lost, p.certain)
}

// Draw returns s joint draws of f at the T rows of x, S x T, and the jitter that
// the factor of their covariance needed, as [gp.Exact.Draw] does: draw i
// takes the stream key.Split(i). Cost T³/3 on top of [Posterior.Covariance].
func (p *Posterior) Draw(key rng.Key, s int, x *mat.Dense) (draws *mat.Dense, jitter float64, err error) {
	t := p.in.checkColumns("Draw", x)
	if s < 1 {
		panic(fmt.Sprintf("sparse: Draw: %d draws, want at least 1", s))
	}
	prior := make([]float64, t)
	p.Kernel().Diag(prior, x)
	var scale float64
	for _, v := range prior {
		scale += v / float64(t)
	}
	c, err := linalg.Factorize(p.Covariance(nil, x), linalg.Policy{Retry: true, Scale: max(scale, 0)})
	if err != nil {
		return nil, 0, err
	}
	mean := p.Mean(nil, x)
	draws = mat.NewDense(s, t, nil)
	for i := range s {
		row := draws.RawRowView(i)
		copy(row, lowerTimes(c.L(), normals(t, key.Split(i).Rand())))
		for j, v := range mean {
			row[j] += v
		}
	}
	return draws, c.Jitter(), nil
}

func (p *Posterior) eachBlock(x *mat.Dense, f func(lo, hi int, part *mat.Dense)) {
	t, _ := x.Dims()
	for lo := 0; lo < t; lo += predictBlock {
		hi := min(lo+predictBlock, t)
		f(lo, hi, rows(x, lo, hi))
	}
}

// checkPredict returns dst, made if it is nil, with an element a row of x.
func (p *Posterior) checkPredict(op string, dst []float64, x *mat.Dense) []float64 {
	t := p.in.checkColumns(op, x)
	if dst == nil {
		return make([]float64, t)
	}
	checkLen(op, "elements of dst", len(dst), t)
	return dst
}
