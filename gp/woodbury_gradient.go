package gp

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/linalg"
)

// pivotLeast is the part of a feature's greatest value at the rows below which what
// elimination leaves of it counts as nothing: the features are then dependent there.
const pivotLeast = 1e-6

// Contract implements [Contractor]. A kernel of rank F is known by F of the rows, Z, at
// which its features are independent, whatever its parameters are,
//
//	K_XX = K_XZ K_ZZ⁻¹ K_ZX,  C = K_XZ K_ZZ⁻¹ = Phi_X Phi_Z⁻¹
//	<W, dK_XX> = 2 <W C, dK_XZ> - <CᵀW C, dK_ZZ>
//
// so that the kernel is differentiated at N F pairs. Z are the rows that elimination of
// Phi_X with partial pivoting takes. Where they are fewer than F, as for a variance of 0
// or twice the same kernel in a sum, the rank may grow with a parameter, and all pairs
// of rows are taken, in blocks.
func (w *woodbury) Contract(dst, diag, a []float64) {
	n := w.Len()
	half := mat.DenseCopyOf(w.a.T())
	w.chol.SolveLower(half)
	left := make([]float64, n) // 1 - |L_B⁻¹ A_i|², s_i (H⁻¹)_ii
	for i := range left {
		left[i] = 1
	}
	f, _ := half.Dims()
	for r := range f {
		for i, v := range half.RawRowView(r) {
			left[i] -= v * v
		}
	}
	for i, v := range a {
		diag[i] = 0.5 * (v*v - max(left[i], 0)/w.s[i])
	}
	if len(dst) == 0 {
		return
	}
	g := w.kernel.(kernel.ParamGrader)
	z, c := independent(w.phi)
	if z == nil {
		w.contractAll(dst, g, a)
		return
	}
	at := takeRows(w.x, z)
	wc := mat.NewDense(n, f, nil)
	w.Solve(wc, c)
	ac := mat.NewDense(1, f, nil)
	linalg.Mul(ac, mat.NewDense(1, n, a), c)
	for i := range n {
		row := wc.RawRowView(i)
		for j, v := range row {
			row[j] = 0.5 * (a[i]*ac.At(0, j) - v)
		}
	}
	within := mat.NewDense(f, f, nil)
	linalg.MulTransA(within, c, wc)
	within.Scale(-1, within)
	wc.Scale(2, wc)
	g.ParamGrad(dst, wc, nil, w.x, at)
	g.ParamGrad(dst, within, nil, at, at)
}

// contractAll is Contract over all pairs of rows: N² F flop and a block of rows.
func (w *woodbury) contractAll(dst []float64, g kernel.ParamGrader, a []float64) {
	n := w.Len()
	for lo := 0; lo < n; lo += rowBlock {
		hi := min(lo+rowBlock, n)
		unit := mat.NewDense(n, hi-lo, nil)
		for i := lo; i < hi; i++ {
			unit.Set(i, i-lo, 1)
		}
		w.Solve(unit, unit)
		weights := mat.NewDense(hi-lo, n, nil)
		for i := lo; i < hi; i++ {
			row := weights.RawRowView(i - lo)
			for j := range row {
				row[j] = 0.5 * (a[i]*a[j] - unit.At(j, i-lo))
			}
		}
		g.ParamGrad(dst, weights, nil, rows(w.x, lo, hi), w.x)
	}
}

// independent returns F rows z of phi, N x F, that are independent, and C = phi
// phi_z⁻¹; nil if there are none to rounding. It eliminates with partial pivoting,
// P phi = L U, and with L_z the first F rows of L
//
//	C = Pᵀ L L_z⁻¹
//
// so that phi is never divided by: elements of L are 1 at most.
func independent(phi *mat.Dense) (z []int, c *mat.Dense) {
	n, f := phi.Dims()
	if n < f {
		return nil, nil
	}
	l := mat.DenseCopyOf(phi)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	for k := range f {
		var most float64
		for i := range n {
			most = max(most, math.Abs(phi.At(i, k)))
		}
		pivot, value := k, -1.0
		for i := k; i < n; i++ {
			if v := math.Abs(l.At(i, k)); v > value {
				pivot, value = i, v
			}
		}
		if !(value > pivotLeast*most) {
			return nil, nil
		}
		order[k], order[pivot] = order[pivot], order[k]
		top, other := l.RawRowView(k), l.RawRowView(pivot)
		for j := range f {
			top[j], other[j] = other[j], top[j]
		}
		for i := k + 1; i < n; i++ {
			row := l.RawRowView(i)
			m := row[k] / top[k]
			row[k] = m
			for j := k + 1; j < f; j++ {
				row[j] -= m * top[j]
			}
		}
	}
	// From here on L: row i of it is l's up to its diagonal, which is 1.
	c = mat.NewDense(n, f, nil)
	for i := range n {
		row := make([]float64, f)
		copy(row, l.RawRowView(i)[:min(i, f)])
		if i < f {
			row[i] = 1
		}
		// row L_z⁻¹, L_z unit lower triangular.
		for j := f - 1; j >= 0; j-- {
			for k := range j {
				row[k] -= row[j] * l.At(j, k)
			}
		}
		c.SetRow(order[i], row)
	}
	return order[:f], c
}
