package gp

import (
	"math"

	"gonum.org/v1/gonum/mat"

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
	// Solver is how systems of the covariance of the observations are solved; nil
	// means [Cholesky].
	Solver SolverKind
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

// diagonal returns what is on the diagonal of H besides K and jitter, noise
// and white, of n rows. It returns an error for numbers that no prior and no noise has.
func (p Prior) diagonal(noise NoiseVariance, n int) (diag []float64, err error) {
	white, _, err := p.check()
	if err != nil {
		return nil, err
	}
	if err := noise.check(); err != nil {
		return nil, err
	}
	diag = make([]float64, n)
	for i := range diag {
		diag[i] = noise.At(i) + white
	}
	return diag, nil
}

// distinct returns the diagonal of [Prior.diagonal] and the rows that remain when
// repeats are left out, as [distinct] does: none are with jitter.
func (p Prior) distinct(noise NoiseVariance, x *mat.Dense, y []float64) (diag []float64, kept []int, err error) {
	if diag, err = p.diagonal(noise, len(y)); err != nil || p.Jitter != 0 {
		return diag, nil, err
	}
	kept, err = distinct(firstEqual(x), diag, y, false)
	return diag, kept, err
}
