package hyper_test

import (
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/hyper"
	"matheron/kernel"
	"matheron/ppl"
	"matheron/prob"
	"matheron/rng"
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
	x, y := ardTable(8, 1)
	k := doubled{kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}}
	_, err := ppl.NewTarget(func(c *ppl.Context) {
		sampled := hyper.Kernel(c, k, hyper.Priors{"variance": prob.LogNormal{Sigma: 1}})
		hyper.Factor(c, "obs", gp.Prior{Kernel: sampled}, x, y, gp.Noise(0.1))
	}, rng.New(1))
	if err == nil || !strings.Contains(err.Error(), "hyper_test.doubled embeds a kernel") {
		t.Errorf("sampled: error %v", err)
	}
	_, err = ppl.NewTarget(func(c *ppl.Context) {
		noise := hyper.NoiseVariance(c, ppl.Fixed(prob.LogNormal{Mu: -2, Sigma: 1}))
		hyper.Factor(c, "obs", gp.Prior{Kernel: k}, x, y, noise)
	}, rng.New(1))
	if err == nil || !strings.Contains(err.Error(), "hyper_test.doubled embeds a kernel") {
		t.Errorf("given: error %v", err)
	}
}
