package gp

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
)

// Mean is the mean m(x) of a Gaussian process before data. A mean is an
// immutable value, safe for many goroutines.
type Mean interface {
	// Eval sets dst[i] to m(x_i); dst has an element for each row of x.
	Eval(dst []float64, x *mat.Dense)
	// InputGrad sets dst[i][d] to dm(x_i)/dx_id; dst has the shape of x.
	InputGrad(dst, x *mat.Dense)
}

// ParametricMean is the ability of a mean that has parameters. The evidence is
// differentiated to them.
type ParametricMean interface {
	Mean
	// Params returns the parameters, in declaration order.
	Params() []kernel.Param
	// WithParams returns the mean with these values in the order of Params. It
	// panics if their number differs.
	WithParams(beta []float64) Mean
	// ParamGrad adds to dst[p] the sum over i of w[i] dm(x_i)/dbeta_p.
	ParamGrad(dst, w []float64, x *mat.Dense)
}

// MeanParams returns the parameters of m; nil if it is not a [ParametricMean].
func MeanParams(m Mean) []kernel.Param {
	if p, ok := m.(ParametricMean); ok {
		return p.Params()
	}
	return nil
}

// meanParamCount returns the length of MeanParams, without making names for the
// means of this package.
func meanParamCount(m Mean) int {
	switch m := m.(type) {
	case Zero:
		return 0
	case Constant:
		return 1
	case Linear:
		return 1 + len(m.Slopes)
	}
	return len(MeanParams(m))
}

// Zero is the mean that is 0 everywhere.
type Zero struct{}

// Eval implements [Mean].
func (Zero) Eval(dst []float64, x *mat.Dense) {
	checkMeanEval("Zero", dst, x)
	clear(dst)
}

// InputGrad implements [Mean].
func (Zero) InputGrad(dst, x *mat.Dense) {
	checkMeanGrad("Zero", dst, x)
	dst.Zero()
}

// Constant is the mean that is Value everywhere. Parameter: Mean.constant.
type Constant struct {
	Value float64
}

var _ ParametricMean = Constant{}

// Eval implements [Mean].
func (m Constant) Eval(dst []float64, x *mat.Dense) {
	checkMeanEval("Constant", dst, x)
	for i := range dst {
		dst[i] = m.Value
	}
}

// InputGrad implements [Mean].
func (m Constant) InputGrad(dst, x *mat.Dense) {
	checkMeanGrad("Constant", dst, x)
	dst.Zero()
}

// Params implements [ParametricMean].
func (m Constant) Params() []kernel.Param {
	return []kernel.Param{realParam("Mean.constant", m.Value)}
}

// WithParams implements [ParametricMean].
func (m Constant) WithParams(beta []float64) Mean {
	checkMeanParams("Constant", len(beta), 1)
	return Constant{beta[0]}
}

// ParamGrad implements [ParametricMean].
func (m Constant) ParamGrad(dst, w []float64, x *mat.Dense) {
	checkMeanParams("Constant", len(dst), 1)
	checkMeanEval("Constant", w, x)
	var s float64
	for _, v := range w {
		s += v
	}
	dst[0] += s
}

// Linear is the mean Intercept + sum_d Slopes[d] x_d. Parameters:
// Mean.intercept, Mean.slope[d].
type Linear struct {
	Intercept float64
	Slopes    []float64
}

var _ ParametricMean = Linear{}

// Eval implements [Mean].
func (m Linear) Eval(dst []float64, x *mat.Dense) {
	checkMeanEval("Linear", dst, x)
	m.checkColumns(x)
	for i := range dst {
		s := m.Intercept
		for d, v := range x.RawRowView(i) {
			s += m.Slopes[d] * v
		}
		dst[i] = s
	}
}

// InputGrad implements [Mean].
func (m Linear) InputGrad(dst, x *mat.Dense) {
	checkMeanGrad("Linear", dst, x)
	m.checkColumns(x)
	n, _ := x.Dims()
	for i := range n {
		copy(dst.RawRowView(i), m.Slopes)
	}
}

// Params implements [ParametricMean].
func (m Linear) Params() []kernel.Param {
	out := []kernel.Param{realParam("Mean.intercept", m.Intercept)}
	for d, v := range m.Slopes {
		out = append(out, realParam(fmt.Sprintf("Mean.slope[%d]", d), v))
	}
	return out
}

// WithParams implements [ParametricMean].
func (m Linear) WithParams(beta []float64) Mean {
	checkMeanParams("Linear", len(beta), 1+len(m.Slopes))
	return Linear{beta[0], append([]float64(nil), beta[1:]...)}
}

// ParamGrad implements [ParametricMean].
func (m Linear) ParamGrad(dst, w []float64, x *mat.Dense) {
	checkMeanParams("Linear", len(dst), 1+len(m.Slopes))
	checkMeanEval("Linear", w, x)
	m.checkColumns(x)
	for i, v := range w {
		dst[0] += v
		for d, xd := range x.RawRowView(i) {
			dst[1+d] += v * xd
		}
	}
}

func (m Linear) checkColumns(x *mat.Dense) {
	if _, d := x.Dims(); d != len(m.Slopes) {
		panic(fmt.Sprintf("gp: Linear mean has %d slopes, x has %d columns", len(m.Slopes), d))
	}
}

// Func is a known function F of the inputs as a mean. It has no parameters. F, and Grad
// where it is set, must be safe for concurrent use and must not keep x.
type Func struct {
	F func(x []float64) float64
	// Grad sets dst[d] to dF/dx_d. It is needed for gradients of paths alone:
	// InputGrad panics where it is nil.
	Grad func(dst, x []float64)
}

// Eval implements [Mean].
func (m Func) Eval(dst []float64, x *mat.Dense) {
	checkMeanEval("Func", dst, x)
	for i := range dst {
		dst[i] = m.F(x.RawRowView(i))
	}
}

// InputGrad implements [Mean].
func (m Func) InputGrad(dst, x *mat.Dense) {
	checkMeanGrad("Func", dst, x)
	if m.Grad == nil {
		panic("gp: Func mean without Grad has no input gradient")
	}
	n, _ := x.Dims()
	for i := range n {
		m.Grad(dst.RawRowView(i), x.RawRowView(i))
	}
}

// realParam returns a parameter on the whole line.
func realParam(name string, v float64) kernel.Param {
	return kernel.Param{Name: name, Value: v, Lower: math.Inf(-1), Upper: math.Inf(1)}
}

func checkMeanEval(owner string, dst []float64, x *mat.Dense) {
	if n, _ := x.Dims(); len(dst) != n {
		panic(fmt.Sprintf("gp: %s mean: %d values for %d rows", owner, len(dst), n))
	}
}

func checkMeanGrad(owner string, dst, x *mat.Dense) {
	n, d := x.Dims()
	if r, c := dst.Dims(); r != n || c != d {
		panic(fmt.Sprintf("gp: %s mean: gradient is %d x %d, want %d x %d", owner, r, c, n, d))
	}
}

func checkMeanParams(owner string, got, want int) {
	if got != want {
		panic(fmt.Sprintf("gp: %s mean has %d parameters, got %d values", owner, want, got))
	}
}
