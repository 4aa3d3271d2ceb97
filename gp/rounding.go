package gp

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/linalg"
)

// epsilon is the distance from 1 to the next number.
const epsilon = 0x1p-52

// roundingFactor is how many times their size errors of rounding may be.
const roundingFactor = 8

// loss is what is known of the rounding of quadratic forms q = c'H⁻¹c. A factor of H
// is that of H + E, where E_ij is of the size of ε sqrt(h_ii h_jj) and of either sign:
// kernel values are rounded, and so is each step of the elimination (Higham 2002,
// theorem 10.3). It changes q by -w'Ew, w = H⁻¹c, whose size is
//
//	ε sqrt(sum_ij w_i² w_j² h_ii h_jj) = ε sum_i w_i² h_ii
//
// This is no bound but the size that errors have: against exact arithmetic they are
// between a tenth of it and five times it.
type loss struct {
	h []float64 // diagonal of H
	// worst is max h_ii / min s_i, s what H has on its diagonal besides K. As w'Sw is
	// part of w'Hw = q, the sum is at most q times that.
	worst float64
}

// set fills l.h, of which the length is right, for K's diagonal in it and s = diag + jitter.
func (l *loss) set(diag []float64, jitter float64) {
	top, least := 0.0, math.Inf(1)
	for i, s := range diag {
		s += jitter
		l.h[i] += s
		top, least = max(top, l.h[i]), min(least, s)
	}
	l.worst = top / least
}

// atMost returns a bound of [loss.of] that takes no w.
func (l *loss) atMost(q float64) float64 {
	if q == 0 {
		return 0
	}
	return epsilon * q * l.worst
}

// of returns ε sum_i w_i² h_ii.
func (l *loss) of(w []float64) float64 {
	var s float64
	for i, v := range w {
		s += v * v * l.h[i]
	}
	return epsilon * s
}

// keptDigits is the part of the fit 1/2 r'H⁻¹r of a log evidence that rounding may
// change: a quarter of the digits of a float64 are left, four.
var keptDigits = math.Sqrt(math.Sqrt(epsilon))

// tooMuch reports whether the rounding of the form q = r'H⁻¹r makes a log evidence
// meaningless: more than a nat, and than keptDigits of what q adds to it.
func tooMuch(rounding, q float64) bool {
	return rounding/2 > 1 && rounding > keptDigits*q
}

// quadratics are forms q_ij = c_i'H⁻¹c_j of the columns c of a matrix:
//
//	q_ij = left_i . right_j,  left = right = L⁻¹ c  or  left = c, right = H⁻¹ c
//
// the latter where the solver has no half.
type quadratics struct {
	solver      Solver
	half        HalfSolver // nil where it has none
	left, right *mat.Dense
}

// quadratics returns those of c, which it overwrites.
func (p *Exact) quadratics(w linalg.Workers, c *mat.Dense) *quadratics {
	q := &quadratics{solver: on(p.solver, w), left: c}
	if half, ok := q.solver.(HalfSolver); ok {
		half.SolveHalf(c, c)
		q.half, q.right = half, c
		return q
	}
	q.right = new(mat.Dense)
	q.right.CloneFrom(c)
	q.solver.Solve(q.right, q.right)
	return q
}

// subtractFrom subtracts the forms from the lower triangle of dst.
func (q *quadratics) subtractFrom(dst *mat.Dense) {
	if q.half != nil {
		linalg.SymRankKTransA(dst, -1, q.left)
		return
	}
	t, _ := dst.Dims()
	all := mat.NewDense(t, t, nil)
	linalg.MulTransA(all, q.left, q.right)
	for i := range t {
		row := dst.RawRowView(i)
		for j, v := range all.RawRowView(i)[:i+1] {
			row[j] -= v
		}
	}
}

// weights returns H⁻¹ c for the given columns of c, a column each.
func (q *quadratics) weights(columns []int) *mat.Dense {
	n, _ := q.right.Dims()
	out := mat.NewDense(n, len(columns), nil)
	for i := range n {
		from, to := q.right.RawRowView(i), out.RawRowView(i)
		for c, j := range columns {
			to[c] = from[j]
		}
	}
	if q.half != nil {
		q.half.SolveHalfTrans(out, out)
	}
	return out
}

// remainder returns k less the form of column j. Its terms are taken from what is
// left, each with one rounding: a sum of them would lose what is small beside the first.
func (q *quadratics) remainder(k float64, j int) float64 {
	l, r := q.left.RawMatrix(), q.right.RawMatrix()
	for i := range l.Rows {
		k = math.FMA(-l.Data[i*l.Stride+j], r.Data[i*r.Stride+j], k)
	}
	return k
}

// raiseHidden raises the variances v_j = k_jj - q_j of f at the rows of x that
// rounding hides. prior has k_jj, and q the forms q_j = c_j'H⁻¹c_j.
// The size of its error is that of the sum of N squares and
//
//	ε (k_jj + sum_i w_i² h_ii),  w = H⁻¹c_j
//
// A variance within N ε k_jj and [roundingFactor] times this is computed again without the
// sum, and raised to this and to what the noise alone gives it, s being what H has on
// its diagonal besides K,
//
//	v_j = |k(x_j,·) - sum_i w_i k(x_i,·)|² + sum_i w_i² s_i >= sum_i w_i² s_i
//
// which does not cancel; or it is 0, where x_j is a row of the data with nothing on
// its diagonal: f is known there. Other variances stay as they are to the last bit.
// It costs O(N²) for each that is near, and O(1) for others.
func (p *Exact) raiseHidden(v, prior []float64, q *quadratics, x *mat.Dense) {
	var near []int
	sum := epsilon * float64(p.Len())
	for j, k := range prior {
		if !(v[j] >= sum*k+roundingFactor*(epsilon*k+p.loss.atMost(k))) {
			near = append(near, j)
		}
	}
	if len(near) == 0 {
		return
	}
	solved := q.weights(near)
	weights := make([]float64, p.Len())
	for c, j := range near {
		if p.isNoiseless(x.RawRowView(j)) {
			v[j] = 0
			continue
		}
		mat.Col(weights, c, solved)
		size := epsilon*prior[j] + p.loss.of(weights)
		if !(v[j] >= sum*prior[j]+roundingFactor*size) {
			v[j] = max(q.remainder(prior[j], j), size, p.noiseOf(weights))
		}
	}
}

// noiseOf returns sum_i w_i² s_i.
func (p *Exact) noiseOf(w []float64) float64 {
	var v float64
	for i, s := range p.diag {
		v += w[i] * w[i] * s
	}
	return v
}

// isNoiseless reports whether x is a row of the data with nothing on its diagonal.
func (p *Exact) isNoiseless(x []float64) bool {
	if !math.IsInf(p.loss.worst, 1) {
		return false
	}
	for i, s := range p.diag {
		if s == 0 && slices.Equal(p.x.RawRowView(i), x) {
			return true
		}
	}
	return false
}
