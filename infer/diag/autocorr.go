package diag

import "gonum.org/v1/gonum/dsp/fourier"

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

// Autocorrelation is [Autocovariance] over its first, the variance. That of a
// constant is NaN.
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
