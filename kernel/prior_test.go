package kernel_test

import (
	"math"
	"strings"
	"testing"

	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/rng"
)

// Parameters that no basis can be made for are the data's doing: an error, and
// not a panic of the features.
func TestBasisOfExtremeParametersIsAnError(t *testing.T) {
	tiny, one := kernel.Shared(1e-310), kernel.Shared(1)
	linear := kernel.Linear{Bias: 1, Variance: []float64{1}}
	for name, k := range map[string]kernel.Kernel{
		"subnormal lengthscale":  kernel.RBF{Variance: 1, Lengthscale: tiny},
		"subnormal in a product": kernel.Mul(linear, kernel.Matern32{Variance: 1, Lengthscale: tiny}),
		"short periodic":         kernel.Periodic{Variance: 1, Lengthscale: kernel.Shared(1e-6), Period: one},
		"short in a product":     kernel.Mul(linear, kernel.Periodic{Variance: 1, Lengthscale: kernel.Shared(1e-6), Period: one}),
		"subnormal period":       kernel.Periodic{Variance: 1, Lengthscale: one, Period: tiny},
		"subnormal cosine":       kernel.Cosine{Variance: 1, Period: tiny},
		"cosine in a product":    kernel.Mul(linear, kernel.Cosine{Variance: 1, Period: tiny}),
		"huge product":           kernel.Mul(kernel.RBF{Variance: 1e200, Lengthscale: one}, kernel.RBF{Variance: 1e200, Lengthscale: one}),
		"huge polynomial":        kernel.Polynomial{Variance: 1, Bias: math.MaxFloat64, Degree: 2},
		"white factor":           kernel.Mul(kernel.White{Variance: 1}, linear),
	} {
		_, err := kernel.Basis(k, 1, basis.Options{Count: 8}, rng.New(0))
		if err == nil {
			t.Errorf("%s: no error", name)
		} else if strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %q is not one line", name, err)
		}
	}
}
