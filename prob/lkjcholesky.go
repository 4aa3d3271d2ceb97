package prob

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mathext"
)

var _ VectorParametric = LKJCholesky{}

// LKJCholesky is the distribution of the Cholesky factor L of a correlation matrix
// R = LL' whose density is proportional to det(R)^(concentration - 1) (Lewandowski,
// Kurowicka and Joe 2009),
//
//	p(L) = 1/c prod_{i=2..n} L_ii^(n - i + 2 concentration - 2),
//
// the density of the numbers below the diagonal. With a concentration of 1 the density
// of R is uniform; with a larger one it is largest at the identity. Points are those of
// [CorrelationCholesky].
type LKJCholesky struct {
	Rows          int
	Concentration float64
}

// Dim returns the square of the number of rows.
func (d LKJCholesky) Dim() int { return d.Rows * d.Rows }

// onion returns the parameters of the beta distribution of the squared length of row i,
// counted from 0, left of the diagonal (the onion method). The square of the diagonal
// is 1 minus that.
func (d LKJCholesky) onion(i int) (a, b float64) {
	return float64(i) / 2, d.Concentration + float64(d.Rows-1-i)/2
}

// logNormalizer returns log c and its derivative to the concentration. Row i has
// the surface of a sphere in i dimensions, pi^(i/2) / Gamma(i/2) B(a, b).
func (d LKJCholesky) logNormalizer() (logC, dConcentration float64) {
	for i := 1; i < d.Rows; i++ {
		a, b := d.onion(i)
		lg, _ := math.Lgamma(a)
		logC += a*logPi - lg + logBeta(a, b)
		dConcentration += mathext.Digamma(b) - mathext.Digamma(a+b)
	}
	return logC, dConcentration
}

// power returns the power of the diagonal of row i in the density.
func (d LKJCholesky) power(i int) float64 { return float64(d.Rows-1-i) + 2*d.Concentration - 2 }

// LogProb returns the log density at x. Cost O(Dim).
func (d LKJCholesky) LogProb(x []float64) float64 {
	if !d.Support().Contains(x) {
		return outsideVector(x)
	}
	logC, _ := d.logNormalizer()
	sum := -logC
	for i := 1; i < d.Rows; i++ {
		sum += d.power(i) * math.Log(x[i*d.Rows+i])
	}
	return sum
}

// LogProbGrad sets grad to the derivatives, which are zero off the diagonal, and
// returns the log density at x.
func (d LKJCholesky) LogProbGrad(grad, x []float64) float64 {
	wantDim(grad, d.Dim())
	if !d.Support().Contains(x) {
		fillOutside(grad, x)
		return outsideVector(x)
	}
	clear(grad)
	for i := 1; i < d.Rows; i++ {
		grad[i*d.Rows+i] = d.power(i) / x[i*d.Rows+i]
	}
	return d.LogProb(x)
}

// ParamGrad sets dst to the derivative of LogProb(x) to the concentration.
func (d LKJCholesky) ParamGrad(dst, x []float64) []float64 {
	dst = gradient(dst, 1)
	if !d.Support().Contains(x) {
		return fillOutside(dst, x)
	}
	_, dc := d.logNormalizer()
	dst[0] = -dc
	for i := 1; i < d.Rows; i++ {
		dst[0] += 2 * math.Log(x[i*d.Rows+i])
	}
	return dst
}

// Moments returns the mean and the variance of each number of L.
func (d LKJCholesky) Moments() (mean, variance []float64) {
	mean, variance = make([]float64, d.Dim()), make([]float64, d.Dim())
	mean[0] = 1
	for i := 1; i < d.Rows; i++ {
		a, b := d.onion(i)
		square, _ := Beta{a, b}.Moments()
		for j := range i {
			variance[i*d.Rows+j] = square / float64(i)
		}
		diagonal := math.Exp(logBeta(a, b+0.5) - logBeta(a, b))
		mean[i*d.Rows+i] = diagonal
		variance[i*d.Rows+i] = b/(a+b) - diagonal*diagonal
	}
	return mean, variance
}

// Support returns the Cholesky factors of correlation matrices.
func (d LKJCholesky) Support() VectorSupport { return CorrelationCholesky(d.Rows) }

// Draw returns a draw by the onion method (section 3.2 of the paper), of which
// each step is a row of L: a direction, and a squared length of a beta
// distribution.
func (d LKJCholesky) Draw(dst []float64, r *rand.Rand) []float64 {
	dst = orNew(dst, d.Dim())
	clear(dst)
	dst[0] = 1
	for i := 1; i < d.Rows; i++ {
		a, b := d.onion(i)
		row := dst[i*d.Rows:][:i+1]
		length := 0.0
		for length == 0 {
			for j := range i {
				row[j] = r.NormFloat64()
				length = math.Hypot(length, row[j])
			}
		}
		logit := drawLogit(a, b, r)
		scale := math.Sqrt(logistic(logit)) / length
		for j := range i {
			row[j] *= scale
		}
		row[i] = Positive().inside(math.Sqrt(logistic(-logit)))
	}
	return dst
}

// Parameters returns the concentration.
func (d LKJCholesky) Parameters() []Parameter {
	return []Parameter{{"concentration", d.Concentration, Positive()}}
}

// WithParameters returns the distribution of the same number of rows and another
// concentration.
func (d LKJCholesky) WithParameters(values ...float64) (VectorParametric, error) {
	checkParameters("lkjcholesky", len(values), 1)
	other := LKJCholesky{d.Rows, values[0]}
	return other, other.Validate()
}

// Validate returns an error unless there are two rows or more and the
// concentration is positive.
func (d LKJCholesky) Validate() error {
	if d.Rows < 2 {
		return &ParamError{"lkjcholesky", "rows", float64(d.Rows), "2 or more"}
	}
	return checkPositive("lkjcholesky", "concentration", d.Concentration)
}
