package kernel_test

import (
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/rng"
)

// halved embeds a kernel and overrides its values alone.
type halved struct{ kernel.RBF }

func (k halved) Cov(dst, x, y *mat.Dense) {
	k.RBF.Cov(dst, x, y)
	dst.Scale(0.5, dst)
}

func (k halved) Diag(dst []float64, x *mat.Dense) {
	k.RBF.Diag(dst, x)
	for i := range dst {
		dst[i] *= 0.5
	}
}

// total embeds a composed kernel.
type total struct{ kernel.Sum }

// A kernel that embeds one of this package has all abilities of that kernel by
// promotion: it was half ignored in silence.
func TestEmbeddedKernelIsRefused(t *testing.T) {
	rbf := kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}
	for name, k := range map[string]kernel.Kernel{
		"alone":     halved{rbf},
		"pointer":   &halved{rbf},
		"in a sum":  kernel.Add(rbf, halved{rbf}),
		"factor":    kernel.Mul(kernel.Active{Kernel: halved{rbf}, Columns: []int{0}}, rbf),
		"scaled":    kernel.Scaled{Factor: 2, Kernel: halved{rbf}},
		"fixed":     kernel.Fix(halved{rbf}, "variance"),
		"of a sum":  total{kernel.Sum{rbf, rbf}},
		"two deep":  struct{ halved }{halved{rbf}},
		"interface": struct{ *kernel.RBF }{&rbf},
	} {
		want := "embeds a kernel of this package"
		if err := kernel.CheckParams(k); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: CheckParams: %v", name, err)
		}
		if _, err := kernel.Basis(k, 1, basis.Options{Count: 8}, rng.New(0)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: Basis: %v", name, err)
		}
		plan, theta := kernel.Compile(k, nil, nil)
		if err := plan.Check(theta); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: parameters at fixed points: %v", name, err)
		}
		if text, err := kernel.Format(k, columnNames(1)); err == nil {
			t.Errorf("%s: the text %q", name, text)
		}
		// Values, which it overrides, are its own everywhere.
		x := mat.NewDense(2, 1, []float64{0, 1})
		got, want2 := mat.NewDense(2, 2, nil), covOf(k, x, x)
		against(k, x).Cov(got, x, nil)
		if !mat.Equal(got, want2) {
			t.Errorf("%s: against fixed points %v, want %v", name, got.RawMatrix().Data, want2.RawMatrix().Data)
		}
	}
	// An interface promotes Cov and Diag alone, and a pointer is what it points at.
	for _, k := range []kernel.Kernel{theirs{rbf}, &rbf} {
		if err := kernel.CheckParams(k); err != nil {
			t.Errorf("%T: %v", k, err)
		}
	}
}
