package gp

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/linalg"
)

// Woodbury is the kind of solver for kernels of finite rank F, which have exact
// features phi ([kernel.FiniteBasis]): linear, polynomial, constant and cosine kernels,
// their sums, products, multiples and active columns. It takes N F² flop and N F numbers
// where [Cholesky] takes N³/3 and N². With A = S^-1/2 Phi_X of N x F,
//
//	H   = S^1/2 (I + A Aᵀ) S^1/2,  B = I + AᵀA
//	H⁻¹ = S^-1/2 (I - A B⁻¹ Aᵀ) S^-1/2,  log det H = log det S + log det B
//	cov f(x, x') = phi(x)ᵀ B⁻¹ phi(x')
//
// (Woodbury 1950; Rasmussen and Williams 2006, section 2.1, the weight space). A solve
// is refined once by its residual, which takes back what the subtraction loses. What is
// left of the digits as the noise s goes to 0 is what Cholesky leaves or better; where
// s is below N ε H_ii, or B singular to rounding, the factorisation counts as failed, as
// package linalg has it: more jitter is tried, or the error is a
// *[linalg.NotPositiveDefinite]. Rows without noise, white noise and jitter fail likewise.
//
// Its solvers have the abilities [Contractor], [Appender] and [Predictor], and they are
// [FiniteRank].
type Woodbury struct {
	// MaxFeatures is the greatest rank F: 4096 if it is 0.
	MaxFeatures int
}

// FiniteRank is what a solver is whose kernel has finite rank F, k(x, y) = phi(x) . phi(y).
type FiniteRank interface {
	// Features returns phi, an element for each of [kernel.Components].
	Features() basis.Stack
	// Coefficients returns Phi_Xᵀ H⁻¹ b, F x S, for b of N x S, so that
	// k(x, X) H⁻¹ b = phi(x) Coefficients(b).
	Coefficients(b *mat.Dense) *mat.Dense
	// Gain returns phi Phi_Xᵀ H⁻¹, T x N, for phi of T x F: k(x, X) H⁻¹ of the features
	// at points.
	Gain(phi *mat.Dense) *mat.Dense
}

// Featured is what a kind of solver is whose solvers are [FiniteRank]: their features
// for inputs of d columns, before there are rows. The error names a kernel that has none.
type Featured interface {
	SolverKind
	Features(k kernel.Kernel, d int) (basis.Stack, error)
}

var _ Featured = Woodbury{}

// Features implements [Featured].
func (k Woodbury) Features(of kernel.Kernel, d int) (basis.Stack, error) {
	most := k.MaxFeatures
	if most <= 0 {
		most = 4096
	}
	phi, err := kernel.FiniteBasis(of, d, most)
	if err != nil {
		return nil, fmt.Errorf("the %s solver takes kernels of finite rank: %w", k.Name(), err)
	}
	return phi, nil
}

// Name returns "woodbury".
func (Woodbury) Name() string { return "woodbury" }

// New implements [SolverKind]. The error names a kernel of infinite rank, or is that of
// a factorisation that failed, or a *[NotFinite] of the kernel.
func (k Woodbury) New(s System) (Solver, float64, error) {
	_, d := s.X.Dims()
	phi, err := k.Features(s.Kernel, d)
	if err != nil {
		return nil, 0, err
	}
	w := &woodbury{kernel: s.Kernel, features: phi, x: s.X, workers: s.Policy.Workers}
	w.phi = w.eval(s.X)
	if err := w.checkFinite(0); err != nil {
		return nil, 0, err
	}
	diag := make([]float64, len(s.Diag))
	s.Kernel.Diag(diag, s.X)
	var mean float64
	for _, v := range diag {
		mean += v / float64(len(diag))
	}
	s.Policy.Scale = max(mean, 0)
	tries := s.Policy.Jitters(0)
	for t, jitter := range tries {
		if err = w.factorize(s.Diag, diag, jitter); err == nil {
			w.workers = 0
			w.chol = w.chol.On(0)
			return w, jitter, nil
		}
		if e, ok := err.(*linalg.NotPositiveDefinite); ok {
			e.Jitter, e.Tried = jitter, tries[:t+1]
		}
	}
	return nil, 0, err
}

// woodbury is the solver of [Woodbury].
type woodbury struct {
	kernel   kernel.Kernel
	features basis.Stack
	x        *mat.Dense // N x D
	phi      *mat.Dense // Phi_X, N x F; one column of zeros where F is 0
	s        []float64
	jitter   float64
	a        *mat.Dense // A
	gram     *mat.Dense // B, lower triangle
	chol     *linalg.Cholesky
	logDet   float64
	workers  linalg.Workers
}

var (
	_ Contractor = (*woodbury)(nil)
	_ Appender   = (*woodbury)(nil)
	_ Predictor  = (*woodbury)(nil)
	_ FiniteRank = (*woodbury)(nil)
)

// eval returns the features at the rows of x.
func (w *woodbury) eval(x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	f := w.features.Len()
	phi := mat.NewDense(n, max(1, f), nil)
	if f > 0 {
		w.features.Eval(phi, x)
	}
	return phi
}

// checkFinite returns an error for features from row lo on that are not finite.
func (w *woodbury) checkFinite(lo int) error {
	n, _ := w.phi.Dims()
	for i := lo; i < n; i++ {
		var v float64
		for _, f := range w.phi.RawRowView(i) {
			v += f * f
		}
		if !finite(v) {
			return &NotFinite{What: "covariance", Row: i, Column: i, Value: v}
		}
	}
	return nil
}

// factorize sets what hangs on the diagonal: diag is that of H besides K and jitter,
// prior that of K.
func (w *woodbury) factorize(diag, prior []float64, jitter float64) error {
	n, f := w.phi.Dims()
	w.s, w.a, w.jitter = make([]float64, n), mat.NewDense(n, f, nil), jitter
	for i, v := range diag {
		v += jitter
		if lost := linalg.PivotRounding(n, prior[i]+v); !(v > lost) {
			return &linalg.NotPositiveDefinite{Pivot: i, Value: v, Rounding: lost}
		}
		w.s[i] = v
		w.scaleRow(i)
	}
	w.gram = mat.NewDense(f, f, nil)
	for i := range f {
		w.gram.Set(i, i, 1)
	}
	linalg.SymRankKTransA(w.gram, 1, w.a)
	return w.complete()
}

// scaleRow sets row i of A.
func (w *woodbury) scaleRow(i int) {
	row, by := w.a.RawRowView(i), 1/math.Sqrt(w.s[i])
	for j, v := range w.phi.RawRowView(i) {
		row[j] = v * by
	}
}

// complete factorises B.
func (w *woodbury) complete() error {
	var err error
	w.chol, err = linalg.Factorize(mat.DenseCopyOf(w.gram), linalg.Policy{Workers: w.workers})
	if err != nil {
		return err
	}
	w.logDet = w.chol.LogDet()
	for _, v := range w.s {
		w.logDet += math.Log(v)
	}
	return nil
}

func (*woodbury) Name() string { return Woodbury{}.Name() }

func (w *woodbury) Len() int { return len(w.s) }

func (w *woodbury) LogDet() float64 { return w.logDet }

func (w *woodbury) Features() basis.Stack { return w.features }

// pull returns Phi_Xᵀ b.
func (w *woodbury) pull(b *mat.Dense) *mat.Dense {
	_, f := w.phi.Dims()
	_, s := b.Dims()
	out := mat.NewDense(f, s, nil)
	linalg.MulTransA(out, w.phi, b)
	return out
}

// Solve implements [Solver]: 8 N F flop a column.
func (w *woodbury) Solve(dst, b *mat.Dense) {
	n, s := b.Dims()
	given := mat.DenseCopyOf(b)
	copyUnlessSame(dst, b)
	w.once(dst)
	// residual = b - S v - Phi Phi' v
	residual := given
	linalg.MulAdd(residual, -1, w.phi, w.pull(dst))
	for i := range n {
		row := residual.RawRowView(i)
		for j, v := range dst.RawRowView(i) {
			row[j] -= w.s[i] * v
		}
	}
	w.once(residual)
	for i := range n {
		row := dst.RawRowView(i)
		for j, v := range residual.RawRowView(i)[:s] {
			row[j] += v
		}
	}
}

// once sets b to H⁻¹ b by the formula.
func (w *woodbury) once(b *mat.Dense) {
	w.scale(b)
	linalg.MulAdd(b, -1, w.a, w.explain(b))
	w.scale(b)
}

// scale sets b to S^-1/2 b.
func (w *woodbury) scale(b *mat.Dense) {
	for i, s := range w.s {
		row, by := b.RawRowView(i), 1/math.Sqrt(s)
		for j := range row {
			row[j] *= by
		}
	}
}

// quadratic returns r'H⁻¹r = v'Sv + |Phi'v|², v = H⁻¹r: nothing cancels.
func (w *woodbury) quadratic(_, v []float64) float64 {
	q := squares(w.pull(mat.NewDense(len(v), 1, v)).RawMatrix().Data)
	for i, e := range v {
		q += w.s[i] * e * e
	}
	return q
}

// Regress implements [Predictor].
func (w *woodbury) Regress(dst, x, b *mat.Dense) { linalg.Mul(dst, w.eval(x), w.Coefficients(b)) }

// Coefficients implements [FiniteRank]: B⁻¹ Phi_Xᵀ S⁻¹ b, without H⁻¹ b, which is a small
// difference over a small noise.
func (w *woodbury) Coefficients(b *mat.Dense) *mat.Dense {
	scaled := mat.DenseCopyOf(b)
	w.scale(scaled)
	return w.explain(scaled)
}

// Gain implements [FiniteRank]: phi B⁻¹ Phi_Xᵀ S⁻¹, in the same way.
func (w *woodbury) Gain(phi *mat.Dense) *mat.Dense {
	t, _ := phi.Dims()
	half := mat.DenseCopyOf(phi.T())
	w.chol.Solve(half)
	out := mat.NewDense(w.Len(), t, nil)
	linalg.Mul(out, w.a, half)
	w.scale(out)
	return mat.DenseCopyOf(out.T())
}

// explain returns B⁻¹ Aᵀ b.
func (w *woodbury) explain(b *mat.Dense) *mat.Dense {
	_, f := w.a.Dims()
	_, s := b.Dims()
	u := mat.NewDense(f, s, nil)
	linalg.MulTransA(u, w.a, b)
	w.chol.Solve(u)
	return u
}

// half returns L_B⁻¹ phi(x)ᵀ, F x T.
func (w *woodbury) half(x *mat.Dense) *mat.Dense {
	half := mat.DenseCopyOf(w.eval(x).T())
	w.chol.SolveLower(half)
	return half
}

// Variance implements [Predictor]: |L_B⁻¹ phi(x)|², with nothing that cancels.
func (w *woodbury) Variance(dst []float64, x *mat.Dense) {
	half := w.half(x)
	f, _ := half.Dims()
	clear(dst)
	for r := range f {
		for i, v := range half.RawRowView(r) {
			dst[i] += v * v
		}
	}
}

// Covariance implements [Predictor].
func (w *woodbury) Covariance(dst, x *mat.Dense) {
	dst.Zero()
	linalg.SymRankKTransA(dst, 1, w.half(x))
	linalg.Symmetrize(dst)
}

// Append implements [Appender]: O(m F² + F³) for m rows, and a copy of N F numbers.
func (w *woodbury) Append(s System) (Solver, error) {
	n := w.Len()
	q := &woodbury{kernel: w.kernel, features: w.features, x: s.X, jitter: w.jitter}
	_, f := w.phi.Dims()
	all := len(s.Diag)
	q.s, q.phi, q.a = make([]float64, all), mat.NewDense(all, f, nil), mat.NewDense(all, f, nil)
	copy(q.s, w.s)
	q.phi.Copy(w.phi)
	q.a.Copy(w.a)
	fresh := rows(s.X, n, all)
	rows(q.phi, n, all).Copy(w.eval(fresh))
	if err := q.checkFinite(n); err != nil {
		return nil, err
	}
	prior := make([]float64, all-n)
	w.kernel.Diag(prior, fresh)
	for i := n; i < all; i++ {
		v := s.Diag[i] + w.jitter
		if lost := linalg.PivotRounding(all, prior[i-n]+v); !(v > lost) {
			return nil, &linalg.NotPositiveDefinite{Pivot: i, Value: v, Rounding: lost, Jitter: w.jitter, Tried: []float64{w.jitter}}
		}
		q.s[i] = v
		q.scaleRow(i)
	}
	q.gram = mat.DenseCopyOf(w.gram)
	linalg.SymRankKTransA(q.gram, 1, rows(q.a, n, all))
	if err := q.complete(); err != nil {
		return nil, err
	}
	return q, nil
}
