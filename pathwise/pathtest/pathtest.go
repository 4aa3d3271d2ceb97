package pathtest

import (
	"errors"
	"fmt"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
)

// Options say where and against what functions are checked. Only Points is
// needed.
type Options struct {
	// Points are where the functions are checked, N x D. A dozen that cover the
	// domain are enough; where gradients are checked, none may be at a kink.
	Points *mat.Dense
	// NotSmooth says that the functions must refuse to give gradients.
	NotSmooth bool
	// Mean and Cov are the moments at Points that the functions should have; nil if
	// they are not known. Each function has them, or, over functions
	// with a basis each, their average does.
	Mean []float64
	Cov  mat.Symmetric
	// Slack is how far the functions' moments may truly be from Mean and Cov,
	// because their basis is finite: it is allowed on top of the Monte Carlo
	// error, in units of standard deviations and of their products. Zero for
	// exact draws, about 3 F^-1/2 for functions that share F random features.
	Slack float64
	// Sigmas is the number z of standard errors that a moment may be off: 5 if
	// it is 0, which a correct sampler with N = 12 exceeds in one key of 10^4.
	Sigmas float64
	// Tol is what rounding may change where the points are cut and ordered
	// otherwise, as a part of the largest value: 1e-12 if it is 0.
	Tol float64
}

func (o Options) sigmas() float64 {
	if o.Sigmas == 0 {
		return 5
	}
	return o.Sigmas
}

func (o Options) tol() float64 {
	if o.Tol == 0 {
		return 1e-12
	}
	return o.Tol
}

// check is one promise.
type check struct {
	name string
	run  func(function.Functions, Options) error
}

func checks() []check {
	return []check{
		{"shape", checkShape},
		{"repeatable", checkRepeatable},
		{"rows", checkRows},
		{"concurrent", checkConcurrent},
		{"ways", checkWays},
		{"gradient", checkGradient},
		{"moments", checkMoments},
		{"distribution", checkDistribution},
	}
}

// Test runs every check that the abilities of f allow, each as a subtest.
func Test(t *testing.T, f function.Functions, o Options) {
	t.Helper()
	for _, c := range checks() {
		t.Run(c.name, func(t *testing.T) {
			if err := run(c, f, o); err != nil {
				t.Error(err)
			}
		})
	}
}

// Check runs the checks of [Test] and returns all that failed, joined; each
// starts with the name of its check.
func Check(f function.Functions, o Options) error {
	var all []error
	for _, c := range checks() {
		if err := run(c, f, o); err != nil {
			all = append(all, fmt.Errorf("%s: %w", c.name, err))
		}
	}
	return errors.Join(all...)
}

// run makes a panic of the functions an error, so that the other checks go on.
func run(c check, f function.Functions, o Options) (err error) {
	if o.Points == nil {
		panic("pathtest: Options without Points")
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return c.run(f, o)
}
