package prob

import "math"

var (
	_ VectorSupport  = CorrelationCholesky(0)
	_ VectorBijector = PartialCorrelations(0)
)

// CorrelationCholesky is the set of the Cholesky factors L of correlation matrices; its
// value is their number of rows n, 2 or more. L is lower triangular, with a positive
// diagonal and rows of length 1. A point is the matrix row by row, n^2 numbers with the
// zeros above the diagonal, as mat.NewDense(n, n, x) takes it. The numbers below the
// diagonal are free.
type CorrelationCholesky int

// Dim returns n^2.
func (s CorrelationCholesky) Dim() int { return int(s) * int(s) }

// Coordinates returns the places below the diagonal, row by row.
func (s CorrelationCholesky) Coordinates() []int {
	n := int(s)
	c := make([]int, 0, n*(n-1)/2)
	for i := range n {
		for j := range i {
			c = append(c, i*n+j)
		}
	}
	return c
}

// Contains reports whether x is lower triangular, has a positive diagonal and rows
// of length 1, the squares of which sum to 1 within 1e-8.
func (s CorrelationCholesky) Contains(x []float64) bool {
	n := int(s)
	wantDim(x, n*n)
	for i := range n {
		row := x[i*n : (i+1)*n]
		var sum float64
		for j, v := range row {
			if j > i && v != 0 || math.IsNaN(v) {
				return false
			}
			sum += v * v
		}
		if !(row[i] > 0) || !(math.Abs(sum-1) <= sumTol) {
			return false
		}
	}
	return true
}

// Bijector returns [PartialCorrelations].
func (s CorrelationCholesky) Bijector() VectorBijector { return PartialCorrelations(s) }

// PartialCorrelations maps n(n-1)/2 real numbers, one for each place below the
// diagonal row by row, to Cholesky factors of correlation matrices of n rows; its
// value is n. The hyperbolic tangents of the numbers are the canonical partial
// correlations (Lewandowski, Kurowicka and Joe 2009, section 2),
//
//	L_ij = tanh(y_ij) prod_{m<j} sech(y_im),  L_ii = prod_{m<i} sech(y_im).
type PartialCorrelations int

func (b PartialCorrelations) free() int { return int(b) * (int(b) - 1) / 2 }

// logSech returns log(1 / cosh y).
func logSech(y float64) float64 {
	a := math.Abs(y)
	return math.Ln2 - a - math.Log1p(math.Exp(-2*a))
}

// Unconstrain inverts row by row: sinh y_ij is L_ij over the length of the rest of the
// row, which is more accurate than the root of 1 minus the squares before it.
func (b PartialCorrelations) Unconstrain(dst, x []float64) []float64 {
	n := int(b)
	wantDim(x, n*n)
	dst = orNew(dst, b.free())
	for i := range n {
		first := i * (i - 1) / 2
		rest := x[i*n+i]
		for j := i - 1; j >= 0; j-- {
			dst[first+j] = math.Asinh(x[i*n+j] / rest)
			rest = math.Hypot(rest, x[i*n+j])
		}
	}
	return dst
}

// Constrain sets dst to the factor.
func (b PartialCorrelations) Constrain(dst, y []float64) []float64 {
	n := int(b)
	wantDim(y, b.free())
	dst = orNew(dst, n*n)
	clear(dst)
	for i := range n {
		logRest := 0.0
		for j, v := range y[i*(i-1)/2:][:i] {
			dst[i*n+j] = math.Tanh(v) * math.Exp(logRest)
			logRest += logSech(v)
		}
		dst[i*n+i] = Positive().inside(math.Exp(logRest))
	}
	return dst
}

// LogJacobian returns sum_{j<i} (i-j+1) log sech(y_ij): two for the tangent and one for
// each place between it and the diagonal.
func (b PartialCorrelations) LogJacobian(dy, y []float64) float64 {
	n := int(b)
	wantDim(y, b.free())
	if dy != nil {
		wantDim(dy, b.free())
	}
	var sum float64
	for i := range n {
		first := i * (i - 1) / 2
		for j, v := range y[first:][:i] {
			times := float64(i - j + 1)
			sum += times * logSech(v)
			if dy != nil {
				dy[first+j] = -times * math.Tanh(v)
			}
		}
	}
	return sum
}

// VJP goes backwards through each row: the derivative to y_ij of L_ij is sech(y_ij)^2
// times prod_{m<j} sech(y_im), and that of a later element of the row is -tanh(y_ij)
// times the element.
func (b PartialCorrelations) VJP(dst, y, grad []float64) []float64 {
	n := int(b)
	wantDim(grad, n*n)
	dst = orNew(dst, b.free())
	x := b.Constrain(nil, y)
	for i := range n {
		first := i * (i - 1) / 2
		logRest := 0.0
		for _, v := range y[first:][:i] {
			logRest += logSech(v)
		}
		after := grad[i*n+i] * x[i*n+i]
		for j := i - 1; j >= 0; j-- {
			v := y[first+j]
			logRest -= logSech(v)
			dst[first+j] = grad[i*n+j]*math.Exp(logRest+2*logSech(v)) - math.Tanh(v)*after
			after += grad[i*n+j] * x[i*n+j]
		}
	}
	return dst
}
