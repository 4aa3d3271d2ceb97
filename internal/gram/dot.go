package gram

import (
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// Dot is a kernel of the dot product
//
//	p = b + sum_d a_d x_d y_d
//
// of two points. The engine gives rows of products; what becomes of them is the form's.
type Dot struct {
	N    int // parameters
	Form DotForm
	// Check panics unless the kernel is of so many inputs.
	Check func(dims int)
}

// DotForm is what a kernel is of the products of one point x with all points y. It
// holds no state: parameters come with each call.
type DotForm interface {
	// Set sets b and a from the parameters.
	Set(b *float64, a, theta []float64)
	// Value sets row, which holds products p, to k.
	Value(row, theta []float64)
	// ParamGrad adds to dst the sum over j of w[j] dk(x, y_j)/dθ. p are products.
	ParamGrad(dst, w, p, x []float64, y *Points, theta []float64)
	// InputGrad adds to dst the sum over j of w[j] dk(x, y_j)/dx; it may change p.
	InputGrad(dst, w, p []float64, y *Points, theta []float64)
	// NeedsProducts reports whether gradients look at p.
	NeedsProducts() bool
}

// Len implements [Model].
func (m Dot) Len() int { return m.N }

// Bind implements [Model].
func (m Dot) Bind(y *Points) Engine {
	m.Check(y.Dims)
	return &dot{model: m, Points: y, weight: make([]float64, y.Dims), theta: make([]float64, m.N)}
}

// Diag implements [Model].
func (m Dot) Diag(dst, theta []float64, x *mat.Dense) {
	_, d := x.Dims()
	m.Check(d)
	var bias float64
	weight := make([]float64, d)
	m.Form.Set(&bias, weight, theta)
	for i := range dst {
		s := bias
		for c, v := range x.RawRowView(i) {
			s += weight[c] * v * v
		}
		dst[i] = s
	}
	m.Form.Value(dst, theta)
}

// DiagGrad implements [Model], point by point.
func (m Dot) DiagGrad(dst, theta, w []float64, x *mat.Dense) {
	_, d := x.Dims()
	m.Check(d)
	var bias float64
	weight := make([]float64, d)
	m.Form.Set(&bias, weight, theta)
	p, one := make([]float64, 1), &Points{N: 1, Dims: d}
	for i := range w {
		xi := x.RawRowView(i)
		p[0], one.Values = bias, xi
		for c, xc := range xi {
			p[0] += weight[c] * xc * xc
		}
		m.Form.ParamGrad(dst, w[i:i+1], p, xi, one, theta)
	}
}

type dot struct {
	NoSlopes
	model Dot
	*Points
	bias          float64
	weight, theta []float64
}

func (e *dot) Set(theta []float64) {
	copy(e.theta, theta)
	e.model.Form.Set(&e.bias, e.weight, theta)
}

func (e *dot) ReadsValues(Block) bool { return false }

// products sets row to those of x with the first points.
func (e *dot) products(row, x []float64) {
	fill(row, e.bias)
	for c, v := range x {
		asm.AddScaled(row, e.weight[c]*v, e.Column(c)[:len(row)])
	}
}

func (e *dot) Cov(dst Block, x Matrix, _ *Scratch) {
	for i := dst.Lo; i < dst.Hi; i++ {
		row := dst.Row(i)
		e.products(row, x.Row(i))
		e.model.Form.Value(row, e.theta)
	}
}

func (e *dot) ParamGrad(dst []float64, w, _ Block, x Matrix, s *Scratch) {
	e.each(w, x, s, func(i int, p []float64) {
		e.model.Form.ParamGrad(dst, w.Row(i), p, x.Row(i), e.Points, e.theta)
	})
}

func (e *dot) InputGrad(values []float64, dst Matrix, w, k Block, x Matrix, s *Scratch) {
	mark := s.Mark()
	if values != nil {
		AddDots(values, w, ValuesOf(e, w, k, x, s))
	}
	e.each(w, x, s, func(i int, p []float64) {
		e.model.Form.InputGrad(dst.Row(i), w.Row(i), p, e.Points, e.theta)
	})
	s.Release(mark)
}

// each calls f for each row with the products, if they are needed.
func (e *dot) each(w Block, x Matrix, s *Scratch, f func(i int, p []float64)) {
	mark := s.Mark()
	var p []float64
	if e.model.Form.NeedsProducts() {
		p = s.Floats(w.Width(w.Hi - 1))
	}
	for i := w.Lo; i < w.Hi; i++ {
		if p != nil {
			p = p[:w.Width(i)]
			e.products(p, x.Row(i))
		}
		f(i, p)
	}
	s.Release(mark)
}
