package prob

import "math"

var (
	_ VectorSupport  = Simplex(0)
	_ VectorBijector = StickBreaking(0)
)

// Simplex is the set of n positive numbers that sum to 1; its value is n, 2 or more.
// All numbers but the last are free.
type Simplex int

// Dim returns the number of numbers.
func (s Simplex) Dim() int { return int(s) }

// Coordinates returns all but the last.
func (s Simplex) Coordinates() []int { return firstInts(int(s) - 1) }

// Contains reports whether all numbers are positive and the sum is 1 within 1e-8.
func (s Simplex) Contains(x []float64) bool {
	wantDim(x, int(s))
	var sum float64
	for _, v := range x {
		if !(v > 0) {
			return false
		}
		sum += v
	}
	return math.Abs(sum-1) <= sumTol
}

// Bijector returns [StickBreaking].
func (s Simplex) Bijector() VectorBijector { return StickBreaking(s) }

// StickBreaking maps n-1 real numbers to the simplex of n; its value is n. Each
// breaks a fraction off the rest of a stick of length 1,
//
//	x_k = z_k (1 - x_1 - ... - x_(k-1)),  z_k = 1 / (1 + exp(-y_k + log(n-k))),  k = 1..n-1,
//
// and y = 0 gives equal pieces. The coordinates are those of Stan.
type StickBreaking int

// each calls f with k from 0, the logit of the fraction z_k, and the logarithm of the
// rest before it, and returns the logarithm of the last piece.
func (b StickBreaking) each(y []float64, f func(k int, logit, logRest float64)) float64 {
	n := int(b)
	wantDim(y, n-1)
	logRest := 0.0
	for k, v := range y {
		logit := v - math.Log(float64(n-1-k))
		f(k, logit, logRest)
		logRest -= softplus(logit)
	}
	return logRest
}

// Unconstrain sets dst to the logits of the fractions.
func (b StickBreaking) Unconstrain(dst, x []float64) []float64 {
	n := int(b)
	wantDim(x, n)
	dst = orNew(dst, n-1)
	rest := x[n-1]
	for k := n - 2; k >= 0; k-- {
		dst[k] = math.Log(x[k]) - math.Log(rest) + math.Log(float64(n-1-k))
		rest += x[k]
	}
	return dst
}

// Constrain sets dst to the pieces.
func (b StickBreaking) Constrain(dst, y []float64) []float64 {
	n := int(b)
	dst = orNew(dst, n)
	last := b.each(y, func(k int, logit, logRest float64) {
		dst[k] = Positive().inside(math.Exp(logRest - softplus(-logit)))
	})
	dst[n-1] = Positive().inside(math.Exp(last))
	return dst
}

// LogJacobian returns sum_k log z_k + (n-k) log(1-z_k).
func (b StickBreaking) LogJacobian(dy, y []float64) float64 {
	n := int(b)
	if dy != nil {
		wantDim(dy, n-1)
	}
	var sum float64
	b.each(y, func(k int, logit, _ float64) {
		left := float64(n - 1 - k)
		sum -= softplus(-logit) + left*softplus(logit)
		if dy != nil {
			dy[k] = logistic(-logit) - left*logistic(logit)
		}
	})
	return sum
}

// VJP goes backwards: the derivative to y_k of x_k is x_k (1-z_k), and that of a later
// piece -z_k times the piece.
func (b StickBreaking) VJP(dst, y, grad []float64) []float64 {
	n := int(b)
	wantDim(grad, n)
	dst = orNew(dst, n-1)
	x := b.Constrain(nil, y)
	after := grad[n-1] * x[n-1]
	for k := n - 2; k >= 0; k-- {
		logit := y[k] - math.Log(float64(n-1-k))
		dst[k] = grad[k]*x[k]*logistic(-logit) - logistic(logit)*after
		after += grad[k] * x[k]
	}
	return dst
}
