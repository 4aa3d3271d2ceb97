package ad

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"

	"matheron/linalg"
)

// addMulVec adds alpha a x or alpha a' x to y.
func addMulVec(y []float64, tr blas.Transpose, alpha float64, a blas64.General, x []float64) {
	if a.Rows > 0 && a.Cols > 0 {
		blas64.Gemv(tr, alpha, a, whole(x), 1, whole(y))
	}
}

// addMul adds alpha a b to dst.
func (t *Tape) addMul(dst blas64.General, alpha float64, a, b blas64.General) {
	switch {
	case dst.Rows == 0 || dst.Cols == 0 || a.Cols == 0:
	case dst.Cols == 1:
		x := blas64.Vector{N: b.Rows, Inc: b.Stride, Data: b.Data}
		y := blas64.Vector{N: dst.Rows, Inc: dst.Stride, Data: dst.Data}
		blas64.Gemv(blas.NoTrans, alpha, a, x, 1, y)
	default:
		// The headers are the tape's: new ones would be on the heap.
		t.head[0].SetRawMatrix(dst)
		t.head[1].SetRawMatrix(a)
		t.head[2].SetRawMatrix(b)
		linalg.MulAdd(&t.head[0], alpha, &t.head[1], &t.head[2])
	}
}

// general returns the value of n as a matrix of BLAS; a vector is one row.
func (t *Tape) general(n *node) blas64.General { return generalOf(n, t.value(n)) }

func generalOf(n *node, x []float64) blas64.General {
	return generalFrom(int(n.rows), int(n.cols), x)
}

func generalFrom(r, c int, x []float64) blas64.General {
	return blas64.General{Rows: r, Cols: c, Stride: max(c, 1), Data: x}
}

// block returns rows [i, i+r) and columns [j, j+c) of m, sharing its storage.
func block(m blas64.General, i, j, r, c int) blas64.General {
	if r == 0 || c == 0 {
		return blas64.General{Rows: r, Cols: c, Stride: max(c, 1)}
	}
	lo := i*m.Stride + j
	return blas64.General{Rows: r, Cols: c, Stride: m.Stride, Data: m.Data[lo : lo+(r-1)*m.Stride+c]}
}

// transposed returns a copy of mᵀ in scratch. Products of the form a b sum in
// the order of their inner index whatever their shape, products with a transpose
// need not.
func (t *Tape) transposed(m blas64.General) blas64.General {
	d := generalFrom(m.Cols, m.Rows, t.scratch(m.Rows*m.Cols))
	eachTile(matrixShape(m.Rows, m.Cols), func(i, j0, j1 int) {
		row := m.Data[i*m.Stride:]
		for j := j0; j < j1; j++ {
			d.Data[j*d.Stride+i] = row[j]
		}
	})
	return d
}

// whole is x as a vector of BLAS.
func whole(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }
