package gram

import "gonum.org/v1/gonum/mat"

// Model is a kernel without the values of its parameters: a leaf, or models that are
// composed. It is immutable.
type Model interface {
	// Len returns the number of parameters.
	Len() int
	// Bind prepares for K(., y). It panics if the model is of other inputs.
	Bind(y *Points) Engine
	// Diag sets dst[i] to k(x_i, x_i).
	Diag(dst, theta []float64, x *mat.Dense)
	// DiagGrad adds to dst[p] the sum over i of w[i] dk(x_i, x_i)/dθ_p.
	DiagGrad(dst, theta, w []float64, x *mat.Dense)
}

// Engine is a model bound to points y. Set comes first; between one Set and the next
// it may be used by many goroutines, each with a scratch of its own.
//
// Blocks have a row for each row of x, by the same numbers, and a column for each of
// the first points of y. Where they are of a triangle, row i of x is y_i.
type Engine interface {
	// Set takes the parameters over. It does not keep the slice.
	Set(theta []float64)
	// Cov sets dst to K(x, y).
	Cov(dst Block, x Matrix, s *Scratch)
	// ReadsValues reports whether ParamGrad can use the values of a block like w.
	ReadsValues(w Block) bool
	// ParamGrad adds to dst[p] the sum of w dk/dθ_p. k is K(x, y), or is not given.
	ParamGrad(dst []float64, w, k Block, x Matrix, s *Scratch)
	// InputGrad adds to row i of dst the sum over j of w_ij dk(x_i, y_j)/dx_i and,
	// unless values is nil, to values[i] that of w_ij k(x_i, y_j). k is K(x, y), or is
	// not given. It panics if k has no input gradient.
	InputGrad(values []float64, dst Matrix, w, k Block, x Matrix, s *Scratch)
	// Slopes sets row d*n+i of dst to dk(x_i, y_j)/dx_id for the n rows of x. It
	// reports false, whatever dst then holds, where a part of the kernel cannot.
	Slopes(dst, x Matrix, s *Scratch) bool
}

// Stationary has the diagonal of a kernel whose variance, its first parameter, is all
// that shows at no distance.
type Stationary struct{}

// Diag implements [Model].
func (Stationary) Diag(dst, theta []float64, _ *mat.Dense) { fill(dst, theta[0]) }

// DiagGrad implements [Model].
func (Stationary) DiagGrad(dst, _, w []float64, _ *mat.Dense) {
	for _, v := range w {
		dst[0] += v
	}
}

// NoSlopes is for engines without [Engine.Slopes].
type NoSlopes struct{}

// Slopes returns false.
func (NoSlopes) Slopes(_, _ Matrix, _ *Scratch) bool { return false }

// AddDots adds to values[i], unless it is nil, the dot product of rows i of w and k.
func AddDots(values []float64, w, k Block) {
	if values == nil {
		return
	}
	for i := w.Lo; i < w.Hi; i++ {
		wi := w.Row(i)
		for j, v := range k.Row(i) {
			values[i] += wi[j] * v
		}
	}
}

// ValuesOf returns k if it is given, and the values of e otherwise.
func ValuesOf(e Engine, w, k Block, x Matrix, s *Scratch) Block {
	if !k.Given() {
		k = s.Block(w, w.Lo, w.Hi)
		e.Cov(k, x, s)
	}
	return k
}
