package design

import "math"

// MaxValueEntropy returns, for each candidate, how much its value tells about the
// greatest value of the function, in nats, given samples y_k of that value, such
// as the maxima of draws:
//
//	1/K sum_k [ g phi(g) / (2 Phi(g)) - log Phi(g) ],  g = (y_k - mean)/sd
//
// (Wang and Jegelka 2017, Max-value entropy search, equation 6). It is the entropy
// of f(x) less that of f(x) cut off above y_k; the value is taken to be observed
// without noise. For a function to be minimised, give the negatives of the means
// and of its least values. A candidate that is certain scores 0.
func MaxValueEntropy(mean, variance, optima []float64) []float64 {
	checkPairs(mean, variance)
	if len(optima) == 0 {
		panic("design: no samples of the greatest value")
	}
	out := make([]float64, len(mean))
	for i, m := range mean {
		sd := math.Sqrt(variance[i])
		if sd == 0 {
			continue
		}
		for _, y := range optima {
			out[i] += cutEntropy((y - m) / sd)
		}
		out[i] /= float64(len(optima))
	}
	return out
}

// cutEntropy returns what a standard normal loses of its entropy when it is cut
// off above g: g phi(g)/(2 Phi(g)) - log Phi(g), which is not negative.
func cutEntropy(g float64) float64 {
	if g > 40 {
		return 0 // nothing is cut off: phi(g) is no number
	}
	if g > -8 {
		cdf := math.Erfc(-g/math.Sqrt2) / 2
		density := math.Exp(-g*g/2) / math.Sqrt(2*math.Pi)
		return max(0, g*density/(2*cdf)-math.Log(cdf))
	}
	// With r = phi/Phi, log Phi = log phi - log r: the terms g^2/2 of both parts
	// leave g (r + g)/2, which is computed without cancellation.
	x := -g
	excess := inverseMills(x) // r - x
	return -x*excess/2 + math.Log(2*math.Pi)/2 + math.Log(x+excess)
}

// inverseMills returns phi(x)/(1 - Phi(x)) - x for x >= 8, by Laplace's continued
// fraction 1/(x + 2/(x + 3/(x + ...))) (Abramowitz and Stegun 26.2.14).
func inverseMills(x float64) float64 {
	// Term n changes the result by about exp(-2 x sqrt(2 n)): at x = 8, 8 terms
	// leave e^-64.
	c := 0.0
	for n := 24; n >= 1; n-- {
		c = float64(n) / (x + c)
	}
	return c
}
