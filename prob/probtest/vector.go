package probtest

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"matheron/prob"
	"matheron/rng"
)

// vectorDraws is the size of the sample of vectors.
const vectorDraws = 16000

// TestVector reports all that is wrong with d as errors of the test.
func TestVector(t *testing.T, d prob.Vector) {
	t.Helper()
	if err := CheckVector(d); err != nil {
		t.Errorf("%T: %v", d, err)
	}
}

// CheckVector returns nil if d and the bijector of its support keep the contract,
// or all that is wrong with them joined to one error.
func CheckVector(d prob.Vector) error {
	if err := validate(d); err != nil {
		return err
	}
	s := d.Support()
	c := &vectorChecker{d: d, support: s, bijector: s.Bijector(), free: s.Coordinates()}
	if d.Dim() < 1 || s.Dim() != d.Dim() || len(c.free) < 1 {
		c.errorf("%d numbers, a support of %d, %d of them free", d.Dim(), s.Dim(), len(c.free))
		return errors.Join(c.errs...)
	}
	c.outside()
	if !c.sample() {
		return errors.Join(c.errs...) // what follows needs usable draws
	}
	c.roundTrip()
	c.jacobian()
	c.gradient()
	if len(c.errs) == 0 {
		c.mass() // uses what the checks above have passed
		c.drawsFollow()
	}
	c.moments()
	c.parameters()
	return errors.Join(c.errs...)
}

type vectorChecker struct {
	d        prob.Vector
	support  prob.VectorSupport
	bijector prob.VectorBijector
	free     []int
	problems

	x, y [][]float64 // the sample, and that unconstrained
}

// logProb is the log density over R^k.
func (c *vectorChecker) logProb(y []float64) float64 {
	return c.d.LogProb(c.bijector.Constrain(nil, y)) + c.bijector.LogJacobian(nil, y)
}

// outsidePoints lists points that the support does not contain, and one of NaN.
func (c *vectorChecker) outsidePoints() (x [][]float64, nan []float64) {
	inside := c.d.Draw(nil, rng.New(2).Named("disttest").Rand())
	for _, v := range []float64{math.Inf(1), math.Inf(-1)} {
		for i := range inside {
			x = append(x, append([]float64(nil), inside...))
			x[len(x)-1][i] = v
		}
	}
	nan = append([]float64(nil), inside...)
	nan[len(nan)-1] = math.NaN()
	if len(c.free) < len(inside) { // a number that is not free cannot change alone
		moved := append([]float64(nil), inside...)
		moved[c.free[0]] /= 2
		x = append(x, moved)
	}
	return x, nan
}

func (c *vectorChecker) outside() {
	x, nan := c.outsidePoints()
	grad := make([]float64, c.d.Dim())
	for _, x := range x {
		if c.support.Contains(x) {
			c.errorf("the support contains %v", x)
		}
		if lp := c.d.LogProb(x); !math.IsInf(lp, -1) {
			c.errorf("LogProb(%v) = %v outside of the support, want -Inf", x, lp)
		}
		grad[0] = 1
		if lp := c.d.LogProbGrad(grad, x); !math.IsInf(lp, -1) || grad[0] != 0 {
			c.errorf("LogProbGrad(%v) = %v with %v outside of the support, want -Inf and 0", x, lp, grad)
		}
	}
	if c.support.Contains(nan) {
		c.errorf("the support contains NaN")
	}
	if lp := c.d.LogProb(nan); !math.IsNaN(lp) {
		c.errorf("LogProb of NaN is %v", lp)
	}
	if lp := c.d.LogProbGrad(grad, nan); !math.IsNaN(lp) || !math.IsNaN(grad[0]) {
		c.errorf("LogProbGrad of NaN is %v with %v", lp, grad)
	}
	long := make([]float64, c.d.Dim()+1)
	if !panics(func() { c.d.LogProb(long) }) {
		c.errorf("LogProb takes %d numbers for %d", len(long), c.d.Dim())
	}
	if !panics(func() { c.d.LogProbGrad(long, nan) }) || !panics(func() { c.d.Draw(long, rng.New(1).Rand()) }) {
		c.errorf("LogProbGrad or Draw writes %d numbers for %d", len(long), c.d.Dim())
	}
}

// sample draws, and reports whether the other checks can use the draws.
func (c *vectorChecker) sample() bool {
	key := rng.New(1).Named("disttest")
	r, again := key.Rand(), key.Rand()
	same := make([]float64, c.d.Dim())
	for i := range vectorDraws {
		x := c.d.Draw(nil, r)
		if got := c.d.Draw(same, again); len(got) != len(same) || &got[0] != &same[0] {
			c.errorf("Draw does not return its dst")
			return false
		}
		for j := range x {
			if x[j] != same[j] {
				c.errorf("draw %d is %v, and %v from an equal generator", i, x, same)
				return false
			}
		}
		if !c.support.Contains(x) {
			c.errorf("draw %d is %v, outside of the support", i, x)
			return false
		}
		if lp := c.d.LogProb(x); math.IsNaN(lp) || math.IsInf(lp, 0) {
			c.errorf("draw %d is %v, where LogProb is %v", i, x, lp)
			return false
		}
		c.x = append(c.x, x)
		c.y = append(c.y, c.bijector.Unconstrain(nil, x))
	}
	return true
}

// points returns some of the draws, unconstrained.
func (c *vectorChecker) points() [][]float64 { return c.y[:8] }

func (c *vectorChecker) roundTrip() {
	for i, y := range c.y[:200] {
		x := c.bijector.Constrain(nil, y)
		if !c.support.Contains(x) {
			c.errorf("Constrain(%v) = %v is outside of the support", y, x)
			return
		}
		for j := range x {
			// Some ulps for each number and step, of values below 1.
			if tol := 1e-12 * max(1, math.Abs(x[j])); !(math.Abs(x[j]-c.x[i][j]) <= tol) {
				c.errorf("%v goes to %v and back to %v", c.x[i], y, x)
				return
			}
		}
	}
}

// jacobian compares LogJacobian with the determinant of differences of
// Constrain, its derivatives with its differences, and VJP with the product.
func (c *vectorChecker) jacobian() {
	k := len(c.free)
	grad := make([]float64, c.d.Dim())
	for i := range grad {
		grad[i] = 1 / float64(i+1) // any will do
	}
	for _, y := range c.points() {
		columns := mat.NewDense(k, k, nil)
		pulled := c.bijector.VJP(nil, y, grad)
		dy := make([]float64, k)
		got := c.bijector.LogJacobian(dy, y)
		for j := range k {
			for i, at := range c.free {
				columns.Set(i, j, slope(func(y []float64) float64 { return c.bijector.Constrain(nil, y)[at] }, y, j))
			}
			if fd := slope(func(y []float64) float64 { return c.bijector.LogJacobian(nil, y) }, y, j); !(math.Abs(fd-dy[j]) <= gradTol*max(1, math.Abs(dy[j]))) {
				c.errorf("LogJacobian at %v has the derivative %.9g to number %d, differences have %.9g", y, dy[j], j, fd)
				return
			}
			fd := slope(func(y []float64) float64 {
				var sum float64
				for i, v := range c.bijector.Constrain(nil, y) {
					sum += v * grad[i]
				}
				return sum
			}, y, j)
			if !(math.Abs(fd-pulled[j]) <= gradTol*max(1, math.Abs(fd))) {
				c.errorf("VJP at %v has %.9g for number %d, differences have %.9g", y, pulled[j], j, fd)
				return
			}
		}
		if want, _ := mat.LogDet(columns); !(math.Abs(got-want) <= gradTol*max(1, math.Abs(want))) {
			c.errorf("LogJacobian(%v) = %.9g, differences have %.9g", y, got, want)
			return
		}
	}
}

// slope returns the central difference of fourth order of f to number j of y.
// Numbers over the real line are of the scale 1: with the step 1e-3 the error is
// some 1e-12 of it.
func slope(f func(y []float64) float64, y []float64, j int) float64 {
	const h = 1e-3
	at := func(by float64) float64 {
		moved := append([]float64(nil), y...)
		moved[j] += by
		return f(moved)
	}
	return (8*(at(h)-at(-h)) - (at(2*h) - at(-2*h))) / (12 * h)
}

// gradient compares LogProbGrad, pulled to the real line, with differences.
func (c *vectorChecker) gradient() {
	grad := make([]float64, c.d.Dim())
	for _, y := range c.points() {
		x := c.bijector.Constrain(nil, y)
		lp := c.d.LogProbGrad(grad, x)
		if want := c.d.LogProb(x); !(math.Abs(lp-want) <= 1e-12*(1+math.Abs(want))) {
			c.errorf("LogProbGrad(%v) has the log density %v, LogProb has %v", x, lp, want)
			return
		}
		for j, got := range c.bijector.VJP(nil, y, grad) {
			fd := slope(func(y []float64) float64 { return c.d.LogProb(c.bijector.Constrain(nil, y)) }, y, j)
			if !(math.Abs(fd-got) <= gradTol*max(1, math.Abs(got))) {
				c.errorf("LogProbGrad(%v) pulled to number %d is %.9g, differences have %.9g", x, j, got, fd)
				return
			}
		}
	}
}

// within returns how many standard errors the mean of v is off 0, and reports whether
// that is few enough.
func within(v []float64) (off float64, ok bool) {
	mean, sd := stat.MeanStdDev(v, nil)
	if se := sd / math.Sqrt(float64(len(v))); se > 0 {
		off = mean / se
	}
	return off, math.Abs(off) <= sigmas
}

// mass checks that E[g(y)/q(y)] = 1 over draws y of the density q, for another density
// g: the normal one with the mean of one half of the draws and half of their
// covariance, over the other half.
func (c *vectorChecker) mass() {
	k, half := len(c.free), vectorDraws/2
	sample := mat.NewDense(half, k, nil)
	for i, y := range c.y[:half] {
		sample.SetRow(i, y)
	}
	mean := make([]float64, k)
	for j := range mean {
		mean[j] = stat.Mean(mat.Col(nil, j, sample), nil)
	}
	covariance := mat.NewSymDense(k, nil)
	stat.CovarianceMatrix(covariance, sample, nil)
	covariance.ScaleSym(0.5, covariance)
	g, err := prob.NormalFromCovariance(mean, covariance)
	if err != nil {
		c.errorf("the draws are in fewer dimensions than %d", k)
		return
	}
	ratio := make([]float64, half)
	for i, y := range c.y[half:] {
		ratio[i] = math.Exp(g.LogProb(y)-c.logProb(y)) - 1
	}
	if off, ok := within(ratio); !ok {
		c.errorf("exp(LogProb) integrates to %.4g, want 1 (%.1f standard errors off)", 1/(1+stat.Mean(ratio, nil)), off)
	}
}

// drawsFollow uses the identities of Stein, E[d log q/dy_i] = 0 and
// E[y_j d log q/dy_i] = -(i = j), which draws of another distribution do not satisfy.
func (c *vectorChecker) drawsFollow() {
	k := len(c.free)
	grads := make([][]float64, vectorDraws)
	grad, dy := make([]float64, c.d.Dim()), make([]float64, k)
	for i, y := range c.y {
		c.d.LogProbGrad(grad, c.x[i])
		c.bijector.LogJacobian(dy, y)
		grads[i] = c.bijector.VJP(nil, y, grad)
		for j, v := range dy {
			grads[i][j] += v
		}
	}
	v := make([]float64, vectorDraws)
	for i := range k {
		for j := -1; j < k; j++ {
			for s, y := range c.y {
				v[s] = grads[s][i]
				if j >= 0 {
					v[s] *= y[j]
				}
				if i == j {
					v[s]++
				}
			}
			if off, ok := within(v); !ok {
				c.errorf("draws do not follow the density: Stein's identity of numbers %d and %d is %.1f standard errors off", i, j, off)
				return
			}
		}
	}
}

func (c *vectorChecker) moments() {
	m, ok := c.d.(prob.VectorMomenter)
	if !ok {
		return
	}
	mean, variance := m.Moments()
	v, squares := make([]float64, vectorDraws), make([]float64, vectorDraws)
	for j := range mean {
		for i, x := range c.x {
			v[i] = x[j] - mean[j]
			squares[i] = v[i]*v[i] - variance[j]
		}
		if off, ok := within(v); !ok {
			c.errorf("mean of number %d of the draws is %.2f standard errors off", j, off)
		}
		if off, ok := within(squares); !ok {
			c.errorf("variance of number %d of the draws is %.2f standard errors off", j, off)
		}
	}
}

func (c *vectorChecker) parameters() {
	d, ok := c.d.(prob.VectorParametric)
	if !ok {
		return
	}
	beyond, nan := c.outsidePoints()
	p := parametric[[]float64]{
		list:    d.Parameters(),
		logProb: d.LogProb,
		with: func(values []float64) (func([]float64) float64, error) {
			other, err := d.WithParameters(values...)
			if err != nil {
				return nil, err
			}
			return other.LogProb, nil
		},
		grad:    d.ParamGrad,
		points:  c.x[:8],
		outside: beyond,
		nan:     nan,
	}
	p.check(&c.problems)
}
