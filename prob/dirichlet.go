package prob

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mathext"
)

var _ VectorParametric = Dirichlet{}

// Dirichlet is the Dirichlet distribution over the simplex,
//
//	p(x) = Gamma(sum_k a_k) / prod_k Gamma(a_k) prod_k x_k^(a_k - 1),  x_k, a_k > 0,  sum_k x_k = 1,
//
// the density of all numbers but the last, with the concentration a. It does not copy
// the slice: do not change it while the value is in use.
type Dirichlet struct {
	Concentration []float64
}

// Dim returns the number of numbers.
func (d Dirichlet) Dim() int { return len(d.Concentration) }

// LogProb returns the log density at x. Cost O(Dim).
func (d Dirichlet) LogProb(x []float64) float64 {
	if !d.Support().Contains(x) {
		return outsideVector(x)
	}
	// The normalising constant is a product of those of beta distributions: one for
	// each number and the sum of those before it.
	var before, sum float64
	for k, a := range d.Concentration {
		if k > 0 {
			sum -= logBeta(before, a)
		}
		before += a
		sum += (a - 1) * math.Log(x[k])
	}
	return sum
}

// LogProbGrad sets grad to (a_k - 1) / x_k and returns the log density at x.
func (d Dirichlet) LogProbGrad(grad, x []float64) float64 {
	wantDim(grad, d.Dim())
	if !d.Support().Contains(x) {
		fillOutside(grad, x)
		return outsideVector(x)
	}
	for k, a := range d.Concentration {
		grad[k] = (a - 1) / x[k]
	}
	return d.LogProb(x)
}

// ParamGrad sets dst to the derivatives of LogProb(x) to the concentration.
func (d Dirichlet) ParamGrad(dst, x []float64) []float64 {
	dst = gradient(dst, d.Dim())
	if !d.Support().Contains(x) {
		return fillOutside(dst, x)
	}
	all := mathext.Digamma(floats.Sum(d.Concentration))
	for k, a := range d.Concentration {
		dst[k] = all - mathext.Digamma(a) + math.Log(x[k])
	}
	return dst
}

// Moments returns the means a_k/a and the variances a_k (a-a_k) / (a^2 (a+1)),
// where a is the sum of the concentration.
func (d Dirichlet) Moments() (mean, variance []float64) {
	mean, variance = make([]float64, d.Dim()), make([]float64, d.Dim())
	all := floats.Sum(d.Concentration)
	for k, a := range d.Concentration {
		mean[k], variance[k] = Beta{a, all - a}.Moments()
	}
	return mean, variance
}

// Support returns the simplex.
func (d Dirichlet) Support() VectorSupport { return Simplex(d.Dim()) }

// Draw returns a draw: gamma variates over their sum.
func (d Dirichlet) Draw(dst []float64, r *rand.Rand) []float64 {
	dst = orNew(dst, d.Dim())
	for k, a := range d.Concentration {
		dst[k] = drawLogGamma(a, r)
	}
	all := floats.LogSumExp(dst)
	for k, l := range dst {
		dst[k] = Positive().inside(math.Exp(l - all))
	}
	return dst
}

// Parameters returns the concentration.
func (d Dirichlet) Parameters() []Parameter {
	return indexed("concentration", d.Concentration, Positive())
}

// WithParameters returns the Dirichlet distribution of another concentration.
func (d Dirichlet) WithParameters(values ...float64) (VectorParametric, error) {
	checkParameters("dirichlet", len(values), d.Dim())
	other := Dirichlet{append([]float64(nil), values...)}
	return other, other.Validate()
}

// Validate returns an error unless there are two numbers or more, all of them
// positive.
func (d Dirichlet) Validate() error {
	if len(d.Concentration) < 2 {
		return &ParamError{"dirichlet", "number of concentrations", float64(len(d.Concentration)), "2 or more"}
	}
	for k, a := range d.Concentration {
		if err := checkPositive("dirichlet", element("concentration", k), a); err != nil {
			return err
		}
	}
	return nil
}
