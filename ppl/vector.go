package ppl

import (
	"fmt"
	"math"
	"math/rand/v2"

	"matheron/ad"
	"matheron/prob"
)

// FixedVector returns a law of vectors with parameters that are numbers. A value
// is a vector, or a square matrix where the support is that of Cholesky factors.
func FixedVector(d prob.Vector) Distribution {
	if d == nil {
		panic("ppl: FixedVector: no distribution")
	}
	return &vector{law: d, shape: vectorShape(d)}
}

// OfVector returns the law of the family of proto with the elements of the given
// values as parameters, one value after the other, in the order of its Parameters.
// Like WithParameters, it panics unless there are as many.
func OfVector(proto prob.VectorParametric, params ...ad.Value) Distribution {
	v := &vector{params: params, shape: vectorShape(proto)}
	for _, p := range params {
		v.numbers = append(v.numbers, p.Data()...)
	}
	law, err := proto.WithParameters(v.numbers...)
	if err != nil {
		v.err = err
		return v
	}
	v.law, v.of = law, law
	return v
}

// Dirichlet returns the Dirichlet law of positive numbers that sum to 1, as many
// as the concentration vector has.
func Dirichlet(concentration ad.Value) Distribution {
	if concentration.Rank() != 1 {
		panic(fmt.Sprintf("ppl: Dirichlet: a concentration of shape %v, want a vector", ShapeOf(concentration)))
	}
	return OfVector(prob.Dirichlet{Concentration: make([]float64, concentration.Len())}, concentration)
}

// LKJCholesky returns the law of the Cholesky factors of correlation matrices of n
// rows whose density goes as det^(concentration - 1).
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

// vector is a law of package prob whose value is one term.
type vector struct {
	law     prob.Vector           // nil if err is not
	of      prob.VectorParametric // law, if it has parameters on the tape
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
func (v *vector) LogProb(s *Scratch, x ad.Value, keep []bool) ad.Value {
	if ShapeOf(x) != v.shape {
		panic(fmt.Sprintf("ppl: LogProb of a value of shape %v, want %v", ShapeOf(x), v.shape))
	}
	t := x.Tape()
	switch {
	case keep != nil && !keep[0]:
		return t.Const(0)
	case v.Validate() != nil:
		return t.Const(math.NaN())
	}
	xs := x.Data()
	inputs, grads := s.arguments()
	dx := s.Floats(len(xs))
	lp := v.law.LogProbGrad(dx, xs)
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
	dst[0] = v.law.LogProb(x)
	return true
}

// Draw draws a value.
func (v *vector) Draw(dst []float64, r *rand.Rand) { v.law.Draw(dst, r) }

// Validate returns the error of the parameters.
func (v *vector) Validate() error {
	if v.err != nil {
		return v.err
	}
	if d, ok := v.law.(prob.Validator); ok {
		return d.Validate()
	}
	return nil
}

// Bijection is that of the support.
func (v *vector) Bijection() (Bijection, error) {
	if v.err != nil {
		return nil, v.err
	}
	return newWhole(v.law.Support(), v.shape), nil
}

// whole is a bijection of package prob for a whole value.
type whole struct {
	support prob.VectorSupport
	b       prob.VectorBijector
	to      Shape
	back    ad.VJP
}

func newWhole(s prob.VectorSupport, to Shape) *whole {
	b := s.Bijector()
	return &whole{support: s, b: b, to: to, back: func(dx [][]float64, dy []float64, y [][]float64, _ []float64) {
		if dx[0] != nil {
			for i, g := range b.Pull(nil, y[0], dy) {
				dx[0][i] += g
			}
		}
	}}
}

// Dim returns the number of free coordinates.
func (w *whole) Dim() int { return len(w.support.Coordinates()) }

// Constrain maps all coordinates at once.
func (w *whole) Constrain(s *Scratch, y ad.Value) (x, logJacobian ad.Value) {
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
func (w *whole) Apply(x, y []float64) { w.b.Constrain(x, y) }

// Unconstrain maps the value back.
func (w *whole) Unconstrain(y, x []float64) { w.b.Unconstrain(y, x) }

// Equal compares shapes and supports.
func (w *whole) Equal(other Bijection) bool {
	o, ok := other.(*whole)
	return ok && w.to == o.to && w.support == o.support
}
