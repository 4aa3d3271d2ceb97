package kernel

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// scaleGrad returns the sum of w k, the gradient to the log of a factor of k.
func scaleGrad(w, k *mat.Dense) float64 {
	n, _ := w.Dims()
	s := 0.0
	for i := range n {
		s += asm.Dot(w.RawRowView(i), k.RawRowView(i))
	}
	return s
}

// covOf returns k if it is given, and the block of values otherwise.
func covOf(c Kernel, k, x, y *mat.Dense) *mat.Dense {
	if k != nil {
		return k
	}
	n, _ := x.Dims()
	m, _ := y.Dims()
	k = mat.NewDense(n, m, nil)
	c.Cov(k, x, y)
	return k
}

// fill sets each element of dst.
func fill(dst []float64, v float64) {
	for i := range dst {
		dst[i] = v
	}
}

func checkCov(dst, x, y *mat.Dense) {
	n, d := x.Dims()
	m, e := y.Dims()
	if d != e {
		panic(fmt.Sprintf("kernel: points of %d and of %d columns", d, e))
	}
	if r, c := dst.Dims(); r != n || c != m {
		panic(fmt.Sprintf("kernel: a block of %d x %d for %d and %d points", r, c, n, m))
	}
}

func checkDiag(dst []float64, x *mat.Dense) {
	if n, _ := x.Dims(); len(dst) != n {
		panic(fmt.Sprintf("kernel: a diagonal of %d for %d points", len(dst), n))
	}
}

func checkWeights(w, k, x, y *mat.Dense) {
	checkCov(w, x, y)
	if k != nil {
		checkCov(k, x, y)
	}
}

func checkInputGrad(dst, x *mat.Dense) {
	n, d := x.Dims()
	if r, c := dst.Dims(); r != n || c != d {
		panic(fmt.Sprintf("kernel: an input gradient of %d x %d for %d points of %d columns", r, c, n, d))
	}
}
