package sparse

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
)

// exhausted is the part of the largest prior variance below which a conditional
// variance is rounding: the jitter that a factorisation would need first.
const exhausted = 1e-10

// GreedyVariance returns m rows of x as inducing inputs, each the one whose
// variance given those before it is largest (Burt, Rasmussen and van der Wilk
// 2020, Convergence of sparse variational inference in Gaussian processes
// regression, section 4): the pivots of a pivoted Cholesky factorisation of K_XX.
// It also returns the sum of the variances that are left, tr(K_XX - Q_XX), which
// bounds what the collapsed bound loses.
//
// There are fewer than m where no row has variance left, as for equal rows or a
// kernel of finite rank. It panics unless 1 <= m <= N. Cost O(N m²) and N m
// numbers.
func GreedyVariance(k kernel.Kernel, x *mat.Dense, m int) (z *mat.Dense, left float64) {
	n, d := x.Dims()
	if m < 1 || m > n {
		panic(fmt.Sprintf("sparse: GreedyVariance: %d inducing inputs of %d rows", m, n))
	}
	variance := make([]float64, n)
	k.Diag(variance, x)
	var top float64
	for _, v := range variance {
		top = math.Max(top, v)
	}
	var chosen []float64
	factor := make([][]float64, 0, m)
	for len(factor) < m {
		p := 0
		for i, v := range variance {
			if v > variance[p] {
				p = i
			}
		}
		if !(variance[p] > exhausted*top) && len(factor) > 0 {
			break
		}
		chosen = append(chosen, x.RawRowView(p)...)
		col := mat.NewDense(n, 1, nil)
		covariance(col, k, x, rows(x, p, p+1))
		l := col.RawMatrix().Data
		for _, f := range factor {
			c := f[p]
			for i, v := range f {
				l[i] -= c * v
			}
		}
		root := math.Sqrt(variance[p])
		for i := range l {
			l[i] /= root
			variance[i] = math.Max(variance[i]-l[i]*l[i], 0)
		}
		variance[p] = 0
		factor = append(factor, l)
	}
	for _, v := range variance {
		left += v
	}
	return mat.NewDense(len(factor), d, chosen), left
}
