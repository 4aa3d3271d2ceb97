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
	sign, weight := e.Goal.sign(), 1/float64(len(f))
	sum := 0.0
	for s, v := range f {
		d := sign * (incumbent(e.Incumbents, s) - v)
		slope := 0.0
		if d > 0 {
			sum += d
			slope = -sign * weight
		}
		if w != nil {
			w[s] = slope
		}
	}
	return sum * weight
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

// ProbabilityOfImprovement is the fraction of the draws that improve on their
// incumbents (Kushner 1964), or with Smoothing t > 0
//
//	mean_s 1 / (1 + exp(-(I_s - f_s)/t))   (f_s - I_s for Maximize).
type ProbabilityOfImprovement struct {
	// Incumbents are as for [ExpectedImprovement].
	Incumbents []float64
	Goal       Goal
	// Smoothing is in units of the function. With 0 the score is the exact fraction,
	// a step function without slopes: a search returns the best point of its screen.
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

// After implements [Sequential]: a draw that has improved does not count again.
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
	weight := 1 / float64(len(f))
	sum := 0.0
	for s := range f {
		p, dp := step(d(s), t)
		sum += p
		if w != nil {
			w[s] = slope * dp * weight
		}
	}
	return sum * weight
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

// LogExpectedImprovement is the logarithm of a smoothed expected improvement,
//
//	log mean_s t log(1 + exp(d_s/t)),  d_s = I_s - f_s   (f_s - I_s for Maximize),
//
// evaluated without under- or overflow, after Ament et al. (2023, Unexpected
// improvements to expected improvement for Bayesian optimization, section 4). It
// exceeds the logarithm of the expected improvement, by t log 2 at most before the
// logarithm is taken, and it has a slope everywhere: far from any improvement it
// is max_s d_s/t, which leads to the draw that is nearest to one.
type LogExpectedImprovement struct {
	// Incumbents are as for [ExpectedImprovement].
	Incumbents []float64
	Goal       Goal
	// Smoothing t is in units of the function, and positive. 1e-3 of [Scale] is
	// small beside any improvement that matters.
	Smoothing float64
}

var _ Sequential = LogExpectedImprovement{}

// Of implements [Score]. It panics unless Smoothing is positive.
func (e LogExpectedImprovement) Of(w, f []float64) float64 {
	checkIncumbents(e.Incumbents, f)
	if !(e.Smoothing > 0) {
		panic("bayesopt: LogExpectedImprovement needs a positive Smoothing")
	}
	sign := e.Goal.sign()
	return logMean(w, f, func(s int) (float64, float64) {
		z := sign * (incumbent(e.Incumbents, s) - f[s]) / e.Smoothing
		v, dv := logSoftplus(z)
		return v, -sign * dv / e.Smoothing
	}) + math.Log(e.Smoothing)
}

// After implements [Sequential].
func (e LogExpectedImprovement) After(f []float64) Sequential {
	e.Incumbents = improved(e.Incumbents, f, e.Goal)
	return e
}

// logSoftplus returns log log(1 + exp z) and its derivative
// logistic(z) / log(1 + exp z).
func logSoftplus(z float64) (v, dv float64) {
	switch {
	case z < -37: // log(1 + e) = e (1 - e/2 ...), and e < 2^-53
		return z, 1
	case z < 0:
		e := math.Exp(z)
		p := math.Log1p(e)
		return math.Log(p), e / (1 + e) / p
	default:
		e := math.Exp(-z)
		p := z + math.Log1p(e)
		return math.Log(p), 1 / (1 + e) / p
	}
}

// logMean returns log mean_s exp(v_s) of terms v_s and sets w to its derivatives,
// each term's own being its second result. It is -Inf, without slope, if all terms
// are.
func logMean(w, f []float64, term func(s int) (v, dv float64)) float64 {
	top := math.Inf(-1)
	for s := range f {
		v, _ := term(s)
		top = max(top, v)
	}
	if math.IsInf(top, -1) {
		clear(w)
		return top
	}
	sum := 0.0
	for s := range f {
		v, dv := term(s)
		p := math.Exp(v - top)
		sum += p
		if w != nil {
			w[s] = p * dv
		}
	}
	for s := range w {
		w[s] /= sum
	}
	return top + math.Log(sum/float64(len(f)))
}
