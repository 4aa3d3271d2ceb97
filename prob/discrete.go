package prob

import (
	"math"
	"math/rand/v2"
	"strconv"
)

// Discrete is a distribution of one integer, which is a float64.
type Discrete interface {
	// LogProb returns the logarithm of the probability of k: -Inf if k is not an
	// integer of the support, and NaN if k is NaN.
	LogProb(k float64) float64
	// Draw returns a number of the distribution, inside the support.
	Draw(r *rand.Rand) float64
	// Support returns the integers that can have a positive probability.
	Support() Integers
}

// DiscreteParametric is to Discrete what [Parametric] is to Distribution. A
// parameter may lie on the edge of its support, such as a probability of 0.
type DiscreteParametric interface {
	Discrete
	// Parameters returns the parameters that are real numbers.
	Parameters() []Parameter
	// WithParameters returns the distribution of the same family with other
	// parameters. It panics unless their number is that of Parameters; it does not
	// validate them.
	WithParameters(values ...float64) DiscreteParametric
	// ParamGrad sets dst to the derivatives of LogProb(k) to the parameters and
	// returns it; nil is allocated. They are 0 where LogProb is -Inf and NaN where
	// it is NaN. It panics unless dst has an element for each parameter.
	ParamGrad(dst []float64, k float64) []float64
}

// Integers is the set of the integers from Lower to Upper, both included; Upper may be
// infinite. The zero value has 0 alone.
type Integers struct {
	Lower, Upper float64
}

// Contains reports whether k is an integer between the bounds; NaN and the infinities
// are not.
func (s Integers) Contains(k float64) bool {
	return s.Lower <= k && k <= s.Upper && k == math.Floor(k) && !math.IsInf(k, 0)
}

// String prints {lower..upper}.
func (s Integers) String() string {
	b := append(strconv.AppendFloat([]byte{'{'}, s.Lower, 'f', -1, 64), ".."...)
	if !math.IsInf(s.Upper, 1) {
		b = strconv.AppendFloat(b, s.Upper, 'f', -1, 64)
	}
	return string(append(b, '}'))
}

// checkUnit returns the error of a parameter that is not a probability.
func checkUnit(distribution, parameter string, v float64) error {
	if !(v >= 0 && v <= 1) {
		return &ParamError{distribution, parameter, v, "from 0 to 1"}
	}
	return nil
}

// timesLog returns k log p, which is 0 for k = 0 and any p.
func timesLog(k, p float64) float64 {
	if k == 0 {
		return 0
	}
	return k * math.Log(p)
}

// timesLog1m returns k log(1-p), which is 0 for k = 0 and any p.
func timesLog1m(k, p float64) float64 {
	if k == 0 {
		return 0
	}
	return k * math.Log1p(-p)
}

// quotient returns k/p, which is 0 for k = 0 and any p.
func quotient(k, p float64) float64 {
	if k == 0 {
		return 0
	}
	return k / p
}
