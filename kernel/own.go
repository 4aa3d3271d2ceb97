package kernel

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"matheron/internal/gram"
)

// own is a kernel of another package as a model: what it cannot do itself it cannot do
// here. Its structure is not known, so that it belongs to one kernel.
type own struct {
	kernel Kernel
	values []float64
}

// at returns the kernel with the parameters theta.
func (m own) at(theta []float64) Kernel {
	if slices.Equal(theta, m.values) {
		return m.kernel
	}
	return WithParams(m.kernel, theta)
}

// Len implements [gram.Model].
func (m own) Len() int { return len(m.values) }

// Bind implements [gram.Model].
func (m own) Bind(y *gram.Points) gram.Engine { return &ownEngine{model: m, kernel: m.kernel, y: y} }

// Diag implements [gram.Model].
func (m own) Diag(dst, theta []float64, x *mat.Dense) { m.at(theta).Diag(dst, x) }

// DiagGrad contracts blocks that have weights on their diagonals alone: small ones
// waste little and save a call a row.
func (m own) DiagGrad(dst, theta, w []float64, x *mat.Dense) {
	if len(dst) == 0 {
		return
	}
	const side = 8
	g := mustParamGrad(m.at(theta))
	_, d := x.Dims()
	weights := make([]float64, side*side)
	for lo := 0; lo < len(w); lo += side {
		hi := min(lo+side, len(w))
		n := hi - lo
		square := mat.NewDense(n, n, weights[:n*n])
		square.Zero()
		for i := range n {
			square.Set(i, i, w[lo+i])
		}
		part := x.Slice(lo, hi, 0, d).(*mat.Dense)
		g.ParamGrad(dst, square, nil, part, part)
	}
}

// ownEngine calls the methods of the kernel.
type ownEngine struct {
	gram.NoSlopes
	model  own
	kernel Kernel
	y      *gram.Points
}

func (e *ownEngine) Set(theta []float64) { e.kernel = e.model.at(theta) }

// ReadsValues is true for a full block: of a triangle no method knows.
func (e *ownEngine) ReadsValues(w gram.Block) bool { return !w.Triangle() }

// points returns the points of the rows and of the columns of a block.
func (e *ownEngine) points(b gram.Block, x gram.Matrix) (rows, columns *mat.Dense) {
	m := e.y.N
	if b.Triangle() {
		m = b.Hi
	}
	return view(x, b.Lo, b.Hi), view(e.y.Matrix, e.y.Lo, e.y.Lo+m)
}

// view returns rows [lo, hi) of m, which it shares.
func view(m gram.Matrix, lo, hi int) *mat.Dense {
	var out mat.Dense
	out.SetRawMatrix(blas64.General{Rows: hi - lo, Cols: m.Cols, Stride: m.Stride, Data: m.Data[(lo-m.Lo)*m.Stride:]})
	return &out
}

// values returns k as a matrix, nil if there is none or it is of a triangle.
func values(k gram.Block) *mat.Dense {
	if !k.Given() || k.Triangle() {
		return nil
	}
	return k.Dense()
}

func (e *ownEngine) Cov(dst gram.Block, x gram.Matrix, _ *gram.Scratch) {
	rows, columns := e.points(dst, x)
	full := dst.Dense()
	e.kernel.Cov(full, rows, columns)
	for i := dst.Lo; i < dst.Hi; i++ {
		copy(dst.Row(i), full.RawRowView(i-dst.Lo))
	}
}

func (e *ownEngine) ParamGrad(dst []float64, w, k gram.Block, x gram.Matrix, _ *gram.Scratch) {
	rows, columns := e.points(w, x)
	mustParamGrad(e.kernel).ParamGrad(dst, w.Dense(), values(k), rows, columns)
}

func (e *ownEngine) InputGrad(sums []float64, dst gram.Matrix, w, k gram.Block, x gram.Matrix, s *gram.Scratch) {
	g, ok := e.kernel.(InputGrader)
	if !ok {
		panic(fmt.Sprintf("kernel: %s has no input gradient", typeName(e.kernel)))
	}
	mark := s.Mark()
	if sums != nil {
		k = gram.ValuesOf(e, w, k, x, s)
		gram.AddDots(sums, w, k)
	}
	rows, columns := e.points(w, x)
	g.InputGrad(view(dst, w.Lo, w.Hi), w.Dense(), values(k), rows, columns)
	s.Release(mark)
}

func mustParamGrad(k Kernel) ParamGrader {
	g, ok := k.(ParamGrader)
	if !ok {
		panic(fmt.Sprintf("kernel: %s has no parameter gradient", typeName(k)))
	}
	return g
}
