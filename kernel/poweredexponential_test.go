package kernel_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/kernel/kerneltest"
	"matheron/rng"
)

// At the ends it is a Matern12 and an RBF.
func TestPoweredExponentialEnds(t *testing.T) {
	x, y := kerneltest.Points(rng.New(1), 6, 2), kerneltest.Points(rng.New(2), 5, 2)
	y.SetRow(0, x.RawRowView(0))
	l := []float64{0.7, 1.6}
	for power, other := range map[float64]kernel.Kernel{
		1: kernel.Matern12{Variance: 1.3, Lengthscale: kernel.ARD(l...)},
		2: kernel.RBF{Variance: 1.3, Lengthscale: kernel.ARD(l[0]/math.Sqrt2, l[1]/math.Sqrt2)},
	} {
		k := kernel.PoweredExponential{Variance: 1.3, Lengthscale: kernel.ARD(l...), Power: power}
		if got, want := covOf(k, x, y), covOf(other, x, y); !mat.EqualApprox(got, want, 1e-14) {
			t.Errorf("power %v: %v, want %v", power, got.RawMatrix().Data, want.RawMatrix().Data)
		}
		rough := kernel.CheckGrad(k)
		if (rough == nil) != (power == 2) {
			t.Errorf("power %v: CheckGrad is %v", power, rough)
		}
		if err := kernel.CheckParams(k); err != nil {
			t.Errorf("power %v: %v", power, err)
		}
	}
	kerneltest.Test(t, kernel.PoweredExponential{Variance: 1.3, Lengthscale: kernel.ARD(l...), Power: 2}, 2)
	err := kernel.CheckParams(kernel.PoweredExponential{Variance: 1, Lengthscale: kernel.Shared(1), Power: 2.1})
	if want := "PoweredExponential.power is 2.1, outside of (0, 2]"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if _, err := kernel.Parse("powered_exponential(power=3)", []string{"x"}); err == nil || !strings.Contains(err.Error(), "character 27: power is 3, outside of (0, 2]") {
		t.Errorf("power 3: %v", err)
	}
}

// The mixing variable A of the spectrum has the Laplace transform exp(-s^a): frequencies
// are sqrt(2A) z/l, and z = 1 shows A.
func TestPoweredExponentialSpectrum(t *testing.T) {
	const n = 700
	for _, power := range []float64{0.3, 0.8, 1, 1.5, 1.95} {
		s, _ := kernel.PoweredExponential{Variance: 1, Lengthscale: kernel.Shared(1), Power: power}.Spectrum(1)
		for _, at := range []float64{0.1, 1, 5} {
			sum := 0.0
			for i := range n {
				for j := range n {
					omega := []float64{0}
					s.Frequency(omega, []float64{1}, []float64{(float64(i) + 0.5) / n, (float64(j) + 0.5) / n})
					sum += math.Exp(-at * omega[0] * omega[0] / 2)
				}
			}
			// Midpoints of a bounded function, which is steep at the edges: some 1/n.
			if got, want := sum/(n*n), math.Exp(-math.Pow(at, power/2)); math.Abs(got-want) > 1e-3 {
				t.Errorf("%s", fmt.Sprintf("power %v: E exp(-%v A) = %v, want %v", power, at, got, want))
			}
		}
	}
}
