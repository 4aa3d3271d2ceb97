package main

import (
	"math"
	"testing"
)

// Of one component the scores are those of a normal, in multiples of the scale.
func TestPredictiveScoreOfANormal(t *testing.T) {
	y, mean, variance := []float64{1, 2, 9}, []float64{0, 2, 5}, []float64{1, 4, 1}
	s := predictive{[][]float64{mean}, [][]float64{variance}}.score(y, 10)
	rmse, nlpd := predictionScores(y, mean, variance)
	if math.Abs(s.RMSE-rmse/10) > 1e-14 || math.Abs(s.NLPD-(nlpd-math.Log(10))) > 1e-14 {
		t.Errorf("RMSE %v and NLPD %v, want %v and %v", s.RMSE, s.NLPD, rmse/10, nlpd-math.Log(10))
	}
	// 1 is one standard deviation away, 2 none and 9 four.
	if want := 2.0 / 3; math.Abs(s.Coverage-want) > 1e-15 || s.TestRows != 3 {
		t.Errorf("coverage %v of %d rows", s.Coverage, s.TestRows)
	}
}

// Two normals at -3 and 3: the mean of the mixture is 0 and its density at 3 half of
// that of the nearer one, but for e^-18; 0 is in its middle and 6 beyond.
func TestPredictiveScoreOfAMixture(t *testing.T) {
	l := predictive{[][]float64{{-3, -3, -3}, {3, 3, 3}}, [][]float64{{1, 1, 1}, {1, 1, 1}}}
	s := l.score([]float64{3, 0, 6}, 1)
	half := 0.5*math.Log(2*math.Pi) + math.Ln2
	// At 0 both have e^-4.5, at 6 the nearer one: e^-4.5/2.
	want := (half + (half - math.Ln2 + 4.5) + (half + 4.5)) / 3
	if math.Abs(s.NLPD-want) > 1e-7 {
		t.Errorf("NLPD %v, want %v", s.NLPD, want)
	}
	if want := math.Sqrt((9 + 0 + 36) / 3.0); math.Abs(s.RMSE-want) > 1e-14 {
		t.Errorf("RMSE %v, want %v", s.RMSE, want)
	}
	if want := 2.0 / 3; math.Abs(s.Coverage-want) > 1e-15 {
		t.Errorf("coverage %v", s.Coverage)
	}
	// Far in the tail of every component nothing is lost to underflow.
	far := predictive{[][]float64{{0}, {1}}, [][]float64{{1}, {1}}}.score([]float64{101}, 1)
	if want := half + 5000; !far.ok() || math.Abs(far.NLPD-want) > 1e-9 {
		t.Errorf("far: %+v, want %v", far, want)
	}
}

func TestPredictiveWithoutADensity(t *testing.T) {
	if s := (predictive{[][]float64{{0}}, [][]float64{{0}}}).score([]float64{1}, 1); s.ok() {
		t.Errorf("%+v", s)
	}
}
