package ad

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/gonum"

	"matheron/linalg"
)

// side is that of the squares that factors and solves are cut into.
const side = 64

// Cholesky returns the lower triangular L, zeros above, with L Lᵀ = K. It reads
// the lower triangle and the diagonal of the square matrix K alone, and what
// flows back is the derivative to these: for a K computed symmetrically from
// something else that is all that is needed.
//
// Where K is not positive definite, or is singular to rounding as
// [linalg.Factorize] has it, L is NaN throughout, and [Tape.Err] the pivot. Jitter is the program's: [AddDiag].
//
// Backward: Murray (2016), Differentiation of the Cholesky decomposition,
// arXiv:1602.07527, section 3.3. Cost n³/3 forward and 2 n³/3 backward.
func Cholesky(k Value) Value {
	nk := k.in("Cholesky")
	dim := wantSquare("Cholesky", nk)
	t := k.t
	ks := t.value(nk)
	n, y := t.push(nk.shape, nk.adj >= 0, choleskyBack)
	n.a = k.id
	clear(y)
	for i := range dim {
		copy(y[i*dim:i*dim+i+1], ks[i*dim:])
	}
	if err := t.factorize(generalOf(n, y)); err != nil {
		t.fail(err)
		for i := range y {
			y[i] = nan
		}
	}
	return t.last()
}

// factorize overwrites the lower triangle of a with its factor. What fits one
// square is done here, since linalg.Factorize puts bookkeeping on the heap.
func (t *Tape) factorize(a blas64.General) error {
	if a.Rows == 0 {
		return nil
	}
	if a.Rows > side {
		t.head[0].SetRawMatrix(a)
		_, err := linalg.Factorize(&t.head[0], linalg.Policy{})
		return err
	}
	var rounding [side]float64
	for i := range a.Rows {
		rounding[i] = linalg.PivotRounding(a.Rows, a.Data[i*a.Stride+i])
	}
	gonum.Implementation{}.Dpotf2(blas.Lower, a.Rows, a.Data, a.Stride)
	for i := range a.Rows {
		// Where Dpotf2 stops it has stored the pivot; an infinite one does not stop it.
		v := a.Data[i*a.Stride+i]
		if v > 0 && !math.IsInf(v, 1) {
			if v *= v; v >= rounding[i] {
				continue
			}
		}
		return &linalg.NotPositiveDefinite{Pivot: i, Value: v, Rounding: rounding[i], Tried: []float64{0}}
	}
	return nil
}

func choleskyBack(t *Tape, n *node) {
	l, g := t.general(n), t.adjoint(n)
	dim := l.Rows
	d := generalFrom(dim, dim, t.scratch(dim*dim))
	for i := range dim {
		row := d.Data[i*dim : (i+1)*dim]
		clear(row[copy(row[:i+1], g[i*dim:]):])
	}
	t.choleskyReverse(l, d)
	dk := t.adjoint(&t.nodes[n.a])
	for i := range dim {
		for j, v := range d.Data[i*dim : i*dim+i+1] {
			dk[i*dim+j] += v
		}
	}
	t.release()
}

// choleskyReverse overwrites d, the adjoint of L with zeros above its diagonal,
// with the adjoint of K, by block columns from the right. With
//
//	    | .  .  . |
//	L = | R  D  . |,  D the square on the diagonal,
//	    | B  C  . |
//
// each step is (Murray 2016, the blocked algorithm of section 3.3)
//
//	dC = dC D^-1
//	dB = dB - dC R
//	dD = reverse(D, dD - tril(dC' C))
//	dR = dR - dC' B - (dD + dD') R
func (t *Tape) choleskyReverse(l, d blas64.General) {
	dim := l.Rows
	for hi := dim; hi > 0; {
		lo := (hi - 1) / side * side
		w, below := hi-lo, dim-hi
		r, dr := block(l, lo, 0, w, lo), block(d, lo, 0, w, lo)
		dd := block(d, lo, lo, w, w)
		mark := t.used
		var back blas64.General // dC'
		if below > 0 {
			dc := block(d, hi, lo, below, w)
			blas64.Trsm(blas.Right, blas.NoTrans, 1, triangle(block(l, lo, lo, w, w)), dc)
			t.addMul(block(d, hi, 0, below, lo), -1, dc, r)
			back = t.transposed(dc)
			t.subtractLower(dd, back, block(l, hi, lo, below, w))
		}
		choleskyReverseSquare(block(l, lo, lo, w, w), dd)
		if lo > 0 {
			if below > 0 {
				t.addMul(dr, -1, back, block(l, hi, 0, below, lo))
			}
			sym := generalFrom(w, w, t.scratch(w*w))
			for i := range w {
				for j := range i + 1 {
					v := dd.Data[i*dd.Stride+j]
					sym.Data[i*w+j], sym.Data[j*w+i] = v, v
				}
				sym.Data[i*w+i] *= 2
			}
			t.addMul(dr, -1, sym, r)
		}
		t.used = mark
		hi = lo
	}
}

// choleskyReverseSquare is choleskyReverse for one square, row by row from the
// last: with row j of L being (r, d), and (B, c) the columns below it,
//
//	dd = (dd - c' dc / d) / d,  dc = dc / d
//	dr = dr - dd r - dc' B,     dB = dB - dc r,  dd = dd/2
func choleskyReverseSquare(l, g blas64.General) {
	n := l.Rows
	for j := n - 1; j >= 0; j-- {
		d, dd := l.Data[j*l.Stride+j], &g.Data[j*g.Stride+j]
		r, dr := l.Data[j*l.Stride:][:j], g.Data[j*g.Stride:][:j]
		for i := j + 1; i < n; i++ {
			dc := &g.Data[i*g.Stride+j]
			*dd -= l.Data[i*l.Stride+j] * *dc / d
			*dc /= d
		}
		*dd /= d
		if j > 0 {
			blas64.Axpy(-*dd, whole(r), whole(dr))
			for i := j + 1; i < n; i++ {
				dc := g.Data[i*g.Stride+j]
				blas64.Axpy(-dc, whole(l.Data[i*l.Stride:][:j]), whole(dr))
				blas64.Axpy(-dc, whole(r), whole(g.Data[i*g.Stride:][:j]))
			}
		}
		*dd /= 2
	}
}
