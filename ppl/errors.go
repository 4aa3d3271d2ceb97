package ppl

import (
	"errors"
	"fmt"
)

var (
	errRepeated       = errors.New("the name is there already")
	errNoName         = errors.New("a site without a name")
	errNoDistribution = errors.New("no distribution")
	errNoData         = errors.New("no data")
	errNoKey          = errors.New("no value, and no key to draw one with (handler Seed)")
	errNoLocation     = errors.New("its distribution has no location and scale on the tape")
	errNotTransformed = errors.New("its distribution is not a Transformed one")
	errNotLine        = errors.New("the base of its distribution is not on the whole line")
	errPlateInside    = errors.New("a plate inside itself")
	errNoVariables    = errors.New("the model has no latent site")
	errZeroDensity    = errors.New("zero density at draws from the prior")
	errZeroHere       = errors.New("zero density there")
	errSupport        = errors.New("its support depends on other sites: draw it on a fixed support and transform it")
	errNoPointwise    = errors.New("its distribution does not give the log density of each term")
	errThirdPlate     = errors.New("a third plate: values have two dimensions")
)

// SiteError is the error of one site of a program.
type SiteError struct {
	Site string
	Err  error
}

func (e *SiteError) Error() string { return fmt.Sprintf("site %q: %v", e.Site, e.Err) }

// Unwrap returns what is wrong with the site.
func (e *SiteError) Unwrap() error { return e.Err }

// ShapeError is the error of a value whose shape is not that of its distribution.
type ShapeError struct {
	Have, Want Shape
}

func (e *ShapeError) Error() string {
	return fmt.Sprintf("a value of shape %v, want %v", e.Have, e.Want)
}

// DataError is the error of data that are NaN.
type DataError struct {
	Shape Shape // of the data
	Index int   // of the number, row by row
}

func (e *DataError) Error() string {
	return fmt.Sprintf("%s is NaN: a Mask leaves it out", e.Shape.element("data", e.Index))
}

// DensityError is the error of a log density that is NaN or +Inf.
type DensityError struct {
	LogProb float64
	Cause   error // of the tape, such as a failed factorisation, or nil
}

func (e *DensityError) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("log density %v: %v", e.LogProb, e.Cause)
	}
	return fmt.Sprintf("log density %v", e.LogProb)
}

// Unwrap returns the cause.
func (e *DensityError) Unwrap() error { return e.Cause }

// drawError is an error of the values of one run, which other draws may not have.
type drawError struct{ error }

// Unwrap returns the error itself.
func (e drawError) Unwrap() error { return e.error }

// StructureError is the error of a [Target] or of [Samples] whose sites change from
// run to run.
type StructureError struct {
	Was, Is string // the site in the first run and now
}

func (e *StructureError) Error() string {
	return fmt.Sprintf("sites change from run to run: was %s, is %s", e.Was, e.Is)
}

// PanicError is the error of a program that panicked.
type PanicError struct {
	After string // the last site before; empty if there was none
	Value any    // of the panic
	Stack []byte
}

func (e *PanicError) Error() string {
	if e.After == "" {
		return fmt.Sprintf("the model panicked before its first site: %v", e.Value)
	}
	return fmt.Sprintf("site %q: the model panicked there or after it: %v", e.After, e.Value)
}

// Unwrap returns the error that was panicked with, if it was one.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// abort is what [Context.Fail] panics with, to end the run.
type abort struct{ err error }

// Fail ends the run with an error that names the site. It does not return.
func (c *Context) Fail(s *Site, err error) {
	panic(abort{&SiteError{s.Name, err}})
}
