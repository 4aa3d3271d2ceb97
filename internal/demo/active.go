package demo

import (
	"context"

	"gonum.org/v1/gonum/mat"

	"matheron/design"
	"matheron/functional"
	"matheron/internal/parallel"
)

// Sizes of use 5.
const (
	entropySet = 5
	// BALD is asked of every second grid point, 0.04 apart in the worked example,
	// under each 6th draw of the hyperparameters, which are hardly correlated.
	baldPoints = 2
	baldEvery  = 6
)

// ActiveLearning is use 5: where to read next in order to know more. Scores are of
// grid points.
type ActiveLearning struct {
	// Variance is that of f among the functions, and the posterior's there.
	Variance      Best    `json:"variance"`
	VarianceExact float64 `json:"variance_exact"`
	// Entropy is the joint entropy of readings at a set of points, picked one after
	// the other to make it large.
	Entropy EntropySet `json:"joint_entropy"`
	// BALD is what a reading tells of the kernel's parameters, in nats.
	BALD       Best `json:"bald"`
	BALDModels int  `json:"bald_laws"`
	// MaxValueEntropy is what f(x) tells of the least value of f, in nats.
	MaxValueEntropy Best `json:"max_value_entropy"`

	X             []float64  `json:"-"` // the grid
	VarianceCurve []float64  `json:"-"`
	BALDX         []float64  `json:"-"`
	BALDCurve     []float64  `json:"-"`
	MaxValueCurve []float64  `json:"-"`
	BALDMean      *mat.Dense `json:"-"` // of a reading under each draw of the hyperparameters, draws x points
	BALDVariance  *mat.Dense `json:"-"`
	LeastOnGrid   []float64  `json:"-"` // of each function
}

// Best is the best point by a score.
type Best struct {
	X     float64 `json:"x"`
	Score float64 `json:"score"`
}

// EntropySet is a set of points to read at together.
type EntropySet struct {
	X []float64 `json:"x"` // in the order in which they were picked
	// Entropy is that of the readings by the functions' covariance, in nats, and
	// Exact that by the posterior's.
	Entropy float64 `json:"entropy"`
	Exact   float64 `json:"exact"`
}

// best returns the point with the greatest score, of equals the first.
func best(x, score []float64) Best {
	top := 0
	for i, v := range score {
		if v > score[top] {
			top = i
		}
	}
	return Best{x[top], score[top]}
}

// ActiveLearning computes use 5; the models of BALD are draws of section 2.
func (s *Example) ActiveLearning(_ context.Context, b *Bayesian) (*ActiveLearning, error) {
	a := &ActiveLearning{X: s.gridPoints()}
	mean, variance := design.Moments(s.Values)
	a.VarianceCurve = variance
	a.Variance = best(a.X, variance)
	a.VarianceExact = s.Posterior.Variance(nil, column([]float64{a.Variance.X}))[0]

	picks := design.GreedyEntropyOfDraws(s.Values, s.Noise, entropySet)
	for _, p := range picks {
		a.Entropy.X = append(a.Entropy.X, a.X[p.Index])
	}
	a.Entropy.Entropy = picks[len(picks)-1].Entropy
	var err error
	a.Entropy.Exact, err = design.Entropy(symmetric(s.Posterior.Covariance(nil, column(a.Entropy.X))), s.Noise)
	if err != nil {
		return nil, err
	}

	s.predictions(a, b)
	a.BALDCurve = design.BALD(a.BALDMean, a.BALDVariance)
	a.BALD = best(a.BALDX, a.BALDCurve)

	least := functional.LeastOf(s.Paths, s.Grid).Value()
	a.LeastOnGrid = least.Values()
	// The least value is the greatest of -f.
	negated, greatest := negative(mean), negative(a.LeastOnGrid)
	a.MaxValueCurve = design.MaxValueEntropy(negated, variance, greatest)
	a.MaxValueEntropy = best(a.X, a.MaxValueCurve)
	return a, nil
}

// predictions sets the moments of a reading at the candidates of BALD under some of
// the draws of the hyperparameters, by the exact posterior of each.
func (s *Example) predictions(a *ActiveLearning, b *Bayesian) {
	for i := 0; i < len(a.X); i += baldPoints {
		a.BALDX = append(a.BALDX, a.X[i])
	}
	at := column(a.BALDX)
	a.BALDModels = (len(b.Posteriors) + baldEvery - 1) / baldEvery
	a.BALDMean = mat.NewDense(a.BALDModels, len(a.BALDX), nil)
	a.BALDVariance = mat.NewDense(a.BALDModels, len(a.BALDX), nil)
	parallel.Do(0, a.BALDModels, func(_, m int) {
		post := b.Posteriors[m*baldEvery]
		post.Mean(a.BALDMean.RawRowView(m), at)
		v := post.Variance(a.BALDVariance.RawRowView(m), at)
		for i := range v {
			v[i] += s.Noise
		}
	})
}

// symmetric returns a symmetric matrix as one.
func symmetric(m *mat.Dense) *mat.SymDense {
	n, _ := m.Dims()
	return mat.NewSymDense(n, m.RawMatrix().Data)
}

// negative returns -v.
func negative(v []float64) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = -x
	}
	return out
}
