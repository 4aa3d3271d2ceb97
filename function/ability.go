package function

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Eval is f.Eval(x) with its shape checked: it panics if it is not S x N.
func Eval(f Functions, x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	y := f.Eval(x)
	if s, c := y.Dims(); s != f.Len() || c != n {
		panic(fmt.Sprintf("function: %d functions at %d points have %d x %d values", f.Len(), n, s, c))
	}
	return y
}

// Grad is f.Grad(x) with its shapes checked: it panics if they are not S times N x D.
func Grad(f GradFunctions, x *mat.Dense) ([]*mat.Dense, error) {
	g, err := f.Grad(x)
	if err != nil {
		return nil, err
	}
	n, d := x.Dims()
	if len(g) != f.Len() {
		panic(fmt.Sprintf("function: %d functions have %d gradients", f.Len(), len(g)))
	}
	for s := range g {
		if r, c := g[s].Dims(); r != n || c != d {
			panic(fmt.Sprintf("function: function %d at %d x %d inputs has a gradient of %d x %d", s, n, d, r, c))
		}
	}
	return g, nil
}

// Evaluator returns how one function is evaluated at the rows of x: its own Eval, or
// a call of At for each.
func Evaluator(f Function) func(dst []float64, x *mat.Dense) []float64 {
	if e, ok := f.(Evaler); ok {
		return e.Eval
	}
	return func(dst []float64, x *mat.Dense) []float64 { return evalRows(f, dst, x) }
}

func evalRows(f Function, dst []float64, x *mat.Dense) []float64 {
	n, _ := x.Dims()
	if dst == nil {
		dst = make([]float64, n)
	}
	if len(dst) != n {
		panic(fmt.Sprintf("function: a result of %d for %d points", len(dst), n))
	}
	for i := range dst {
		dst[i] = f.At(x.RawRowView(i))
	}
	return dst
}

// EvaluatorTo returns how f is evaluated into a matrix: its own EvalTo, or a copy of
// what Eval returns.
func EvaluatorTo(f Functions) func(dst, x *mat.Dense) {
	if e, ok := f.(EvalerTo); ok {
		return e.EvalTo
	}
	return func(dst, x *mat.Dense) {
		y := Eval(f, x)
		r, c := y.Dims()
		if s, n := dst.Dims(); s != r || n != c {
			panic(fmt.Sprintf("function: a result of %d x %d for %d functions at %d points", s, n, r, c))
		}
		dst.Copy(y)
	}
}

// EachEvaluator returns how the functions of f are evaluated at points of their own:
// by their EvalEach, or all of them at the points of each, at S times the cost.
func EachEvaluator(f Functions) func(xs []*mat.Dense) [][]float64 {
	if e, ok := f.(EachEvaler); ok {
		return e.EvalEach
	}
	s, evalTo := f.Len(), EvaluatorTo(f)
	return func(xs []*mat.Dense) [][]float64 {
		out := make([][]float64, s)
		var all *mat.Dense
		for i, x := range xs {
			n, _ := x.Dims()
			if all == nil || all.RawMatrix().Cols != n {
				all = mat.NewDense(s, n, nil)
			}
			evalTo(all, x)
			out[i] = mat.Row(nil, i, all)
		}
		return out
	}
}

// SumGradient returns how the gradient of a weighted sum of f is computed: by its
// GradSum, or from the gradients of all. A function of weight 0 has no part in the
// sum, even where its gradient is not a number.
func SumGradient(f GradFunctions) func(dst, w, x []float64) ([]float64, error) {
	if g, ok := f.(SumGrader); ok {
		return g.GradSum
	}
	return func(dst, w, x []float64) ([]float64, error) {
		grads, err := Grad(f, mat.NewDense(1, len(x), x))
		if err != nil {
			return nil, err
		}
		if len(w) != len(grads) {
			panic(fmt.Sprintf("function: a sum of %d weights for %d functions", len(w), len(grads)))
		}
		if dst == nil {
			dst = make([]float64, len(x))
		}
		clear(dst)
		for s, g := range grads {
			if w[s] == 0 {
				continue
			}
			for d, v := range g.RawRowView(0) {
				dst[d] += w[s] * v
			}
		}
		return dst, nil
	}
}

// Mean returns the mean of the functions of f as a set of one. It is what is left of
// them where their uncertainty is dropped.
func Mean(f Functions) Functions {
	if f.Len() == 1 {
		return f
	}
	return mean{f, EvaluatorTo(f)}
}

type mean struct {
	of     Functions
	evalTo func(dst, x *mat.Dense)
}

func (m mean) Len() int    { return 1 }
func (m mean) Inputs() int { return m.of.Inputs() }

func (m mean) Eval(x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	dst := mat.NewDense(1, n, nil)
	m.EvalTo(dst, x)
	return dst
}

func (m mean) EvalTo(dst, x *mat.Dense) {
	n, _ := x.Dims()
	s := m.of.Len()
	values, out := mat.NewDense(s, n, nil), dst.RawRowView(0)
	m.evalTo(values, x)
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
