package bayesopt

import "math"

// ConfidenceBound is the optimistic bound of the draws' mean and standard
// deviation (divisor S - 1),
//
//	-(mean_s f_s - sqrt(Beta) sd_s f_s)   for Minimize, the lower bound's negative
//	  mean_s f_s + sqrt(Beta) sd_s f_s    for Maximize, the upper bound
//
// (Srinivas et al. 2010, equation 6).
type ConfidenceBound struct {
	Beta float64 // not negative
	Goal Goal
}

var _ Score = ConfidenceBound{}

// Of implements [Score]. Where all draws agree, the deviation has no slope.
func (c ConfidenceBound) Of(w, f []float64) float64 {
	if !(c.Beta >= 0) {
		panic("bayesopt: ConfidenceBound needs a Beta that is not negative")
	}
	sign, root := c.Goal.sign(), math.Sqrt(c.Beta)
	mean, sd := meanSD(f)
	if w != nil {
		for s, v := range f {
			w[s] = -sign / float64(len(f))
			if sd > 0 {
				w[s] += root * (v - mean) / (float64(len(f)-1) * sd)
			}
		}
	}
	return -sign*mean + root*sd
}
