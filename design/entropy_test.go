package design_test

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/design"
	"matheron/linalg"
	"matheron/rng"
)

func TestMomentsAndCovariance(t *testing.T) {
	v := mat.NewDense(3, 2, []float64{1, 10, 2, 40, 6, 10})
	mean, variance := design.Moments(v)
	cov := design.Covariance(v)
	// By hand: means 3 and 20, deviations (-2, -1, 3) and (-10, 20, -10).
	for i, want := range []float64{3, 20} {
		near(t, "mean", mean[i], want, 1e-15)
	}
	for i, want := range []float64{7, 300} {
		near(t, "variance", variance[i], want, 1e-15)
		near(t, "diagonal", cov.At(i, i), want, 1e-14)
	}
	near(t, "covariance", cov.At(0, 1), -15, 1e-14)
	near(t, "covariance", cov.At(1, 0), -15, 1e-14)

	m, s := design.Predictive([]*mat.Dense{v, mat.NewDense(2, 2, []float64{0, 1, 2, 1})}, 0.5)
	if !mat.EqualApprox(m, mat.NewDense(2, 2, []float64{3, 20, 1, 1}), 1e-14) ||
		!mat.EqualApprox(s, mat.NewDense(2, 2, []float64{7.5, 300.5, 2.5, 0.5}), 1e-12) {
		t.Errorf("models %v and %v", m, s)
	}
}

func TestEntropy(t *testing.T) {
	// Of 4 and 9 with correlation 1/2, noise 1: det [5 3; 3 10] = 41.
	h, err := design.Entropy(mat.NewSymDense(2, []float64{4, 3, 3, 9}), 1)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "entropy", h, math.Log(2*math.Pi*math.E)+math.Log(41)/2, 1e-14)

	var not *linalg.NotPositiveDefinite
	if _, err := design.Entropy(mat.NewSymDense(2, []float64{1, 1, 1, 1}), 0); !errors.As(err, &not) || not.Pivot != 1 {
		t.Errorf("%v", err)
	}
}

// Each pick is the best beside those before, by factorising every set.
func TestGreedyEntropyIsGreedy(t *testing.T) {
	paths := draw(posterior(1, 0.3), 64)
	values := paths.Eval(grid(40))
	cov := design.Covariance(values)
	for _, noise := range []float64{1e-3, noise, 1} {
		picks := design.GreedyEntropy(cov, noise, 6)
		var set []int
		before := 0.0
		for _, p := range picks {
			top, which := math.Inf(-1), -1
			for i := range 40 {
				if contains(set, i) {
					continue
				}
				h, err := design.Entropy(minor(cov, append(set[:len(set):len(set)], i)), noise)
				if err != nil {
					t.Fatal(err)
				}
				if h > top {
					top, which = h, i
				}
			}
			set = append(set, p.Index)
			if p.Index != which {
				t.Errorf("noise %g: picks %d, the best is %d", noise, p.Index, which)
			}
			// Conditioning of 1/noise at most.
			near(t, "entropy", p.Entropy, top, 1e-12)
			near(t, "variance", p.Variance, math.Exp(2*(top-before))/(2*math.Pi*math.E), 1e-12)
			before = top
		}
		for i, p := range design.GreedyEntropyOfDraws(values, noise, 6) {
			if p.Index != picks[i].Index {
				t.Errorf("noise %g: pick %d is %d from draws and %d from their covariance", noise, i, p.Index, picks[i].Index)
			}
			near(t, "entropy from draws", p.Entropy, picks[i].Entropy, 1e-12)
		}
	}
}

func contains(set []int, i int) bool {
	for _, j := range set {
		if i == j {
			return true
		}
	}
	return false
}

func minor(cov mat.Symmetric, set []int) *mat.SymDense {
	out := mat.NewSymDense(len(set), nil)
	for a, i := range set {
		for b, j := range set[:a+1] {
			out.SetSym(a, b, cov.At(i, j))
		}
	}
	return out
}

// Three draws span two directions: what is left is noise, and nothing without it.
func TestGreedyEntropyOfFewDraws(t *testing.T) {
	values := mat.NewDense(3, 5, nil)
	r := rng.New(2).Rand()
	values.Apply(func(_, _ int, _ float64) float64 { return r.NormFloat64() }, values)
	noisy := design.GreedyEntropyOfDraws(values, 0.1, 5)
	sure := design.GreedyEntropyOfDraws(values, 0, 5)
	seen := map[int]bool{}
	for i := range 5 {
		seen[noisy[i].Index] = true
		if i < 2 && (sure[i].Variance <= 0 || math.IsInf(sure[i].Entropy, 0)) {
			t.Errorf("pick %d: %v", i, sure[i])
		}
		if i >= 2 && (sure[i].Variance != 0 || !math.IsInf(sure[i].Entropy, -1)) {
			t.Errorf("pick %d: %v", i, sure[i])
		}
		if noisy[i].Variance < 0.1 {
			t.Errorf("pick %d: variance %g below the noise", i, noisy[i].Variance)
		}
	}
	if len(seen) != 5 {
		t.Errorf("picks %v repeat", noisy)
	}
	want, err := design.Entropy(design.Covariance(values), 0.1)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "all of them", noisy[4].Entropy, want, 1e-12)
}

func TestMisuse(t *testing.T) {
	one := mat.NewDense(1, 2, []float64{1, 2})
	for name, f := range map[string]func(){
		"one draw":        func() { design.Moments(one) },
		"negative noise":  func() { design.GreedyEntropy(mat.NewSymDense(1, []float64{1}), -1, 1) },
		"too many":        func() { design.GreedyEntropy(mat.NewSymDense(1, []float64{1}), 0, 2) },
		"no variance":     func() { design.BALD(one, mat.NewDense(1, 2, nil)) },
		"shapes":          func() { design.BALD(one, mat.NewDense(2, 1, nil)) },
		"lengths":         func() { design.Straddle([]float64{1}, nil, 0, 1) },
		"NaN variance":    func() { design.Straddle([]float64{1}, []float64{math.NaN()}, 0, 1) },
		"no optima":       func() { design.MaxValueEntropy([]float64{1}, []float64{1}, nil) },
		"no band":         func() { design.ExpectedFeasibility([]float64{1}, []float64{1}, 0, 0) },
		"noiseless gain":  func() { _, _ = design.GaussianGain(mat.NewSymDense(1, []float64{1}), 0) },
		"one inner draw":  func() { _, _ = design.Nested{Outer: 2, Inner: 1}.Gains(t.Context(), nil, 1) },
		"different gains": func() { design.Gain{}.Less(gain(t, 4)) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
