package prob

import (
	"math"
	"math/rand/v2"
	"strconv"
)

// Discrete is a law of one integer, which is given and drawn as a float64.
type Discrete interface {
	// LogProb returns the logarithm of the probability of k: -Inf where k is no
	// integer of the support, NaN at NaN.
	LogProb(k float64) float64
	// Draw returns a number of that law, inside the support.
	Draw(r *rand.Rand) float64
	// Support returns the integers that the family gives probability to.
	Support() Integers
}

// DiscreteParametric is to Discrete what [Parametric] is to Distribution. A
// parameter may lie on the edge of its support, such as a probability of 0.
type DiscreteParametric interface {
	Discrete
	// Parameters returns the parameters that are real numbers.
	Parameters() []Parameter
	// WithParameters returns the distribution of the same family with other
	// parameters. It panics unless there are as many as Parameters returns; it
	// does not validate them.
	WithParameters(values ...float64) DiscreteParametric
	// ParamGrad sets dst to the derivatives of LogProb(k) to the parameters and
	// returns it; nil is allocated. They are 0 where LogProb is -Inf and NaN where
	// it is NaN. It panics unless dst has an element a parameter.
	ParamGrad(dst []float64, k float64) []float64
}

// Integers holds the integers from Lower to Upper, both included; Upper may be
// infinite. The zero value holds 0.
type Integers struct {
	Lower, Upper float64
}

// Contains tells whether k is an integer between the bounds. NaN is not, and
// neither are the infinities.
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

// checkUnit returns the error of a parameter that is no probability.
func checkUnit(distribution, parameter string, v float64) error {
	if !(v >= 0 && v <= 1) {
		return &ParamError{distribution, parameter, v, "from 0 to 1"}
	}
	return nil
}

// timesLog returns k log p, which is 0 for k = 0 whatever p is.
func timesLog(k, p float64) float64 {
	if k == 0 {
		return 0
	}
	return k * math.Log(p)
}

// timesLog1m returns k log(1-p), which is 0 for k = 0 whatever p is.
func timesLog1m(k, p float64) float64 {
	if k == 0 {
		return 0
	}
	return k * math.Log1p(-p)
}

// quotient returns k/p, which is 0 for k = 0 whatever p is.
func quotient(k, p float64) float64 {
	if k == 0 {
		return 0
	}
	return k / p
}
