package gptest

import (
	"errors"
	"fmt"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/rng"
)

// Options say where a posterior is checked. Only Points is needed.
type Options struct {
	// Points are where the posterior is checked, T x D with T at least 2: a dozen
	// that cover the domain, no two of them equal.
	Points *mat.Dense
	// Draws is the number of joint draws: 2000 if it is 0.
	Draws int
	// Sigmas is the number z of standard errors that a moment of the draws may be off:
	// 6 if it is 0, which a correct posterior at a dozen points exceeds in one key of
	// 10^6.
	Sigmas float64
	// Tol is the tolerance of what is equal but for rounding, relative to the greatest
	// magnitude: 1e-10 if it is 0.
	Tol float64
	Key rng.Key
}

func (o Options) draws() int {
	if o.Draws == 0 {
		return 2000
	}
	return o.Draws
}

func (o Options) sigmas() float64 {
	if o.Sigmas == 0 {
		return 6
	}
	return o.Sigmas
}

func (o Options) tol() float64 {
	if o.Tol == 0 {
		return 1e-10
	}
	return o.Tol
}

// check is one promise.
type check struct {
	name string
	run  func(gp.Posterior, Options) error
}

func checks() []check {
	return []check{
		{"shapes", checkShapes},
		{"rows", checkRows},
		{"concurrent", checkConcurrent},
		{"covariance", checkCovariance},
		{"draws", checkDraws},
		{"moments", checkMoments},
		{"misuse", checkMisuse},
	}
}

// Test runs every check, each as a subtest.
func Test(t *testing.T, p gp.Posterior, o Options) {
	t.Helper()
	for _, c := range checks() {
		t.Run(c.name, func(t *testing.T) {
			if err := run(c, p, o); err != nil {
				t.Error(err)
			}
		})
	}
}

// Check runs the checks of [Test] and returns all that failed, joined; each starts with
// the name of its check.
func Check(p gp.Posterior, o Options) error {
	var all []error
	for _, c := range checks() {
		if err := run(c, p, o); err != nil {
			all = append(all, fmt.Errorf("%s: %w", c.name, err))
		}
	}
	return errors.Join(all...)
}

// run makes a panic of the posterior an error, so that the other checks go on.
func run(c check, p gp.Posterior, o Options) (err error) {
	if o.Points == nil || o.Points.RawMatrix().Rows < 2 {
		panic("gptest: Options without two Points")
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return c.run(p, o)
}
