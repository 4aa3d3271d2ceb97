package emulate

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/parallel"
)

// Draws are S functions of D inputs, all of them from one distribution, such as
// the paths of a posterior. Path s is one function: wherever it is evaluated, its
// values are consistent with each other.
//
// EvalTo sets dst[i][j] to function i at row j of x, for x N x D and dst S x N.
type Draws interface {
	Len() int
	Inputs() int
	EvalTo(dst, x *mat.Dense)
}

// EachEvaluator is an ability of [Draws]: the value of function s at the rows of
// xs[s], points of its own. [Rollout] needs one at each step; without this ability
// all functions are evaluated at the points of each, at S times the cost.
type EachEvaluator interface {
	EvalEach(xs []*mat.Dense) [][]float64
}

// Gradient is an ability of [Draws]: the gradients of all functions at the rows of
// x, one N x D matrix a function. An error says that they have none.
type Gradient interface {
	Grad(x *mat.Dense) ([]*mat.Dense, error)
}

// SumGradient is an ability of [Draws] that have a Gradient: the gradient at x of
// the sum of the functions with weights w, in dst unless that is nil. [Marginal]
// asks for nothing more, and it costs about as much as the gradient of one
// function where all share most of what they are made of.
type SumGradient interface {
	GradSum(dst, w, x []float64) ([]float64, error)
}

// Function is one function with its gradient: a path, or a simulator that knows
// its derivatives. Grad sets dst, as long as x, to the gradient and returns it.
type Function interface {
	At(x []float64) float64
	Grad(dst, x []float64) []float64
}

// Regressor is one function, evaluated at the rows of x. A nil dst allocates.
type Regressor interface {
	Eval(dst []float64, x *mat.Dense) []float64
}

// Indexed hands out functions one at a time.
type Indexed[P any] interface {
	Len() int
	Path(i int) P
}

// Each returns the functions of a set, one at a time.
func Each[P Function](set Indexed[P]) []Function {
	out := make([]Function, set.Len())
	for i := range out {
		out[i] = set.Path(i)
	}
	return out
}

// Func is a [Function] made of Go functions, such as a simulator. Slope may be nil
// where no gradient is asked for.
type Func struct {
	Value func(x []float64) float64
	Slope func(dst, x []float64)
}

// At implements [Function].
func (f Func) At(x []float64) float64 { return f.Value(x) }

// Grad implements [Function]. It panics if Slope is nil.
func (f Func) Grad(dst, x []float64) []float64 {
	if f.Slope == nil {
		panic("emulate: the gradient of a Func without Slope")
	}
	if dst == nil {
		dst = make([]float64, len(x))
	}
	f.Slope(dst, x)
	return dst
}

// Known returns [Draws] of one function without uncertainty, of the given number of
// inputs: the part of the dynamics that is known. It calls f from the goroutine of
// its caller, in the order of the rows.
func Known(inputs int, f func(x []float64) float64) Draws {
	if inputs < 1 || f == nil {
		panic(fmt.Sprintf("emulate: a known function of %d inputs", inputs))
	}
	return known{inputs, f}
}

type known struct {
	inputs int
	f      func(x []float64) float64
}

func (k known) Len() int    { return 1 }
func (k known) Inputs() int { return k.inputs }

func (k known) EvalTo(dst, x *mat.Dense) {
	n, _ := x.Dims()
	for i := range n {
		dst.Set(0, i, k.f(x.RawRowView(i)))
	}
}

// Mean returns [Draws] of one function, the mean of all functions of d. It is what
// remains of them where their uncertainty is dropped.
func Mean(d Draws) Draws {
	if d.Len() == 1 {
		return d
	}
	return mean{d}
}

type mean struct{ draws Draws }

func (m mean) Len() int    { return 1 }
func (m mean) Inputs() int { return m.draws.Inputs() }

func (m mean) EvalTo(dst, x *mat.Dense) {
	n, _ := x.Dims()
	s := m.draws.Len()
	values, out := mat.NewDense(s, n, nil), dst.RawRowView(0)
	m.draws.EvalTo(values, x)
	clear(out)
	for i := range s {
		for j, v := range values.RawRowView(i) {
			out[j] += v
		}
	}
	for j := range out {
		out[j] /= float64(s)
	}
}

// evaluator returns how the functions of d are evaluated at points of their own.
func evaluator(d Draws) func(xs []*mat.Dense) [][]float64 {
	if e, ok := d.(EachEvaluator); ok {
		return e.EvalEach
	}
	s := d.Len()
	return func(xs []*mat.Dense) [][]float64 {
		out := make([][]float64, s)
		var all *mat.Dense
		for i, x := range xs {
			n, _ := x.Dims()
			if all == nil || all.RawMatrix().Cols != n {
				all = mat.NewDense(s, n, nil)
			}
			d.EvalTo(all, x)
			out[i] = mat.Row(nil, i, all)
		}
		return out
	}
}

// ByPath returns [Draws] with [EachEvaluator] of functions that are evaluated one at
// a time, in parallel: for a set that has no such ability of its own. It panics if
// the set is empty or inputs is not positive.
func ByPath[P Regressor](set Indexed[P], inputs int) Draws {
	n := set.Len()
	if n < 1 || inputs < 1 {
		panic(fmt.Sprintf("emulate: %d functions of %d inputs", n, inputs))
	}
	fs := make([]Regressor, n)
	for i := range fs {
		fs[i] = set.Path(i)
	}
	return byPath{fs, inputs}
}

type byPath struct {
	fs     []Regressor
	inputs int
}

func (b byPath) Len() int    { return len(b.fs) }
func (b byPath) Inputs() int { return b.inputs }

func (b byPath) EvalTo(dst, x *mat.Dense) {
	parallel.Do(0, len(b.fs), func(_, s int) { b.fs[s].Eval(dst.RawRowView(s), x) })
}

func (b byPath) EvalEach(xs []*mat.Dense) [][]float64 {
	out := make([][]float64, len(b.fs))
	parallel.Do(0, len(b.fs), func(_, s int) { out[s] = b.fs[s].Eval(nil, xs[s]) })
	return out
}
