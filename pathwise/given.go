package pathwise

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/linalg"
	"matheron/rng"
)

// Inducing is a posterior that is known by a Gaussian distribution of u, which is f at
// M inducing inputs Z with noise of the variance Jitter: that of package gp/sparse, for
// one. Functions are drawn from it through u.
type Inducing interface {
	gp.Posterior
	Kernel() kernel.Kernel
	// PriorMean returns the mean function of the prior, never nil.
	PriorMean() gp.Mean
	// Z returns the inducing inputs, M x D.
	Z() *mat.Dense
	// Solver solves with K_ZZ + Jitter I.
	Solver() gp.Solver
	Jitter() float64
	// InducingMoments returns the mean and the covariance of u, both triangles.
	InducingMoments() (mean []float64, covariance *mat.Dense)
	// DrawInducing returns one draw of u.
	DrawInducing(r *rand.Rand) []float64
}

// Gaussian is a mean and a covariance, both triangles.
type Gaussian struct {
	Mean       []float64
	Covariance *mat.Dense
}

// check returns an error unless g is of m variables.
func (g Gaussian) check(m int) error {
	if len(g.Mean) != m {
		return fmt.Errorf("a distribution of %d variables at %d inducing inputs", len(g.Mean), m)
	}
	return wantDims("covariances at the inducing inputs", g.Covariance, m, m)
}

// given is what the functions of a part are conditioned on: the correction is
// k(x, X) H⁻¹ (r - prior path at X - e), where r and e are Gaussian. For an exact
// posterior X are the rows, r is y - m(X) and fixed, and e has the variances Sigma; for
// an inducing one X are the inducing inputs Z, r is u - m(Z), and e has the variance of
// the jitter.
type given interface {
	// posterior is what the functions are draws of.
	posterior() gp.Posterior
	// covariance is that of f at the rows of x under it.
	covariance(x *mat.Dense) *mat.Dense
	// solver solves with H.
	solver() gp.Solver
	// residual is the mean of r.
	residual() []float64
	// addNoise adds A C Aᵀ to the lower triangle of c, where C is the covariance
	// of r - e. It may overwrite a.
	addNoise(c, a *mat.Dense)
}

// exact is a posterior given rows.
type exact struct{ *gp.Exact }

func (e exact) posterior() gp.Posterior { return e.Exact }

func (e exact) solver() gp.Solver { return e.Solver() }

func (e exact) residual() []float64 {
	r := make([]float64, e.Len())
	e.PriorMean().Eval(r, e.X())
	for i, y := range e.Y() {
		r[i] = y - r[i]
	}
	return r
}

func (e exact) addNoise(c, a *mat.Dense) {
	sd := make([]float64, e.Len())
	for j, v := range e.NoiseDiag() {
		sd[j] = math.Sqrt(v)
	}
	scaleColumns(a, sd)
	linalg.SymRankK(c, 1, a)
}

func (e exact) covariance(x *mat.Dense) *mat.Dense { return e.Covariance(nil, x) }

// scaleColumns multiplies column j of a by s[j].
func scaleColumns(a *mat.Dense, s []float64) {
	n, _ := a.Dims()
	for i := range n {
		row := a.RawRowView(i)
		for j := range row {
			row[j] *= s[j]
		}
	}
}

// inducing is a process given by the moments of u at inducing inputs z, whose prior has
// a mean that is not nil, and all the jitter.
type inducing struct {
	prior gp.Prior
	z     *mat.Dense
	chol  gp.Solver
	u     Gaussian
	post  gp.Posterior // that it was drawn from; nil for one from a file
}

func (g *inducing) posterior() gp.Posterior {
	if g.post != nil {
		return g.post
	}
	return stored{g}
}

func (g *inducing) solver() gp.Solver { return g.chol }

func (g *inducing) residual() []float64 {
	r := make([]float64, len(g.u.Mean))
	g.prior.Mean.Eval(r, g.z)
	for i, v := range g.u.Mean {
		r[i] = v - r[i]
	}
	return r
}

// addNoise adds A (S_u + j I) Aᵀ.
func (g *inducing) addNoise(c, a *mat.Dense) {
	s := mat.DenseCopyOf(g.u.Covariance)
	for i := range g.u.Mean {
		s.Set(i, i, s.At(i, i)+g.prior.Jitter)
	}
	addQuadratic(c, a, s)
}

// covariance is K** - A K_Z* + A S_u Aᵀ.
func (g *inducing) covariance(x *mat.Dense) *mat.Dense {
	t, _ := x.Dims()
	c := mat.NewDense(t, t, nil)
	g.prior.Kernel.Cov(c, x, x)
	cross := mat.NewDense(len(g.u.Mean), t, nil)
	g.prior.Kernel.Cov(cross, g.z, x)
	subtractExplained(c, g.chol, cross)
	g.chol.Solve(cross, cross)
	addQuadratic(c, mat.DenseCopyOf(cross.T()), g.u.Covariance)
	for i := range t {
		c.Set(i, i, math.Max(0, c.At(i, i)))
	}
	linalg.Symmetrize(c)
	return c
}

// subtractExplained subtracts crossᵀ H⁻¹ cross from the lower triangle of c.
func subtractExplained(c *mat.Dense, h gp.Solver, cross *mat.Dense) {
	solved := mat.DenseCopyOf(cross)
	if half, ok := h.(gp.HalfSolver); ok {
		half.SolveHalf(solved, solved)
		linalg.SymRankKTransA(c, -1, solved)
		return
	}
	h.Solve(solved, solved)
	t, _ := c.Dims()
	explained := mat.NewDense(t, t, nil)
	linalg.MulTransA(explained, cross, solved)
	for i := range t {
		row := c.RawRowView(i)
		for j, v := range explained.RawRowView(i)[:i+1] {
			row[j] -= v
		}
	}
}

// addQuadratic adds A S Aᵀ to the lower triangle of c.
func addQuadratic(c, a, s *mat.Dense) {
	t, m := a.Dims()
	as, full := mat.NewDense(t, m, nil), mat.NewDense(t, t, nil)
	linalg.Mul(as, a, s)
	linalg.MulTransB(full, as, a)
	for i := range t {
		row := c.RawRowView(i)
		for j, v := range full.RawRowView(i)[:i+1] {
			row[j] += v
		}
	}
}

// stored is the posterior of functions that came from a file with the moments of u.
type stored struct{ *inducing }

var _ gp.Posterior = stored{}

func (p stored) Inputs() int {
	_, d := p.z.Dims()
	return d
}

func (p stored) Mean(dst []float64, x *mat.Dense) []float64 {
	dst = p.result(dst, x)
	t, m := len(dst), len(p.u.Mean)
	r := mat.NewDense(m, 1, p.residual())
	p.chol.Solve(r, r)
	k, update := mat.NewDense(t, m, nil), mat.NewDense(t, 1, nil)
	p.prior.Kernel.Cov(k, x, p.z)
	linalg.Mul(update, k, r)
	p.prior.Mean.Eval(dst, x)
	for i := range dst {
		dst[i] += update.At(i, 0)
	}
	return dst
}

func (p stored) Variance(dst []float64, x *mat.Dense) []float64 {
	dst = p.result(dst, x)
	const block = 64
	for i := 0; i < len(dst); i += block {
		j := min(i+block, len(dst))
		c := p.covariance(rowsOf(x, i, j))
		for r := i; r < j; r++ {
			dst[r] = c.At(r-i, r-i)
		}
	}
	return dst
}

func (p stored) Covariance(dst, x *mat.Dense) *mat.Dense {
	t := len(p.result(nil, x))
	if dst == nil {
		return p.covariance(x)
	}
	if r, c := dst.Dims(); r != t || c != t {
		panic(fmt.Sprintf("pathwise: Covariance: dst is %d x %d, want %d x %d", r, c, t, t))
	}
	dst.Copy(p.covariance(x))
	return dst
}

func (p stored) Draw(key rng.Key, s int, x *mat.Dense) (draws *mat.Dense, jitter float64, err error) {
	prior := p.result(nil, x)
	p.prior.Kernel.Diag(prior, x)
	var scale float64
	for _, v := range prior {
		scale += v / float64(len(prior))
	}
	return gp.DrawGaussian(key, s, p.Mean(nil, x), p.covariance(x), scale)
}

// result returns dst, made if it is nil, with an element a row of x.
func (p stored) result(dst []float64, x *mat.Dense) []float64 {
	t, d := x.Dims()
	if d != p.Inputs() {
		panic(fmt.Sprintf("pathwise: x has %d columns, want %d", d, p.Inputs()))
	}
	if dst == nil {
		dst = make([]float64, t)
	}
	if len(dst) != t {
		panic(fmt.Sprintf("pathwise: dst has %d elements for %d rows", len(dst), t))
	}
	return dst
}
