package optimize

import (
	"fmt"
	"math"
)

// Adam takes steps downhill along noisy gradients (Kingma and Ba 2015, Adam: a
// method for stochastic optimization, algorithm 1):
//
//	m <- b1 m + (1 - b1) g,  v <- b2 v + (1 - b2) g²
//	x <- x - rate m/(1 - b1^t) / (sqrt(v/(1 - b2^t)) + epsilon)
//
// It is the state of one run, not safe for concurrent use: make it by [NewAdam].
type Adam struct {
	m, v   []float64
	b1, b2 float64 // b1^t, b2^t
}

// The constants of the paper.
const (
	adamBeta1   = 0.9
	adamBeta2   = 0.999
	adamEpsilon = 1e-8
)

// NewAdam returns the state at the start of a run over n variables.
func NewAdam(n int) *Adam {
	return &Adam{m: make([]float64, n), v: make([]float64, n), b1: 1, b2: 1}
}

// Update sets dst to rate m/(1 - b1^t) / (sqrt(v/(1 - b2^t)) + epsilon) for the
// next gradient: the step to take uphill for a gain, or to take back for a loss.
// dst may be grad. It panics on lengths that do not fit.
func (a *Adam) Update(dst, grad []float64, rate float64) {
	if len(dst) != len(a.m) || len(grad) != len(a.m) {
		panic(fmt.Sprintf("optimize: Adam: %d variables and %d derivatives, want %d", len(dst), len(grad), len(a.m)))
	}
	a.b1 *= adamBeta1
	a.b2 *= adamBeta2
	for i, g := range grad {
		a.m[i] += (1 - adamBeta1) * (g - a.m[i])
		a.v[i] += (1 - adamBeta2) * (g*g - a.v[i])
		dst[i] = rate * (a.m[i] / (1 - a.b1)) / (math.Sqrt(a.v[i]/(1-a.b2)) + adamEpsilon)
	}
}

// Step moves x downhill for the gradient grad, by about rate in each variable. It
// overwrites grad, and panics on lengths that do not fit.
func (a *Adam) Step(x, grad []float64, rate float64) {
	if len(x) != len(grad) {
		panic(fmt.Sprintf("optimize: Adam: %d variables and %d derivatives, want %d", len(x), len(grad), len(a.m)))
	}
	a.Update(grad, grad, rate)
	for i, v := range grad {
		x[i] -= v
	}
}
