package kernel

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// Rows is a kernel one of whose arguments is fixed: the rows of a matrix y. What
// hangs on them alone is prepared once, for calls with few points. It is an
// immutable value, safe for many goroutines.
type Rows interface {
	// Cov sets dst to K(x, y), bit for bit as [Kernel] does.
	Cov(dst, x *mat.Dense)
	// Sum adds to dst[i], unless dst is nil, the sum over j of w[j] k(x_i, y_j), and
	// to grad[i][d] its derivative to x_id: the weights are the same for all points.
	// A row depends on w and on its row of x alone. It panics unless k has input
	// gradients.
	Sum(dst []float64, grad *mat.Dense, w []float64, x *mat.Dense)
}

// GradRows is Rows with the contractions of [ParamGrader] and [InputGrader], y being
// the fixed rows. w has a column for each of them; k holds K(x, y), or is nil.
// InputGrad panics unless the kernel has input gradients.
type GradRows interface {
	Rows
	ParamGrad(dst []float64, w, k, x *mat.Dense)
	InputGrad(dst, w, x *mat.Dense)
}

var _ GradRows = radialRows{}

// Fixer is the ability of preparing for one of two arguments. y is read later too
// and must stay as it is.
type Fixer interface {
	Against(y *mat.Dense) Rows
}

// Against returns k with one argument fixed. A kernel without the ability is asked
// again with y at each call.
func Against(k Kernel, y *mat.Dense) Rows {
	if f, ok := k.(Fixer); ok {
		return f.Against(y)
	}
	return plainRows{k, y}
}

// plainRows is a kernel that prepares nothing.
type plainRows struct {
	Kernel
	y *mat.Dense
}

func (r plainRows) Cov(dst, x *mat.Dense) { r.Kernel.Cov(dst, x, r.y) }

func (r plainRows) Sum(dst []float64, grad *mat.Dense, w []float64, x *mat.Dense) {
	g, ok := r.Kernel.(InputGrader)
	if !ok {
		panic(fmt.Sprintf("kernel: %T has no input gradient", r.Kernel))
	}
	n, _ := x.Dims()
	ws, k := mat.NewDense(n, len(w), nil), mat.NewDense(n, len(w), nil)
	r.Kernel.Cov(k, x, r.y)
	for i := range n {
		ws.SetRow(i, w)
		if dst != nil {
			for j, v := range k.RawRowView(i) {
				dst[i] += w[j] * v
			}
		}
	}
	g.InputGrad(grad, ws, k, x, r.y)
}

// sumRows is the terms of a sum.
type sumRows struct {
	terms []Rows
	m     int
}

// Against implements [Fixer].
func (s Sum) Against(y *mat.Dense) Rows {
	m, _ := y.Dims()
	r := sumRows{m: m}
	for _, k := range s {
		if !isWhite(k) {
			r.terms = append(r.terms, Against(k, y))
		}
	}
	return r
}

func (r sumRows) Cov(dst, x *mat.Dense) {
	if len(r.terms) == 0 {
		dst.Zero()
		return
	}
	r.terms[0].Cov(dst, x)
	if len(r.terms) == 1 {
		return
	}
	n, _ := x.Dims()
	block := mat.NewDense(n, r.m, nil)
	for _, t := range r.terms[1:] {
		t.Cov(block, x)
		addRows(dst, block)
	}
}

func (r sumRows) Sum(dst []float64, grad *mat.Dense, w []float64, x *mat.Dense) {
	for _, t := range r.terms {
		t.Sum(dst, grad, w, x)
	}
}

// activeRows sees some columns.
type activeRows struct {
	k     Active
	inner Rows
}

// Against implements [Fixer].
func (k Active) Against(y *mat.Dense) Rows { return activeRows{k, Against(k.Kernel, k.pick(y))} }

func (r activeRows) Cov(dst, x *mat.Dense) { r.inner.Cov(dst, r.k.pick(x)) }

func (r activeRows) Sum(dst []float64, grad *mat.Dense, w []float64, x *mat.Dense) {
	checkInputGrad(grad, x)
	n, _ := x.Dims()
	g := mat.NewDense(n, len(r.k.Columns), nil)
	r.inner.Sum(dst, g, w, r.k.pick(x))
	for i := range n {
		out := grad.RawRowView(i)
		for j, v := range g.RawRowView(i) {
			out[r.k.Columns[j]] += v
		}
	}
}

// scaledRows is a multiple.
type scaledRows struct {
	factor float64
	inner  Rows
}

// Against implements [Fixer].
func (k Scaled) Against(y *mat.Dense) Rows { return scaledRows{k.Factor, Against(k.Kernel, y)} }

func (r scaledRows) Cov(dst, x *mat.Dense) {
	r.inner.Cov(dst, x)
	scaleInto(dst, dst, r.factor)
}

func (r scaledRows) Sum(dst []float64, grad *mat.Dense, w []float64, x *mat.Dense) {
	scaled := make([]float64, len(w))
	asm.Scale(scaled, r.factor, w)
	r.inner.Sum(dst, grad, scaled, x)
}

// Against implements [Fixer].
func (k Held) Against(y *mat.Dense) Rows { return heldRows{Against(k.kernel, y)} }

// heldRows is the kernel with all its parameters, to which it must not be
// differentiated: it is no GradRows.
type heldRows struct{ Rows }

// Slopes implements [Sloper].
func (r heldRows) Slopes(dst, x *mat.Dense) bool { return Slopes(r.Rows, dst, x) }

// addRows adds a to dst.
func addRows(dst, a *mat.Dense) {
	n, _ := dst.Dims()
	for i := range n {
		asm.AddScaled(dst.RawRowView(i), 1, a.RawRowView(i))
	}
}

// Against implements [Fixer].
func (k RBF) Against(y *mat.Dense) Rows { return k.radial().against(newColumns(y)) }

// Against implements [Fixer].
func (k Matern12) Against(y *mat.Dense) Rows { return k.radial().against(newColumns(y)) }

// Against implements [Fixer].
func (k Matern32) Against(y *mat.Dense) Rows { return k.radial().against(newColumns(y)) }

// Against implements [Fixer].
func (k Matern52) Against(y *mat.Dense) Rows { return k.radial().against(newColumns(y)) }

// Against implements [Fixer].
func (k RationalQuadratic) Against(y *mat.Dense) Rows { return k.radial().against(newColumns(y)) }
