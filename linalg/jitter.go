package linalg

// Policy says what [Factorize] may add to the diagonal. Jitter is absolute: it
// is in the units of the matrix (target units squared for a covariance), never
// relative. The zero Policy adds nothing and does not retry.
type Policy struct {
	// Jitter is always added to the diagonal. It must not be negative.
	Jitter float64
	// Retry allows more where the factorisation fails: 1e-10 times Scale on top
	// of Jitter, then ten times that, up to 1e-4 times Scale.
	Retry bool
	// Scale is what the retries are relative to. 0 means the mean of the
	// diagonal of the matrix as it is given; a caller that has already added
	// noise to a covariance sets the mean of the diagonal without it.
	Scale float64
	// Workers bounds the goroutines of the factorisation, and of the solves and
	// the inverse by the factor; 0 means GOMAXPROCS. A caller that runs several of
	// them at once, each on a goroutine of its own, sets 1. It changes no bit.
	Workers Workers
}

// retryFactors are the multiples of Policy.Scale that a retry adds. 1e-10 is
// about a million roundings of a unit diagonal, enough for equal rows to
// factorise up to N of some thousands; beyond 1e-4 jitter would no longer be a
// repair of rounding but another model.
var retryFactors = [...]float64{1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4}

// Jitters returns the totals that [Factorize] tries, in order, for a matrix whose
// diagonal has the given mean.
func (p Policy) Jitters(meanDiag float64) []float64 {
	tries := []float64{p.Jitter}
	scale := p.Scale
	if scale == 0 {
		scale = meanDiag
	}
	// Not scale <= 0, which lets a NaN pass.
	if !p.Retry || !(scale > 0) {
		return tries
	}
	for _, f := range retryFactors {
		tries = append(tries, p.Jitter+f*scale)
	}
	return tries
}
