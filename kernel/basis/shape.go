package basis

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// tileRows is the number of rows for which composed bases keep the features of
// their parts: enough to hide the cost of a call, few enough to stay in cache.
const tileRows = 64

// checkEval panics unless dst is len(x) x f and, for d >= 0, x has d columns.
func checkEval(name string, dst, x *mat.Dense, f, d int) {
	n, c := x.Dims()
	if d >= 0 && c != d {
		panic(fmt.Sprintf("basis: %s.Eval: x has %d columns, want %d", name, c, d))
	}
	if r, c := dst.Dims(); r != n || c != f {
		panic(fmt.Sprintf("basis: %s.Eval: dst is %d x %d, want %d x %d", name, r, c, n, f))
	}
}

// checkInputGrad panics unless dst has the shape of x, w is len(x) x f or 1 x f
// and, for d >= 0, x has d columns.
func checkInputGrad(name string, dst, w, x *mat.Dense, f, d int) {
	n, c := x.Dims()
	if d >= 0 && c != d {
		panic(fmt.Sprintf("basis: %s.InputGrad: x has %d columns, want %d", name, c, d))
	}
	if dr, dc := dst.Dims(); dr != n || dc != c {
		panic(fmt.Sprintf("basis: %s.InputGrad: dst is %d x %d, want %d x %d", name, dr, dc, n, c))
	}
	if wr, wc := w.Dims(); (wr != n && wr != 1) || wc != f {
		panic(fmt.Sprintf("basis: %s.InputGrad: w is %d x %d, want %d x %d or 1 x %d", name, wr, wc, n, f, f))
	}
}

// weightRow returns row i of w, or its only row.
func weightRow(w *mat.Dense, i int) []float64 {
	if r, _ := w.Dims(); r == 1 {
		i = 0
	}
	return w.RawRowView(i)
}

// rows returns the view of rows i to k of a.
func rows(a *mat.Dense, i, k int) *mat.Dense {
	_, c := a.Dims()
	return a.Slice(i, k, 0, c).(*mat.Dense)
}

// weightRows returns the view of rows i to k of w, or w if it has one row.
func weightRows(w *mat.Dense, i, k int) *mat.Dense {
	if r, _ := w.Dims(); r == 1 {
		return w
	}
	return rows(w, i, k)
}

// transpose returns the rows of aᵀ packed one after another.
func transpose(a *mat.Dense) []float64 {
	m, d := a.Dims()
	t := make([]float64, d*m)
	for j := range m {
		for k, v := range a.RawRowView(j) {
			t[k*m+j] = v
		}
	}
	return t
}

// checkSum panics unless dst, grad, w and x are those of f features of d inputs.
func checkSum(name string, dst []float64, grad *mat.Dense, w []float64, x *mat.Dense, f, d int) {
	n, c := x.Dims()
	if len(dst) != n || len(w) != f || c != d {
		panic(fmt.Sprintf("basis: %s.Sum: %d weights of %d features at %d points of %d columns, want %d, into %d", name, len(w), f, n, c, d, len(dst)))
	}
	if grad != nil {
		if r, c := grad.Dims(); r != n || c != d {
			panic(fmt.Sprintf("basis: %s.Sum: grad is %d x %d, want %d x %d", name, r, c, n, d))
		}
	}
}
