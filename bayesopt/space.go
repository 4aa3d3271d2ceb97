package bayesopt

import (
	"fmt"
	"math"
	"slices"

	"matheron/optimize"
)

// Input is one input of the function and the interval that it is searched in.
// Equal bounds fix it.
type Input struct {
	Name  string  `json:"name"`
	Lower float64 `json:"lower"`
	Upper float64 `json:"upper"`
}

// Space is a box of named inputs. It is made by [NewSpace] and immutable.
type Space struct {
	inputs []Input
}

// InputError is the error of an input that has no name, repeats the name of
// another, or whose bounds are not finite or out of order.
type InputError struct {
	Index  int // from 0
	Name   string
	Reason string
}

// Error implements error.
func (e *InputError) Error() string {
	return fmt.Sprintf("input %d (%q): %s", e.Index+1, e.Name, e.Reason)
}

// NewSpace returns the space of the inputs, in their order. The error is an
// *[InputError].
func NewSpace(inputs ...Input) (Space, error) {
	if len(inputs) == 0 {
		return Space{}, &InputError{Reason: "a space needs an input"}
	}
	for i, in := range inputs {
		fail := func(format string, a ...any) (Space, error) {
			return Space{}, &InputError{i, in.Name, fmt.Sprintf(format, a...)}
		}
		if in.Name == "" {
			return fail("no name")
		}
		if slices.ContainsFunc(inputs[:i], func(o Input) bool { return o.Name == in.Name }) {
			return fail("the name is taken")
		}
		// The width must be finite too.
		if width := in.Upper - in.Lower; math.IsNaN(width) || math.IsInf(width, 0) || width < 0 {
			return fail("not an interval: lower %g, upper %g", in.Lower, in.Upper)
		}
	}
	return Space{slices.Clone(inputs)}, nil
}

// Dims returns the number of inputs.
func (s Space) Dims() int { return len(s.inputs) }

// Inputs returns the inputs. The slice is the caller's.
func (s Space) Inputs() []Input { return slices.Clone(s.inputs) }

// Names returns the names of the inputs. The slice is the caller's.
func (s Space) Names() []string {
	out := make([]string, len(s.inputs))
	for i, in := range s.inputs {
		out[i] = in.Name
	}
	return out
}

// Box returns the bounds. The slices are the caller's.
func (s Space) Box() optimize.Box {
	b := optimize.Box{Lower: make([]float64, len(s.inputs)), Upper: make([]float64, len(s.inputs))}
	for i, in := range s.inputs {
		b.Lower[i], b.Upper[i] = in.Lower, in.Upper
	}
	return b
}

// Contains reports whether x is in the space. It panics if x has another number
// of inputs.
func (s Space) Contains(x []float64) bool {
	s.check(x)
	for i, in := range s.inputs {
		if !(x[i] >= in.Lower && x[i] <= in.Upper) {
			return false
		}
	}
	return true
}

func (s Space) check(x []float64) {
	if len(x) != len(s.inputs) {
		panic(fmt.Sprintf("bayesopt: a point of %d numbers in a space of %d inputs", len(x), len(s.inputs)))
	}
}

// place sets x to the point of the unit cube u.
func (s Space) place(x, u []float64) {
	for i, in := range s.inputs {
		x[i] = min(max((1-u[i])*in.Lower+u[i]*in.Upper, in.Lower), in.Upper)
	}
}

// unit sets u to where x is in the unit cube, the nearest corner or side for a
// point outside.
func (s Space) unit(u, x []float64) {
	for i, in := range s.inputs {
		u[i] = 0
		if w := in.Upper - in.Lower; w > 0 {
			u[i] = min(max((x[i]-in.Lower)/w, 0), 1)
		}
	}
}
