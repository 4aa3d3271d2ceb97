package kernel_test

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/rng"
)

// The features of a kernel of finite rank are its square root, whatever it is made of.
func TestFiniteBasisIsTheKernel(t *testing.T) {
	two := kernel.Linear{Bias: 0.4, Variance: []float64{0.8, 1.9}}
	one := kernel.Linear{Bias: 0.7, Variance: []float64{1.3}}
	cubic := kernel.Polynomial{Variance: 0.5, Bias: 1.2, Degree: 3}
	cosine := kernel.Cosine{Variance: 0.9, Period: kernel.Shared(1.7)}
	periodic := kernel.Periodic{Variance: 1.1, Lengthscale: kernel.Shared(0.9), Period: kernel.Shared(1.3)}
	x := mat.NewDense(7, 2, nil)
	r := rng.New(1).Rand()
	x.Apply(func(int, int, float64) float64 { return 4*r.Float64() - 2 }, x)
	for name, c := range map[string]struct {
		k kernel.Kernel
		f int
	}{
		"linear":     {two, 3},
		"polynomial": {cubic, 10},
		"constant":   {kernel.Constant{Variance: 2}, 1},
		"cosine":     {cosine, 4},
		"white":      {kernel.White{Variance: 1}, 0},
		"sum":        {kernel.Add(two, kernel.White{Variance: 1}, cosine), 7},
		"product":    {kernel.Mul(two, cosine), 12},
		"multiple":   {kernel.Scaled{Kernel: kernel.Add(two, kernel.Constant{Variance: 3}), Factor: 0.3}, 4},
		"columns":    {kernel.Active{Kernel: kernel.Mul(one, periodic), Columns: []int{1}}, -1},
		"fixed":      {kernel.Fix(cubic, "bias"), 10},
	} {
		b, err := kernel.FiniteBasis(c.k, 2, 100)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(b) != len(kernel.Components(c.k)) || c.f >= 0 && b.Len() != c.f {
			t.Errorf("%s: %d features of %d components", name, b.Len(), len(b))
		}
		want, got := mat.NewDense(7, 7, nil), mat.NewDense(7, 7, nil)
		c.k.Cov(want, x, x)
		if b.Len() > 0 {
			phi := mat.NewDense(7, b.Len(), nil)
			b.Eval(phi, x)
			got.Mul(phi, phi.T())
		}
		for i, v := range want.RawMatrix().Data {
			if d := math.Abs(got.RawMatrix().Data[i] - v); d > 1e-12*math.Max(1, math.Abs(v)) {
				t.Errorf("%s: %v by features, the kernel %v", name, got.RawMatrix().Data[i], v)
			}
		}
	}
}

// own is a kernel of a user with features of a type that says nothing of them.
type own struct{ kernel.Kernel }

func TestFiniteBasisRefuses(t *testing.T) {
	linear := kernel.Linear{Bias: 1, Variance: []float64{1, 1, 1, 1, 1}}
	for want, k := range map[string]kernel.Kernel{
		"RBF has infinite rank":             kernel.Add(linear, kernel.Mul(linear, kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)})),
		"Matern12 has infinite rank":        kernel.Active{Kernel: kernel.Matern12{Variance: 1, Lengthscale: kernel.Shared(1)}, Columns: []int{0}},
		"Cosine has more than 20 features":  kernel.Cosine{Variance: 1, Period: kernel.Shared(1)},
		"the kernel has 22 features":        kernel.Add(kernel.Polynomial{Variance: 1, Bias: 1, Degree: 1}, kernel.Polynomial{Variance: 1, Bias: 1, Degree: 1}, kernel.Polynomial{Variance: 1, Bias: 1, Degree: 1}, kernel.Constant{Variance: 1}, kernel.Constant{Variance: 1}, kernel.Constant{Variance: 1}, kernel.Constant{Variance: 1}),
		"own has no prior basis":            own{linear},
		"White noise cannot be a factor":    kernel.Mul(linear, kernel.White{Variance: 1}),
		"Periodic has more than 20 feature": kernel.Periodic{Variance: 1, Lengthscale: kernel.Shared(0.5), Period: kernel.Shared(1)},
	} {
		if _, err := kernel.FiniteBasis(k, 5, 20); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}
