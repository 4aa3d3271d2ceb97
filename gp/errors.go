package gp

import (
	"errors"
	"fmt"
	"strings"

	"matheron/prob"
)

// ErrNoRows is the error of conditioning on nothing.
var ErrNoRows = errors.New("no rows to condition on")

// NotFinite is the error of a NaN or an infinity in the data, or in what the
// prior makes of it. Rows and columns count from 0; the message counts from 1.
type NotFinite struct {
	// What is "input", "target", "mean" or "covariance".
	What string
	Row  int
	// Column is the column of an input; of a covariance it is the other row. It
	// is -1 for a target and a mean.
	Column int
	Value  float64
}

// Error starts with the place.
func (e *NotFinite) Error() string {
	switch {
	case e.What == "covariance":
		return fmt.Sprintf("rows %d and %d: the kernel's value is %v", e.Column+1, e.Row+1, e.Value)
	case e.Column >= 0:
		return fmt.Sprintf("row %d, column %d: the %s is %v", e.Row+1, e.Column+1, e.What, e.Value)
	}
	return fmt.Sprintf("row %d: the %s is %v", e.Row+1, e.What, e.Value)
}

// NoiseError is the error of a noise variance that is negative or not finite.
type NoiseError struct {
	Row   int // from 0; -1 where one variance is shared by all rows
	Value float64
}

// Error starts with the place; it counts rows from 1.
func (e *NoiseError) Error() string {
	if e.Row < 0 {
		return fmt.Sprintf("noise variance is %v, want a finite number that is not negative", e.Value)
	}
	return fmt.Sprintf("row %d: noise variance is %v, want a finite number that is not negative", e.Row+1, e.Value)
}

// JitterError is the error of a jitter that is negative or not finite.
type JitterError struct {
	Value float64
}

func (e *JitterError) Error() string {
	return fmt.Sprintf("jitter is %v, want a finite number that is not negative", e.Value)
}

// EqualInputs is the error of two rows whose inputs are equal, whose targets are not,
// and to whose observations neither noise nor jitter is added: both cannot be f.
type EqualInputs struct {
	I, J int // from 0, I < J
}

// Error counts rows from 1.
func (e *EqualInputs) Error() string {
	return fmt.Sprintf("rows %d and %d: equal inputs and different targets, with no noise and no jitter", e.I+1, e.J+1)
}

// EvidenceLost is the error of a log evidence -1/2 r'H⁻¹r - ... of which rounding
// leaves nothing to climb: by its size it may change the value by more than one nat,
// and by more than a quarter of the digits that a number has. That is so where the
// targets contradict a noise variance that is tiny beside the prior variance: what is
// left of the targets is divided by a difference of numbers that nearly cancel.
type EvidenceLost struct {
	Value    float64 // as computed
	Rounding float64 // the size of its error, ε/2 sum_i (H⁻¹r)_i² H_ii
}

func (e *EvidenceLost) Error() string {
	return fmt.Sprintf("log evidence is %.6g, lost in rounding of %.2g: the targets differ from the model by more than its noise, which is too small beside the prior variance", e.Value, e.Rounding)
}

// UnknownParam is the error of a pattern that matches no free parameter.
type UnknownParam struct {
	Pattern string
	Names   []string // of the free parameters
	Fixed   []string // those parameters that it matches, which are fixed
}

func (e *UnknownParam) Error() string {
	text := fmt.Sprintf("no parameter is called %q", e.Pattern)
	if len(e.Fixed) > 0 {
		text = fmt.Sprintf("%q is no free parameter: %s is fixed", e.Pattern, strings.Join(e.Fixed, ", "))
	}
	if len(e.Names) == 0 {
		return text + "; there are no free ones"
	}
	return text + "; there are " + strings.Join(e.Names, ", ")
}

// PriorError is the error of a prior that a parameter cannot have.
type PriorError struct {
	Name   string // of the parameter, or the pattern that the prior came with
	Prior  prob.Distribution
	Reason string
}

func (e *PriorError) Error() string {
	return fmt.Sprintf("%s: its prior %v %s", e.Name, e.Prior, e.Reason)
}
