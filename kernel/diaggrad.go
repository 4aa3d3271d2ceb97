package kernel

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// DiagGrad adds to dst[p] the sum over i of w[i] dk(x_i, x_i)/dθ_p, in the order of
// [Params]: the derivative of what [Kernel.Diag] returns. It panics if k has
// parameters and no [ParamGrader]. Cost O(N) for each leaf, and for a kernel that is
// not of this package that of its ParamGrad on blocks of 8 x 8.
func DiagGrad(dst []float64, k Kernel, w []float64, x *mat.Dense) {
	wantParams("DiagGrad", len(dst), ParamCount(k))
	checkDiag(w, x)
	diagGrad(dst, k, w, x)
}

func diagGrad(dst []float64, k Kernel, w []float64, x *mat.Dense) {
	if len(dst) == 0 {
		return
	}
	switch k := k.(type) {
	case RBF, Matern12, Matern32, Matern52, RationalQuadratic, Periodic, Cosine, Constant:
		// The variance is all that shows at no distance.
		for _, v := range w {
			dst[0] += v
		}
	case White:
		// The covariance of f has nothing of it.
	case Linear:
		for i, v := range w {
			dst[0] += v
			for c, xc := range x.RawRowView(i) {
				dst[1+c] += v * xc * xc
			}
		}
	case Polynomial:
		for i, v := range w {
			b := k.Bias
			for _, xc := range x.RawRowView(i) {
				b += xc * xc
			}
			p := v * power(b, k.Degree-1)
			dst[0] += p * b
			dst[1] += k.Variance * float64(k.Degree) * p
		}
	case Sum:
		for _, term := range k {
			n := ParamCount(term)
			diagGrad(dst[:n], term, w, x)
			dst = dst[n:]
		}
	case Product:
		for i, factor := range k {
			n := ParamCount(factor)
			diagGrad(dst[:n], factor, k.othersDiag(i, w, x), x)
			dst = dst[n:]
		}
	case Scaled:
		scaled := make([]float64, len(w))
		for i, v := range w {
			scaled[i] = k.Factor * v
		}
		diagGrad(dst, k.Kernel, scaled, x)
	case Active:
		diagGrad(dst, k.Kernel, w, k.pick(x))
	case Held:
		all := make([]float64, ParamCount(k.kernel))
		diagGrad(all, k.kernel, w, x)
		for i, f := range k.free {
			dst[i] += all[f]
		}
	default:
		diagGradBySquares(dst, k, w, x)
	}
}

// othersDiag returns the weights times the diagonals of all factors but one.
func (p Product) othersDiag(i int, w []float64, x *mat.Dense) []float64 {
	out, d := append([]float64(nil), w...), make([]float64, len(w))
	for j, k := range p {
		if j == i {
			continue
		}
		k.Diag(d, x)
		for r, v := range d {
			out[r] *= v
		}
	}
	return out
}

// diagGradBySquares contracts blocks that have weights on their diagonals alone:
// small ones waste little and save a call a row.
func diagGradBySquares(dst []float64, k Kernel, w []float64, x *mat.Dense) {
	g, ok := k.(ParamGrader)
	if !ok {
		panic(fmt.Sprintf("kernel: %s has no parameter gradient", typeName(k)))
	}
	const side = 8
	_, d := x.Dims()
	weights := make([]float64, side*side)
	for lo := 0; lo < len(w); lo += side {
		hi := min(lo+side, len(w))
		n := hi - lo
		square := mat.NewDense(n, n, weights[:n*n])
		square.Zero()
		for i := range n {
			square.Set(i, i, w[lo+i])
		}
		part := x.Slice(lo, hi, 0, d).(*mat.Dense)
		g.ParamGrad(dst, square, nil, part, part)
	}
}
