package sparse

import (
	"errors"
	"fmt"
)

// ErrNoInducing is the error of a prior without inducing inputs.
var ErrNoInducing = errors.New("no inducing inputs")

// EqualInducing is the error of two equal inducing inputs without jitter: the
// covariance of u is singular.
type EqualInducing struct {
	I, J int // from 0, I < J
}

// Error counts inducing inputs from 1.
func (e *EqualInducing) Error() string {
	return fmt.Sprintf("inducing inputs %d and %d: equal, with no jitter", e.I+1, e.J+1)
}

// TooManyInducing is the error of a fit with more inducing inputs than rows.
type TooManyInducing struct {
	Inducing, Rows int
}

func (e *TooManyInducing) Error() string {
	return fmt.Sprintf("inducing inputs: %d of them for %d rows; at most one a row", e.Inducing, e.Rows)
}

// NoiseError is the error of an observation whose noise, white noise and jitter
// do not add up to a positive, finite variance: the bounds divide by it.
type NoiseError struct {
	Row   int // from 0; -1 where one variance is shared by all rows
	Value float64
}

// Error starts with the place; it counts rows from 1.
func (e *NoiseError) Error() string {
	if e.Row < 0 {
		return fmt.Sprintf("noise variance with white noise and jitter is %v, want a positive, finite number", e.Value)
	}
	return fmt.Sprintf("row %d: noise variance with white noise and jitter is %v, want a positive, finite number", e.Row+1, e.Value)
}

// NotDiagonal is the error of a guide that no mean-field guide equals.
type NotDiagonal struct {
	I, J  int // from 0
	Value float64
}

func (e *NotDiagonal) Error() string {
	return fmt.Sprintf("inducing variables %d and %d: covariance %v, a mean-field guide has none", e.I+1, e.J+1, e.Value)
}

// GuideParamError is the error of a guide's parameter that is not finite, or of
// a scale that is not positive.
type GuideParamError struct {
	Index int // of Params
	Value float64
}

func (e *GuideParamError) Error() string {
	return fmt.Sprintf("guide parameter %d: %v does not make a distribution", e.Index, e.Value)
}
