package gp

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/linalg"
	"matheron/rng"
)

func TestDrawMoments(t *testing.T) {
	x := randomInputs(1, 15, 1)
	y := randomTargets(2, x)
	post := condition(t, Prior{Kernel: kernel.Matern32{Variance: 1, Lengthscale: kernel.Shared(0.8)}, Mean: Constant{1}}, x, y, Noise(0.05))
	at := mat.NewDense(6, 1, []float64{-2.5, -1, 0, 0.4, 1.7, 3})
	const s = 20000
	draws, jitter, err := post.Draw(rng.New(3), s, at)
	if err != nil {
		t.Fatal(err)
	}
	if jitter != 0 {
		t.Errorf("jitter %g for six points apart", jitter)
	}
	mean, cov := post.Mean(nil, at), post.Covariance(nil, at)
	// Whitened, z = C^-1 (f - mean) is standard normal: each of the 6 sample
	// means has the standard error s^-1/2, each of the 21 sample second moments
	// (1 + [i=j])^1/2 s^-1/2. Five of them: 1.5e-5 in 27 by chance, for one key.
	c, err := linalg.Factorize(cov, linalg.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	z := mat.NewDense(6, s, nil)
	for j := range s {
		for i := range 6 {
			z.Set(i, j, draws.At(j, i)-mean[i])
		}
	}
	c.SolveLower(z)
	se := 1 / math.Sqrt(s)
	for i := range 6 {
		if m := mat.Sum(z.RowView(i)) / s; math.Abs(m) > 5*se {
			t.Errorf("mean of z[%d] is %g, want 0 within %g", i, m, 5*se)
		}
		for j := range i + 1 {
			want, tol := 0.0, 5*se
			if i == j {
				want, tol = 1, 5*math.Sqrt2*se
			}
			if m := mat.Dot(z.RowView(i), z.RowView(j)) / s; math.Abs(m-want) > tol {
				t.Errorf("mean of z[%d] z[%d] is %g, want %g within %g", i, j, m, want, tol)
			}
		}
	}
}

func TestDrawStreams(t *testing.T) {
	x := randomInputs(1, 8, 1)
	post := condition(t, Prior{Kernel: unitRBF}, x, randomTargets(2, x), Noise(0.05))
	at := randomInputs(3, 5, 1)
	many, _, err := post.Draw(rng.New(1), 7, at)
	if err != nil {
		t.Fatal(err)
	}
	few, _, err := post.Draw(rng.New(1), 3, at)
	if err != nil {
		t.Fatal(err)
	}
	wantSameBits(t, "the first draws", dense(few), dense(rows(many, 0, 3)))
	other, _, err := post.Draw(rng.New(2), 1, at)
	if err != nil {
		t.Fatal(err)
	}
	if other.At(0, 0) == many.At(0, 0) {
		t.Error("another key gave the same draw")
	}
	wantPanic(t, "gp: Draw: 0 draws, want at least 1", func() { post.Draw(rng.New(1), 0, at) })
}

// Draws on a fine grid need jitter, and say so.
func TestDrawReportsJitter(t *testing.T) {
	x := randomInputs(1, 8, 1)
	post := condition(t, Prior{Kernel: unitRBF}, x, randomTargets(2, x), Noise(0.05))
	grid := mat.NewDense(200, 1, nil)
	for i := range 200 {
		grid.Set(i, 0, float64(i)/100)
	}
	draws, jitter, err := post.Draw(rng.New(1), 2, grid)
	if err != nil {
		t.Fatal(err)
	}
	if !(jitter >= 1e-10 && jitter < 1.1e-4) {
		t.Errorf("jitter %g, want some from 1e-10 to 1e-4", jitter)
	}
	for _, v := range dense(draws) {
		if !finite(v) {
			t.Fatalf("a draw is %v", v)
		}
	}
}

func TestPredictInto(t *testing.T) {
	x := randomInputs(1, 20, 2)
	post := condition(t, Prior{Kernel: unitRBF}, x, randomTargets(2, x), Noise(0.05))
	at := randomInputs(3, 200, 2) // of more than one block
	mean, variance := make([]float64, 200), make([]float64, 200)
	for i := range mean {
		mean[i], variance[i] = math.NaN(), math.NaN()
	}
	wantSameBits(t, "mean", post.Mean(mean, at), post.Mean(nil, at))
	wantSameBits(t, "variance", post.Variance(variance, at), post.Variance(nil, at))
	cov := mat.NewDense(203, 204, nil).Slice(1, 201, 2, 202).(*mat.Dense)
	post.Covariance(cov, at)
	wantSameBits(t, "covariance", dense(cov), dense(post.Covariance(nil, at)))
	wantSameBits(t, "symmetry", dense(cov), dense(cov.T()))
	for i := range 200 {
		wantNear(t, fmt.Sprint("variance ", i), variance[i], cov.At(i, i), 1e-13)
	}
	wantPanic(t, "gp: Mean: x has 1 columns, want 2", func() { post.Mean(nil, randomInputs(1, 3, 1)) })
	wantPanic(t, "gp: Variance: dst has 2 elements for 3 rows", func() { post.Variance(make([]float64, 2), randomInputs(1, 3, 2)) })
	wantPanic(t, "gp: Covariance: dst is 2 x 2, want 3 x 3", func() { post.Covariance(mat.NewDense(2, 2, nil), randomInputs(1, 3, 2)) })
}

func BenchmarkPredict(b *testing.B) {
	x := randomInputs(1, 2000, 8)
	post := condition(b, Prior{Kernel: unitRBF}, x, randomTargets(2, x), Noise(0.1))
	at := randomInputs(3, 1000, 8)
	b.Run("mean", func(b *testing.B) {
		for b.Loop() {
			post.Mean(nil, at)
		}
	})
	b.Run("variance", func(b *testing.B) {
		for b.Loop() {
			post.Variance(nil, at)
		}
	})
}
