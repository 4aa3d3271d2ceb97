package gp

import (
	"math"

	"matheron/kernel"
)

// Prior is a Gaussian process before data: f ~ GP(Mean, Kernel).
type Prior struct {
	// Kernel is the covariance function. Its white terms are noise of the
	// observations, not a part of f.
	Kernel kernel.Kernel
	// Mean is the mean function; nil means [Zero].
	Mean Mean
	// Jitter is added to the diagonal of the covariance of the observations,
	// always. It is a variance, in target units squared.
	Jitter float64
}

// mean returns the mean function, never nil.
func (p Prior) mean() Mean {
	if p.Mean == nil {
		return Zero{}
	}
	return p.Mean
}

// check returns the variance of the kernel's white terms and its derivative to
// each parameter of the kernel, or an error for numbers that no prior has. It
// panics if there is no kernel.
func (p Prior) check() (white float64, whiteGrad []float64, err error) {
	if err := p.checkJitter(); err != nil {
		return 0, nil, err
	}
	if err := kernel.CheckParams(p.Kernel); err != nil {
		return 0, nil, err
	}
	return kernel.WhiteVariance(p.Kernel)
}

// checkJitter returns an error for a jitter that is none. It panics if there is no
// kernel.
func (p Prior) checkJitter() error {
	if p.Kernel == nil {
		panic("gp: Prior without a kernel")
	}
	if !(p.Jitter >= 0) || math.IsInf(p.Jitter, 1) {
		return &JitterError{p.Jitter}
	}
	return nil
}

// diagonal returns what stands on the diagonal of H besides K and jitter, noise
// and white, for rows of which first[i] is the first equal to row i. It returns an
// error for numbers that no prior and no noise has, and for equal rows without
// anything on their diagonal.
func (p Prior) diagonal(noise NoiseVariance, first []int) (diag []float64, err error) {
	white, _, err := p.check()
	if err != nil {
		return nil, err
	}
	if err := noise.check(); err != nil {
		return nil, err
	}
	diag = make([]float64, len(first))
	for i := range diag {
		diag[i] = noise.At(i) + white
	}
	if p.Jitter == 0 {
		if err := checkEqualInputs(first, diag); err != nil {
			return nil, err
		}
	}
	return diag, nil
}
