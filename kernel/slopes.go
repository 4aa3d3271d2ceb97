package kernel

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// Sloper is an ability of [Rows]: the derivatives of all covariances, so that those
// of many weighted sums are one product of matrices.
type Sloper interface {
	// Slopes sets dst[d*n+i][j] to dk(x_i, y_j)/dx_id for the n points of x; dst has a
	// row for each point and input. It reports false, whatever dst then holds, where a
	// part of the kernel has no such ability.
	Slopes(dst, x *mat.Dense) bool
}

var (
	_ Sloper = radialRows{}
	_ Sloper = sumRows{}
	_ Sloper = scaledRows{}
	_ Sloper = activeRows{}
)

// Slopes is [Sloper.Slopes] of rows that may not have it.
func Slopes(r Rows, dst, x *mat.Dense) bool {
	s, ok := r.(Sloper)
	return ok && s.Slopes(dst, x)
}

func checkSlopes(dst, x *mat.Dense, m int) {
	n, d := x.Dims()
	if r, c := dst.Dims(); r != n*d || c != m {
		panic(fmt.Sprintf("kernel: slopes of %d x %d for %d points of %d inputs against %d", r, c, n, d, m))
	}
}

// Slopes implements [Sloper]: 2 dk/d(r^2) (x_d - y_d)/l_d^2.
func (r radialRows) Slopes(dst, x *mat.Dense) bool {
	if r.kernel.Profile == asm.Matern12 {
		return false
	}
	checkSlopes(dst, x, r.n)
	var buf, ones [mostPart]float64
	fill(ones[:], 1)
	n, _ := x.Dims()
	for lo, part := 0, r.part(); lo < r.n; lo += part {
		hi := min(lo+part, r.n)
		row, h := r.from(lo), buf[:hi-lo]
		for i := range n {
			xi := x.RawRowView(i)
			var unused [3]float64
			row.Slope(h, ones[:hi-lo], xi, &unused)
			for d, s := range row.Scale {
				c, xd, y := 2*s*s, xi[d], r.at(d)[lo:hi]
				asm.ScaleDifferences(dst.RawRowView(d*n + i)[lo:hi], c, h, xd, y)
			}
		}
	}
	return true
}

// Slopes implements [Sloper].
func (r sumRows) Slopes(dst, x *mat.Dense) bool {
	checkSlopes(dst, x, r.m)
	if len(r.terms) == 0 {
		dst.Zero()
		return true
	}
	if !Slopes(r.terms[0], dst, x) {
		return false
	}
	var part *mat.Dense
	for _, t := range r.terms[1:] {
		if part == nil {
			n, m := dst.Dims()
			part = mat.NewDense(n, m, nil)
		}
		if !Slopes(t, part, x) {
			return false
		}
		addRows(dst, part)
	}
	return true
}

// Slopes implements [Sloper].
func (r scaledRows) Slopes(dst, x *mat.Dense) bool {
	if !Slopes(r.inner, dst, x) {
		return false
	}
	scaleInto(dst, dst, r.factor)
	return true
}

// Slopes implements [Sloper]: 0 to an input that is not active. A column may be
// active more than once.
func (r activeRows) Slopes(dst, x *mat.Dense) bool {
	n, _ := x.Dims()
	_, m := dst.Dims()
	part := mat.NewDense(n*len(r.k.Columns), m, nil)
	if !Slopes(r.inner, part, r.k.pick(x)) {
		return false
	}
	dst.Zero()
	for k, c := range r.k.Columns {
		addRows(dst.Slice(c*n, (c+1)*n, 0, m).(*mat.Dense), part.Slice(k*n, (k+1)*n, 0, m).(*mat.Dense))
	}
	return true
}
