package main

import (
	"math"
	"slices"
	"testing"
)

// The gradient of the objective is by the logarithms of the parameters: central
// differences of step h are off by O(h^2) = 1e-10 and by rounding, 1e-16 |f|/h = 1e-9
// for |f| of a few hundred.
func TestObjectiveGradient(t *testing.T) {
	s := &session{quick: true}
	f, theta := objective(s.problem(mid)), startPoint(mid.inputs)
	grad := make([]float64, len(theta))
	value := f(theta, grad)
	if got := f(theta, nil); math.Abs(got-value) > 1e-9*math.Abs(value) {
		t.Errorf("value %v, and %v with its gradient", got, value)
	}
	const h = 1e-5
	for i := range theta {
		up, down := slices.Clone(theta), slices.Clone(theta)
		up[i] += h
		down[i] -= h
		want := (f(up, nil) - f(down, nil)) / (2 * h)
		if math.Abs(grad[i]-want) > 1e-6*(1+math.Abs(want)) {
			t.Errorf("parameter %d: %v, differences give %v", i, grad[i], want)
		}
	}
}

func TestFitClimbs(t *testing.T) {
	s := &session{runs: 1, quick: true, fits: map[size]fitted{}}
	p := s.problem(mid)
	begin := -objective(p)(startPoint(mid.inputs), nil) / float64(len(p.y))
	f, err := s.fit(t.Context(), mid)
	if err != nil || f.evidencePerRow <= begin {
		t.Errorf("%v: from %v to %v", err, begin, f.evidencePerRow)
	}
	again, err := s.fit(t.Context(), mid)
	if err != nil || again != f {
		t.Errorf("a second figure of the same fit: %v, %v, want %v", again, err, f)
	}
}
