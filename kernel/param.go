package kernel

import (
	"fmt"
	"math"
)

// positive returns a parameter on (0, Inf).
func positive(name string, v float64) Param {
	return Param{Name: name, Value: v, Lower: 0, Upper: math.Inf(1)}
}

// prefixed returns params with a prefix to each name.
func prefixed(prefix string, params []Param) []Param {
	for i := range params {
		params[i].Name = prefix + params[i].Name
	}
	return params
}

func wantParams(owner string, got, want int) {
	if got != want {
		panic(fmt.Sprintf("kernel: %s has %d parameters, got %d values", owner, want, got))
	}
}

// ParamError says that a parameter is outside of its support.
type ParamError struct {
	Param Param
}

func (e *ParamError) Error() string {
	return fmt.Sprintf("%s is %v, outside of (%v, %v)", e.Param.Name, e.Param.Value, e.Param.Lower, e.Param.Upper)
}

// CheckParams returns a [*ParamError] for the first parameter of k that is not
// a finite number inside its support.
func CheckParams(k Kernel) error {
	for _, p := range Params(k) {
		if math.IsNaN(p.Value) || math.IsInf(p.Value, 0) || p.Value <= p.Lower || p.Value >= p.Upper {
			return &ParamError{p}
		}
	}
	return nil
}
