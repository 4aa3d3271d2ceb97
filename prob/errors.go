package prob

import (
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// ParamError is the error of an invalid parameter.
type ParamError struct {
	Distribution string  // "lognormal"
	Parameter    string  // "sigma"
	Value        float64 // -1
	Want         string  // "positive"
}

func (e *ParamError) Error() string {
	return fmt.Sprintf("%s: %s is %v, must be %s", e.Distribution, e.Parameter, e.Value, e.Want)
}

// ParseError is the error of a text that is not a distribution.
type ParseError struct {
	Text    string // all of it
	Offset  int    // of the offending character, in bytes from 0
	Message string
	Err     error // the *ParamError or *strconv.NumError behind it, if any
}

// Error counts characters from 1.
func (e *ParseError) Error() string {
	at := utf8.RuneCountInString(e.Text[:e.Offset]) + 1
	return fmt.Sprintf("%s, character %d: %s", strconv.Quote(e.Text), at, e.Message)
}

func (e *ParseError) Unwrap() error { return e.Err }

// checkPositive returns the error of a parameter that is not positive and finite.
func checkPositive(distribution, parameter string, v float64) error {
	if !(v > 0) || math.IsInf(v, 1) {
		return &ParamError{distribution, parameter, v, "positive and finite"}
	}
	return nil
}

// checkFinite returns the error of a parameter that is not finite.
func checkFinite(distribution, parameter string, v float64) error {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return &ParamError{distribution, parameter, v, "finite"}
	}
	return nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func checkParameters(distribution string, got, want int) {
	if got != want {
		panic(fmt.Sprintf("prob: %s has %d parameters, not %d", distribution, want, got))
	}
}

// gradient returns dst for n derivatives.
func gradient(dst []float64, n int) []float64 {
	if dst == nil {
		return make([]float64, n)
	}
	if len(dst) != n {
		panic(fmt.Sprintf("prob: a destination of %d derivatives, want %d", len(dst), n))
	}
	return dst
}

func checkProbability(p float64) {
	if !(p >= 0 && p <= 1) {
		panic(fmt.Sprintf("prob: quantile of the probability %v", p))
	}
}
