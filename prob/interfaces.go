package prob

import "math/rand/v2"

// Distribution is a distribution of one real number.
type Distribution interface {
	// LogProb returns the logarithm of the density at x: -Inf outside of the support,
	// and NaN if x is NaN.
	LogProb(x float64) float64
	// Draw returns a number of the distribution, inside the support.
	Draw(r *rand.Rand) float64
	// Support returns the numbers of positive density.
	Support() Support
}

// Grader has the derivative of its log density.
type Grader interface {
	// LogProbGrad returns LogProb(x) and its derivative to x, which is 0 where
	// LogProb is -Inf.
	LogProbGrad(x float64) (logProb, dx float64)
}

// Parametric is a distribution whose parameters can be replaced and inferred. Their
// order is that of Parameters everywhere.
type Parametric interface {
	Distribution
	// Parameters returns the parameters.
	Parameters() []Parameter
	// WithParameters returns the distribution of the same family with other
	// parameters. It panics unless their number is that of Parameters; it does not
	// validate them.
	WithParameters(values ...float64) Parametric
	// ParamGrad sets dst to the derivatives of LogProb(x) to the parameters and
	// returns it; nil is allocated. They are 0 where LogProb is -Inf. It panics
	// unless dst has an element for each parameter.
	ParamGrad(dst []float64, x float64) []float64
}

// Parameter is one parameter of a distribution. Its support is that of the parameter
// alone; Validate checks conditions on several parameters.
type Parameter struct {
	Name    string
	Value   float64
	Support Support
}

// Momenter has its first two moments in closed form.
type Momenter interface {
	// Moments returns the mean and the variance, +Inf where they are infinite and
	// NaN where they do not exist.
	Moments() (mean, variance float64)
}

// CDFer has a cumulative distribution function.
type CDFer interface {
	// CDF returns the probability of a number up to x.
	CDF(x float64) float64
}

// Quantiler has the inverse of its cumulative distribution function.
type Quantiler interface {
	// Quantile returns the number with probability p up to it; for 0 and 1 the
	// ends of the support. It panics unless 0 <= p <= 1.
	Quantile(p float64) float64
}

// Validator is a distribution that checks its parameters.
type Validator interface {
	// Validate returns a *[ParamError] if a parameter is invalid.
	Validate() error
}

// Bijector maps a support to the real line and back. Constrain is increasing or
// decreasing, and smooth.
type Bijector interface {
	// Unconstrain returns the point y of the line for x in the support.
	Unconstrain(x float64) float64
	// Constrain returns the number x of the support for a point y of the line,
	// always strictly inside.
	Constrain(y float64) float64
	// LogJacobian returns log |dx/dy| at y and its derivative to y. dx/dy itself is
	// negative if Constrain is decreasing; see [Slope].
	LogJacobian(y float64) (logJacobian, dy float64)
}
