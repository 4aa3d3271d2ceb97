package demo_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

func TestActiveLearning(t *testing.T) {
	for _, seed := range []uint64{0, 1} {
		r := run(t, seed)
		s, a := r.Example, r.ActiveLearning
		book := newTextbook(t, s, 1e-6)

		_, sd := book.moments([]float64{a.Variance.X})
		within(t, "exact variance", a.VarianceExact, sd[0]*sd[0], 1e-9)
		// A variance of 64 draws has a relative error of sqrt(2/63), of which the
		// greatest of a dozen independent ones is taken; the basis adds 2 x 3%.
		within(t, "variance", a.Variance.Score/a.VarianceExact, 1, sigmas*math.Sqrt(2./63)+0.06)
		top := 0
		for i := range a.X {
			v := stat.Variance(mat.Col(nil, i, s.Values), nil)
			within(t, "variance of the draws", a.VarianceCurve[i], v, 1e-12)
			if a.VarianceCurve[i] > a.VarianceCurve[top] {
				top = i
			}
		}
		if a.Variance.X != a.X[top] || a.Variance.Score != a.VarianceCurve[top] {
			t.Errorf("variance %+v, the greatest is %v at %v", a.Variance, a.VarianceCurve[top], a.X[top])
		}

		// The joint entropy by determinants, of the posterior and of the draws.
		n := len(a.Entropy.X)
		_, c := book.joint(a.Entropy.X)
		within(t, "exact entropy", a.Entropy.Exact, entropy(t, c, 0.15*0.15), 1e-8)
		index := map[float64]int{}
		for i, x := range a.X {
			index[x] = i
		}
		picked := mat.NewDense(64, n, nil)
		for j, x := range a.Entropy.X {
			picked.SetCol(j, mat.Col(nil, index[x], s.Values))
		}
		var of mat.SymDense
		stat.CovarianceMatrix(&of, picked, nil)
		within(t, "entropy of the draws", a.Entropy.Entropy, entropy(t, mat.DenseCopyOf(&of), s.Noise), 1e-9)
		// The set is greedy: the first is the most uncertain, and no other last point,
		// of those not picked, has more.
		if a.Entropy.X[0] != a.Variance.X {
			t.Errorf("the first pick is %v", a.Entropy.X[0])
		}
		for i := range a.X {
			if slices.Contains(a.Entropy.X, a.X[i]) {
				continue
			}
			picked.SetCol(n-1, mat.Col(nil, i, s.Values))
			stat.CovarianceMatrix(&of, picked, nil)
			if e := entropy(t, mat.DenseCopyOf(&of), s.Noise); e > a.Entropy.Entropy+1e-9 {
				t.Errorf("with %v the entropy is %v, more than %v", a.X[i], e, a.Entropy.Entropy)
			}
		}

		bald(t, s.Noise, a.BALDMean, a.BALDVariance, a.BALDX, a.BALDCurve)
		if a.BALDModels != 40 || len(a.BALDX) != 100 {
			t.Errorf("%d models at %d points", a.BALDModels, len(a.BALDX))
		}
		// The models are those of the draws of section 2.
		for _, m := range []int{0, 17, 39} {
			post := r.Bayesian.Posteriors[6*m]
			within(t, "mean of a prediction", a.BALDMean.At(m, 20), post.Mean(nil, column(a.BALDX[20]))[0], 1e-12)
			within(t, "variance of a prediction", a.BALDVariance.At(m, 20), post.Variance(nil, column(a.BALDX[20]))[0]+s.Noise, 1e-12)
		}
		if best := mat.Max(mat.NewVecDense(100, a.BALDCurve)); a.BALD.Score != best || !(best > 0) {
			t.Errorf("BALD %+v, the greatest is %v", a.BALD, best)
		}

		maxValue(t, a.X, a.MaxValueCurve, s.Values, a.LeastOnGrid)
		if best := mat.Max(mat.NewVecDense(200, a.MaxValueCurve)); a.MaxValueEntropy.Score != best {
			t.Errorf("max-value entropy %+v, the greatest is %v", a.MaxValueEntropy, best)
		}
	}
}

// entropy returns that of N(0, c + noise I).
func entropy(t *testing.T, c *mat.Dense, noise float64) float64 {
	t.Helper()
	s := symmetric(c)
	n, _ := s.Dims()
	for i := range n {
		s.SetSym(i, i, s.At(i, i)+noise)
	}
	var chol mat.Cholesky
	if !chol.Factorize(s) {
		t.Fatal("not positive definite")
	}
	return (float64(n)*math.Log(2*math.Pi*math.E) + chol.LogDet()) / 2
}

// bald compares scores with the entropies by quadrature of 10,001 points.
func bald(t *testing.T, noise float64, mean, variance *mat.Dense, x, score []float64) {
	t.Helper()
	models, _ := mean.Dims()
	for j := 0; j < len(x); j += 7 {
		low, high, own := math.Inf(1), math.Inf(-1), 0.0
		for m := range models {
			sd := math.Sqrt(variance.At(m, j))
			low, high = min(low, mean.At(m, j)-9*sd), max(high, mean.At(m, j)+9*sd)
			own += math.Log(2*math.Pi*math.E*sd*sd) / 2 / float64(models)
		}
		whole := trapezoid(low, high, func(y float64) float64 {
			p := 0.0
			for m := range models {
				sd := math.Sqrt(variance.At(m, j))
				p += phi((y-mean.At(m, j))/sd) / sd / float64(models)
			}
			if p == 0 {
				return 0
			}
			return -p * math.Log(p)
		})
		// Both are good to 1e-9.
		within(t, "BALD", score[j], whole-own, 2e-9)
	}
}

// maxValue compares scores with the entropy of f less that of f cut off below each
// least value, by quadrature of 10,001 points.
func maxValue(t *testing.T, x, score []float64, values *mat.Dense, least []float64) {
	t.Helper()
	for j := 3; j < len(x); j += 40 {
		m, v := stat.MeanVariance(mat.Col(nil, j, values), nil)
		sd := math.Sqrt(v)
		want := 0.0
		for _, y := range least {
			mass := cdf((m - y) / sd)
			// -p log p over f > y, p being the normal density over the mass that is
			// left; the rest of the support is what is below m + 12 sd.
			cut := trapezoid(y, max(m, y)+12*sd, func(f float64) float64 {
				p := phi((f-m)/sd) / sd / mass
				if p == 0 {
					return 0
				}
				return -p * math.Log(p)
			})
			want += (math.Log(2*math.Pi*math.E*v)/2 - cut) / float64(len(least))
		}
		// Steps of some 0.002 sd, with ends that do not vanish: h²/12 times slopes.
		within(t, "max-value entropy", score[j], want, 1e-5)
	}
}
