package probtest

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"matheron/prob"
	"matheron/rng"
)

// draws is the size of the sample that is tested.
const draws = 100000

// sigmas is the number of standard errors that a sample moment may be off: less
// than one test in a million fails by chance, and the keys are fixed.
const sigmas = 5

// integralTol is the tolerance of a comparison with quadrature. A kink of the density
// in t has an error of h^2/12 times the change of its slope, and so has an end of the
// quadrature inside of the support: 2e-7 with h = 1/2048 and slopes up to some 10.
const integralTol = 1e-6

// Test reports all that is wrong with d as errors of the test.
func Test(t *testing.T, d prob.Distribution) {
	t.Helper()
	if err := Check(d); err != nil {
		t.Errorf("%v: %v", d, err)
	}
}

// Check returns nil if d keeps the contract, or all that is wrong with it joined
// to one error.
func Check(d prob.Distribution) error {
	c := &checker{d: d, support: d.Support()}
	if err := validate(d); err != nil {
		return err
	}
	if !(c.support.Lower < c.support.Upper) {
		return fmt.Errorf("support %v is empty", c.support)
	}
	c.outside(d, c.support, c.outsidePoints())
	var ok bool
	if c.x, ok = c.sample(d, c.support); !ok || !c.distinct() {
		return errors.Join(c.errs...) // what follows needs usable draws
	}
	c.integrate()
	c.mass()
	c.drawsFollow()
	c.moments()
	c.gradient()
	c.parameters()
	c.cdf()
	c.quantile()
	return errors.Join(c.errs...)
}

type checker struct {
	d       prob.Distribution
	support prob.Support
	problems

	x []float64 // the sample in increasing order
	integral
}

// problems collects what is wrong.
type problems struct {
	errs []error
}

func (p *problems) errorf(format string, args ...any) {
	p.errs = append(p.errs, fmt.Errorf(format, args...))
}

// validate returns the error of d.Validate, if it has that method.
func validate(d any) error {
	if v, ok := d.(prob.Validator); ok {
		if err := v.Validate(); err != nil {
			return fmt.Errorf("invalid: %w", err)
		}
	}
	return nil
}

// outsidePoints lists numbers that the support does not contain.
func (c *checker) outsidePoints() []float64 {
	s := c.support
	x := []float64{math.Inf(-1), math.Inf(1), s.Lower, s.Upper}
	if !math.IsInf(s.Lower, -1) {
		x = append(x, math.Nextafter(s.Lower, math.Inf(-1)), s.Lower-1)
	}
	if !math.IsInf(s.Upper, 1) {
		x = append(x, math.Nextafter(s.Upper, math.Inf(1)), s.Upper+1)
	}
	return x
}

// number is a distribution of one number, continuous or discrete.
type number interface {
	LogProb(x float64) float64
	Draw(r *rand.Rand) float64
}

// numbers is its support.
type numbers interface{ Contains(x float64) bool }

// outside checks the log density at numbers beyond the support.
func (p *problems) outside(d number, support numbers, beyond []float64) {
	for _, x := range beyond {
		if lp := d.LogProb(x); !math.IsInf(lp, -1) {
			p.errorf("LogProb(%v) = %v outside of the support %v, want -Inf", x, lp, support)
		}
	}
	if lp := d.LogProb(math.NaN()); !math.IsNaN(lp) {
		p.errorf("LogProb(NaN) = %v, want NaN", lp)
	}
}

// sample returns draws in increasing order, and reports whether the other checks can
// use them.
func (p *problems) sample(d number, support numbers) (x []float64, ok bool) {
	key := rng.New(1).Named("disttest")
	r, again := key.Rand(), key.Rand()
	x = make([]float64, draws)
	for i := range x {
		x[i] = d.Draw(r)
		if !support.Contains(x[i]) {
			p.errorf("draw %d is %v, outside of the support %v", i, x[i], support)
			return x, false
		}
		if lp := d.LogProb(x[i]); math.IsNaN(lp) || math.IsInf(lp, -1) {
			p.errorf("draw %d is %v, where LogProb is %v", i, x[i], lp)
			return x, false
		}
		if y := d.Draw(again); y != x[i] {
			p.errorf("draw %d is %v, and %v from an equal generator", i, x[i], y)
			return x, false
		}
	}
	slices.Sort(x)
	return x, true
}

// distinct reports whether the draws of a continuous distribution differ from each
// other.
func (c *checker) distinct() bool {
	if c.x[0] == c.x[draws-1] {
		c.errorf("all draws are %v", c.x[0])
		return false
	}
	return true
}

func (c *checker) mass() {
	if math.Abs(c.total-1) > integralTol {
		c.errorf("exp(LogProb) integrates to %.9g, want 1", c.total)
	}
}

// drawsFollow compares the sample with the integral of the density by the
// statistic of Kolmogorov and Smirnov, which exceeds 2.5 with probability
// 2 exp(-2 2.5^2) = 7e-6.
func (c *checker) drawsFollow() {
	var largest, at float64
	for i, x := range c.x {
		p := c.probability(x)
		if dev := max(p-float64(i)/draws, float64(i+1)/draws-p); dev > largest {
			largest, at = dev, x
		}
	}
	if ks := largest * math.Sqrt(draws); !(ks < 2.5) {
		c.errorf("draws do not follow the density: %.3g of probability off at %v (Kolmogorov-Smirnov %.1f)", largest, at, ks)
	}
}

func (c *checker) moments() {
	m, ok := c.d.(prob.Momenter)
	if !ok {
		return
	}
	mean, variance := m.Moments()
	if !math.IsNaN(variance) && !(variance > 0) || math.IsNaN(mean) != math.IsNaN(variance) {
		c.errorf("moments %v and %v", mean, variance)
		return
	}
	if math.IsNaN(mean) || math.IsInf(mean, 0) {
		if c.converges(1) {
			c.errorf("mean %v, the density has a finite one", mean)
		}
		return
	}
	e := c.expectation(func(x float64) float64 { return x })
	if scale := max(math.Abs(mean), c.iqr); math.Abs(e-mean) > integralTol*scale {
		c.errorf("mean %.9g, the density has %.9g", mean, e)
	}
	if math.IsInf(variance, 1) {
		if c.converges(2) {
			c.errorf("variance %v, the density has a finite one", variance)
		}
		return
	}
	v := c.expectation(func(x float64) float64 { return (x - mean) * (x - mean) })
	if math.Abs(v-variance) > integralTol*variance {
		c.errorf("variance %.9g, the density has %.9g", variance, v)
	}
	var sum, squares float64
	for _, x := range c.x {
		sum += (x - mean) / draws
		squares += (x - mean) * (x - mean) / draws
	}
	if se := math.Sqrt(variance / draws); math.Abs(sum) > sigmas*se {
		c.errorf("mean of the draws is %.2f standard errors off", sum/se)
	}
	fourth := c.expectation(func(x float64) float64 { return math.Pow(x-mean, 4) })
	if se := math.Sqrt((fourth - variance*variance) / draws); math.Abs(squares-variance) > sigmas*se {
		c.errorf("variance of the draws is %.2f standard errors off", (squares-variance)/se)
	}
}

// converges reports whether the integral of |x - median|^power times the density
// changes by less than integralTol beyond 1e8 interquartile ranges.
func (c *checker) converges(power float64) bool {
	median := c.x[draws/2]
	moment := func(most float64) float64 {
		return c.expectation(func(x float64) float64 {
			if away := math.Abs(x - median); away <= most {
				return math.Pow(away, power)
			}
			return 0
		})
	}
	all := moment(math.Inf(1))
	return !math.IsInf(all, 1) && all-moment(1e8*c.iqr) <= integralTol*all
}

func (c *checker) cdf() {
	f, ok := c.d.(prob.CDFer)
	if !ok {
		return
	}
	for _, end := range []struct{ x, want float64 }{
		{c.support.Lower, 0}, {math.Inf(-1), 0}, {c.support.Upper, 1}, {math.Inf(1), 1},
	} {
		if p := f.CDF(end.x); p != end.want {
			c.errorf("CDF(%v) = %v, want %v", end.x, p, end.want)
		}
	}
	last := 0.0
	for i := 0; i < draws; i += 100 {
		x := c.x[i]
		p := f.CDF(x)
		if want := c.probability(x); !(math.Abs(p-want) <= integralTol) {
			c.errorf("CDF(%v) = %.9g, the density has %.9g", x, p, want)
			return
		}
		// One ulp of tolerance where the function is flat.
		if p < last-1e-15 {
			c.errorf("CDF falls to %v at %v", p, x)
			return
		}
		last = p
	}
}

func (c *checker) quantile() {
	q, ok := c.d.(prob.Quantiler)
	if !ok {
		return
	}
	if x := q.Quantile(0); x != c.support.Lower {
		c.errorf("Quantile(0) = %v, want the lower end %v", x, c.support.Lower)
	}
	if x := q.Quantile(1); x != c.support.Upper {
		c.errorf("Quantile(1) = %v, want the upper end %v", x, c.support.Upper)
	}
	for _, p := range []float64{-0.1, 1.1, math.NaN()} {
		if !panics(func() { q.Quantile(p) }) {
			c.errorf("Quantile(%v) does not panic", p)
		}
	}
	f, ok := c.d.(prob.CDFer)
	for _, p := range []float64{1e-8, 1e-4, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1 - 1e-4, 1 - 1e-8} {
		x := q.Quantile(p)
		if !ok {
			if got := c.probability(x); !(math.Abs(got-p) <= integralTol) {
				c.errorf("Quantile(%v) = %v, below which the density has %.9g", p, x, got)
			}
			continue
		}
		// 1e-9 of the probability for the iterations of an inverse, and the effect of
		// rounding x.
		tol := 1e-9*p + 0x1p-50*(1+math.Abs(x)*math.Exp(c.d.LogProb(x)))
		if got := f.CDF(x); !(math.Abs(got-p) <= tol) {
			c.errorf("CDF(Quantile(%v)) is off by %.3g", p, got-p)
		}
	}
}

func panics(f func()) (yes bool) {
	defer func() { yes = recover() != nil }()
	f()
	return false
}
