package optimize

import "math"

// saddle is a factorised symmetric indefinite matrix
//
//	[ -A  Bᵀ ]
//	[  B  C  ]
//
// of k x k blocks, A and C + B A⁻¹ Bᵀ positive definite. Both systems of
// L-BFGS-B have this form, and the two Cholesky factors keep their
// definiteness where a general elimination would not. Blocks are row-major with
// the given stride.
type saddle struct {
	k, stride int
	a, b, c   []float64 // chol(A); B chol(A)⁻ᵀ; chol(C + B A⁻¹ Bᵀ)
}

func newSaddle(m int) saddle {
	buf := make([]float64, 3*m*m)
	return saddle{stride: m, a: buf[:m*m], b: buf[m*m : 2*m*m], c: buf[2*m*m:]}
}

// factorize factorises in place the leading k x k blocks that the caller has set
// in a (lower triangle), b (all) and c (lower triangle). It reports false if the
// matrix has not the form above.
func (s *saddle) factorize(k int) bool {
	s.k = k
	if !choleskyInPlace(s.a, k, s.stride) {
		return false
	}
	for i := range k {
		row := s.b[i*s.stride : i*s.stride+k]
		solveLower(s.a, s.stride, row)
		for j := range i + 1 {
			s.c[i*s.stride+j] += dot(row, s.b[j*s.stride:j*s.stride+k])
		}
	}
	return choleskyInPlace(s.c, k, s.stride)
}

// solve replaces the right-hand sides u and v, k long, by the solution.
func (s *saddle) solve(u, v []float64) {
	k := s.k
	solveLower(s.a, s.stride, u)
	for i := range k {
		v[i] += dot(s.b[i*s.stride:i*s.stride+k], u)
	}
	solveLower(s.c, s.stride, v)
	solveLowerTrans(s.c, s.stride, v)
	for i := range k {
		u[i] = -u[i]
	}
	for i := range k {
		for j, b := range s.b[i*s.stride : i*s.stride+k] {
			u[j] += b * v[i]
		}
	}
	solveLowerTrans(s.a, s.stride, u)
}

// choleskyInPlace replaces the lower triangle of a by its Cholesky factor. The
// matrices here are at most Memory wide, where a call of LAPACK costs more than
// the work.
func choleskyInPlace(a []float64, k, stride int) bool {
	for i := range k {
		ri := a[i*stride : i*stride+k]
		for j := range i {
			rj := a[j*stride : j*stride+k]
			ri[j] = (ri[j] - dot(ri[:j], rj[:j])) / rj[j]
		}
		pivot := ri[i] - dot(ri[:i], ri[:i])
		if !(pivot > 0) || math.IsInf(pivot, 1) {
			return false
		}
		ri[i] = math.Sqrt(pivot)
	}
	return true
}

func solveLower(l []float64, stride int, x []float64) {
	for i := range x {
		row := l[i*stride : i*stride+i+1]
		x[i] = (x[i] - dot(row[:i], x[:i])) / row[i]
	}
}

func solveLowerTrans(l []float64, stride int, x []float64) {
	for i := len(x) - 1; i >= 0; i-- {
		row := l[i*stride : i*stride+i+1]
		x[i] /= row[i]
		for j, v := range row[:i] {
			x[j] -= v * x[i]
		}
	}
}

// dot is for vectors as short as the memory; long ones use floats.Dot.
func dot(a, b []float64) float64 {
	var s float64
	b = b[:len(a)]
	for i, v := range a {
		s += v * b[i]
	}
	return s
}
