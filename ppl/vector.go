package ppl

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"matheron/ad"
	"matheron/prob"
)

// OfVector returns the distribution d of vectors. A value is a vector, or a square
// matrix where the support is that of Cholesky factors. Without params its parameters
// are those of d.
//
// With params their elements take the place of the parameters, one value after the
// other, in the order of d.Parameters; d is a [prob.VectorParametric] then. Like
// WithParameters, OfVector panics unless there are as many.
func OfVector(d prob.Vector, params ...ad.Value) Distribution {
	if d == nil {
		panic("ppl: OfVector: no distribution")
	}
	if len(params) == 0 {
		return &vector{dist: d, shape: vectorShape(d)}
	}
	proto, ok := d.(prob.VectorParametric)
	if !ok {
		panic(fmt.Sprintf("ppl: OfVector: a %T has no parameters to replace", d))
	}
	v := &vector{params: params, shape: vectorShape(d)}
	for _, p := range params {
		v.numbers = append(v.numbers, p.Data()...)
	}
	dist, err := proto.WithParameters(v.numbers...)
	if err != nil {
		v.err = err
		return v
	}
	v.dist, v.of = dist, dist
	return v
}

// Dirichlet returns the Dirichlet distribution of positive numbers that sum to 1, as
// many as the concentration has.
func Dirichlet(concentration ad.Value) Distribution {
	if concentration.Rank() != 1 {
		panic(fmt.Sprintf("ppl: Dirichlet: a concentration of shape %v, want a vector", ShapeOf(concentration)))
	}
	return OfVector(prob.Dirichlet{Concentration: make([]float64, concentration.Len())}, concentration)
}

// LKJCholesky returns the distribution of the Cholesky factors of correlation matrices
// of n rows whose density is proportional to det^(concentration - 1).
func LKJCholesky(n int, concentration ad.Value) Distribution {
	return OfVector(prob.LKJCholesky{Rows: n}, concentration)
}

// vectorShape returns the shape of a value.
func vectorShape(d prob.Vector) Shape {
	if c, ok := d.Support().(prob.CorrelationCholesky); ok {
		return MatrixShape(int(c), int(c))
	}
	return VectorShape(d.Dim())
}

// vector is a distribution of vectors of package prob.
type vector struct {
	dist    prob.Vector           // nil if err is not
	of      prob.VectorParametric // distribution, if it has parameters on the tape
	params  []ad.Value
	numbers []float64
	shape   Shape
	err     error // of the parameters
}

// Shape returns that of a value.
func (v *vector) Shape() Shape { return v.shape }

// Terms returns 1.
func (v *vector) Terms() int { return 1 }

// LogProb puts density and gradients on the tape as one node.
func (v *vector) LogProb(s *Scratch, x ad.Value, mask []bool) ad.Value {
	if ShapeOf(x) != v.shape {
		panic(fmt.Sprintf("ppl: LogProb of a value of shape %v, want %v", ShapeOf(x), v.shape))
	}
	t := x.Tape()
	switch {
	case mask != nil && !mask[0]:
		return t.Const(0)
	case v.Validate() != nil:
		return t.Const(math.NaN())
	}
	xs := x.Data()
	inputs, grads := s.arguments()
	dx := s.Floats(len(xs))
	lp := v.dist.LogProbGrad(dx, xs)
	inputs, grads = append(inputs, x), append(grads, dx)
	if v.of != nil {
		all := v.of.ParamGrad(s.Floats(len(v.numbers)), xs)
		for _, p := range v.params {
			inputs, grads = append(inputs, p), append(grads, all[:p.Len()])
			all = all[p.Len():]
		}
	}
	out := ad.WithGradient(lp, grads, inputs...)
	s.keepArguments(inputs, grads)
	return out
}

// Pointwise sets dst[0] to the log density.
func (v *vector) Pointwise(dst, x []float64) bool {
	dst[0] = v.dist.LogProb(x)
	return true
}

// Draw draws a value.
func (v *vector) Draw(dst []float64, r *rand.Rand) { v.dist.Draw(dst, r) }

// Validate returns the error of the parameters.
func (v *vector) Validate() error {
	if v.err != nil {
		return v.err
	}
	if d, ok := v.dist.(prob.Validator); ok {
		return d.Validate()
	}
	return nil
}

// Bijection is that of the support.
func (v *vector) Bijection() (Bijection, error) {
	if v.err != nil {
		return nil, v.err
	}
	return newVectorBijection(v.dist.Support(), v.shape), nil
}

// vectorBijection is a bijection of package prob for a vectorBijection value.
type vectorBijection struct {
	support prob.VectorSupport
	b       prob.VectorBijector
	to      Shape
	back    ad.VJP
}

func newVectorBijection(s prob.VectorSupport, to Shape) *vectorBijection {
	b := s.Bijector()
	return &vectorBijection{support: s, b: b, to: to, back: func(dx [][]float64, dy []float64, y [][]float64, _ []float64) {
		if dx[0] != nil {
			for i, g := range b.VJP(nil, y[0], dy) {
				dx[0][i] += g
			}
		}
	}}
}

// Dim returns the number of free coordinates.
func (w *vectorBijection) Dim() int { return len(w.support.Coordinates()) }

// Constrain maps all coordinates at once.
func (w *vectorBijection) Constrain(s *Scratch, y ad.Value) (x, logJacobian ad.Value) {
	g := s.Floats(y.Len())
	lj := w.b.LogJacobian(g, y.Data())
	xs := w.b.Constrain(s.Floats(w.to.Len()), y.Data())
	x = w.to.slice(ad.CustomVector(xs, w.back, y), 0)
	inputs, grads := s.arguments()
	inputs, grads = append(inputs, y), append(grads, g)
	logJacobian = ad.WithGradient(lj, grads, inputs...)
	s.keepArguments(inputs, grads)
	return x, logJacobian
}

// Apply maps all coordinates at once.
func (w *vectorBijection) Apply(x, y []float64) { w.b.Constrain(x, y) }

// Unconstrain maps the value back.
func (w *vectorBijection) Unconstrain(y, x []float64) { w.b.Unconstrain(y, x) }

// Equal compares shapes and supports.
func (w *vectorBijection) Equal(other Bijection) bool {
	o, ok := other.(*vectorBijection)
	return ok && w.to == o.to && w.support == o.support
}

// MultivariateNormal returns the normal distribution of a vector with covariance
// C = L L' for the n x n lower triangular L, of which it reads the diagonal and what
// is below. The mean is a vector, or a number for all elements. A density costs n^2.
func MultivariateNormal(mean, cholesky ad.Value) Distribution {
	return gaussian("MultivariateNormal", mean, cholesky, prob.NormalFromCholesky)
}

// MultivariateNormalCovariance is [MultivariateNormal] for the covariance C. A density
// costs n^3/3, and a gradient some n^3.
func MultivariateNormalCovariance(mean, covariance ad.Value) Distribution {
	return gaussian("MultivariateNormalCovariance", mean, covariance, prob.NormalFromCovariance)
}

// MultivariateNormalPrecision is [MultivariateNormalCovariance] from the inverse
// of C.
func MultivariateNormalPrecision(mean, precision ad.Value) Distribution {
	return gaussian("MultivariateNormalPrecision", mean, precision, prob.NormalFromPrecision)
}

// gaussian returns the distribution that from makes of a mean and a matrix.
func gaussian(name string, mean, m ad.Value, from func([]float64, mat.Matrix) (*prob.MultivariateNormal, error)) Distribution {
	n, c := m.Dims()
	if m.Rank() != 2 || n != c || n == 0 || mean.Len() != 1 && ShapeOf(mean) != VectorShape(n) {
		panic(fmt.Sprintf("ppl: %s: a mean of shape %v and a matrix of shape %v", name, ShapeOf(mean), ShapeOf(m)))
	}
	one := mat.NewDiagDense(n, nil)
	zero := make([]float64, n)
	for i := range n {
		one.SetDiag(i, 1)
	}
	if mean.Len() == 1 {
		mean = ad.Add(mean, mean.Tape().ConstVector(zero))
	}
	proto, err := from(zero, one)
	if err != nil {
		panic(fmt.Sprintf("ppl: %s: %v", name, err)) // the identity is a covariance
	}
	return OfVector(proto, mean, ad.Gather(ad.Reshape(m, n*n), lower(n)))
}

// lower returns the places on and below the diagonal, row by row.
func lower(n int) []int {
	at := make([]int, 0, n*(n+1)/2)
	for i := range n {
		for j := range i + 1 {
			at = append(at, i*n+j)
		}
	}
	return at
}
