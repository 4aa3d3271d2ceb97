package gram

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// blockRows is how many rows sums and products work on at a time: what they keep of
// their parts then stays in the first-level cache, or near it.
const blockRows = 8

// inBlocks calls f for rows [lo, hi) of b at a time, each with all of the scratch.
func inBlocks(b Block, s *Scratch, f func(lo, hi int)) {
	mark := s.Mark()
	for lo := b.Lo; lo < b.Hi; lo += blockRows {
		s.Release(mark)
		f(lo, min(lo+blockRows, b.Hi))
	}
	s.Release(mark)
}

// lens returns the number of parameters of all models.
func lens(models []Model) int {
	n := 0
	for _, m := range models {
		n += m.Len()
	}
	return n
}

// part is the engine of a term or factor and the place of its parameters.
type part struct {
	Engine
	from, to int
}

func bindAll(models []Model, y *Points) []part {
	parts := make([]part, len(models))
	from := 0
	for i, m := range models {
		to := from + m.Len()
		parts[i] = part{m.Bind(y), from, to}
		from = to
	}
	return parts
}

func setAll(parts []part, theta []float64) {
	for _, p := range parts {
		p.Set(theta[p.from:p.to])
	}
}

// Scaled is a model times a fixed factor.
type Scaled struct {
	Model
	Factor float64
}

// Bind implements [Model].
func (m Scaled) Bind(y *Points) Engine { return &scaled{m.Model.Bind(y), m.Factor} }

// Diag implements [Model].
func (m Scaled) Diag(dst, theta []float64, x *mat.Dense) {
	m.Model.Diag(dst, theta, x)
	for i := range dst {
		dst[i] *= m.Factor
	}
}

// DiagGrad implements [Model].
func (m Scaled) DiagGrad(dst, theta, w []float64, x *mat.Dense) {
	weights := make([]float64, len(w))
	for i, v := range w {
		weights[i] = m.Factor * v
	}
	m.Model.DiagGrad(dst, theta, weights, x)
}

type scaled struct {
	Engine
	factor float64
}

func (e *scaled) ReadsValues(Block) bool { return false }

func (e *scaled) Cov(dst Block, x Matrix, s *Scratch) {
	e.Engine.Cov(dst, x, s)
	dst.scale(e.factor, dst)
}

func (e *scaled) ParamGrad(dst []float64, w, k Block, x Matrix, s *Scratch) {
	inBlocks(w, s, func(lo, hi int) {
		weights, inner := s.Block(w, lo, hi), Block{}
		weights.scale(e.factor, w.Rows(lo, hi))
		if k.Given() {
			inner = s.Block(w, lo, hi) // of any values, if they are not read
			if e.Engine.ReadsValues(w) {
				e.Engine.Cov(inner, x, s)
			}
		}
		e.Engine.ParamGrad(dst, weights, inner, x, s)
	})
}

func (e *scaled) InputGrad(values []float64, dst Matrix, w, _ Block, x Matrix, s *Scratch) {
	inBlocks(w, s, func(lo, hi int) {
		weights := s.Block(w, lo, hi)
		weights.scale(e.factor, w.Rows(lo, hi))
		e.Engine.InputGrad(values, dst, weights, Block{}, x, s)
	})
}

func (e *scaled) Slopes(dst, x Matrix, s *Scratch) bool {
	if !e.Engine.Slopes(dst, x, s) {
		return false
	}
	for i := dst.Lo; i < dst.Hi; i++ {
		asm.Scale(dst.Row(i), e.factor, dst.Row(i))
	}
	return true
}

// Fixed is a model some of whose parameters stay at their values.
type Fixed struct {
	Model
	All  []float64 // values of all parameters; those of free ones do not count
	Free []int     // positions of the others, ascending
}

// Len implements [Model].
func (m Fixed) Len() int { return len(m.Free) }

// with sets all to the fixed values and those of theta.
func (m Fixed) with(all, theta []float64) {
	copy(all, m.All)
	for i, f := range m.Free {
		all[f] = theta[i]
	}
}

// Bind implements [Model].
func (m Fixed) Bind(y *Points) Engine {
	return &fixed{m.Model.Bind(y), m, make([]float64, len(m.All))}
}

// Diag implements [Model].
func (m Fixed) Diag(dst, theta []float64, x *mat.Dense) {
	all := make([]float64, len(m.All))
	m.with(all, theta)
	m.Model.Diag(dst, all, x)
}

// DiagGrad implements [Model].
func (m Fixed) DiagGrad(dst, theta, w []float64, x *mat.Dense) {
	if len(dst) == 0 {
		return
	}
	all, grad := make([]float64, len(m.All)), make([]float64, len(m.All))
	m.with(all, theta)
	m.Model.DiagGrad(grad, all, w, x)
	for i, f := range m.Free {
		dst[i] += grad[f]
	}
}

type fixed struct {
	Engine
	model Fixed
	all   []float64
}

func (e *fixed) Set(theta []float64) {
	e.model.with(e.all, theta)
	e.Engine.Set(e.all)
}

func (e *fixed) ParamGrad(dst []float64, w, k Block, x Matrix, s *Scratch) {
	if len(dst) == 0 {
		return
	}
	mark := s.Mark()
	all := s.Floats(len(e.all))
	clear(all)
	e.Engine.ParamGrad(all, w, k, x, s)
	for i, f := range e.model.Free {
		dst[i] += all[f]
	}
	s.Release(mark)
}

// Columns is a model of some columns of the inputs, in this order. A column may be
// there more than once.
type Columns struct {
	Model
	Columns []int
}

// pick sets dst to the columns of rows [lo, hi) of x.
func (m Columns) pick(dst []float64, x Matrix, lo, hi int) Matrix {
	for _, c := range m.Columns {
		if c < 0 || c >= x.Cols {
			panic(fmt.Sprintf("kernel: active column %d of inputs of %d columns", c, x.Cols))
		}
	}
	out := Matrix{lo, hi, len(m.Columns), len(m.Columns), dst}
	for i := lo; i < hi; i++ {
		row, xi := out.Row(i), x.Row(i)
		for j, c := range m.Columns {
			row[j] = xi[c]
		}
	}
	return out
}

// pickDense returns the columns of x.
func (m Columns) pickDense(x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	data := make([]float64, n*len(m.Columns))
	m.pick(data, Of(x), 0, n)
	return mat.NewDense(n, len(m.Columns), data)
}

// Bind implements [Model].
func (m Columns) Bind(y *Points) Engine {
	picked := NewPoints(m.pick(make([]float64, y.N*len(m.Columns)), y.Matrix, y.Lo, y.Hi))
	return &columns{m.Model.Bind(picked), m, picked}
}

// Diag implements [Model].
func (m Columns) Diag(dst, theta []float64, x *mat.Dense) {
	m.Model.Diag(dst, theta, m.pickDense(x))
}

// DiagGrad implements [Model].
func (m Columns) DiagGrad(dst, theta, w []float64, x *mat.Dense) {
	m.Model.DiagGrad(dst, theta, w, m.pickDense(x))
}

type columns struct {
	Engine
	model Columns
	y     *Points
}

// of returns the columns of the rows of a block.
func (e *columns) of(b Block, x Matrix, s *Scratch) Matrix {
	if b.Triangle() {
		return e.y.Matrix
	}
	return e.model.pick(s.Floats((b.Hi-b.Lo)*e.y.Dims), x, b.Lo, b.Hi)
}

func (e *columns) Cov(dst Block, x Matrix, s *Scratch) {
	mark := s.Mark()
	e.Engine.Cov(dst, e.of(dst, x, s), s)
	s.Release(mark)
}

func (e *columns) ParamGrad(dst []float64, w, k Block, x Matrix, s *Scratch) {
	mark := s.Mark()
	e.Engine.ParamGrad(dst, w, k, e.of(w, x, s), s)
	s.Release(mark)
}

func (e *columns) InputGrad(values []float64, dst Matrix, w, k Block, x Matrix, s *Scratch) {
	mark := s.Mark()
	grad := Matrix{w.Lo, w.Hi, e.y.Dims, e.y.Dims, s.Floats((w.Hi - w.Lo) * e.y.Dims)}
	clear(grad.Data)
	e.Engine.InputGrad(values, grad, w, k, e.of(w, x, s), s)
	for i := w.Lo; i < w.Hi; i++ {
		out := dst.Row(i)
		for j, v := range grad.Row(i) {
			out[e.model.Columns[j]] += v
		}
	}
	s.Release(mark)
}

// Slopes is 0 to an input that is not active.
func (e *columns) Slopes(dst, x Matrix, s *Scratch) bool {
	mark := s.Mark()
	defer s.Release(mark)
	n := x.Hi - x.Lo
	inner := Matrix{0, n * e.y.Dims, dst.Cols, dst.Cols, s.Floats(n * e.y.Dims * dst.Cols)}
	if !e.Engine.Slopes(inner, e.model.pick(s.Floats(n*e.y.Dims), x, x.Lo, x.Hi), s) {
		return false
	}
	for i := dst.Lo; i < dst.Hi; i++ {
		clear(dst.Row(i))
	}
	for k, c := range e.model.Columns {
		for i := range n {
			asm.AddScaled(dst.Row(c*n+i), 1, inner.Row(k*n+i))
		}
	}
	return true
}
