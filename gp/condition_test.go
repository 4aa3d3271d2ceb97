package gp

import (
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/linalg"
)

var unitRBF = kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}

func TestConditionErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	x := mat.NewDense(3, 2, []float64{0, 1, 2, 3, 4, 5})
	y := []float64{1, 2, 3}
	badX := mat.NewDense(3, 2, []float64{0, 1, 2, nan, 4, 5})
	twice := mat.NewDense(3, 2, []float64{0, 1, 2, 3, math.Copysign(0, -1), 1})
	for _, c := range []struct {
		name    string
		p       Prior
		x       *mat.Dense
		y       []float64
		noise   NoiseVariance
		message string
	}{
		{"no rows", Prior{Kernel: unitRBF}, &mat.Dense{}, nil, Noise(1), "no rows to condition on"},
		{"nil", Prior{Kernel: unitRBF}, nil, nil, Noise(1), "no rows to condition on"},
		{"NaN input", Prior{Kernel: unitRBF}, badX, y, Noise(1), "row 2, column 2: the input is NaN"},
		{"infinite target", Prior{Kernel: unitRBF}, x, []float64{1, 2, inf}, Noise(1), "row 3: the target is +Inf"},
		{"negative noise", Prior{Kernel: unitRBF}, x, y, Noise(-1), "noise variance is -1, want a finite number that is not negative"},
		{"NaN noise", Prior{Kernel: unitRBF}, x, y, NoiseRows(1, nan, 1), "row 2: noise variance is NaN, want a finite number that is not negative"},
		{"infinite noise", Prior{Kernel: unitRBF}, x, y, Noise(inf), "noise variance is +Inf, want a finite number that is not negative"},
		{"negative jitter", Prior{Kernel: unitRBF, Jitter: -1e-6}, x, y, Noise(1), "jitter is -1e-06, want a finite number that is not negative"},
		{"bad parameter", Prior{Kernel: kernel.RBF{Variance: -1, Lengthscale: kernel.Shared(1)}}, x, y, Noise(1), "RBF.variance is -1, outside of (0, +Inf)"},
		{"NaN mean", Prior{Kernel: unitRBF, Mean: Constant{nan}}, x, y, Noise(1), "row 1: the mean is NaN"},
		{"NaN kernel", Prior{Kernel: nanAt{2, 1}}, x, y, Noise(1), "rows 2 and 3: the kernel's value is NaN"},
		{"equal inputs", Prior{Kernel: unitRBF}, twice, y, Noise(0), "rows 1 and 3: equal inputs and different targets, with no noise and no jitter"},
		{"equal inputs, one noisy elsewhere", Prior{Kernel: unitRBF}, twice, y, NoiseRows(0, 1, 0), "rows 1 and 3: equal inputs and different targets, with no noise and no jitter"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := c.p.Condition(c.x, c.y, c.noise)
			if err == nil || err.Error() != c.message {
				t.Errorf("error %v, want %q", err, c.message)
			}
		})
	}
	_, err := Prior{Kernel: kernel.Product{unitRBF, kernel.White{Variance: 1}}}.Condition(x, y, Noise(1))
	if err == nil || !strings.Contains(err.Error(), "white") {
		t.Errorf("white noise in a product: error %v", err)
	}
	wantPanic(t, "gp: Condition: 2 targets for 3 rows", func() { Prior{Kernel: unitRBF}.Condition(x, y[:2], Noise(1)) })
	wantPanic(t, "gp: Condition: 2 noise variances for 3 rows", func() { Prior{Kernel: unitRBF}.Condition(x, y, NoiseRows(1, 1)) })
	wantPanic(t, "gp: Prior without a kernel", func() { Prior{}.Condition(x, y, Noise(1)) })
}

// nanAt is the unit RBF but for one element of K_XX.
type nanAt struct{ row, column int }

func (k nanAt) Cov(dst, x, y *mat.Dense) {
	unitRBF.Cov(dst, x, y)
	dst.Set(k.row, k.column, math.NaN())
}
func (k nanAt) Diag(dst []float64, x *mat.Dense) { unitRBF.Diag(dst, x) }

// Equal inputs are legal as soon as either has noise, or there is white noise
// or jitter.
func TestEqualInputsLegal(t *testing.T) {
	x := mat.NewDense(3, 1, []float64{0, 1, 0})
	y := []float64{1, 2, 1.5}
	withWhite := kernel.Add(unitRBF, kernel.White{Variance: 0.1})
	for name, c := range map[string]struct {
		p     Prior
		noise NoiseVariance
	}{
		"noise":       {Prior{Kernel: unitRBF}, Noise(0.1)},
		"one noisy":   {Prior{Kernel: unitRBF}, NoiseRows(0, 0, 0.1)},
		"white":       {Prior{Kernel: withWhite}, Noise(0)},
		"jitter":      {Prior{Kernel: unitRBF, Jitter: 1e-4}, Noise(0)},
		"all of them": {Prior{Kernel: withWhite, Jitter: 0.1}, Noise(0.1)},
	} {
		post := condition(t, c.p, x, y, c.noise)
		if j := post.Jitter(); j != c.p.Jitter {
			t.Errorf("%s: jitter %g, want %g: nothing to retry for", name, j, c.p.Jitter)
		}
		want := slowPosterior(c.p, x, y, post.NoiseDiag(), x)
		// cond(H) is under 1e5 in all.
		wantAllNear(t, name, post.Mean(nil, x), want.mean, 1e-9)
	}
}

// A zero on the diagonal where a row is alone is legal, and interpolates.
func TestInterpolation(t *testing.T) {
	x := mat.NewDense(4, 1, []float64{0, 1, 2, 3.5})
	y := []float64{1, -2, 0.5, 3}
	post := condition(t, Prior{Kernel: unitRBF, Mean: Constant{5}}, x, y, Noise(0))
	if post.Jitter() != 0 {
		t.Fatalf("jitter %g on a well-conditioned matrix", post.Jitter())
	}
	// cond(K) is about 20: some 1e-14.
	wantAllNear(t, "mean at the data", post.Mean(nil, x), y, 1e-12)
	wantAllNear(t, "variance at the data", post.Variance(nil, x), make([]float64, 4), 1e-12)
}

func TestJitterReported(t *testing.T) {
	// 40 points within two lengthscales of a smooth kernel: K is singular to
	// rounding, whatever the noise of 0 says.
	n := 40
	x := mat.NewDense(n, 1, nil)
	y := make([]float64, n)
	for i := range n {
		x.Set(i, 0, float64(i)/20)
		y[i] = math.Sin(x.At(i, 0))
	}
	post := condition(t, Prior{Kernel: kernel.RBF{Variance: 4, Lengthscale: kernel.Shared(1)}}, x, y, Noise(0))
	ratio := post.Jitter() / 4 // 4 is the mean of the diagonal of K
	if exponent := math.Log10(ratio); !(exponent > -10.1 && exponent < -3.9) || math.Abs(exponent-math.Round(exponent)) > 1e-9 {
		t.Fatalf("jitter %g is not 4 times a power of ten from 1e-10 to 1e-4", post.Jitter())
	}
	for i, v := range post.NoiseDiag() {
		if v != post.Jitter() {
			t.Fatalf("NoiseDiag[%d] is %g, want the jitter %g", i, v, post.Jitter())
		}
	}
	if c := post.Solver().(interface{ Jitter() float64 }).Jitter(); c != post.Jitter() {
		t.Errorf("the factor's jitter %g, want %g", c, post.Jitter())
	}
	// The evidence is that of the jitter used.
	p := post.Prior()
	p.Jitter = post.Jitter()
	if again := condition(t, p, x, y, Noise(0)); again.LogEvidence() != post.LogEvidence() || again.Jitter() != post.Jitter() {
		t.Errorf("with that jitter from the start: %v with %g, want %v with %g", again.LogEvidence(), again.Jitter(), post.LogEvidence(), post.Jitter())
	}
	// The scale of the retries is that of K, not of noise on top of it.
	noise := make([]float64, n)
	noise[0] = 1e12
	if j := condition(t, post.Prior(), x, y, NoiseRows(noise...)).Jitter(); j > 4e-4 {
		t.Errorf("jitter %g beside one row of large noise: it is relative to the noise", j)
	}
}

func TestNotPositiveDefinite(t *testing.T) {
	x := mat.NewDense(2, 1, []float64{0, 1})
	_, err := Prior{Kernel: notCovariance{}}.Condition(x, []float64{1, 2}, Noise(0))
	var e *linalg.NotPositiveDefinite
	if !errors.As(err, &e) || e.Pivot != 1 || len(e.Tried) != 8 {
		t.Errorf("error %v, want pivot 1 after 8 attempts", err)
	}
}

// notCovariance has the eigenvalues 3 and -1 at two points.
type notCovariance struct{}

func (notCovariance) Cov(dst, x, y *mat.Dense) {
	n, _ := x.Dims()
	m, _ := y.Dims()
	for i := range n {
		for j := range m {
			dst.Set(i, j, 2)
			if x.At(i, 0) == y.At(j, 0) {
				dst.Set(i, j, 1)
			}
		}
	}
}
func (notCovariance) Diag(dst []float64, x *mat.Dense) {}

func TestOneRow(t *testing.T) {
	x := mat.NewDense(1, 1, []float64{0.5})
	post := condition(t, Prior{Kernel: unitRBF}, x, []float64{2}, Noise(0.25))
	// H = 1.25: mean 2/1.25, variance 1 - 1/1.25, log N(2; 0, 1.25).
	wantNear(t, "mean", post.Mean(nil, x)[0], 1.6, 1e-15)
	wantNear(t, "variance", post.Variance(nil, x)[0], 0.2, 1e-15)
	wantNear(t, "log evidence", post.LogEvidence(), -0.5*4/1.25-0.5*math.Log(2*math.Pi*1.25), 1e-15)
	// d log N/d noise = (y²/h² - 1/h)/2.
	wantNear(t, "noise gradient", post.EvidenceGrad().Noise[0], 0.5*(4/(1.25*1.25)-1/1.25), 1e-15)
}

func TestConstantTarget(t *testing.T) {
	x := randomInputs(1, 10, 2)
	y := make([]float64, 10)
	for i := range y {
		y[i] = 3
	}
	post := condition(t, Prior{Kernel: unitRBF, Mean: Constant{3}}, x, y, Noise(0.1))
	wantAllNear(t, "mean", post.Mean(nil, randomInputs(2, 5, 2)), []float64{3, 3, 3, 3, 3}, 0)
}

// The posterior keeps copies of what it was given.
func TestImmutable(t *testing.T) {
	x := randomInputs(1, 10, 2)
	y := randomTargets(2, x)
	noise := randomRows(3, 10)
	post := condition(t, Prior{Kernel: unitRBF}, x, y, NoiseRows(noise...))
	at := randomInputs(4, 3, 2)
	mean, variance, grad := post.Mean(nil, at), post.Variance(nil, at), post.EvidenceGrad()
	x.Set(0, 0, 100)
	y[0], noise[0] = 100, 100
	wantSameBits(t, "mean", post.Mean(nil, at), mean)
	wantSameBits(t, "variance", post.Variance(nil, at), variance)
	wantSameBits(t, "gradient", post.EvidenceGrad().Kernel, grad.Kernel)
	if post.Noise().At(0) == 100 {
		t.Error("the noise is not a copy")
	}
}
