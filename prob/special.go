package prob

import "math"

// logistic returns 1 / (1 + exp(-y)), to full relative accuracy at both ends.
func logistic(y float64) float64 {
	e := math.Exp(-math.Abs(y))
	if y < 0 {
		return e / (1 + e)
	}
	return 1 / (1 + e)
}

// softplus returns log(1 + exp(y)); log logistic(y) is -softplus(-y).
func softplus(y float64) float64 {
	return max(y, 0) + math.Log1p(math.Exp(-math.Abs(y)))
}

// logOnePlusSquare returns log(1 + q^2) without overflow.
func logOnePlusSquare(q float64) float64 {
	if math.Abs(q) > 1e8 { // 1 is below half an ulp of q^2
		return 2 * math.Log(math.Abs(q))
	}
	return math.Log1p(q * q)
}

// overOnePlusSquare returns q / (1 + q^2) without overflow.
func overOnePlusSquare(q float64) float64 {
	if math.Abs(q) > 1 {
		return 1 / (q + 1/q)
	}
	return q / (1 + q*q)
}

// squareOverOnePlus returns q^2 / (1 + q^2) without overflow.
func squareOverOnePlus(q float64) float64 {
	if math.Abs(q) > 1 {
		return 1 / (1 + 1/q/q)
	}
	return q * q / (1 + q*q)
}

// logBeta returns log B(a, b) = log (Gamma(a) Gamma(b) / Gamma(a+b)). For large
// arguments it uses Stirling's formula with its large terms cancelled by hand, as they
// would lose digits in floating point.
func logBeta(a, b float64) float64 {
	const large = 10 // the least argument of stirlingError
	p, q := min(a, b), max(a, b)
	if q < large {
		lp, _ := math.Lgamma(p)
		lq, _ := math.Lgamma(q)
		lpq, _ := math.Lgamma(p + q)
		return lp + lq - lpq
	}
	rest := stirlingError(q) - stirlingError(p+q) + (q-0.5)*math.Log1p(-p/(p+q))
	if p < large {
		lp, _ := math.Lgamma(p)
		return lp + rest + p - p*math.Log(p+q)
	}
	return stirlingError(p) + rest + (p-0.5)*math.Log(p/(p+q)) - math.Log(p+q)/2 + halfLogTwoPi
}

// stirlingError returns log Gamma(x) - ((x - 1/2) log x - x + log(2 pi)/2) for x from
// 10 on, where the first term that it leaves out is below 1e-15 (DLMF 5.11.1).
func stirlingError(x float64) float64 {
	r := 1 / x
	s := r * r
	return r * (1.0/12 - s*(1.0/360-s*(1.0/1260-s*(1.0/1680-s*(1.0/1188-s*691/360360)))))
}

// incBeta returns the regularised incomplete beta function I_x(a, b), its
// complement, and its derivative to log(x/y), x^a y^b / B(a, b). y = 1 - x is an
// argument as well, so that a small x and a small y are both accurate. In a tail the
// smaller of the two results is computed directly.
//
// The continued fraction of DLMF 8.17.22 converges in some sqrt(max(a, b)) steps
// on the side of the mean where it is used.
func incBeta(a, b, x, y float64) (lower, upper, slope float64) {
	logX, logY := math.Log(x), math.Log(y)
	if x < y {
		logY = math.Log1p(-x)
	} else {
		logX = math.Log1p(-y)
	}
	switch {
	case x == 0:
		return 0, 1, 0
	case y == 0:
		return 1, 0, 0
	}
	slope = math.Exp(a*logX + b*logY - logBeta(a, b))
	if x < (a+1)/(a+b+2) {
		lower = min(slope/a*incBetaFraction(a, b, x), 1)
		return lower, 1 - lower, slope
	}
	upper = min(slope/b*incBetaFraction(b, a, y), 1)
	return 1 - upper, upper, slope
}

// incBetaFraction is 1/(1 + d1/(1 + d2/(1 + ...))) by the modified method of
// Lentz (Thompson and Barnett 1986).
func incBetaFraction(a, b, x float64) float64 {
	const (
		tiny  = 1e-300
		steps = 1 << 20 // for parameters of 1e12
	)
	away := func(v float64) float64 {
		if math.Abs(v) < tiny {
			return tiny
		}
		return v
	}
	c, d := 1.0, 1/away(1-(a+b)*x/(a+1))
	f := d
	for i := 1; i < steps; i++ {
		m := float64(i)
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d, c = 1/away(1+even*d), away(1+even/c)
		f *= c * d
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d, c = 1/away(1+odd*d), away(1+odd/c)
		f *= c * d
		if math.Abs(c*d-1) < 0x1p-52 {
			break
		}
	}
	return f
}

// incBetaLogit returns log(x/(1-x)) with I_x(a, b) = lower and the complement upper =
// 1 - lower, neither of them 0. It solves for the smaller of the two, so that both
// tails are accurate.
//
// Newton's method on log I in t = log(x/(1-x)): the density of t is log-concave,
// hence log I is concave, and from the left the iterates approach the root from
// one side. Bisection takes over when a step leaves the bracket.
func incBetaLogit(a, b, lower, upper float64) float64 {
	if upper < lower {
		return -incBetaLogit(b, a, upper, lower)
	}
	target := math.Log(lower)
	// I = x^a / (a B(a, b)) (1 + a (1-b) x / (a+1) + ...): for such a small x it is the
	// first term to rounding error, and x itself may underflow.
	if series := (target + math.Log(a) + logBeta(a, b)) / a; series+math.Log(max(1, b)) < math.Log(1e-17) {
		return series
	}
	excess := func(t float64) (f, slope float64) {
		p, _, s := incBeta(a, b, logistic(t), logistic(-t))
		return math.Log(p) - target, s / p
	}
	t := math.Log(a / b)
	lo, hi := t, t
	for w := 1.0; ; w *= 2 {
		if f, _ := excess(lo); f < 0 {
			break
		}
		lo -= w
	}
	for w := 1.0; ; w *= 2 {
		if f, _ := excess(hi); f >= 0 {
			break
		}
		hi += w
	}
	t = lo + (hi-lo)/2
	const maxSteps = 200 // bisection alone needs 60 for 53 bits
	for range maxSteps {
		f, slope := excess(t)
		if f < 0 {
			lo = t
		} else {
			hi = t
		}
		step := f / slope
		next := t - step
		done := 1e-15 * max(1, math.Abs(t))
		// The log probability has an error of some ulps.
		if math.Abs(step) <= done || hi-lo <= done || math.Abs(f) <= 0x1p-52 {
			return next
		}
		if !(next > lo && next < hi) {
			next = lo + (hi-lo)/2
		}
		t = next
	}
	return t
}
