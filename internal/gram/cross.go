package gram

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Cross is K(x, y) with y and the parameters fixed: what hangs on them alone is
// prepared once, for calls with few points. It is immutable and safe for many
// goroutines, each with a scratch of its own, or nil.
type Cross struct {
	engine Engine
	m, d   int
}

// Against returns the kernel with these parameters against the rows of y, which must
// stay as they are. The parameters are not checked.
func Against(m Model, theta []float64, y *mat.Dense) *Cross {
	p := NewPoints(Of(y))
	e := m.Bind(p)
	e.Set(theta)
	return &Cross{e, p.N, p.Dims}
}

// Cov sets dst to K(x, y). Row i depends on row i of x alone.
func (c *Cross) Cov(dst, x *mat.Dense, s *Scratch) {
	c.check(dst, x)
	mark := s.Mark()
	c.engine.Cov(full(dst), Of(x), s)
	s.Release(mark)
}

// Sum adds to dst[i], unless dst is nil, the sum over j of w[j] k(x_i, y_j), and to
// grad[i][d] its derivative to x_id: the weights are the same for all points. A row
// depends on w and on its row of x alone. It panics unless k has input gradients.
func (c *Cross) Sum(dst []float64, grad *mat.Dense, w []float64, x *mat.Dense, s *Scratch) {
	CheckInputGrad(grad, x)
	n, d := x.Dims()
	if len(w) != c.m || d != c.d {
		panic(fmt.Sprintf("kernel: a sum of %d weights at points of %d columns, against %d of %d", len(w), d, c.m, c.d))
	}
	mark := s.Mark()
	c.engine.InputGrad(dst, Of(grad), Block{Hi: n, cols: c.m, data: w}, Block{}, Of(x), s)
	s.Release(mark)
}

// ParamGrad adds to dst[p] the sum over i, j of w[i][j] dk(x_i, y_j)/dθ_p. k holds
// K(x, y), or is nil.
func (c *Cross) ParamGrad(dst []float64, w, k, x *mat.Dense, s *Scratch) {
	c.check(w, x)
	var values Block
	if k != nil {
		c.check(k, x)
		if c.engine.ReadsValues(full(w)) {
			values = full(k)
		}
	}
	mark := s.Mark()
	c.engine.ParamGrad(dst, full(w), values, Of(x), s)
	s.Release(mark)
}

// InputGrad adds to dst[i][d] the sum over j of w[i][j] dk(x_i, y_j)/dx_id. k holds
// K(x, y), or is nil. It panics unless k has input gradients.
func (c *Cross) InputGrad(dst, w, k, x *mat.Dense, s *Scratch) {
	CheckInputGrad(dst, x)
	c.check(w, x)
	var values Block
	if k != nil {
		c.check(k, x)
		values = full(k)
	}
	mark := s.Mark()
	c.engine.InputGrad(nil, Of(dst), full(w), values, Of(x), s)
	s.Release(mark)
}

// Slopes sets dst[d*n+i][j] to dk(x_i, y_j)/dx_id for the n points of x, so that the
// derivatives of many weighted sums are one product of matrices. It reports false,
// whatever dst then holds, where a part of the kernel cannot.
func (c *Cross) Slopes(dst, x *mat.Dense, s *Scratch) bool {
	n, d := x.Dims()
	if rows, cols := dst.Dims(); rows != n*d || cols != c.m || d != c.d {
		panic(fmt.Sprintf("kernel: slopes of %d x %d for %d points of %d inputs against %d of %d", rows, cols, n, d, c.m, c.d))
	}
	mark := s.Mark()
	ok := c.engine.Slopes(Of(dst), Of(x), s)
	s.Release(mark)
	return ok
}

// check panics unless dst is a block for the points of x.
func (c *Cross) check(dst, x *mat.Dense) {
	n, d := x.Dims()
	if d != c.d {
		panic(fmt.Sprintf("kernel: points of %d and of %d columns", d, c.d))
	}
	if rows, cols := dst.Dims(); rows != n || cols != c.m {
		panic(fmt.Sprintf("kernel: a block of %d x %d for %d and %d points", rows, cols, n, c.m))
	}
}

// CheckInputGrad panics unless dst has the shape of x.
func CheckInputGrad(dst, x *mat.Dense) {
	n, d := x.Dims()
	if rows, cols := dst.Dims(); rows != n || cols != d {
		panic(fmt.Sprintf("kernel: an input gradient of %d x %d for %d points of %d columns", rows, cols, n, d))
	}
}
