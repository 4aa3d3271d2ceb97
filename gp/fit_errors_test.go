package gp

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/prob"
)

func TestFitErrors(t *testing.T) {
	x, y := wave(20, 1, 0.1, math.Sin)
	white := kernel.Add(rbf(), kernel.White{Variance: 1})
	minus := Noise(-1)
	for _, c := range []struct {
		name string
		fit  Fit
		k    kernel.Kernel
		want string
	}{
		{"unknown parameter", Fit{Priors: []ParamPrior{{"lenghtscale", prob.Gamma{Shape: 1, Rate: 1}}}}, rbf(), `no parameter is called "lenghtscale"; there are RBF.variance, RBF.lengthscale, Mean.constant, noise_variance`},
		{"priors without MAP", Fit{Method: MaximumEvidence, Priors: []ParamPrior{{"variance", prob.Gamma{Shape: 1, Rate: 1}}}}, rbf(), "priors have no effect"},
		{"white beside noise", Fit{}, white, "sum.1.White: white noise beside a fitted noise_variance"},
		{"negative noise", Fit{KnownNoise: &minus}, rbf(), "noise variance is -1"},
		{"bad prior", Fit{Priors: []ParamPrior{{"variance", prob.Gamma{Shape: -1, Rate: 1}}}}, rbf(), "prior of variance"},
		{"impossible prior", Fit{Priors: []ParamPrior{{"variance", prob.Uniform{Lower: -2, Upper: -1}}}}, rbf(), "RBF.variance: its prior"},
		{"bad parameter", Fit{}, kernel.RBF{Variance: -1, Lengthscale: kernel.Shared(1)}, "RBF.variance is -1"},
	} {
		_, err := c.fit.Run(context.Background(), Prior{Kernel: c.k}, x, y)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

// A mean that is no number was once reported as a covariance that is not positive
// definite.
func TestFitSaysWhyNoStartCouldBeEvaluated(t *testing.T) {
	x, y := wave(20, 1, 0.1, math.Sin)
	nan := Func{F: func(row []float64) float64 {
		if row[0] == x.At(7, 0) {
			return math.NaN()
		}
		return 0
	}}
	_, err := Fit{}.Run(context.Background(), Prior{Kernel: rbf(), Mean: nan}, x, y)
	var value *NotFinite
	if !errors.As(err, &value) || value.What != "mean" || value.Row != 7 {
		t.Errorf("error %v, want that of the mean at row 8", err)
	}
	small := Noise(1e-30)
	_, err = Fit{KnownNoise: &small}.Run(context.Background(), Prior{Kernel: huge{}}, x, y)
	if !errors.As(err, &value) || value.What != "covariance" {
		t.Errorf("error %v, want that of the covariance", err)
	}
}

// huge is a kernel whose values are no numbers.
type huge struct{}

func (huge) Cov(dst, _, _ *mat.Dense) {
	n, m := dst.Dims()
	for i := range n {
		for j := range m {
			dst.Set(i, j, math.Inf(1))
		}
	}
}

func (huge) Diag(dst []float64, _ *mat.Dense) {
	for i := range dst {
		dst[i] = math.Inf(1)
	}
}
