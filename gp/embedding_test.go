package gp

import (
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

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

// A kernel that embeds one of package kernel was conditioned with the values of the
// embedded kernel and predicted with its own.
func TestEmbeddedKernelIsRefused(t *testing.T) {
	x, y := randomInputs(1, 8, 1), make([]float64, 8)
	p := Prior{Kernel: doubled{kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}}}
	_, condition := p.Condition(x, y, Noise(0.1))
	_, evidence := NewEvidence(x, y).Eval(p, Noise(0.1))
	_, _, gradient := NewEvidence(x, y).EvalGrad(p, Noise(0.1))
	_, fit := Fit{}.Run(t.Context(), p, x, y)
	_, parameters := NewParameters(p, Noise(0.1), ParameterOptions{Priors: Priors{"variance": prob.LogNormal{Sigma: 1}}.List()})
	for name, err := range map[string]error{
		"Condition": condition, "Evidence": evidence, "its gradient": gradient, "Fit": fit, "the parameters of a program": parameters,
	} {
		if err == nil || !strings.Contains(err.Error(), "gp.doubled embeds a kernel") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
