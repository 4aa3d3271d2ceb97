package sparse

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/linalg"
)

func TestErrors(t *testing.T) {
	x := randomInputs(1, 10, 1)
	y := randomTargets(2, x)
	prior := gp.Prior{Kernel: rbf(1, 1)}
	twice := mat.NewDense(3, 1, []float64{0, 1, 0})
	close := mat.NewDense(3, 1, []float64{0, 1, 1e-9})
	good := line(-1, 1, 3)
	noise := gp.Noise(0.1)

	var equal *EqualInducing
	if _, _, err := (Prior{Prior: prior, Z: twice}).Condition(x, y, noise); !errors.As(err, &equal) || equal.I != 0 || equal.J != 2 {
		t.Errorf("equal inducing inputs: %v", err)
	}
	if _, _, err := (Prior{Prior: prior, Z: twice, Jitter: 1e-6}).Condition(x, y, noise); err != nil {
		t.Errorf("equal inducing inputs with jitter: %v", err)
	}
	// A failing factorisation is an error where jitter is constant, and a retry in Condition.
	var pivot *linalg.NotPositiveDefinite
	if _, err := NewCollapsed(x, y).Eval(Prior{Prior: prior, Z: close}, noise); !errors.As(err, &pivot) || pivot.Pivot != 2 {
		t.Errorf("close inducing inputs: %v", err)
	}
	if _, err := NewELBO(0).Eval(Prior{Prior: prior, Z: close}, noise, Delta{make([]float64, 3)}, x, y); !errors.As(err, &pivot) {
		t.Errorf("close inducing inputs: %v", err)
	}
	if post, _, err := (Prior{Prior: prior, Z: close}).Condition(x, y, noise); err != nil || post.Jitter() != 1e-10 {
		t.Errorf("close inducing inputs in Condition: %v", err)
	}
	var none *NoiseError
	if _, _, err := (Prior{Prior: prior, Z: good}).Condition(x, y, gp.Noise(0)); !errors.As(err, &none) || none.Row != -1 {
		t.Errorf("no noise: %v", err)
	}
	bad := make([]float64, 10)
	for i := range bad {
		bad[i] = 1
	}
	bad[3] = -1
	if _, _, err := (Prior{Prior: prior, Z: good}).Condition(x, y, gp.NoiseRows(bad...)); !errors.As(err, &none) || none.Row != 3 || none.Value != -1 {
		t.Errorf("negative noise: %v", err)
	}
	var number *gp.NotFinite
	y[4] = math.NaN()
	if _, _, err := (Prior{Prior: prior, Z: good}).Condition(x, y, noise); !errors.As(err, &number) || number.What != "target" || number.Row != 4 {
		t.Errorf("NaN target: %v", err)
	}
	y[4] = 0
	x.Set(7, 0, math.Inf(1))
	if _, _, err := (Prior{Prior: prior, Z: good}).Condition(x, y, noise); !errors.As(err, &number) || number.What != "input" || number.Row != 7 {
		t.Errorf("infinite input: %v", err)
	}
	if _, err := (Prior{Prior: prior}).Inducing(); !errors.Is(err, ErrNoInducing) {
		t.Errorf("no inducing inputs: %v", err)
	}
	if _, _, err := (Prior{Prior: prior, Z: good}).Condition(nil, nil, noise); !errors.Is(err, gp.ErrNoRows) {
		t.Errorf("no rows: %v", err)
	}
	wantPanic(t, "sparse: data: x has 2 columns, want 1", func() {
		_, _, _ = Prior{Prior: prior, Z: good}.Condition(randomInputs(1, 10, 2), y, noise)
	})
}

// broken is a kernel whose covariance of two points overflows at one of them.
type broken struct{ kernel.Kernel }

func (k broken) Cov(dst, x, y *mat.Dense) {
	k.Kernel.Cov(dst, x, y)
	n, m := dst.Dims()
	for i := range n {
		for j := range m {
			if y.At(j, 0) == 7 {
				dst.Set(i, j, math.Inf(1))
			}
		}
	}
}

// A covariance that is not finite is an error that names row and inducing input.
func TestCovarianceNotFinite(t *testing.T) {
	x := line(0, 1, 5)
	x.Set(3, 0, 7)
	p := Prior{Prior: gp.Prior{Kernel: broken{rbf(1, 1)}}, Z: line(0, 1, 2)}
	var number *gp.NotFinite
	_, _, err := p.Condition(x, make([]float64, 5), gp.Noise(1))
	if !errors.As(err, &number) || number.What != "covariance" || number.Row != 3 || number.Column != 0 {
		t.Errorf("infinite covariance: %v", err)
	}
}

func TestErrorMessages(t *testing.T) {
	for want, err := range map[string]error{
		"inducing inputs 1 and 3: equal, with no jitter":                                          &EqualInducing{0, 2},
		"inducing inputs: 9 of them for 8 rows; at most one a row":                                &TooManyInducing{9, 8},
		"noise variance with white noise and jitter is 0, want a positive, finite number":         &NoiseError{-1, 0},
		"row 4: noise variance with white noise and jitter is -1, want a positive, finite number": &NoiseError{3, -1},
		"inducing variables 1 and 2: covariance 0.5, a mean-field guide has none":                 &NotDiagonal{0, 1, 0.5},
		"guide parameter 3: NaN does not make a distribution":                                     &GuideParamError{3, math.NaN()},
	} {
		if err.Error() != want {
			t.Errorf("message %q, want %q", err, want)
		}
	}
}
