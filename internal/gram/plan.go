package gram

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// Plan is a compiled kernel: what does not depend on the values of its parameters.
// It is immutable.
type Plan struct {
	Model
	// Source is what it was compiled from.
	Source any
	// Check returns an error for parameters that are outside of their supports.
	Check func(theta []float64) error
	// Whites are the white terms.
	Whites []White
	// WhiteGrad is the derivative of White to each parameter.
	WhiteGrad []float64
}

// White is a term of white noise: Factor times a parameter, or times a fixed value
// where Param is -1.
type White struct {
	Factor, Value float64
	Param         int
}

// White returns the variance of the white terms.
func (p *Plan) White(theta []float64) float64 {
	sum := 0.0
	for _, w := range p.Whites {
		if w.Param >= 0 {
			sum += w.Factor * theta[w.Param]
		} else {
			sum += w.Factor * w.Value
		}
	}
	return sum
}

// Triangle is the matrix K_XX at fixed points as a function of the parameters, for
// whoever evaluates it again and again: a fit, a sampler. What depends on the points
// alone is computed once, and scratch is kept, so that nothing is allocated from call
// to call, however the kernel is composed of those of package kernel. (A kernel of a
// user's own costs what its own methods allocate.)
//
// Only the lower triangle is computed, in blocks of rows: a block that begins at
// row lo holds rows [lo, lo+Rows) and columns [0, lo+Rows), of which an element
// (i, j) with j <= i is read or written, and no other.
//
// Calls for different blocks may be made at the same time, each with a number of
// its own for the scratch; [Triangle.Set] must not be.
type Triangle struct {
	plan    *Plan
	theta   []float64
	engine  Engine
	x       Matrix
	scratch []Scratch
}

// Triangle returns the matrix at the rows of x, which must stay as they are. Its
// parameters are set by [Triangle.Set].
func (p *Plan) Triangle(x *mat.Dense) *Triangle {
	at := Of(x)
	return &Triangle{p, make([]float64, p.Len()), p.Bind(NewPoints(at)), at, make([]Scratch, 1)}
}

// Plan returns the plan that t runs.
func (t *Triangle) Plan() *Plan { return t.plan }

// Set sets the parameters. The error is that of [Plan.Check]. It panics if their
// number differs.
func (t *Triangle) Set(theta []float64) error {
	if len(theta) != len(t.theta) {
		panic(fmt.Sprintf("kernel: %d parameters, got %d values", len(t.theta), len(theta)))
	}
	if err := t.plan.Check(theta); err != nil {
		return err
	}
	t.MustSet(theta)
	return nil
}

// MustSet is Set without the check, for parameters that have been checked.
func (t *Triangle) MustSet(theta []float64) {
	copy(t.theta, theta)
	t.engine.Set(t.theta)
}

// Len returns the number of parameters.
func (t *Triangle) Len() int { return len(t.theta) }

// White returns the variance of the white terms.
func (t *Triangle) White() float64 { return t.plan.White(t.theta) }

// Grow provides scratch for n calls at a time, numbered from 0. There is scratch for
// one.
func (t *Triangle) Grow(n int) {
	for len(t.scratch) < n {
		t.scratch = append(t.scratch, Scratch{})
	}
}

// Cov sets the block of K_XX that begins at row lo.
func (t *Triangle) Cov(dst blas64.General, lo, scratch int) {
	t.engine.Cov(t.block(dst, lo), t.x, t.empty(scratch))
}

// ParamGrad adds to dst[p] the sum over the elements (i, j) of the block, j <= i,
// of w_ij dk(x_i, x_j)/dθ_p, where k is the block of K_XX. It panics if the kernel
// has parameters and no gradient to them.
func (t *Triangle) ParamGrad(dst []float64, w, k blas64.General, lo, scratch int) {
	if len(dst) != len(t.theta) {
		panic(fmt.Sprintf("kernel: %d parameters, a gradient of %d", len(t.theta), len(dst)))
	}
	if len(dst) > 0 {
		t.engine.ParamGrad(dst, t.block(w, lo), t.block(k, lo), t.x, t.empty(scratch))
	}
}

func (t *Triangle) empty(i int) *Scratch {
	s := &t.scratch[i]
	s.used = 0
	return s
}

func (t *Triangle) block(m blas64.General, lo int) Block {
	if lo < 0 || lo+m.Rows > t.x.Hi || m.Cols < lo+m.Rows {
		panic(fmt.Sprintf("kernel: a block of %d x %d from row %d on, for %d points", m.Rows, m.Cols, lo, t.x.Hi))
	}
	return Block{Lo: lo, Hi: lo + m.Rows, cols: 1, grow: 1, stride: m.Stride, data: m.Data}
}
