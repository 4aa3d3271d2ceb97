package bayesopt

import "math"

// Feasibility is the fraction of the draws of a constrained quantity c with
// c <= Threshold, or with Smoothing t > 0
//
//	mean_s 1 / (1 + exp(-(Threshold - c_s)/t)).
//
// Over draws of the constraint it is a factor of a [Product]. As long as no
// feasible point is known there is nothing to improve on, and the feasibility itself
// is to be maximised (Gelbart et al. 2014, section 3.2).
type Feasibility struct {
	Threshold float64
	// Smoothing is in units of c; 0 is the exact fraction, without slopes.
	Smoothing float64
}

// LogFeasibility is the logarithm of [Feasibility], without underflow: a term of a
// [Sum], with a slope also where no draw is feasible.
type LogFeasibility struct {
	Threshold float64
	Smoothing float64 // positive
}

var _, _ Score = Feasibility{}, LogFeasibility{}

// Of implements [Score].
func (c Feasibility) Of(w, f []float64) float64 {
	return fraction(w, f, c.Smoothing, -1, func(s int) float64 {
		d := c.Threshold - f[s]
		if c.Smoothing == 0 && d == 0 {
			return 1 // on the threshold is feasible
		}
		return d
	})
}

// Of implements [Score]. It panics unless Smoothing is positive.
func (c LogFeasibility) Of(w, f []float64) float64 {
	if !(c.Smoothing > 0) {
		panic("bayesopt: LogFeasibility needs a positive Smoothing")
	}
	return logMean(w, f, func(s int) (float64, float64) {
		// log logistic(z) = -log(1 + exp(-z)), and its derivative logistic(-z).
		z := (c.Threshold - f[s]) / c.Smoothing
		e := math.Exp(-math.Abs(z))
		v, p := -math.Log1p(e), e/(1+e)
		if z < 0 {
			v, p = z+v, 1/(1+e)
		}
		return v, -p / c.Smoothing
	})
}
