package emulate

import (
	"fmt"
	"math"
)

// Target is a log density on R^Dim, up to a constant, and its gradient: what a
// sampler takes, and what a prior over a simulator's inputs is. LogProbGrad sets
// grad, as long as x; -Inf says that x is outside. It must be safe for calls from
// many goroutines.
type Target interface {
	Dim() int
	LogProbGrad(grad, x []float64) float64
}

// Likelihood is the log density of what was observed, given the outputs f of the
// simulator. LogProbGrad sets grad, as long as f, to its gradient. It must be safe
// for calls from many goroutines.
type Likelihood interface {
	LogProbGrad(grad, f []float64) float64
}

// Normal is the [Likelihood] of outputs observed with independent normal noise,
//
//	log p(Y | f) = sum_i log N(Y_i; f_i, Variance_i).
//
// Variance is one for all outputs or one each.
type Normal struct {
	Y, Variance []float64
}

// LogProbGrad implements [Likelihood]. It panics if Y is not as long as f, or a
// variance is not positive.
func (n Normal) LogProbGrad(grad, f []float64) float64 {
	if len(n.Y) != len(f) || len(n.Variance) != 1 && len(n.Variance) != len(f) {
		panic(fmt.Sprintf("emulate: %d observations and %d variances of %d outputs", len(n.Y), len(n.Variance), len(f)))
	}
	sum := 0.0
	for i, fi := range f {
		v := n.Variance[0]
		if len(n.Variance) > 1 {
			v = n.Variance[i]
		}
		if !(v > 0) {
			panic(fmt.Sprintf("emulate: a noise variance of %v", v))
		}
		r := n.Y[i] - fi
		grad[i] = r / v
		sum -= (r*r/v + math.Log(2*math.Pi*v)) / 2
	}
	return sum
}

// Density is a log density on the line with its derivative, such as prob.Normal.
type Density interface {
	LogProbGrad(x float64) (logProb, dx float64)
}

// Independent is the [Target] whose coordinates are independent,
// log p(x) = sum_d log p_d(x_d).
type Independent []Density

// Dim implements [Target].
func (p Independent) Dim() int { return len(p) }

// LogProbGrad implements [Target].
func (p Independent) LogProbGrad(grad, x []float64) float64 {
	checkPoint(len(p), grad, x)
	sum := 0.0
	for d, q := range p {
		lp, dx := q.LogProbGrad(x[d])
		sum += lp
		grad[d] = dx
	}
	return sum
}

func checkPoint(dim int, grad, x []float64) {
	if len(x) != dim || len(grad) != dim {
		panic(fmt.Sprintf("emulate: a point of %d and a gradient of %d numbers for a target of %d", len(x), len(grad), dim))
	}
}
