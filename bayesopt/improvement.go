package bayesopt

import "math"

// Sequential is a score that knows what a point is worth beside others that are
// chosen already.
type Sequential interface {
	Score
	// After returns the score once a point has been chosen at which the draws have
	// the values f.
	After(f []float64) Sequential
}

// ExpectedImprovement is the mean of what the draws improve on their incumbents,
//
//	mean_s max(I_s - f_s, 0)   (f_s - I_s for Maximize),
//
// an unbiased estimate of the expected improvement (Mockus 1975; Jones et al.
// 1998). Where no draw improves it is exactly 0 and so are its derivatives.
type ExpectedImprovement struct {
	// Incumbents is one value for all draws, such as the best observed, or one for
	// each draw: see [Incumbents].
	Incumbents []float64
	Goal       Goal
}

var _ Sequential = ExpectedImprovement{}

// Of implements [Score].
func (e ExpectedImprovement) Of(w, f []float64) float64 {
	checkIncumbents(e.Incumbents, f)
	sign, share := e.Goal.sign(), 1/float64(len(f))
	sum := 0.0
	for s, v := range f {
		d := sign * (incumbent(e.Incumbents, s) - v)
		slope := 0.0
		if d > 0 {
			sum += d
			slope = -sign * share
		}
		if w != nil {
			w[s] = slope
		}
	}
	return sum * share
}

// After implements [Sequential]: the point's values are incumbents where they are
// better.
func (e ExpectedImprovement) After(f []float64) Sequential {
	e.Incumbents = improved(e.Incumbents, f, e.Goal)
	return e
}

func improved(incumbents, f []float64, goal Goal) []float64 {
	checkIncumbents(incumbents, f)
	out := make([]float64, len(f))
	for s, v := range f {
		out[s] = goal.better(incumbent(incumbents, s), v)
	}
	return out
}

// ProbabilityOfImprovement is the part of the draws that improve on their
// incumbents (Kushner 1964), or with Smoothing t > 0
//
//	mean_s 1 / (1 + exp(-(I_s - f_s)/t))   (f_s - I_s for Maximize).
type ProbabilityOfImprovement struct {
	// Incumbents are as for [ExpectedImprovement].
	Incumbents []float64
	Goal       Goal
	// Smoothing is in units of the function. With 0 the score is the exact
	// fraction, a step function without slopes, of which a search finds the best
	// point of its screen.
	Smoothing float64
}

var _ Sequential = ProbabilityOfImprovement{}

// Of implements [Score].
func (p ProbabilityOfImprovement) Of(w, f []float64) float64 {
	checkIncumbents(p.Incumbents, f)
	sign := p.Goal.sign()
	return fraction(w, f, p.Smoothing, -sign, func(s int) float64 {
		return sign * (incumbent(p.Incumbents, s) - f[s])
	})
}

// After implements [Sequential]: a draw that has improved counts no more.
func (p ProbabilityOfImprovement) After(f []float64) Sequential {
	checkIncumbents(p.Incumbents, f)
	sign := p.Goal.sign()
	out := make([]float64, len(f))
	for s, v := range f {
		out[s] = incumbent(p.Incumbents, s)
		if sign*(out[s]-v) > 0 {
			out[s] = math.Inf(-int(sign))
		}
	}
	p.Incumbents = out
	return p
}

// fraction returns the mean over draws of 1[d > 0], or of the logistic function
// of d/t, and sets w to its derivatives, slope being that of d to f.
func fraction(w, f []float64, t, slope float64, d func(s int) float64) float64 {
	share := 1 / float64(len(f))
	sum := 0.0
	for s := range f {
		p, dp := step(d(s), t)
		sum += p
		if w != nil {
			w[s] = slope * dp * share
		}
	}
	return sum * share
}

// step returns the logistic function of d/t and its derivative to d, and for t = 0
// its limit.
func step(d, t float64) (p, dp float64) {
	if t == 0 {
		if d > 0 {
			return 1, 0
		}
		return 0, 0
	}
	e := math.Exp(-math.Abs(d) / t)
	p, dp = 1/(1+e), e/((1+e)*(1+e))/t
	if d < 0 {
		p = e / (1 + e)
	}
	return p, dp
}
