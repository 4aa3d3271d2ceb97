package gp

import (
	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/linalg"
)

// Exact is a Gaussian process given data. Make it by [Prior.Condition]. It
// is immutable and safe for many goroutines: the matrices and slices that its
// methods return are views of it, and must not be written to.
type Exact struct {
	prior Prior
	x     *mat.Dense
	y     []float64
	noise NoiseVariance
	diag  []float64 // noise + white + jitter

	chol        *linalg.Cholesky
	weights     []float64
	logEvidence float64
	loss        loss
}

// Prior returns the prior as it was given.
func (p *Exact) Prior() Prior { return p.prior }

// Kernel returns the kernel, whose covariance is that of f: its white terms, if
// it has any, give nothing there and are in NoiseDiag.
func (p *Exact) Kernel() kernel.Kernel { return p.prior.Kernel }

// PriorMean returns the mean function of the prior, never nil.
func (p *Exact) PriorMean() Mean { return p.prior.mean() }

// Len returns the number of rows N, of X, Y, NoiseDiag and all else. It is less than
// that of the data where rows without noise repeat others, see [Prior.Condition].
func (p *Exact) Len() int { return len(p.y) }

// X returns the inputs, N x D.
func (p *Exact) X() *mat.Dense { return p.x }

// Y returns the targets.
func (p *Exact) Y() []float64 { return p.y }

// Noise returns the noise variance as it was given: without white noise and jitter.
func (p *Exact) Noise() NoiseVariance { return p.noise }

// NoiseDiag returns all that is on the diagonal of H besides K_XX, a row each:
// noise, white noise and jitter. The variance of an observation at a point is
// that of f there plus all of it.
func (p *Exact) NoiseDiag() []float64 { return p.diag }

// Cholesky returns the factor of H = K_XX + diag(NoiseDiag). Its own Jitter is
// that of [Exact.Jitter].
func (p *Exact) Cholesky() *linalg.Cholesky { return p.chol }

// Weights returns H⁻¹ (y - m(X)).
func (p *Exact) Weights() []float64 { return p.weights }

// Jitter returns all the jitter that is on the diagonal: that of the prior, and
// what a retry added.
func (p *Exact) Jitter() float64 { return p.chol.Jitter() }

// LogEvidence returns log p(y), the log density of the targets under the prior.
func (p *Exact) LogEvidence() float64 { return p.logEvidence }

// EvidenceGrad returns the gradient of the log evidence, jitter being constant,
// from the factorisation that is there. Cost 2 N³/3 flop and a matrix of N x N.
// It panics if the kernel has parameters but no [kernel.ParamGrader].
func (p *Exact) EvidenceGrad() Gradient {
	inverse := mat.NewDense(p.Len(), p.Len(), nil)
	p.chol.Inverse(inverse)
	c := contraction{x: p.x, alpha: p.weights, inverse: inverse, gram: triangle(p.Kernel(), p.x)}
	var g Gradient
	c.gradient(&g, &scratch{}, p.Kernel(), p.PriorMean(), p.noise)
	return g
}
