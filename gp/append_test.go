package gp

import (
	"errors"
	"fmt"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/linalg"
)

func TestAppend(t *testing.T) {
	for _, c := range []struct {
		n, m   int
		before NoiseVariance
		after  NoiseVariance
		shared bool
	}{
		{30, 1, Noise(0.1), Noise(0.1), true},
		{1, 5, Noise(0.1), Noise(0.1), true},
		{64, 70, Noise(0.1), Noise(0.2), false},
		{30, 2, NoiseRows(randomRows(5, 30)...), Noise(0.2), false},
		{30, 2, Noise(0.1), NoiseRows(0.3, 0.4), false},
	} {
		t.Run(fmt.Sprintf("%d on %d", c.m, c.n), func(t *testing.T) {
			x := randomInputs(1, c.n+c.m, 2)
			y := randomTargets(2, x)
			p := problem(2)
			first := condition(t, p, rows(x, 0, c.n), y[:c.n], c.before)
			kept := first.LogEvidence()
			got, err := first.Append(rows(x, c.n, c.n+c.m), y[c.n:], c.after)
			if err != nil {
				t.Fatal(err)
			}
			all := c.before.join(c.n, c.after, c.m)
			if all.PerRow() == c.shared {
				t.Errorf("noise a row: %t", all.PerRow())
			}
			want := condition(t, p, x, y, all)
			at := randomInputs(3, 8, 2)
			// Both factorisations are backward stable and cond(H) < 4000.
			const tol = 1e-10
			wantNear(t, "log evidence", got.LogEvidence(), want.LogEvidence(), tol)
			wantAllNear(t, "mean", got.Mean(nil, at), want.Mean(nil, at), tol)
			wantAllNear(t, "covariance", dense(got.Covariance(nil, at)), dense(want.Covariance(nil, at)), tol)
			wantAllNear(t, "NoiseDiag", got.NoiseDiag(), want.NoiseDiag(), 1e-15)
			g, w := got.EvidenceGrad(), want.EvidenceGrad()
			wantAllNear(t, "kernel gradient", g.Kernel, w.Kernel, tol)
			wantAllNear(t, "mean gradient", g.Mean, w.Mean, tol)
			wantAllNear(t, "noise gradient", g.Noise, w.Noise, tol)
			wantSameBits(t, "X", dense(got.X()), dense(x))
			wantSameBits(t, "Y", got.Y(), y)
			if first.Len() != c.n || first.LogEvidence() != kept {
				t.Error("Append changed its receiver")
			}
		})
	}
}

func TestAppendEqualInputs(t *testing.T) {
	x := mat.NewDense(2, 1, []float64{0, 1})
	post := condition(t, Prior{Kernel: unitRBF}, x, []float64{1, 2}, Noise(0))
	again := mat.NewDense(2, 1, []float64{5, 1})
	var e *EqualInputs
	if _, err := post.Append(again, []float64{1, 3}, Noise(0)); !errors.As(err, &e) || e.I != 1 || e.J != 3 {
		t.Errorf("error %v, want rows 1 and 3, from 0", err)
	}
	next, err := post.Append(again, []float64{1, 2}, NoiseRows(0, 0.5))
	if err != nil {
		t.Fatal(err)
	}
	// Row 1 is known exactly, so that the noisy one changes nothing there.
	wantNear(t, "mean at the equal rows", next.Mean(nil, again)[1], 2, 1e-14)
}

func TestAppendErrors(t *testing.T) {
	x := randomInputs(1, 5, 2)
	post := condition(t, Prior{Kernel: unitRBF}, x, randomTargets(2, x), Noise(0.1))
	var noise *NoiseError
	if _, err := post.Append(randomInputs(2, 2, 2), []float64{1, 2}, NoiseRows(1, -1)); !errors.As(err, &noise) || noise.Row != 1 {
		t.Errorf("negative noise: error %v", err)
	}
	if _, err := post.Append(nil, nil, Noise(1)); !errors.Is(err, ErrNoRows) {
		t.Errorf("no rows: error %v", err)
	}
	// Points 1e-12 away from another, without noise: their pivots, of 1e-24, are lost,
	// whatever rounding leaves of them.
	exact := condition(t, Prior{Kernel: unitRBF}, mat.NewDense(2, 1, []float64{0, 1}), []float64{1, 2}, Noise(0))
	for i := range 64 {
		var notPD *linalg.NotPositiveDefinite
		_, err := exact.Append(mat.NewDense(1, 1, []float64{1 + 1e-12*float64(1+i)}), []float64{2}, Noise(0))
		if !errors.As(err, &notPD) || notPD.Pivot != 2 || !notPD.Lost() {
			t.Errorf("a point too close: error %v", err)
		}
	}
	wantPanic(t, "gp: Append: x has 1 columns, want 2", func() { post.Append(randomInputs(1, 1, 1), []float64{1}, Noise(1)) })
	wantPanic(t, "gp: Append: 3 noise variances for 1 rows", func() { post.Append(randomInputs(1, 1, 2), []float64{1}, NoiseRows(1, 1, 1)) })
}

// Jitter that a retry added stays on the rows that are appended.
func TestAppendKeepsRetryJitter(t *testing.T) {
	n := 40
	x := mat.NewDense(n, 1, nil)
	for i := range n {
		x.Set(i, 0, float64(i)/20)
	}
	post := condition(t, Prior{Kernel: unitRBF}, x, randomTargets(1, x), Noise(0))
	if post.Jitter() == 0 {
		t.Fatal("no jitter was needed")
	}
	next, err := post.Append(mat.NewDense(1, 1, []float64{x.At(3, 0)}), []float64{0}, Noise(0))
	if err != nil {
		t.Fatal(err)
	}
	if next.Jitter() != post.Jitter() || next.NoiseDiag()[n] != post.Jitter() {
		t.Errorf("jitter %g, diagonal %g, want both %g", next.Jitter(), next.NoiseDiag()[n], post.Jitter())
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, n := range []int{500, 2000} {
		x := randomInputs(1, n, 8)
		p := Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}}
		post := condition(b, p, x, randomTargets(2, x), Noise(0.1))
		row := randomInputs(3, 1, 8)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := post.Append(row, []float64{1}, Noise(0.1)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
