package sparse

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/internal/gram"
	"matheron/internal/parallel"
	"matheron/kernel"
	"matheron/linalg"
)

// Inducing is the prior of the inducing variables, p(u) = N(m(Z), K_ZZ + jitter I),
// and of f given them. Make it by [Prior.Inducing]. It is immutable and safe for
// many goroutines: what its methods return are views, and must not be written to.
type Inducing struct {
	prior     gp.Prior
	plan      *gram.Plan // of the kernel, and
	theta     []float64  // its parameters
	white     float64
	whiteGrad []float64
	z         *mat.Dense
	mean      []float64
	k         *mat.Dense // K_ZZ without jitter
	chol      *linalg.Cholesky
}

// Prior returns the prior, its Jitter being all that is on the diagonal of K_ZZ.
func (in *Inducing) Prior() Prior { return Prior{Prior: in.prior, Z: in.z, Jitter: in.Jitter()} }

// Kernel returns the kernel of f.
func (in *Inducing) Kernel() kernel.Kernel { return in.prior.Kernel }

// against returns the kernel against the rows of x.
func (in *Inducing) against(x *mat.Dense) *gram.Cross { return gram.Against(in.plan, in.theta, x) }

// Mean returns the mean function, never nil.
func (in *Inducing) Mean() gp.Mean {
	if in.prior.Mean == nil {
		return gp.Zero{}
	}
	return in.prior.Mean
}

// Len returns the number of inducing variables, M.
func (in *Inducing) Len() int { return len(in.mean) }

// Z returns the inducing inputs, M x D.
func (in *Inducing) Z() *mat.Dense { return in.z }

// MeanZ returns m(Z), the prior mean of u.
func (in *Inducing) MeanZ() []float64 { return in.mean }

// Cholesky returns the factor L of K_ZZ + jitter I, the prior covariance of u.
func (in *Inducing) Cholesky() *linalg.Cholesky { return in.chol }

// Jitter returns all the jitter that is on the diagonal of K_ZZ.
func (in *Inducing) Jitter() float64 { return in.chol.Jitter() }

// Guide returns p(u) itself as a guide.
func (in *Inducing) Guide() FullRank {
	return FullRank{mean: append([]float64(nil), in.mean...), tril: mat.DenseCopyOf(in.chol.L())}
}

// Projection sets dst to A = k(x,Z) (K_ZZ + jitter I)⁻¹, T x M, and returns it, a
// new matrix if it is nil: E[f(x) | u] = m(x) + A (u - m(Z)). It panics on shapes
// that do not fit. Cost O(T M²).
func (in *Inducing) Projection(dst, x *mat.Dense) *mat.Dense {
	t := in.checkColumns("Projection", x)
	if dst == nil {
		dst = mat.NewDense(t, in.Len(), nil)
	}
	if r, c := dst.Dims(); r != t || c != in.Len() {
		panic(fmt.Sprintf("sparse: Projection: dst is %d x %d, want %d x %d", r, c, t, in.Len()))
	}
	a := in.crossed(x)
	in.chol.Solve(a)
	dst.Copy(a.T())
	return dst
}

// Conditional sets dst to cov(f(x) | u) = K** - A k(Z,x), T x T, and returns it, a
// new matrix if it is nil. What rounding hides on the diagonal is raised as
// [Posterior.Variance] says. It panics on shapes that do not fit. Cost O(T M² + T² M).
func (in *Inducing) Conditional(dst, x *mat.Dense) *mat.Dense {
	return in.covarianceWith(dst, x, "Conditional", nil, true)
}

// covarianceWith sets dst to K** - a' D a, a = L⁻¹ k(Z,x), for a symmetric D; nil
// is the identity. certain is that of raiseHidden.
func (in *Inducing) covarianceWith(dst, x *mat.Dense, op string, d *mat.Dense, certain bool) *mat.Dense {
	t := in.checkColumns(op, x)
	if dst == nil {
		dst = mat.NewDense(t, t, nil)
	}
	if r, c := dst.Dims(); r != t || c != t {
		panic(fmt.Sprintf("sparse: %s: dst is %d x %d, want %d x %d", op, r, c, t, t))
	}
	covariance(dst, in.Kernel(), x, x)
	a := in.crossed(x)
	in.chol.SolveLower(a)
	da := a
	if d == nil {
		linalg.SymRankKTransA(dst, -1, a)
	} else {
		da = mat.NewDense(in.Len(), t, nil)
		ada := mat.NewDense(t, t, nil)
		linalg.Mul(da, d, a)
		linalg.MulTransA(ada, a, da)
		for i := range t {
			row, part := dst.RawRowView(i), ada.RawRowView(i)
			for j := range i + 1 {
				row[j] -= part[j]
			}
		}
	}
	variance, prior := make([]float64, t), make([]float64, t)
	for i := range variance {
		variance[i] = max(dst.At(i, i), 0)
	}
	in.Kernel().Diag(prior, x)
	in.raiseHidden(variance, prior, a, da, x, certain)
	for i, v := range variance {
		dst.Set(i, i, v)
	}
	linalg.Symmetrize(dst)
	return dst
}

// crossed returns k(Z,x), M x T, evaluated as k(x,Z) so that each column depends
// on its point alone, to the last bit.
func (in *Inducing) crossed(x *mat.Dense) *mat.Dense {
	t, _ := x.Dims()
	block := mat.NewDense(t, in.Len(), nil)
	covariance(block, in.Kernel(), x, in.z)
	return mat.DenseCopyOf(block.T())
}

// checkColumns panics if x does not have the columns of Z; it returns the number
// of rows.
func (in *Inducing) checkColumns(op string, x *mat.Dense) int {
	t, d := x.Dims()
	if _, want := in.z.Dims(); d != want {
		panic(fmt.Sprintf("sparse: %s: x has %d columns, want %d", op, d, want))
	}
	return t
}

// rowBlock is the number of rows that a kernel is given at a time: fixed, so
// that no sum depends on the number of processors.
const rowBlock = 32

// eachBlock calls f for blocks of rows of an n x m problem, in parallel where
// that many kernel values are worth it.
func eachBlock(n, m int, f func(b, lo, hi int)) {
	workers := 0
	if n*m < 50000 { // at 2 ns each, as long as a goroutine's wake-up
		workers = 1
	}
	parallel.Do(workers, blocks(n), func(_, b int) { f(b, b*rowBlock, min((b+1)*rowBlock, n)) })
}

func blocks(n int) int { return (n + rowBlock - 1) / rowBlock }

// rows returns rows [lo, hi) of x, sharing its storage.
func rows(x *mat.Dense, lo, hi int) *mat.Dense {
	_, d := x.Dims()
	return x.Slice(lo, hi, 0, d).(*mat.Dense)
}

// covariance sets dst to k(x, y).
func covariance(dst *mat.Dense, k kernel.Kernel, x, y *mat.Dense) {
	n, m := dst.Dims()
	eachBlock(n, m, func(_, lo, hi int) { k.Cov(rows(dst, lo, hi), rows(x, lo, hi), y) })
}
