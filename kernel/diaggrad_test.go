package kernel_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/kernel/kerneltest"
	"matheron/rng"
)

// theirs is a kernel of another package.
type theirs struct{ kernel.Kernel }

func (k theirs) Params() []kernel.Param { return kernel.Params(k.Kernel) }

func (k theirs) WithParams(theta []float64) kernel.Kernel {
	return theirs{kernel.WithParams(k.Kernel, theta)}
}

func (k theirs) ParamGrad(dst []float64, w, v, x, y *mat.Dense) {
	k.Kernel.(kernel.ParamGrader).ParamGrad(dst, w, v, x, y)
}

// The gradient of the diagonal is the contraction of the matrix with weights on
// the diagonal alone.
func TestDiagGrad(t *testing.T) {
	eachRandom(t, "diaggrad", 300, func(t *testing.T, k kernel.Kernel, d int, r *rand.Rand) {
		const n = 11
		x := kerneltest.Points(rng.New(r.Uint64()), n, d)
		w, square := make([]float64, n), mat.NewDense(n, n, nil)
		for i := range w {
			w[i] = r.NormFloat64()
			square.Set(i, i, w[i])
		}
		want := make([]float64, len(kernel.Params(k)))
		if g, ok := k.(kernel.ParamGrader); ok && len(want) > 0 {
			g.ParamGrad(want, square, nil, x, x)
		}
		diag := make([]float64, n)
		k.Diag(diag, x)
		scale := 1.0
		for _, v := range diag {
			scale = math.Max(scale, v)
		}
		for _, k := range []kernel.Kernel{k, theirs{k}} {
			got := make([]float64, len(want))
			plan, theta := kernel.Compile(k, nil, nil)
			plan.DiagGrad(got, theta, w, x)
			for p, v := range got {
				// Products of some 80 factors round by 100 eps.
				if math.Abs(v-want[p]) > 1e-12*math.Max(scale, math.Abs(want[p])) {
					t.Errorf("%T: gradient to %s is %v, want %v", k, kernel.Params(k)[p].Name, v, want[p])
				}
			}
		}
	})
}
