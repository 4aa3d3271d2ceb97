package diag

import (
	"math"

	"gonum.org/v1/gonum/dsp/fourier"
)

// ESSBulk returns the effective sample size of the normal scores of the draws, for
// the centre of the distribution. Like the others here it takes chains x draws. It is
// NaN for fewer than 4 draws and if a draw is NaN, and for a constant the number of
// draws in the halves.
func ESSBulk(chains [][]float64) float64 {
	if !valid(chains, 1) {
		return math.NaN()
	}
	return ess(normalScores(split(chains)))
}

// ESSTail returns the smaller of the effective sample sizes of the 5% and the 95%
// quantile.
func ESSTail(chains [][]float64) float64 {
	return min(ESSQuantile(chains, 0.05), ESSQuantile(chains, 0.95))
}

// ESSMean returns the effective sample size of the mean.
func ESSMean(chains [][]float64) float64 {
	if !valid(chains, 1) {
		return math.NaN()
	}
	return ess(split(chains))
}

// ESSSD returns the effective sample size of the standard deviation: of the mean
// of the squared distances from the mean.
func ESSSD(chains [][]float64) float64 {
	if !valid(chains, 1) {
		return math.NaN()
	}
	return ess(split(squares(chains)))
}

// ESSQuantile returns the effective sample size of the quantile at p: of the share
// of draws up to it.
func ESSQuantile(chains [][]float64, p float64) float64 {
	if !valid(chains, 1) {
		return math.NaN()
	}
	q := Quantile(pool(chains), p)
	return ess(split(apply(chains, func(v float64) float64 {
		if v <= q {
			return 1
		}
		return 0
	})))
}

// squares returns the squared distances from the mean of all draws.
func squares(chains [][]float64) [][]float64 {
	m := mean(pool(chains))
	return apply(chains, func(v float64) float64 { return (v - m) * (v - m) })
}

// constantRange is the range below which draws count as one value: the decimal
// resolution of a float64.
const constantRange = 1e-15

// ess returns the effective sample size of the chains, not split: the autocorrelations
// of all of them together, summed over Geyer's initial positive and monotone sequence
// of pairs (Statistical Science 7, 1992), as in Stan.
func ess(chains [][]float64) float64 {
	m, n := len(chains), len(chains[0])
	size := float64(m * n)
	if span(chains) < constantRange {
		return size
	}
	acov := make([]float64, n) // mean over the chains
	means := make([]float64, m)
	c := newCorrelator(n)
	one := make([]float64, n)
	for j, chain := range chains {
		means[j] = mean(chain)
		for t, v := range c.autocovariance(one, chain) {
			acov[t] += v / float64(m)
		}
	}
	within := acov[0] * float64(n) / float64(n-1)
	plus := acov[0]
	if m > 1 {
		plus += variance(means)
	}
	rho := func(t int) float64 { return 1 - (within-acov[t])/plus }

	// Pairs (1, rho_1), (rho_2, rho_3), ... as long as their sum is positive; the
	// last pair of a series is not used.
	even, odd := 1.0, rho(1)
	if math.IsNaN(odd) {
		return math.NaN()
	}
	pairs := []float64{even + odd}
	used, last := 0, 1.0 // pairs that are summed, and the even term after them
	for t := 1; t < n-3 && even+odd > 0; t += 2 {
		even, odd = rho(t+1), rho(t+2)
		used++
		last = max(even, 0)
		if even+odd >= 0 {
			pairs = append(pairs, even+odd)
			last = even
		}
	}
	// Geyer's monotone sequence: no pair is larger than the one before it.
	sum := 0.0
	for k, p := range pairs[:min(used, len(pairs))] {
		if k > 0 {
			p = min(p, pairs[k-1])
			pairs[k] = p
		}
		sum += p
	}
	tau := -1 + 2*sum + last
	// At most log10(size) times as good as independent draws.
	return size / max(tau, 1/math.Log10(size))
}

// span returns the range of the draws.
func span(chains [][]float64) float64 {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, c := range chains {
		for _, v := range c {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	return hi - lo
}

// Autocovariance sets dst to the autocovariances of x at lags 0 to len(x)-1 and
// returns it,
//
//	acov_t = 1/n sum_i (x_i - mean)(x_(i+t) - mean),
//
// by the Fourier transform of x padded with zeros. A nil dst allocates; it must
// have the length of x otherwise. Cost n log n.
func Autocovariance(dst, x []float64) []float64 {
	return newCorrelator(len(x)).autocovariance(dst, x)
}

// Autocorrelation is [Autocovariance] divided by that at lag 0. For a constant it is
// NaN.
func Autocorrelation(dst, x []float64) []float64 {
	dst = Autocovariance(dst, x)
	if len(dst) > 0 {
		v := dst[0]
		for i := range dst {
			dst[i] /= v
		}
	}
	return dst
}

// correlator holds the transform for series of one length.
type correlator struct {
	fft    *fourier.FFT
	padded []float64
	coeff  []complex128
}

func newCorrelator(n int) *correlator {
	// At least 2n, so that the cyclic correlation does not wrap round.
	size := 1
	for size < 2*n {
		size *= 2
	}
	return &correlator{fourier.NewFFT(size), make([]float64, size), make([]complex128, size/2+1)}
}

func (c *correlator) autocovariance(dst, x []float64) []float64 {
	n := len(x)
	if dst == nil {
		dst = make([]float64, n)
	}
	if len(dst) != n {
		panic("diag: an autocovariance is as long as its series")
	}
	if n == 0 {
		return dst
	}
	m := mean(x)
	for i, v := range x {
		c.padded[i] = v - m
	}
	clear(c.padded[n:])
	c.fft.Coefficients(c.coeff, c.padded)
	for i, z := range c.coeff {
		c.coeff[i] = complex(real(z)*real(z)+imag(z)*imag(z), 0)
	}
	c.fft.Sequence(c.padded, c.coeff)
	// The transform and its inverse together multiply by their length.
	scale := 1 / (float64(len(c.padded)) * float64(n))
	for i := range dst {
		dst[i] = c.padded[i] * scale
	}
	return dst
}
