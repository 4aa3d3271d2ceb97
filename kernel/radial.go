package kernel

import (
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// radial is a kernel k = variance g(r^2) of the scaled squared distance
//
//	r^2 = sum_d ((x_d - y_d)/l_d)^2.
//
// These kernels differ in their profile g alone, which package asm has, and share
// the loops below.
type radial struct {
	owner       string
	profile     asm.Profile
	variance    float64
	lengthscale PerInput
	alpha       float64 // of a RationalQuadratic
}

// against returns the rows of k against points.
func (k radial) against(y columns) radialRows {
	scale := k.lengthscale.broadcast(y.dims, k.owner, "lengthscale")
	for d, l := range scale {
		scale[d] = 1 / l
	}
	return radialRows{
		columns: y,
		shared:  k.lengthscale.Len() == 1,
		kernel:  asm.Radial{Profile: k.profile, Variance: k.variance, Alpha: k.alpha, Scale: scale, Y: y.values, Stride: y.n},
	}
}

func (k radial) cov(dst, x, y *mat.Dense) {
	checkCov(dst, x, y)
	k.against(newColumns(y)).Cov(dst, x)
}

func (k radial) diag(dst []float64, x *mat.Dense) {
	checkDiag(dst, x)
	fill(dst, k.variance)
}

// params returns the variance and the lengthscales.
func (k radial) params() []Param {
	return append([]Param{positive(k.owner+".variance", k.variance)}, k.lengthscale.params(k.owner+".lengthscale")...)
}

// paramGrad adds the gradients to the variance, the lengthscales and, if there is
// an element more, to alpha.
func (k radial) paramGrad(dst []float64, w, kv, x, y *mat.Dense) {
	checkWeights(w, kv, x, y)
	k.against(newColumns(y)).ParamGrad(dst, w, kv, x)
}

// ParamGrad implements [GradRows].
func (r radialRows) ParamGrad(dst []float64, w, kv, x *mat.Dense) {
	var store [mostDims]float64
	s := radialSums{squares: floats(store[:], r.dims)}
	var buf [mostPart]float64
	n, _ := x.Dims()
	for lo, part := 0, r.part(); lo < r.n; lo += part {
		hi := min(lo+part, r.n)
		row := r.from(lo)
		for i := range n {
			var kr []float64
			if kv != nil {
				kr = kv.RawRowView(i)[lo:hi]
			}
			s.add(&row, x.RawRowView(i), w.RawRowView(i)[lo:hi], kr, buf[:hi-lo], r.shared)
		}
	}
	s.gradient(dst, &r)
}

func (k radial) inputGrad(dst, w, kv, x, y *mat.Dense) {
	checkWeights(w, kv, x, y)
	k.against(newColumns(y)).InputGrad(dst, w, x)
}

// InputGrad implements [GradRows].
func (r radialRows) InputGrad(dst, w, x *mat.Dense) {
	r.mustBeSmooth()
	checkInputGrad(dst, x)
	r.sum(nil, dst, w.RawRowView, x)
}

// mustBeSmooth panics for a kernel without input gradients.
func (r radialRows) mustBeSmooth() {
	if r.kernel.Profile == asm.Matern12 {
		panic("kernel: Matern12 has no input gradient")
	}
}

// radialRows is a radial kernel one of whose arguments is fixed.
type radialRows struct {
	columns
	shared bool // there is one lengthscale
	kernel asm.Radial
}

// from returns the row for the points from lo on.
func (r *radialRows) from(lo int) asm.Radial {
	row := r.kernel
	row.Y = row.Y[lo:]
	return row
}

// Cov implements [Rows].
func (r radialRows) Cov(dst, x *mat.Dense) {
	n, _ := x.Dims()
	for lo, part := 0, r.part(); lo < r.n; lo += part {
		hi := min(lo+part, r.n)
		row := r.from(lo)
		for i := range n {
			row.Cov(dst.RawRowView(i)[lo:hi], x.RawRowView(i))
		}
	}
}

// Sum implements [Rows].
func (r radialRows) Sum(dst []float64, grad *mat.Dense, w []float64, x *mat.Dense) {
	r.mustBeSmooth()
	checkInputGrad(grad, x)
	r.sum(dst, grad, func(int) []float64 { return w }, x)
}

// sum adds to values[i], unless values is nil, the sum over j of w(i)[j] k(x_i, y_j),
// and to grad its gradient to x_i: dk/dx_d is dk/d(r^2) times 2 (x_d-y_d)/l_d^2.
func (r *radialRows) sum(values []float64, grad *mat.Dense, w func(i int) []float64, x *mat.Dense) {
	var store [mostDims]float64
	sums := floats(store[:], r.dims)
	var buf [mostPart]float64
	n, _ := x.Dims()
	for lo, part := 0, r.part(); lo < r.n; lo += part {
		hi := min(lo+part, r.n)
		row, h := r.from(lo), buf[:hi-lo]
		for i := range n {
			xi, out := x.RawRowView(i), grad.RawRowView(i)
			var block [3]float64
			row.Slope(h, w(i)[lo:hi], xi, &block)
			if values != nil {
				values[i] += block[0]
			}
			clear(sums)
			asm.Differences(sums, h, xi, row.Y, row.Stride)
			for d, s := range row.Scale {
				out[d] += 2 * sums[d] * s * s
			}
		}
	}
}

// radialSums are the sums over a block that its gradients to parameters are made of.
type radialSums struct {
	// Of w k, of w dk/d(r^2) r^2 and, for a RationalQuadratic, of w dk/dalpha.
	block [3]float64
	// Of w dk/d(r^2) (x_d-y_d)^2, where there is a lengthscale for each input; of
	// w k (x_d-y_d)^2 where an RBF was given its values.
	squares []float64
	values  bool // an RBF was given its values
}

// add adds the part of the row of x that the row, the weights w and, if they are
// given, the values k are of; h is scratch of their length.
func (s *radialSums) add(row *asm.Radial, x, w, k, h []float64, shared bool) {
	if row.Profile == asm.RBF && k != nil {
		s.values = true
		s.block[0] += asm.SquaresOf(s.squares, w, k, x, row.Y, row.Stride)
		return
	}
	row.Slope(h, w, x, &s.block)
	if !shared {
		asm.Squares(s.squares, h, x, row.Y, row.Stride)
	}
}

// gradient adds the gradients that the sums make: dk/dl_d is dk/d(r^2) times
// -2 (x_d-y_d)^2/l_d^3, and of an RBF dk/d(r^2) is -k/2.
func (s *radialSums) gradient(dst []float64, r *radialRows) {
	scale := r.kernel.Scale
	dst[0] += s.block[0] / r.kernel.Variance
	if s.values {
		for d, inv := range scale {
			s.squares[d] *= -0.5
			s.block[1] += s.squares[d] * inv * inv
		}
	}
	lengths := dst[1:]
	if r.shared {
		lengths[0] -= 2 * s.block[1] * scale[0]
		lengths = lengths[1:]
	} else {
		for d, inv := range scale {
			lengths[d] -= 2 * s.squares[d] * inv * inv * inv
		}
		lengths = lengths[len(scale):]
	}
	if len(lengths) > 0 {
		lengths[0] += s.block[2]
	}
}

// mostDims is the number of inputs up to which sums are kept on the stack.
const mostDims = 16

// floats returns n zeros, in store if it has the room.
func floats(store []float64, n int) []float64 {
	if n > len(store) {
		return make([]float64, n)
	}
	return store[:n]
}
