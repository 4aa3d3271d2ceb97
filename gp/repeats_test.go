package gp

import (
	"context"
	"errors"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
)

// repeated is a table in which rows 2 and 5 repeat rows 0 and 1; row 4 has the inputs
// of row 0, too, but is another reading where it has noise.
func repeated() (x *mat.Dense, y []float64, kept []int) {
	return mat.NewDense(6, 1, []float64{0, 1, 0, 2.5, 0, 1}), []float64{1, 2, 1, -1, 0.5, 2}, []int{0, 1, 3, 4}
}

// Rows without noise that say the same twice are one row.
func TestRepeatsAreOneRow(t *testing.T) {
	x, y, kept := repeated()
	noise := NoiseRows(0, 0, 0, 0.1, 0.2, 0)
	one, oneY, oneNoise := takeRows(x, kept), pick(y, kept), NoiseRows(0, 0, 0.1, 0.2)
	p := Prior{Kernel: unitRBF, Mean: Constant{0.3}}
	got, want := condition(t, p, x, y, noise), condition(t, p, one, oneY, oneNoise)
	if got.Jitter() != 0 || got.Len() != 4 {
		t.Fatalf("%d rows with jitter %g, want 4 with 0", got.Len(), got.Jitter())
	}
	at := randomInputs(1, 9, 1)
	wantSameBits(t, "X", dense(got.X()), dense(one))
	wantSameBits(t, "Y", got.Y(), oneY)
	wantSameBits(t, "NoiseDiag", got.NoiseDiag(), want.NoiseDiag())
	wantSameBits(t, "mean", got.Mean(nil, at), want.Mean(nil, at))
	wantSameBits(t, "variance", got.Variance(nil, at), want.Variance(nil, at))
	if got.LogEvidence() != want.LogEvidence() || got.Noise().Len() != 4 {
		t.Errorf("log evidence %v of %d noise variances, want %v of 4", got.LogEvidence(), got.Noise().Len(), want.LogEvidence())
	}

	e := NewEvidence(x, y)
	for range 2 {
		v, g, err := e.EvalGrad(p, noise)
		if err != nil {
			t.Fatal(err)
		}
		grad := want.EvidenceGrad()
		wantNear(t, "evidence", v, want.LogEvidence(), 1e-14)
		// cond(H) is under 1e3.
		wantAllNear(t, "kernel gradient", g.Kernel, grad.Kernel, 1e-12)
		n := grad.Noise
		wantAllNear(t, "noise gradient", g.Noise, []float64{n[0], n[1], 0, n[2], n[3], 0}, 1e-12)
	}
	// With noise all of them are readings.
	if v, err := e.Eval(p, Noise(0.1)); err != nil || v != condition(t, p, x, y, Noise(0.1)).LogEvidence() {
		t.Errorf("evidence with noise %v, %v", v, err)
	}
	if n := condition(t, Prior{Kernel: unitRBF, Jitter: 1e-3}, x, y, noise).Len(); n != 6 {
		t.Errorf("%d rows with jitter, want 6", n)
	}
	// Rows are counted as they are given.
	y[5] = 3
	var equal *EqualInputs
	if _, err := p.Condition(x, y, noise); !errors.As(err, &equal) || equal.I != 1 || equal.J != 5 {
		t.Errorf("error %v, want rows 1 and 5", err)
	}
	if _, err := NewEvidence(x, y).Eval(p, noise); !errors.As(err, &equal) || equal.I != 1 || equal.J != 5 {
		t.Errorf("error %v of the evidence, want rows 1 and 5", err)
	}
	y[5] = 2
	var bad *NotFinite
	// Of the rows that are kept, row 3 is row 4 and row 2 is row 3.
	if _, err := (Prior{Kernel: nanAt{3, 2}}).Condition(x, y, noise); !errors.As(err, &bad) || bad.Row != 4 || bad.Column != 3 {
		t.Errorf("error %v, want rows 4 and 3, from 0", err)
	}
}

func TestAppendRepeats(t *testing.T) {
	x := mat.NewDense(2, 1, []float64{0, 1})
	post := condition(t, Prior{Kernel: unitRBF}, x, []float64{1, 2}, Noise(0))
	same, err := post.Append(mat.NewDense(2, 1, []float64{1, 0}), []float64{2, 1}, Noise(0))
	if err != nil || same != post {
		t.Errorf("rows that are known: %v, %v, want the posterior itself", same, err)
	}
	next, err := post.Append(mat.NewDense(4, 1, []float64{1, 2, 2, 3}), []float64{2, 5, 5, 4}, Noise(0))
	if err != nil {
		t.Fatal(err)
	}
	want := condition(t, Prior{Kernel: unitRBF}, mat.NewDense(7, 1, []float64{0, 1, 1, 2, 2, 3, 0}), []float64{1, 2, 2, 5, 5, 4, 1}, Noise(0))
	wantSameBits(t, "X", dense(next.X()), []float64{0, 1, 2, 3})
	wantSameBits(t, "X of all", dense(want.X()), []float64{0, 1, 2, 3})
	wantSameBits(t, "Y", next.Y(), want.Y())
	// cond(K) is about 10.
	wantNear(t, "log evidence", next.LogEvidence(), want.LogEvidence(), 1e-13)

	// A retry's jitter does not make a repeat another reading.
	n := 40
	dense := mat.NewDense(n, 1, nil)
	for i := range n {
		dense.Set(i, 0, float64(i)/20)
	}
	y := make([]float64, n)
	close := condition(t, Prior{Kernel: unitRBF}, dense, y, Noise(0))
	if again, err := close.Append(dense.Slice(3, 4, 0, 1).(*mat.Dense), []float64{0}, Noise(0)); err != nil || close.Jitter() == 0 || again != close {
		t.Errorf("jitter %g: %v, %v, want the posterior itself", close.Jitter(), again, err)
	}
}

// A fit of a simulation that was run twice at some inputs.
func TestFitOfRepeats(t *testing.T) {
	zero := Noise(0)
	x, y := wave(30, 1, 0, func(v float64) float64 { return v * v })
	twice := mat.NewDense(34, 1, slices.Concat(dense(x), dense(x)[:4]))
	out, err := Fit{KnownNoise: &zero, Method: MaximumEvidence}.Run(context.Background(), Prior{Kernel: kernel.Matern32{Variance: 1, Lengthscale: kernel.Shared(1)}}, twice, slices.Concat(y, y[:4]))
	if err != nil {
		t.Fatal(err)
	}
	// The fit may raise the jitter; what repeats a row is left out all the same.
	if out.Posterior.Len() != 30 {
		t.Errorf("%d rows with jitter %g, want 30", out.Posterior.Len(), out.Posterior.Jitter())
	}
}
