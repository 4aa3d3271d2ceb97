package infer

import "math"

// adam is the method of Kingma and Ba (Adam, ICLR 2015): a step along the mean of
// the gradient over the root of its mean square, each with its bias taken out,
//
//	m <- b1 m + (1 - b1) g,  v <- b2 v + (1 - b2) g²,
//	step = rate m/(1 - b1^t) / (sqrt(v/(1 - b2^t)) + 1e-8)
//
// with b1 = 0.9 and b2 = 0.999.
type adam struct {
	m, v []float64
	t    int
}

const (
	adamB1  = 0.9
	adamB2  = 0.999
	adamEps = 1e-8
)

func newAdam(n int) *adam { return &adam{m: make([]float64, n), v: make([]float64, n)} }

// step sets dst to the step uphill for a gradient. dst may be grad.
func (a *adam) step(dst, grad []float64, rate float64) {
	a.t++
	c1 := 1 - math.Pow(adamB1, float64(a.t))
	c2 := 1 - math.Pow(adamB2, float64(a.t))
	for i, g := range grad {
		a.m[i] = adamB1*a.m[i] + (1-adamB1)*g
		a.v[i] = adamB2*a.v[i] + (1-adamB2)*g*g
		dst[i] = rate * (a.m[i] / c1) / (math.Sqrt(a.v[i]/c2) + adamEps)
	}
}
