package bayesopt

import "math"

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
