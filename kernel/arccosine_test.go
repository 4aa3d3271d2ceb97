package kernel_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/kernel/kerneltest"
	"matheron/rng"
)

// Products with random features of another kind, with exact ones, and with itself.
func TestArcCosineProducts(t *testing.T) {
	arc := kernel.ArcCosine{Variance: 0.8, WeightVariance: kernel.Shared(0.7), BiasVariance: 0.5, Order: 1}
	l := leaves(2)
	for name, k := range map[string]kernel.Kernel{
		"smooth":      kernel.Mul(arc, l["RBF"]),
		"line":        kernel.Mul(arc, l["Linear"]),
		"itself":      kernel.Mul(arc, kernel.Active{Kernel: arc, Columns: []int{1}}),
		"three":       kernel.Mul(arc, l["Cosine"], kernel.Add(l["Matern32"], arc)),
		"sum, scaled": kernel.Scaled{Factor: 2, Kernel: kernel.Add(arc, l["RBF"])},
	} {
		t.Run(name, func(t *testing.T) { kerneltest.Test(t, k, 2) })
	}
	// As many features as are asked for, not their square.
	b, err := kernel.Basis(kernel.Mul(arc, l["RBF"]), 2, basis.Options{Count: 1024}, rng.New(1))
	if err != nil || b.Len() != 1024 {
		t.Errorf("%d features, error %v", b.Len(), err)
	}
}

// Values where the angle is lost by a dot product, against its series: a step changes
// sign between x and y with the probability theta/pi.
func TestArcCosineOfSmallAngles(t *testing.T) {
	k := kernel.ArcCosine{Variance: 1, WeightVariance: kernel.Shared(1), BiasVariance: 1}
	for _, h := range []float64{0, 1e-12, 1e-9, 1e-6, 1e-3} {
		x, y := mat.NewDense(1, 1, []float64{0}), mat.NewDense(1, 1, []float64{h})
		// u = (0, 1), v = (h, 1): tan theta = h.
		if got, want := 1-covOf(k, x, y).At(0, 0), math.Atan(h)/math.Pi; math.Abs(got-want) > 2e-16 {
			t.Errorf("1 - k(0, %v) = %v, want %v", h, got, want)
		}
	}
}

// The point 0 without a bias has no direction: values are finite all the same.
func TestArcCosineAtZero(t *testing.T) {
	x := mat.NewDense(3, 1, []float64{0, 1, -2})
	for order := range 3 {
		k := kernel.Fix(kernel.ArcCosine{Variance: 1, WeightVariance: kernel.Shared(1), Order: order}, "bias_variance")
		if err := kernel.CheckParams(k); err != nil {
			t.Fatal(err)
		}
		cov, diag := covOf(k, x, x), make([]float64, 3)
		k.Diag(diag, x)
		for i := range 3 {
			if math.Abs(cov.At(i, i)-diag[i]) > 1e-14*math.Max(1, diag[i]) {
				t.Errorf("order %d: K[%d][%d] = %v, Diag %v", order, i, i, cov.At(i, i), diag[i])
			}
			for j := range 3 {
				if v := cov.At(i, j); math.IsNaN(v) || v != cov.At(j, i) {
					t.Errorf("order %d: K[%d][%d] = %v", order, i, j, v)
				}
			}
		}
	}
	// x and -x are at the angle pi, where J is 0.
	for order := range 3 {
		k := kernel.ArcCosine{Variance: 1, WeightVariance: kernel.Shared(1), Order: order}
		if v := covOf(k, mat.NewDense(1, 1, []float64{1}), mat.NewDense(1, 1, []float64{-2})).At(0, 0); math.Abs(v) > 1e-15 {
			t.Errorf("order %d: k(1, -2) = %v", order, v)
		}
	}
}

func TestArcCosineText(t *testing.T) {
	for text, want := range map[string]string{
		"arc_cosine": "ArcCosine.variance ArcCosine.weight_variance ArcCosine.bias_variance",
		"arc_cosine(ard, order=2, weight_variance=[2, 1])": "ArcCosine.variance ArcCosine.weight_variance[0] ArcCosine.weight_variance[1] ArcCosine.bias_variance",
	} {
		e, err := kernel.Parse(text, columnNames(2))
		if err != nil {
			t.Fatal(err)
		}
		names := ""
		for _, p := range kernel.Params(e.Kernel) {
			names += " " + p.Name
		}
		if names[1:] != want {
			t.Errorf("%s: %s", text, names)
		}
	}
	_, err := kernel.Parse("arc_cosine(order=3)", columnNames(1))
	if want := "kernel text, character 18: order must be from 0 to 2, not 3"; fmt.Sprint(err) != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
