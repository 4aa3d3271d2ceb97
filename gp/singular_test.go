package gp

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/linalg"
)

// A kernel of finite rank without noise, and targets off what it can be: pivots of
// rounding were taken for a factor, and the mean was no line.
func TestLineWithoutNoiseIsTheLeastSquaresLine(t *testing.T) {
	x, y := mat.NewDense(5, 1, []float64{1, 2, 3, 4, 5}), []float64{1, 3, 2, 5, 4}
	for _, scale := range []float64{1e-3, 1, 1e3} {
		p := Prior{Kernel: kernel.Linear{Variance: []float64{scale}, Bias: scale}}
		var pivot *linalg.NotPositiveDefinite
		if _, err := NewEvidence(x, y).Eval(p, Noise(0)); !errors.As(err, &pivot) || pivot.Pivot != 2 || !pivot.Lost() {
			t.Errorf("scale %g: evidence: error %v, want pivot 2 lost in rounding", scale, err)
		}
		post := condition(t, p, x, y, Noise(0))
		if post.Jitter() < 1e-10*scale {
			t.Fatalf("scale %g: jitter %g", scale, post.Jitter())
		}
		// The fit is 1.4, 2.2, ... 4.6. Weights are residuals of up to 1.2 over the jitter
		// j, and those of ten rounded products with k <= 26 scale are ε 26 scale 12/j; what
		// jitter shrinks is less by four digits.
		tol := 0x1p-52 * 26 * scale * 12 / post.Jitter()
		wantAllNear(t, fmt.Sprint("mean of scale ", scale), post.Mean(nil, x), []float64{1.4, 2.2, 3, 3.8, 4.6}, tol)
		// The variance of a least-squares line of noise j: j (1/5 + (x - 3)²/10), less by
		// the prior's precision, 1e-10 of it. Its rounding is ε 26 scale, and some times that.
		for i, v := range post.Variance(nil, x) {
			d := float64(i - 2)
			want := post.Jitter() * (0.2 + d*d/10)
			if math.Abs(v-want) > roundingFactor*0x1p-52*26*scale {
				t.Errorf("scale %g: variance %d is %v, want %v", scale, i, v, want)
			}
		}
	}
}

// quadratic is (Bias + Variance^1/2 ...)² as features: for inputs of one column,
// v (x y + b)² = v (b² + 2 b x y + x² y²).
func quadratic(k kernel.Polynomial, x float64) []float64 {
	s := math.Sqrt(k.Variance)
	return []float64{s * k.Bias, s * math.Sqrt(2*k.Bias) * x, s * x * x}
}

// weightSpaceEvidence returns log N(y; 0, F F' + s I) for the features F of N rows by
// a least-squares problem, which does not square their condition:
//
//	r'H⁻¹r = min_w (|y - F w|² + s |w|²)/s,  det H = s^(N-P) det(F'F + s I)
func weightSpaceEvidence(t *testing.T, f [][]float64, y []float64, s float64) float64 {
	t.Helper()
	n, p := len(f), len(f[0])
	a, b := mat.NewDense(n+p, p, nil), mat.NewDense(n+p, 1, nil)
	for i := range n {
		a.SetRow(i, f[i])
		b.Set(i, 0, y[i])
	}
	for j := range p {
		a.Set(n+j, j, math.Sqrt(s))
	}
	var qr mat.QR
	qr.Factorize(a)
	var w, left, r mat.Dense
	if err := qr.SolveTo(&w, false, b); err != nil {
		var c mat.Condition
		if !errors.As(err, &c) {
			t.Fatal(err)
		}
	}
	left.Mul(a, &w)
	left.Sub(b, &left)
	qr.RTo(&r)
	logDet := float64(n-p) * math.Log(s)
	for j := range p {
		logDet += 2 * math.Log(math.Abs(r.At(j, j)))
	}
	return -0.5*math.Pow(mat.Norm(&left, 2), 2)/s - 0.5*logDet - 0.5*float64(n)*math.Log(2*math.Pi)
}

// Targets that a quadratic does not fit, with a noise of 1e-8: a fit climbed the
// rounding of the evidence by a factor of ten. Where there is a value it is right to
// the digits that it promises.
func TestEvidenceHasDigitsOrIsAnError(t *testing.T) {
	const s = 1e-8
	values, refused := 0, 0
	for _, n := range []int{50, 200} {
		r := randomInputs(7, n, 2)
		x, y := mat.NewDense(n, 1, nil), make([]float64, n)
		for i := range n {
			v := 3 * r.At(i, 0)
			x.Set(i, 0, v)
			y[i] = 1 + 2*v - 0.7*v*v + r.At(i, 1)
		}
		e := NewEvidence(x, y)
		for _, v := range []float64{1e-3, 0.1, 1, 10, 1e3, 1e6} {
			for _, b := range []float64{0.1, 1, 30, 1e3} {
				k := kernel.Polynomial{Degree: 2, Variance: v, Bias: b}
				got, err := e.Eval(Prior{Kernel: k}, Noise(s))
				again, _, errGrad := e.EvalGrad(Prior{Kernel: k}, Noise(s))
				if (err == nil) != (errGrad == nil) || again != got {
					t.Errorf("variance %g, bias %g: Eval %v, %v, EvalGrad %v, %v", v, b, got, err, again, errGrad)
				}
				var lost *EvidenceLost
				var pivot *linalg.NotPositiveDefinite
				switch {
				case errors.As(err, &lost), errors.As(err, &pivot):
					refused++
					continue
				case err != nil:
					t.Fatal(err)
				}
				values++
				f := make([][]float64, n)
				for i := range f {
					f[i] = quadratic(k, x.At(i, 0))
				}
				want := weightSpaceEvidence(t, f, y, s)
				// Errors may be roundingFactor times their size.
				if math.Abs(got-want) > roundingFactor*keptDigits*math.Abs(want) {
					t.Errorf("n %d, variance %g, bias %g: log evidence %.8g, want %.8g", n, v, b, got, want)
				}
			}
		}
	}
	if values < 24 || refused < 8 {
		t.Errorf("%d values and %d errors of 48", values, refused)
	}
}

// The estimate costs nothing where noise is not tiny, and changes no value there.
func TestEvidenceOfOrdinaryNoiseIsNotNear(t *testing.T) {
	x := randomInputs(1, 40, 2)
	e := NewEvidence(x, randomTargets(2, x))
	if _, err := e.Eval(Prior{Kernel: unitRBF}, Noise(1e-9)); err != nil {
		t.Fatal(err)
	}
	if tooMuch(e.loss.atMost(1), 1) {
		t.Errorf("rounding of up to %g of the fit for a noise of 1e-9", e.loss.atMost(1))
	}
}
