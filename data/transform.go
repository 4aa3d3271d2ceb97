package data

import (
	"encoding/json"
	"fmt"
	"math"
)

// Transform is a strictly monotone function T of one variable. Inverse(Apply(x))
// is x up to rounding wherever Apply is finite.
type Transform interface {
	Apply(x float64) float64   // T(x); NaN or infinite outside the domain
	Inverse(y float64) float64 // T⁻¹(y)
	Deriv(x float64) float64   // dT/dx at x
}

// Affine is T(x) = (x - Shift)/Scale. In JSON it is the pair [Shift, Scale],
// which is [mean, sd] for a standardisation.
type Affine struct {
	Shift float64
	Scale float64 // not 0
}

// Standardize returns the transform to mean 0 and standard deviation 1, with the
// population's standard deviation (divisor n, as numpy.std has it). A constant
// column is only centred: its Scale is 1. Values that differ by at most four
// units in the last place count as constant.
//
// It panics if x is empty.
func Standardize(x []float64) Affine {
	if len(x) == 0 {
		panic("data: Standardize of no values")
	}
	return standardize(len(x), func(i int) float64 { return x[i] })
}

func standardize(n int, at func(int) float64) Affine {
	mean, sd := moments(n, at)
	if sd == 0 {
		sd = 1
	}
	return Affine{Shift: mean, Scale: sd}
}

// MinMax returns the transform to the unit interval: the least value goes to 0,
// the greatest to 1. A constant column, in the sense of [Standardize], is only
// shifted, to 0. It panics if x is empty.
func MinMax(x []float64) Affine {
	if len(x) == 0 {
		panic("data: MinMax of no values")
	}
	low, high := x[0], x[0]
	for _, v := range x {
		low, high = min(low, v), max(high, v)
	}
	if constant(low, high) {
		return Affine{Shift: low, Scale: 1}
	}
	return Affine{Shift: low, Scale: high - low}
}

func (a Affine) Apply(x float64) float64   { return (x - a.Shift) / a.Scale }
func (a Affine) Inverse(y float64) float64 { return y*a.Scale + a.Shift }
func (a Affine) Deriv(float64) float64     { return 1 / a.Scale }

// MarshalJSON returns [Shift, Scale].
func (a Affine) MarshalJSON() ([]byte, error) {
	return json.Marshal([2]float64{a.Shift, a.Scale})
}

// UnmarshalJSON reads [Shift, Scale], both finite and Scale not 0.
func (a *Affine) UnmarshalJSON(text []byte) error {
	var pair []float64
	if err := json.Unmarshal(text, &pair); err != nil {
		return err
	}
	if len(pair) != 2 || pair[1] == 0 {
		return fmt.Errorf("a standardisation must be [mean, sd] with sd not 0, it is %s", text)
	}
	*a = Affine{Shift: pair[0], Scale: pair[1]}
	return nil
}

// Log is T(x) = ln x, for x > 0.
type Log struct{}

func (Log) Apply(x float64) float64   { return math.Log(x) }
func (Log) Inverse(y float64) float64 { return math.Exp(y) }
func (Log) Deriv(x float64) float64   { return 1 / x }

// Logit is T(x) = ln((x - Lower)/(Upper - x)), for Lower < x < Upper.
type Logit struct{ Lower, Upper float64 }

func (l Logit) Apply(x float64) float64 {
	return math.Log(x-l.Lower) - math.Log(l.Upper-x)
}

// Inverse returns Lower + (Upper - Lower)/(1 + exp(-y)), from the nearer end.
func (l Logit) Inverse(y float64) float64 {
	e := math.Exp(-math.Abs(y))
	step := (l.Upper - l.Lower) * (e / (1 + e))
	if y < 0 {
		return l.Lower + step
	}
	return l.Upper - step
}

func (l Logit) Deriv(x float64) float64 {
	return 1/(x-l.Lower) + 1/(l.Upper-x)
}

// Chain applies its transforms in turn: T(x) = T_k(... T_1(x)). An empty chain is
// the identity.
type Chain []Transform

func (c Chain) Apply(x float64) float64 {
	for _, t := range c {
		x = t.Apply(x)
	}
	return x
}

func (c Chain) Inverse(y float64) float64 {
	for i := len(c) - 1; i >= 0; i-- {
		y = c[i].Inverse(y)
	}
	return y
}

func (c Chain) Deriv(x float64) float64 {
	d := 1.0
	for _, t := range c {
		d *= t.Deriv(x)
		x = t.Apply(x)
	}
	return d
}
