package prob

import (
	"math"
	"math/rand/v2"
)

// Binomial is the distribution of the number of successes among independent trials,
//
//	P(k) = C(trials, k) p^k (1-p)^(trials-k),  k = 0..trials,  0 <= p <= 1.
type Binomial struct {
	Trials int
	P      float64
}

// LogProb returns the log probability of k.
func (d Binomial) LogProb(k float64) float64 {
	if !d.Support().Contains(k) {
		return outside(k)
	}
	n := float64(d.Trials)
	choose := 0.0
	if k > 0 && k < n {
		choose = -math.Log(n+1) - logBeta(k+1, n-k+1)
	}
	return choose + timesLog(k, d.P) + timesLog1m(n-k, d.P)
}

// ParamGrad sets dst to the derivative of LogProb(k) to p.
func (d Binomial) ParamGrad(dst []float64, k float64) []float64 {
	dst = gradient(dst, 1)
	n := float64(d.Trials)
	if !d.Support().Contains(k) || d.P == 0 && k > 0 || d.P == 1 && k < n {
		return fill(dst, outsideGrad(k))
	}
	dst[0] = quotient(k, d.P) - quotient(n-k, 1-d.P)
	return dst
}

// CDF returns the probability of a number up to k, an incomplete beta function.
func (d Binomial) CDF(k float64) float64 {
	k = math.Floor(k)
	n := float64(d.Trials)
	switch {
	case math.IsNaN(k):
		return k
	case k < 0:
		return 0
	case k >= n:
		return 1
	}
	_, upper, _ := incBeta(k+1, n-k, d.P, 1-d.P)
	return upper
}

// Moments returns the mean trials p and the variance trials p (1-p).
func (d Binomial) Moments() (mean, variance float64) {
	mean = float64(d.Trials) * d.P
	return mean, mean * (1 - d.P)
}

// Support returns the integers from 0 to trials.
func (d Binomial) Support() Integers { return Integers{0, float64(d.Trials)} }

// Draw returns a draw: by transformed rejection (Hörmann 1993, algorithm BTRS)
// where the rarer outcome is expected 10 times or more, else by stepping through
// the probabilities. The cost is bounded in the number of trials.
func (d Binomial) Draw(r *rand.Rand) float64 {
	n := float64(d.Trials)
	if d.P > 0.5 {
		return n - drawBinomial(n, 1-d.P, r)
	}
	return drawBinomial(n, d.P, r)
}

// drawBinomial is algorithm BTRS, for p up to 1/2.
func drawBinomial(n, p float64, r *rand.Rand) float64 {
	if n == 0 || p == 0 {
		return 0
	}
	if n*p < 10 {
		return stepBinomial(n, p, r)
	}
	// The constants are those of the paper: a table mountain hat over the
	// probabilities, fitted for n p >= 10.
	sd := math.Sqrt(n * p * (1 - p))
	b := 1.15 + 2.53*sd
	a := -0.0873 + 0.0248*b + 0.01*p
	c := n*p + 0.5
	squeeze := 0.92 - 4.2/b
	alpha := (2.83 + 5.1/b) * sd
	mode := math.Floor((n + 1) * p)
	d := Binomial{int(n), p}
	atMode := d.LogProb(mode)
	for {
		u := r.Float64() - 0.5
		v := r.Float64()
		us := 0.5 - math.Abs(u)
		k := math.Floor((2*a/us+b)*u + c)
		if !(k >= 0 && k <= n) {
			continue
		}
		if us >= 0.07 && v <= squeeze {
			return k
		}
		if math.Log(v*alpha/(a/(us*us)+b)) <= d.LogProb(k)-atMode {
			return k
		}
	}
}

// stepBinomial inverts the distribution function by its recurrence. n p < 10, so that
// (1-p)^n does not underflow. It draws again if rounding takes it beyond n.
func stepBinomial(n, p float64, r *rand.Rand) float64 {
	none := math.Exp(n * math.Log1p(-p))
	odds := p / (1 - p)
	for {
		u := r.Float64()
		probability := none
		for k := 0.0; k <= n && probability > 0; k++ {
			if u < probability {
				return k
			}
			u -= probability
			probability *= odds * (n - k) / (k + 1)
		}
	}
}

// Parameters returns p; the number of trials is not a real number.
func (d Binomial) Parameters() []Parameter {
	return []Parameter{{"p", d.P, Interval(0, 1)}}
}

// WithParameters returns the binomial distribution of the same number of trials and
// another p.
func (d Binomial) WithParameters(values ...float64) DiscreteParametric {
	checkParameters("binomial", len(values), 1)
	return Binomial{d.Trials, values[0]}
}

// Validate returns an error unless trials is not negative and p is a
// probability.
func (d Binomial) Validate() error {
	if d.Trials < 0 {
		return &ParamError{"binomial", "trials", float64(d.Trials), "0 or more"}
	}
	return checkUnit("binomial", "p", d.P)
}
