package function

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Func is a [GradFunction] made of plain Go. Both of its fields must be safe for
// concurrent use if it is used so, and must not keep their arguments.
type Func struct {
	Value func(x []float64) float64
	// Gradient sets dst to the gradient at x. If it is nil the gradient is by central
	// differences of fourth order,
	//
	//	df/dx_d ~ (8 (f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))) / (12 h),
	//
	// with h = Step max(1, |x_d|), at 4 D calls of Value. Of a function that turns
	// over distances of about 1 ten digits are right.
	Gradient func(dst, x []float64)
	// Step is the step of the differences; 0 means 1e-3. Give a thousandth of the
	// distance over which the function turns if that is far from 1.
	Step float64
}

var (
	_ GradFunction = Func{}
	_ Evaler       = Func{}
)

// At returns f(x).
func (f Func) At(x []float64) float64 { return f.Value(x) }

// Eval sets dst to the values at the rows of x and returns it; nil allocates.
func (f Func) Eval(dst []float64, x *mat.Dense) []float64 { return evalRows(f, dst, x) }

// Grad sets dst to the gradient at x and returns it; nil allocates.
func (f Func) Grad(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, len(x))
	}
	if len(dst) != len(x) {
		panic(fmt.Sprintf("function: a gradient of %d for a point of %d numbers", len(dst), len(x)))
	}
	if f.Gradient != nil {
		f.Gradient(dst, x)
		return dst
	}
	step := f.Step
	if step <= 0 {
		step = 1e-3
	}
	at := append([]float64(nil), x...)
	for d, v := range x {
		h := step * math.Max(1, math.Abs(v))
		// difference returns f(x + k h) - f(x - k h) over the step that is truly made.
		difference := func(k float64) float64 {
			up, down := v+k*h, v-k*h
			at[d] = up
			high := f.Value(at)
			at[d] = down
			low := f.Value(at)
			at[d] = v
			return (high - low) / (up - down)
		}
		dst[d] = (4*difference(1) - difference(2)) / 3
	}
	return dst
}

// Funcs are functions made of plain Go as a set of [GradFunctions]. They are called
// one after the other, on the goroutine of the caller, in the order of the rows.
type Funcs struct {
	inputs int
	fs     []Func
}

var (
	_ GradFunctions = (*Funcs)(nil)
	_ EachEvaler    = (*Funcs)(nil)
	_ EvalerTo      = (*Funcs)(nil)
	_ Set[Func]     = (*Funcs)(nil)
)

// New returns the functions as a set of D inputs each. It panics if there are none,
// one has no Value, or inputs is not positive.
func New(inputs int, fs ...Func) *Funcs {
	if inputs < 1 || len(fs) == 0 {
		panic(fmt.Sprintf("function: %d functions of %d inputs", len(fs), inputs))
	}
	for i, f := range fs {
		if f.Value == nil {
			panic(fmt.Sprintf("function: function %d has no Value", i))
		}
	}
	return &Funcs{inputs, append([]Func(nil), fs...)}
}

// Of is [New] for functions without gradients of their own: theirs are by differences.
func Of(inputs int, fs ...func(x []float64) float64) *Funcs {
	all := make([]Func, len(fs))
	for i, f := range fs {
		all[i].Value = f
	}
	return New(inputs, all...)
}

// Len returns the number of functions.
func (f *Funcs) Len() int { return len(f.fs) }

// Inputs returns the number of inputs of each.
func (f *Funcs) Inputs() int { return f.inputs }

// Path returns function i.
func (f *Funcs) Path(i int) Func { return f.fs[i] }

// Eval returns the values at the rows of x, S x N.
func (f *Funcs) Eval(x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	dst := mat.NewDense(len(f.fs), n, nil)
	f.EvalTo(dst, x)
	return dst
}

// EvalTo sets dst to the values at the rows of x, S x N.
func (f *Funcs) EvalTo(dst, x *mat.Dense) {
	f.check(x)
	for s, one := range f.fs {
		one.Eval(dst.RawRowView(s), x)
	}
}

// EvalEach returns the values of function s at the rows of xs[s].
func (f *Funcs) EvalEach(xs []*mat.Dense) [][]float64 {
	if len(xs) != len(f.fs) {
		panic(fmt.Sprintf("function: points for %d functions of %d", len(xs), len(f.fs)))
	}
	out := make([][]float64, len(f.fs))
	for s, one := range f.fs {
		f.check(xs[s])
		out[s] = one.Eval(nil, xs[s])
	}
	return out
}

// Grad returns the gradients at the rows of x, N x D a function. The error is nil.
func (f *Funcs) Grad(x *mat.Dense) ([]*mat.Dense, error) {
	f.check(x)
	n, _ := x.Dims()
	out := make([]*mat.Dense, len(f.fs))
	for s, one := range f.fs {
		out[s] = mat.NewDense(n, f.inputs, nil)
		for i := range n {
			one.Grad(out[s].RawRowView(i), x.RawRowView(i))
		}
	}
	return out, nil
}

func (f *Funcs) check(x *mat.Dense) {
	if _, d := x.Dims(); d != f.inputs {
		panic(fmt.Sprintf("function: points of %d numbers for functions of %d inputs", d, f.inputs))
	}
}
