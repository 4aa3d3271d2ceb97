package gp

import (
	"fmt"
	"runtime"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/gram"
	"matheron/kernel"
	"matheron/linalg"
)

// Evidence is the log evidence of fixed data as a function of the prior and the
// noise: what a fit climbs and a sampler walks on. It is prepared once by
// [NewEvidence] and keeps its N x N storage between calls, so it is not safe for
// concurrent use: give each goroutine its own.
//
// Jitter is that of the prior and constant. A covariance that is not positive
// definite under it is an error, a *[linalg.NotPositiveDefinite], never a retry. So is
// an evidence that rounding makes meaningless, an [*EvidenceLost].
//
// Rows that repeat another without noise are one row with it, as for
// [Prior.Condition]: the density is that of the others.
//
// It has one N x N matrix, and another one up to 1,024 rows: beyond, the gradient
// evaluates K_XX again, block by block.
//
// With another [Prior].Solver than [Cholesky] cost and memory are those of its solvers,
// which each call makes anew.
//
// Calls whose kernels differ in the values of their parameters alone share what
// depends on the data; see [gram.Triangle].
type Evidence struct {
	// Workers bounds the goroutines of a call; 0 means GOMAXPROCS. Who makes calls
	// on several Evidences at the same time sets 1. It changes no bit.
	Workers int

	x      *mat.Dense
	y      []float64
	err    error // of the data
	first  []int
	repeat bool // some rows have equal inputs

	one  *Evidence // of the rows that are kept where others repeat them; see distinct
	kept []int

	gram    *gram.Triangle // K_XX as a function of the kernel's parameters
	work    linalg.Workspace
	theta   []float64
	diag    []float64
	h, k    *mat.Dense // H, then its factor and inverse; K_XX, from the first gradient on
	r       []float64  // y - m, then L^-1 of it, then H^-1 of it
	loss    loss
	grad    contraction
	scratch scratch

	all      []float64 // for AtParameters
	gradient Gradient
}

// keepValues is the number of rows up to which K_XX is kept from the value to the
// gradient: beyond, to copy it costs as much as to evaluate it again.
const keepValues = 1024

// NewEvidence returns the evidence of targets y at the rows of x, which are
// copied. It panics if their numbers differ. Data that no prior can be
// conditioned on ([ErrNoRows], [*NotFinite]) is the error of every Eval.
func NewEvidence(x *mat.Dense, y []float64) *Evidence {
	e := &Evidence{err: checkData("NewEvidence", x, y)}
	if e.err != nil {
		return e
	}
	e.x, e.y = mat.DenseCopyOf(x), slices.Clone(y)
	e.first = firstEqual(e.x)
	for i, f := range e.first {
		e.repeat = e.repeat || f != i
	}
	e.r, e.diag, e.loss.h = make([]float64, len(y)), make([]float64, len(y)), make([]float64, len(y))
	return e
}

// evidenceAmong returns an Evidence that is evaluated at the same time as others,
// so many in all: they share the processors.
func evidenceAmong(n int, x *mat.Dense, y []float64) *Evidence {
	e := NewEvidence(x, y)
	if n > 1 {
		e.Workers = max(1, runtime.GOMAXPROCS(0)/n)
	}
	return e
}

// Len returns the number of rows, repeats included.
func (e *Evidence) Len() int { return len(e.y) }

// Eval returns log p(y). It panics if there is a noise variance a row for
// another number of rows.
//
// Errors are those of [Prior.Condition], but that there is no retry: a
// *[kernel.ParamError], *[NoiseError], *[JitterError], *[EqualInputs],
// *[NotFinite], *[linalg.NotPositiveDefinite], or white noise inside a product; and
// there is the [*EvidenceLost].
func (e *Evidence) Eval(p Prior, noise NoiseVariance) (float64, error) {
	return e.At(nil, p, nil, noise)
}

// EvalGrad returns log p(y) and its gradient from one factorisation. The
// gradient is the caller's to keep. It panics as [Evidence.Eval] does, and if
// the kernel has parameters but no [kernel.ParamGrader].
func (e *Evidence) EvalGrad(p Prior, noise NoiseVariance) (float64, Gradient, error) {
	var g Gradient
	v, err := e.At(&g, p, nil, noise)
	if err != nil {
		return 0, Gradient{}, err
	}
	return v, g, nil
}

// At is Eval with the parameters theta in place of those that p has: the kernel's in
// the order of [kernel.Params], and after them, or not, the mean's in that of
// [MeanParams]; nil means p's own. Unless g is nil it is set to the gradient, as
// EvalGrad returns it, in the storage that it has.
//
// From the second call on, with a kernel of package kernel and a mean of this one,
// it allocates nothing on one goroutine. It panics for another number of parameters.
func (e *Evidence) At(g *Gradient, p Prior, theta []float64, noise NoiseVariance) (float64, error) {
	beta, err := e.prepare(p, theta, noise)
	if err != nil {
		return 0, err
	}
	if e.repeat && p.Jitter == 0 && slices.Contains(e.diag, 0) {
		kept, err := distinct(e.first, e.diag, e.y, false)
		if err != nil {
			return 0, err
		}
		if kept != nil {
			return e.evalDistinct(g, p, theta, noise, kept)
		}
	}
	if !p.dense() {
		return e.bySolver(g, p, theta, beta, noise)
	}
	n := e.Len()
	if e.h == nil {
		e.h = mat.NewDense(n, n, nil)
	}
	keep := g != nil && n <= keepValues
	if keep && e.k == nil {
		e.k = mat.NewDense(n, n, nil)
	}
	if !keep {
		lowerCovariance(e.h, e.gram, e.Workers)
	} else {
		lowerCovariance(e.k, e.gram, e.Workers)
		for i := range n {
			copy(e.h.RawRowView(i)[:i+1], e.k.RawRowView(i))
		}
	}
	mean := p.mean()
	if mean, err = e.residual(mean, beta); err != nil {
		return 0, err
	}
	for i := range e.loss.h {
		e.loss.h[i] = e.h.At(i, i)
	}
	e.loss.set(e.diag, p.Jitter)
	addDiagonal(e.h, e.diag)
	e.work.Workers = linalg.Workers(e.Workers)
	if err := e.work.Factorize(e.h, p.Jitter); err != nil {
		// A value that is not finite fails the factorisation, sooner or later.
		lowerCovariance(e.h, e.gram, e.Workers)
		if bad := notFinite(e.h); bad != nil {
			return 0, bad
		}
		return 0, err
	}
	e.work.SolveLower(e.r)
	fit := squares(e.r)
	value := logEvidence(fit, e.work.LogDet(), n)
	near := tooMuch(e.loss.atMost(fit), fit)
	if g == nil && !near {
		return value, nil
	}
	e.work.SolveLowerTrans(e.r)
	if near {
		if rounding := e.loss.of(e.r); tooMuch(rounding, fit) {
			return 0, &EvidenceLost{Value: value, Rounding: rounding / 2}
		}
	}
	if g == nil {
		return value, nil
	}
	e.work.Invert()
	e.grad = contraction{x: e.x, alpha: e.r, inverse: e.h, k: e.k, gram: e.gram, workers: e.Workers}
	e.grad.gradient(g, &e.scratch, p.Kernel, mean, noise)
	return value, nil
}

// bySolver is At after prepare, with the solver of p.
func (e *Evidence) bySolver(g *Gradient, p Prior, theta, beta []float64, noise NoiseVariance) (float64, error) {
	k := p.Kernel
	if theta != nil {
		k = kernel.WithParams(k, theta[:e.gram.Len()])
	}
	solver, _, err := p.solver().New(System{Kernel: k, X: e.x, Diag: e.diag, Policy: linalg.Policy{Jitter: p.Jitter, Workers: linalg.Workers(e.Workers)}})
	if err != nil {
		return 0, err
	}
	mean, err := e.residual(p.mean(), beta)
	if err != nil {
		return 0, err
	}
	k.Diag(e.loss.h, e.x)
	e.loss.set(e.diag, p.Jitter)
	fit := solveQuadratic(solver, e.r)
	value := logEvidence(fit, solver.LogDet(), e.Len())
	if rounding := e.loss.of(e.r); tooMuch(rounding, fit) {
		return 0, &EvidenceLost{Value: value, Rounding: rounding / 2}
	}
	if g != nil {
		solverGradient(g, solver, k, mean, e.x, e.r, noise)
	}
	return value, nil
}

// prepare sets e.gram to the kernel with its parameters, and e.diag to what is on
// the diagonal besides K and jitter. It returns the part of theta that is the mean's,
// nil for none. Its errors are those of [Prior.diagonal].
func (e *Evidence) prepare(p Prior, theta []float64, noise NoiseVariance) (beta []float64, err error) {
	if e.err != nil {
		return nil, e.err
	}
	noise.checkLen("Evidence", e.Len())
	if err := p.checkJitter(); err != nil {
		return nil, err
	}
	var plan *gram.Plan
	if e.gram != nil {
		plan = e.gram.Plan()
	}
	plan, e.theta = kernel.Compile(p.Kernel, plan, e.theta[:0])
	if e.gram == nil || e.gram.Plan() != plan {
		e.gram = plan.Triangle(e.x)
	}
	if theta == nil {
		theta = e.theta
	}
	if n, m := e.gram.Len(), meanParamCount(p.mean()); len(theta) == n+m && m > 0 {
		theta, beta = theta[:n], theta[n:]
	} else if len(theta) != n {
		panic(fmt.Sprintf("gp: Evidence: %d values for %d parameters of the kernel and %d of the mean", len(theta), n, m))
	}
	if err := e.gram.Set(theta); err != nil {
		return nil, err
	}
	if err := noise.check(); err != nil {
		return nil, err
	}
	white := e.gram.White()
	for i := range e.diag {
		e.diag[i] = noise.At(i) + white
	}
	return beta, nil
}

// residual sets e.r to y - m(X), the mean having the parameters beta unless they are
// nil, and returns the mean to differentiate: a [Constant] or [Linear] mean is linear
// in its parameters, whatever they are.
func (e *Evidence) residual(m Mean, beta []float64) (Mean, error) {
	if p, ok := m.(ParametricMean); ok && beta != nil {
		m = evalWith(e.r, p, beta, e.x)
	} else {
		m.Eval(e.r, e.x)
	}
	return m, subtractFrom(e.r, e.y)
}

// evalWith evaluates m with the parameters beta.
func evalWith(dst []float64, m ParametricMean, beta []float64, x *mat.Dense) Mean {
	switch m.(type) {
	case Constant:
		Constant{beta[0]}.Eval(dst, x)
		return m
	case Linear:
		Linear{beta[0], beta[1:]}.Eval(dst, x)
		return m
	}
	with := m.WithParams(beta)
	with.Eval(dst, x)
	return with
}
