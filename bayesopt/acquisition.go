package bayesopt

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
)

// Acquisition says what an evaluation at a point is worth. It is to be maximised,
// whatever the goal is, and must be safe for concurrent use.
type Acquisition interface {
	// Eval returns the values at the rows of x.
	Eval(x *mat.Dense) []float64
	// Grad sets dst to the gradient at x and returns the value there.
	Grad(dst, x []float64) (float64, error)
}

// Score is the worth of a point as a function of the values that the draws have
// there.
type Score interface {
	// Of returns the score of values f, one for each draw. Unless w is nil it sets
	// w[s] to the derivative of the score with respect to f[s].
	Of(w, f []float64) float64
}

// MonteCarlo is the acquisition that scores functions drawn from one distribution:
//
//	a(x) = Score(f_1(x), ..., f_S(x)),  grad a(x) = sum_s dScore/df_s grad f_s(x)
//
// It is made by [NewMonteCarlo].
type MonteCarlo struct {
	draws function.Functions
	score Score
	sum   func(dst, w, x []float64) ([]float64, error)
}

var _ Acquisition = MonteCarlo{}

// NewMonteCarlo returns the acquisition of the draws and the score. It differentiates
// the draws together if they are a [function.SumGrader].
func NewMonteCarlo(draws function.GradFunctions, score Score) MonteCarlo {
	return MonteCarlo{draws, score, function.SumGradient(draws)}
}

// Eval implements [Acquisition].
func (m MonteCarlo) Eval(x *mat.Dense) []float64 {
	values := function.Eval(m.draws, x)
	s, n := values.Dims()
	f := make([]float64, s)
	out := make([]float64, n)
	for i := range out {
		out[i] = m.score.Of(nil, mat.Col(f, i, values))
	}
	return out
}

// Grad implements [Acquisition]. The error is that of the draws.
func (m MonteCarlo) Grad(dst, x []float64) (float64, error) {
	if len(dst) != len(x) {
		panic(fmt.Sprintf("bayesopt: a gradient of %d numbers at a point of %d", len(dst), len(x)))
	}
	at := mat.NewDense(1, len(x), x)
	f := mat.Col(nil, 0, function.Eval(m.draws, at))
	w := make([]float64, len(f))
	a := m.score.Of(w, f)
	// A draw that the score is flat in has no part in the gradient.
	_, err := m.sum(dst, w, x)
	return a, err
}

// Product is the product of acquisitions that are not negative, such as an
// expected improvement and probabilities of feasibility:
//
//	a(x) = prod_k a_k(x)
//
// It is the expected improvement under constraints if the constraints are
// independent of the objective and of each other (Gardner et al. 2014, equation 8).
type Product []Acquisition

// Eval implements [Acquisition].
func (p Product) Eval(x *mat.Dense) []float64 {
	return fold(p, x, func(a, b float64) float64 { return a * b })
}

// Grad implements [Acquisition]. The error is the first of a factor.
func (p Product) Grad(dst, x []float64) (float64, error) {
	values, grads, err := parts(p, x)
	if err != nil {
		return 0, err
	}
	clear(dst)
	all := 1.0
	for k, g := range grads {
		others := 1.0 // not a quotient: a factor may be 0
		for j, v := range values {
			if j != k {
				others *= v
			}
		}
		for d, v := range g {
			dst[d] += others * v
		}
		all *= values[k]
	}
	return all, nil
}

// Sum is the sum of acquisitions: for scores that are logarithms, the logarithm of
// a [Product].
type Sum []Acquisition

// Eval implements [Acquisition].
func (s Sum) Eval(x *mat.Dense) []float64 {
	return fold(s, x, func(a, b float64) float64 { return a + b })
}

// Grad implements [Acquisition]. The error is the first of a term.
func (s Sum) Grad(dst, x []float64) (float64, error) {
	values, grads, err := parts(s, x)
	if err != nil {
		return 0, err
	}
	clear(dst)
	all := 0.0
	for k, g := range grads {
		for d, v := range g {
			dst[d] += v
		}
		all += values[k]
	}
	return all, nil
}

var _, _ Acquisition = Product{}, Sum{}

func fold(as []Acquisition, x *mat.Dense, f func(a, b float64) float64) []float64 {
	if len(as) == 0 {
		panic("bayesopt: a product or sum of no acquisitions")
	}
	out := append([]float64(nil), as[0].Eval(x)...)
	for _, a := range as[1:] {
		for i, v := range a.Eval(x) {
			out[i] = f(out[i], v)
		}
	}
	return out
}

func parts(as []Acquisition, x []float64) (values []float64, grads [][]float64, err error) {
	if len(as) == 0 {
		panic("bayesopt: a product or sum of no acquisitions")
	}
	for _, a := range as {
		g := make([]float64, len(x))
		v, err := a.Grad(g, x)
		if err != nil {
			return nil, nil, err
		}
		values, grads = append(values, v), append(grads, g)
	}
	return values, grads, nil
}
