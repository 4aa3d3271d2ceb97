package demo

import (
	"context"

	"matheron/functional"
	"matheron/prob"
)

// LevelSet is use 4: where the functions cross the level, by root finding on each.
type LevelSet struct {
	Level float64 `json:"level"`
	// Crossings is their mean number a function, from Fewest to Most.
	Crossings Estimate `json:"crossings"`
	Fewest    int      `json:"fewest"`
	Most      int      `json:"most"`
	// Length is the length of the set {f < Level} in the interval. Its expectation
	// is the integral of P(f(x) < Level), here by the trapezoidal rule on the grid.
	Length      Estimate `json:"length_below"`
	LengthExact float64  `json:"length_below_exact"`
	// Beyond is the probability of a crossing beyond the greatest input of the data.
	Beyond Chance `json:"crossing_beyond"`

	Roots [][]float64 `json:"-"` // of each function
}

// LevelSet computes use 4.
func (s *Example) LevelSet(ctx context.Context) (*LevelSet, error) {
	// All digits: Brent's method needs one call more for them than for six.
	levels, err := functional.Crossings(ctx, s.Paths, s.Level, s.gridPoints(), 0)
	if err != nil {
		return nil, err
	}
	count := levels.Count()
	l := &LevelSet{
		Level:     s.Level,
		Crossings: Estimate(count.Estimate()),
		Fewest:    int(count.Quantile(0)),
		Most:      int(count.Quantile(1)),
		Length:    Estimate(levels.Length().Estimate()),
		Beyond:    chance(levels.Within(s.Upper, s.Box.Upper[0])),
		Roots:     levels.Roots,
	}
	mean, sd := s.moments(s.Grid)
	x := s.gridPoints()
	for i := range x[1:] {
		l.LengthExact += (x[i+1] - x[i]) / 2 *
			(prob.Normal{Mean: mean[i], SD: sd[i]}.CDF(s.Level) + prob.Normal{Mean: mean[i+1], SD: sd[i+1]}.CDF(s.Level))
	}
	return l, nil
}
