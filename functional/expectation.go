package functional

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
)

// Utility is a function g of the values f of one function at the points of a batch.
// It returns g(f) and, unless grad is nil, sets grad[i] to dg/df_i; grad is zero on
// entry. It must be safe for concurrent use and must not keep its arguments.
type Utility func(f, grad []float64) float64

// Improvement is how far below best the least value of the batch is,
//
//	g(f) = max(best - min_i f_i, 0).
//
// Its expectation is the expected improvement (Mockus 1975; Jones et al. 1998) of
// a minimisation; of a batch of several points the joint one.
func Improvement(best float64) Utility {
	return func(f, grad []float64) float64 {
		least := 0
		for i, v := range f {
			if v < f[least] {
				least = i
			}
		}
		gain := best - f[least]
		if gain <= 0 {
			return 0
		}
		if grad != nil {
			grad[least] = -1
		}
		return gain
	}
}

// Expectation returns E g(f(x_1), ..., f(x_q)) for the q rows of x together.
func Expectation(f function.Functions, x *mat.Dense, g Utility) Estimate {
	y := function.Eval(f, x)
	var m moments
	for s := range f.Len() {
		m.add(g(y.RawRowView(s), nil))
	}
	return m.estimate()
}

// ExpectationEach returns E g(f(x_i)) for each row of x by itself.
func ExpectationEach(f function.Functions, x *mat.Dense, g Utility) []Estimate {
	n, _ := x.Dims()
	y := function.Eval(f, x)
	out := make([]Estimate, n)
	for i := range out {
		var m moments
		for s := range f.Len() {
			m.add(g([]float64{y.At(s, i)}, nil))
		}
		out[i] = m.estimate()
	}
	return out
}

// Gradient is the gradient of an expectation with respect to each row of x, q x D,
// and its standard errors.
type Gradient struct {
	Value, SE *mat.Dense
}

// ExpectationGrad returns E g(f(x_1), ..., f(x_q)) and its gradient through the
// functions,
//
//	d/dx_i E g = E (dg/df_i grad f(x_i)).
//
// It is the exact gradient of the estimate (the mean over these functions) where
// g is differentiable at each of them, and estimates that of the expectation where
// g is continuous. The error is that of Grad. Cost: one Eval and one Grad.
func ExpectationGrad(f function.GradFunctions, x *mat.Dense, g Utility) (Estimate, Gradient, error) {
	q, d := x.Dims()
	y := function.Eval(f, x)
	grads, err := function.Grad(f, x)
	if err != nil {
		return Estimate{}, Gradient{}, err
	}
	var value moments
	each := make([]moments, q*d)
	slope := make([]float64, q)
	for s := range f.Len() {
		clear(slope)
		value.add(g(y.RawRowView(s), slope))
		for i := range q {
			for j, v := range grads[s].RawRowView(i) {
				if slope[i] == 0 {
					v = 0
				}
				each[i*d+j].add(slope[i] * v)
			}
		}
	}
	out := Gradient{Value: mat.NewDense(q, d, nil), SE: mat.NewDense(q, d, nil)}
	for i := range each {
		e := each[i].estimate()
		out.Value.Set(i/d, i%d, e.Value)
		out.SE.Set(i/d, i%d, e.SE)
	}
	return value.estimate(), out, nil
}

// moments are a running mean and sum of squares about it (Welford 1962).
type moments struct {
	n        int
	mean, m2 float64
}

func (m *moments) add(v float64) {
	m.n++
	d := v - m.mean
	m.mean += d / float64(m.n)
	m.m2 += d * (v - m.mean)
}

func (m *moments) estimate() Estimate {
	if m.n == 0 {
		panic("functional: no functions")
	}
	n := float64(m.n)
	if m.n == 1 {
		return Estimate{Value: m.mean, SE: math.NaN()}
	}
	return Estimate{Value: m.mean, SE: math.Sqrt(m.m2 / (n - 1) / n)}
}

func (e Estimate) String() string { return fmt.Sprintf("%.4g (se %.2g)", e.Value, e.SE) }
