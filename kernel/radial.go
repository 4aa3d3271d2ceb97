package kernel

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// The kernels of the scaled distance r^2 = sum_d ((x_d - y_d)/l_d)^2 differ
// only in their profile k = variance g(r^2). They share the loops below, which
// go row by row over slices: a row of r^2, then the profile on that row.

// profile is a kernel of the scaled squared distance.
type profile interface {
	// values replaces a row of r^2 by the kernel's values.
	values(r2 []float64)
	// slopes sets dst to dk/d(r^2), given the values k at r2. dst may be k.
	slopes(dst, k, r2 []float64)
}

// distances holds what the rows of r^2 against one set of points share.
type distances struct {
	inv  []float64   // 1/l_d
	cols [][]float64 // the points by column
}

func newDistances(y *mat.Dense, l PerInput, owner string) distances {
	_, d := y.Dims()
	g := distances{inv: l.broadcast(d, owner, "lengthscale"), cols: columns(y)}
	for i, v := range g.inv {
		g.inv[i] = 1 / v
	}
	return g
}

// columns returns the columns of y, each contiguous.
func columns(y *mat.Dense) [][]float64 {
	m, d := y.Dims()
	buf := make([]float64, m*d)
	cols := make([][]float64, d)
	for c := range cols {
		cols[c] = buf[c*m : (c+1)*m]
	}
	for j := range m {
		for c, v := range y.RawRowView(j) {
			cols[c][j] = v
		}
	}
	return cols
}

// row sets r2[j] to the scaled squared distance from x to point j. The
// difference is formed before the scaling: r^2 stays accurate to rounding
// however far the points are from the origin.
func (g distances) row(r2, x []float64) {
	for d, col := range g.cols {
		xd, s := x[d], g.inv[d]
		col = col[:len(r2)]
		if d == 0 {
			for j, v := range col {
				t := (xd - v) * s
				r2[j] = t * t
			}
			continue
		}
		for j, v := range col {
			t := (xd - v) * s
			r2[j] += t * t
		}
	}
}

func covRadial(dst, x, y *mat.Dense, l PerInput, owner string, p profile) {
	checkCov(dst, x, y)
	g := newDistances(y, l, owner)
	n, _ := x.Dims()
	for i := range n {
		row := dst.RawRowView(i)
		g.row(row, x.RawRowView(i))
		p.values(row)
	}
}

// eachSlope calls f for each row i with the row's w dk/d(r^2) and its r^2, both
// of which f may change.
func eachSlope(w, k, x, y *mat.Dense, l PerInput, owner string, p profile, f func(i int, slope, r2 []float64, g distances)) {
	checkWeights(w, k, x, y)
	g := newDistances(y, l, owner)
	n, _ := x.Dims()
	m, _ := y.Dims()
	buf := make([]float64, 2*m)
	slope, r2 := buf[:m], buf[m:]
	for i := range n {
		g.row(r2, x.RawRowView(i))
		if k != nil {
			p.slopes(slope, k.RawRowView(i), r2)
		} else {
			copy(slope, r2)
			p.values(slope)
			p.slopes(slope, slope, r2)
		}
		for j, v := range w.RawRowView(i) {
			slope[j] *= v
		}
		f(i, slope, r2, g)
	}
}

// lengthscaleGrad adds the gradient to each lengthscale: dk/dl_d is
// dk/d(r^2) times -2 (x_d-y_d)^2/l_d^3.
func lengthscaleGrad(dst []float64, w, k, x, y *mat.Dense, l PerInput, owner string, p profile) {
	eachSlope(w, k, x, y, l, owner, p, func(i int, slope, r2 []float64, g distances) {
		if !l.IsARD() {
			s := 0.0
			for j, v := range slope {
				s += v * r2[j]
			}
			dst[0] -= 2 * s / l.shared
			return
		}
		xi := x.RawRowView(i)
		for d, col := range g.cols {
			s, xd := 0.0, xi[d]
			for j, v := range slope {
				t := xd - col[j]
				s += v * t * t
			}
			inv := g.inv[d]
			dst[d] -= 2 * s * inv * inv * inv
		}
	})
}

// radialInputGrad adds the gradient to the inputs: dk/dx_d is dk/d(r^2) times
// 2 (x_d-y_d)/l_d^2.
func radialInputGrad(dst, w, k, x, y *mat.Dense, l PerInput, owner string, p profile) {
	checkInputGrad(dst, x)
	eachSlope(w, k, x, y, l, owner, p, func(i int, slope, _ []float64, g distances) {
		g.pull(dst.RawRowView(i), slope, x.RawRowView(i))
	})
}

// pull adds to out the sum over the points of their weighted slopes times d(r^2)/dx.
func (g distances) pull(out, slope, x []float64) {
	for d, col := range g.cols {
		s, xd := 0.0, x[d]
		for j, v := range slope {
			s += v * (xd - col[j])
		}
		out[d] += 2 * s * g.inv[d] * g.inv[d]
	}
}

// scaleGrad returns the sum of w k, the gradient to the log of a factor of k.
func scaleGrad(w, k *mat.Dense) float64 {
	n, _ := w.Dims()
	s := 0.0
	for i := range n {
		kr := k.RawRowView(i)
		for j, v := range w.RawRowView(i) {
			s += v * kr[j]
		}
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

func radialParams(name string, variance float64, l PerInput) []Param {
	return append([]Param{positive(name+".variance", variance)}, l.params(name+".lengthscale")...)
}

// radialParamGrad adds the gradients to the variance and the lengthscales.
func radialParamGrad(dst []float64, w, k, x, y *mat.Dense, variance float64, l PerInput, owner string, c Kernel, p profile) {
	wantParams(owner, len(dst), 1+l.Len())
	k = covOf(c, k, x, y)
	dst[0] += scaleGrad(w, k) / variance
	lengthscaleGrad(dst[1:], w, k, x, y, l, owner, p)
}
