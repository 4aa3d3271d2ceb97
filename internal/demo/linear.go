package demo

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
	"matheron/functional"
	"matheron/kernel"
)

// Linear is use 8: linear functionals of the functions, computed on each path,
// beside what the Gaussian process has for them in closed form.
type Linear struct {
	// Integral is that of f over the range of the data.
	Integral LinearFunctional `json:"integral"`
	// Inner is the inner product of f with the test function
	//
	//	w(x) = exp(-(x - c)²/(2 t²)),
	//
	// c the middle of the data and t a twentieth of their range.
	Inner LinearFunctional `json:"inner_product"`
	// Curvature is -f'' in the middle of the data, the left side of a Poisson
	// equation.
	Curvature LinearFunctional `json:"curvature"`
	// CurvatureError is the greatest estimated error of the differences behind -f'',
	// over its greatest value.
	CurvatureError float64 `json:"curvature_error"`

	// Weight is the test function, at X.
	X, Weight []float64 `json:"-"`
	// Operator is -f'' of the paths at Places, with its distribution in closed form there.
	Places         []float64  `json:"-"`
	Operator       *mat.Dense `json:"-"`
	OperatorMean   []float64  `json:"-"`
	OperatorSD     []float64  `json:"-"`
	OperatorTruth  []float64  `json:"-"`
	IntegralValues []float64  `json:"-"`
	InnerValues    []float64  `json:"-"`
}

// LinearFunctional is one linear functional: by the paths, and in closed form.
type LinearFunctional struct {
	Mean Estimate `json:"mean"`
	SD   float64  `json:"sd"`
	// ExactMean and ExactSD are the Gaussian process's.
	ExactMean float64 `json:"exact_mean"`
	ExactSD   float64 `json:"exact_sd"`
	// Truth is that of the truth. It is not there for a user's table.
	Truth *float64 `json:"truth,omitempty"`
}

// priorMoments is the priorMoments of a functional under the prior, and its covariances
// with f at the rows of the table: see gp.Exact.Functional.
type priorMoments struct {
	mean     float64
	cov      func(x float64) float64
	variance float64
}

// functional sets the paths' values beside the closed form.
func (s *Example) functional(v functional.Sample, l priorMoments) LinearFunctional {
	mean, sd := s.exact(l)
	return LinearFunctional{Mean: Estimate(v.Estimate()), SD: v.SD(), ExactMean: mean, ExactSD: sd}
}

// exact returns the posterior mean and sd of a functional.
func (s *Example) exact(l priorMoments) (mean, sd float64) {
	cov := make([]float64, len(s.Table.X))
	for i, x := range s.Table.X {
		cov[i] = l.cov(x)
	}
	mean, v := s.Posterior.Functional(l.mean, cov, l.variance)
	return mean, math.Sqrt(v)
}

// integralMoments is that of the integral of f from a to b under an RBF kernel:
//
//	Cov(g, f(x)) = v l sqrt(pi/2) (erf((b - x)/(sqrt 2 l)) - erf((a - x)/(sqrt 2 l)))
//	Var g        = v (2 l² (exp(-t²/(2 l²)) - 1) + sqrt(2 pi) l t erf(t/(sqrt 2 l))),  t = b - a
func (s *Example) integralMoments(a, b float64) priorMoments {
	k := s.Prior.Kernel.(kernel.RBF)
	v, l, t := k.Variance, k.Lengthscale.At(0), b-a
	return priorMoments{
		mean: s.Center * t,
		cov: func(x float64) float64 {
			return v * l * math.Sqrt(math.Pi/2) * (math.Erf((b-x)/(math.Sqrt2*l)) - math.Erf((a-x)/(math.Sqrt2*l)))
		},
		variance: v * (2*l*l*math.Expm1(-t*t/(2*l*l)) + math.Sqrt(2*math.Pi)*l*t*math.Erf(t/(math.Sqrt2*l))),
	}
}

// innerMoments is that of the inner product with exp(-(x-c)²/(2 t²)) over the whole
// line under an RBF kernel. Beyond the interval, 13 t from c, nothing is left of
// the weight.
//
//	Cov(g, f(x)) = v sqrt(2 pi) t l / sqrt(l² + t²) exp(-(x - c)²/(2 (l² + t²)))
//	Var g        = v 2 pi t² l / sqrt(l² + 2 t²)
func (s *Example) innerMoments(c, t float64) priorMoments {
	k := s.Prior.Kernel.(kernel.RBF)
	v, l := k.Variance, k.Lengthscale.At(0)
	q := l*l + t*t
	return priorMoments{
		mean:     s.Center * math.Sqrt(2*math.Pi) * t,
		cov:      func(x float64) float64 { return v * math.Sqrt(2*math.Pi/q) * t * l * math.Exp(-(x-c)*(x-c)/(2*q)) },
		variance: v * 2 * math.Pi * t * t * l / math.Sqrt(q+t*t),
	}
}

// curvatureMoments is that of -f” at z under an RBF kernel:
//
//	Cov(g, f(x)) = (1/l² - r²/l⁴) k(r),  r = z - x
//	Var g        = 3 v / l⁴
func (s *Example) curvatureMoments(z float64) priorMoments {
	k := s.Prior.Kernel.(kernel.RBF)
	v, l := k.Variance, k.Lengthscale.At(0)
	return priorMoments{
		cov: func(x float64) float64 {
			u := (z - x) * (z - x) / (l * l)
			return v * (1 - u) / (l * l) * math.Exp(-u/2)
		},
		variance: 3 * v / (l * l * l * l),
	}
}

// integrate returns integrals to all digits, or to as many as the points allow if an
// outlier in the input makes the interval thousands of lengthscales wide, as long as
// the error is small beside the standard deviation over the functions.
func (s *Example) integrate(ctx context.Context, f function.Functions, along functional.Segment, w func(x []float64) float64) (functional.Integral, error) {
	v, err := functional.Quadrature{}.Run(ctx, f, along, w)
	var rough *functional.NotConverged
	if !errors.As(err, &rough) {
		return v, err
	}
	if rough.Estimate <= 1e-3*v.SD() {
		return v, nil
	}
	l := s.Prior.Kernel.(kernel.RBF).Lengthscale.At(0)
	return v, &TableError{-1, s.Table.Input, fmt.Sprintf(
		"values from %v to %v are %.0f lengthscales apart, too many to integrate over: leave out rows that are far from the rest",
		s.Lower, s.Upper, (s.Upper-s.Lower)/l)}
}

// operatorPlaces is the number of places that a figure shows -f” at.
const operatorPlaces = 41

// Linear computes use 8 from the paths of the example.
func (s *Example) Linear(ctx context.Context) (*Linear, error) {
	c, t := (s.Lower+s.Upper)/2, (s.Upper-s.Lower)/20
	weight := func(x []float64) float64 { return math.Exp(-(x[0] - c) * (x[0] - c) / (2 * t * t)) }
	data, all := functional.Interval(s.Lower, s.Upper), functional.Interval(s.Box.Lower[0], s.Box.Upper[0])
	integral, err := s.integrate(ctx, s.Paths, data, nil)
	if err != nil {
		return nil, err
	}
	inner, err := s.integrate(ctx, s.Paths, all, weight)
	if err != nil {
		return nil, err
	}
	u := &Linear{
		Integral: s.functional(integral.Sample, s.integralMoments(s.Lower, s.Upper)),
		Inner:    s.functional(inner.Sample, s.innerMoments(c, t)),
		X:        s.gridPoints(),
		// Odd, so that the middle one is c.
		Places:         evenly(s.Lower, s.Upper, operatorPlaces),
		IntegralValues: integral.Values(), InnerValues: inner.Values(),
	}
	for _, x := range u.X {
		u.Weight = append(u.Weight, weight([]float64{x}))
	}
	applied, err := functional.Laplacian(-1).Apply(ctx, s.Paths, column(u.Places))
	if err != nil {
		return nil, err
	}
	u.Operator = applied.Values
	u.Curvature = s.functional(functional.At(u.Operator, operatorPlaces/2), s.curvatureMoments(c))
	u.CurvatureError = mat.Max(applied.Error) / math.Max(mat.Max(u.Operator), -mat.Min(u.Operator))
	for _, z := range u.Places {
		mean, sd := s.exact(s.curvatureMoments(z))
		u.OperatorMean, u.OperatorSD = append(u.OperatorMean, mean), append(u.OperatorSD, sd)
	}
	if s.Truth == nil {
		return u, nil
	}
	for _, f := range []struct {
		of    *LinearFunctional
		along functional.Segment
		w     func(x []float64) float64
	}{{&u.Integral, data, nil}, {&u.Inner, all, weight}} {
		v, err := s.integrate(ctx, known(s.Truth), f.along, f.w)
		if err != nil {
			return nil, err
		}
		value := v.Mean()
		f.of.Truth = &value
	}
	for _, z := range u.Places {
		u.OperatorTruth = append(u.OperatorTruth, -truthSecond(z))
	}
	u.Curvature.Truth = &u.OperatorTruth[operatorPlaces/2]
	return u, nil
}

// known returns a function of one input that is known, as a set of one.
func known(f func(x float64) float64) *function.Funcs {
	return function.Of(1, func(x []float64) float64 { return f(x[0]) })
}
