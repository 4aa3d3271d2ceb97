package hyper_test

import (
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/prob"
)

// doubled embeds a kernel and overrides its values alone.
type doubled struct{ kernel.RBF }

func (k doubled) Cov(dst, x, y *mat.Dense) {
	k.RBF.Cov(dst, x, y)
	dst.Scale(2, dst)
}

func (k doubled) Diag(dst []float64, x *mat.Dense) {
	k.RBF.Diag(dst, x)
	for i := range dst {
		dst[i] *= 2
	}
}

// A program with a kernel that embeds one of package kernel ran on the embedded one.
func TestEmbeddedKernelIsRefused(t *testing.T) {
	k := doubled{kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}}
	_, err := gp.NewParameters(gp.Prior{Kernel: k}, gp.Noise(0.1), gp.ParameterOptions{Priors: gp.Priors{"variance": prob.LogNormal{Sigma: 1}}.List()})
	if err == nil || !strings.Contains(err.Error(), "hyper_test.doubled embeds a kernel") {
		t.Errorf("error %v", err)
	}
}
