package sparse

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// reach is how many times their size errors of rounding may be, see
// [gp.Exact.Variance].
const reach = 8

// raiseHidden raises the variances v_j = k_jj - a_j' D a_j of f at the rows of x that
// rounding hides, as package gp does: one within M ε k_jj and reach times
//
//	ε (k_jj + sum_i w_i² (k(z_i,z_i) + jitter)),  w = (K_ZZ + jitter I)^-1 k(Z,x_j)
//
// is computed again without a sum, and is no less than that, nor than jitter |w|², the
// variance that u leaves to f at least. prior has k_jj; half has a_j = L^-1 k(Z,x_j) in
// its columns, and lost D a_j. certain says that f is known where u is: the variance at
// an inducing input without jitter is then 0. It costs O(M²) for each that is near.
func (in *Inducing) raiseHidden(v, prior []float64, half, lost, x *mat.Dense, certain bool) {
	const epsilon = 0x1p-52
	jitter, sum := in.Jitter(), epsilon*float64(in.Len())
	top := 0.0
	for i := range in.Len() {
		top = max(top, in.k.At(i, i)+jitter)
	}
	for j, k := range prior {
		// jitter |w|² is at most k_jj; not <, which lets a NaN of 0/0 pass.
		if v[j] >= sum*k+reach*epsilon*k*(1+top/jitter) {
			continue
		}
		if certain && jitter == 0 && in.has(x.RawRowView(j)) {
			v[j] = 0
			continue
		}
		w := mat.Col(nil, j, half)
		in.chol.SolveLowerTrans(column(w))
		size, left := epsilon*k, 0.0
		for i, wi := range w {
			size += epsilon * wi * wi * (in.k.At(i, i) + jitter)
			left += jitter * wi * wi
		}
		if !(v[j] >= sum*k+reach*size) {
			// Taken from what is left, with one rounding each.
			for i := range w {
				k = math.FMA(-half.At(i, j), lost.At(i, j), k)
			}
			v[j] = max(k, size, left)
		}
	}
}

// has reports whether x is an inducing input.
func (in *Inducing) has(x []float64) bool {
	for i := range in.Len() {
		if slices.Equal(in.z.RawRowView(i), x) {
			return true
		}
	}
	return false
}
