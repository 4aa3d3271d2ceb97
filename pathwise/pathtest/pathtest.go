package pathtest

import (
	"errors"
	"fmt"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// Functions are S functions of D inputs, evaluated together. They are safe for
// concurrent use.
type Functions interface {
	// Len returns the number of functions S.
	Len() int
	// Eval returns the value of function s at row i of x in row s, column i:
	// S x N. The caller owns the result.
	Eval(x *mat.Dense) *mat.Dense
}

// Grader is the ability of having gradients at common points: element s is
// N x D, the gradient of function s at each row of x. The error says that the
// functions are not differentiable.
type Grader interface {
	Grad(x *mat.Dense) ([]*mat.Dense, error)
}

// EachGrader is the ability of having gradients at points of each function's
// own: element s is the gradient of function s at the rows of xs[s].
type EachGrader interface {
	GradEach(xs []*mat.Dense) ([]*mat.Dense, error)
}

// Momenter is the ability of stating the moments of the Gaussian that function i is a
// draw of: its mean and covariance at the rows of x. The functions are independent of
// each other given what the moments are given.
type Momenter interface {
	Moments(i int, x *mat.Dense) (mean []float64, cov *mat.SymDense, err error)
}

// Options say where and against what functions are checked. Only Points is
// needed.
type Options struct {
	// Points are where the functions are checked, N x D. A dozen that cover the
	// domain are enough; where gradients are checked, none may be at a kink.
	Points *mat.Dense
	// NotSmooth says that the functions must refuse to give gradients.
	NotSmooth bool
	// Mean and Cov are the moments at Points that the functions should have;
	// nil where they are not known. Each function has them, or, over functions
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
	run  func(Functions, Options) error
}

func checks() []check {
	return []check{
		{"shape", checkShape},
		{"repeatable", checkRepeatable},
		{"rows", checkRows},
		{"concurrent", checkConcurrent},
		{"gradient", checkGradient},
		{"moments", checkMoments},
		{"stated moments", checkStated},
	}
}

// Test runs every check that the abilities of f allow, each as a subtest.
func Test(t *testing.T, f Functions, o Options) {
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
func Check(f Functions, o Options) error {
	var all []error
	for _, c := range checks() {
		if err := run(c, f, o); err != nil {
			all = append(all, fmt.Errorf("%s: %w", c.name, err))
		}
	}
	return errors.Join(all...)
}

// run makes a panic of the functions an error, so that the other checks go on.
func run(c check, f Functions, o Options) (err error) {
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
