package probtest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"matheron/prob"
)

// mostTerms bounds the sum over a support. A wider distribution cannot be checked.
const mostTerms = 1 << 22

// sumTol is the tolerance of a comparison with a sum: the rounding of log
// probabilities, whose terms may be 1e5.
const sumTol = 1e-9

// TestDiscrete reports all that is wrong with d as errors of the test.
func TestDiscrete(t *testing.T, d prob.Discrete) {
	t.Helper()
	if err := CheckDiscrete(d); err != nil {
		t.Errorf("%v: %v", d, err)
	}
}

// CheckDiscrete returns nil if d keeps the contract, or all that is wrong with it
// joined to one error.
func CheckDiscrete(d prob.Discrete) error {
	c := &discreteChecker{d: d, support: d.Support()}
	if err := validate(d); err != nil {
		return err
	}
	s := c.support
	if !(s.Lower <= s.Upper) || s.Lower != math.Floor(s.Lower) || s.Upper != math.Floor(s.Upper) || math.IsInf(s.Lower, 0) {
		return fmt.Errorf("support %v is no range of integers from a finite one on", s)
	}
	c.outside(d, c.support, c.outsidePoints())
	var ok bool
	if c.k, ok = c.sample(d, c.support); !ok || !c.sum() {
		return errors.Join(c.errs...) // what follows needs usable draws and sums
	}
	c.drawsFollow()
	c.moments()
	c.cdf()
	c.parameters()
	return errors.Join(c.errs...)
}

type discreteChecker struct {
	d       prob.Discrete
	support prob.Integers
	problems

	k []float64 // the sample in increasing order
	p []float64 // the probabilities of Lower, Lower+1, ...
}

func (c *discreteChecker) outsidePoints() []float64 {
	s := c.support
	k := []float64{math.Inf(-1), math.Inf(1), s.Lower - 1, s.Lower + 0.5, math.Nextafter(s.Lower, s.Lower-1), s.Lower - 0.5}
	if !math.IsInf(s.Upper, 1) {
		k = append(k, s.Upper+1, s.Upper+0.5)
	}
	return k
}

// sum adds up the probabilities, of an infinite support those that matter.
func (c *discreteChecker) sum() bool {
	last := c.k[draws-1]
	var total float64
	for k := c.support.Lower; k <= c.support.Upper; k++ {
		p := math.Exp(c.d.LogProb(k))
		if k > last && p < 1e-18 { // beyond all draws, where it decreases
			break
		}
		if len(c.p) == mostTerms {
			c.errorf("more than %d numbers have probability", mostTerms)
			return false
		}
		c.p = append(c.p, p)
		total += p
	}
	if !(math.Abs(total-1) <= sumTol) {
		c.errorf("exp(LogProb) sums to %.12g, want 1", total)
		return false
	}
	return true
}

// drawsFollow is the chi-squared test over runs of numbers in which at least 20
// draws are expected. The statistic is nearly normal after the cube root of
// Wilson and Hilferty (1931).
func (c *discreteChecker) drawsFollow() {
	var statistic, expected, seen float64
	bins, next := 0, 0
	left := float64(draws)
	for i, p := range c.p {
		expected += draws * p
		left -= draws * p
		k := c.support.Lower + float64(i)
		for next < draws && c.k[next] <= k {
			seen++
			next++
		}
		if expected >= 20 && left >= 20 {
			statistic += (seen - expected) * (seen - expected) / expected
			bins++
			expected, seen = 0, 0
		}
	}
	expected += left
	seen += float64(draws - next)
	if expected > 0 {
		statistic += (seen - expected) * (seen - expected) / expected
		bins++
	}
	if bins < 2 {
		return // nearly all of the probability is in one number
	}
	free := float64(bins - 1)
	z := (math.Cbrt(statistic/free) - (1 - 2/(9*free))) / math.Sqrt(2/(9*free))
	if !(z < sigmas) {
		c.errorf("draws do not follow the probabilities: chi-squared %.1f with %d degrees of freedom", statistic, bins-1)
	}
}

func (c *discreteChecker) expectation(f func(k float64) float64) float64 {
	var sum float64
	for i, p := range c.p {
		if p > 0 {
			sum += p * f(c.support.Lower+float64(i))
		}
	}
	return sum
}

func (c *discreteChecker) moments() {
	m, ok := c.d.(prob.Momenter)
	if !ok {
		return
	}
	mean, variance := m.Moments()
	e := c.expectation(func(k float64) float64 { return k })
	if !(math.Abs(e-mean) <= sumTol*max(1, math.Abs(mean))) {
		c.errorf("mean %.12g, the probabilities have %.12g", mean, e)
		return
	}
	v := c.expectation(func(k float64) float64 { return (k - mean) * (k - mean) })
	if !(math.Abs(v-variance) <= sumTol*max(1, variance)) {
		c.errorf("variance %.12g, the probabilities have %.12g", variance, v)
	}
	var sum float64
	for _, k := range c.k {
		sum += (k - mean) / draws
	}
	if se := math.Sqrt(variance / draws); !(math.Abs(sum) <= sigmas*se) {
		c.errorf("mean of the draws is %.2f standard errors off", sum/se)
	}
}

func (c *discreteChecker) cdf() {
	f, ok := c.d.(prob.CDFer)
	if !ok {
		return
	}
	s := c.support
	for _, end := range []struct{ k, want float64 }{
		{math.Inf(-1), 0}, {s.Lower - 1, 0}, {s.Lower - 0.5, 0}, {s.Upper, 1}, {s.Upper + 0.5, 1}, {math.Inf(1), 1},
	} {
		if p := f.CDF(end.k); p != end.want {
			c.errorf("CDF(%v) = %v, want %v", end.k, p, end.want)
		}
	}
	if p := f.CDF(math.NaN()); !math.IsNaN(p) {
		c.errorf("CDF(NaN) = %v, want NaN", p)
	}
	var sum float64
	for i, p := range c.p {
		sum += p
		k := s.Lower + float64(i)
		for _, at := range []float64{k, k + 0.5} {
			if got := f.CDF(at); !(math.Abs(got-sum) <= sumTol) {
				c.errorf("CDF(%v) = %.12g, the probabilities have %.12g", at, got, sum)
				return
			}
		}
	}
}

func (c *discreteChecker) parameters() {
	d, ok := c.d.(prob.DiscreteParametric)
	if !ok {
		return
	}
	var points []float64
	for i := draws / 50; i < draws; i += draws / 25 {
		points = append(points, c.k[i])
	}
	points = slices.Compact(append(points, c.k[draws-1]))
	p := parametric[float64]{
		list:    d.Parameters(),
		logProb: d.LogProb,
		with:    func(values []float64) (func(float64) float64, error) { return d.WithParameters(values...).LogProb, nil },
		grad:    d.ParamGrad,
		points:  points,
		outside: c.outsidePoints(),
		nan:     math.NaN(),
		atEdge:  true,
	}
	p.check(&c.problems)
}
