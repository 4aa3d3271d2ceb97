package demo

import (
	"context"

	"matheron/functional"
	"matheron/pathwise"
)

// Optimum is use 7: the posterior over the place and the value of the minimum.
// Each path has one of its own, found by search with its gradient.
type Optimum struct {
	Place Distribution `json:"place"`
	Value Distribution `json:"value"`
	// Mean is the minimum of the posterior mean. Its value is above the mean of the
	// minima: E min f <= min E f.
	Mean Point `json:"mean_function"`
	// Regret is what is lost, in expectation, by settling for its place.
	Regret Estimate `json:"regret"`
	// Near is the probability that the minimum is within Reach of its place, a
	// twentieth of the interval.
	Near  Chance  `json:"near"`
	Reach float64 `json:"reach"`
	// Truth is the minimum of the truth. It is not there for a user's table.
	Truth *Point `json:"truth,omitempty"`

	// Points are the minima of the paths.
	Points []Point `json:"-"`
}

// A path has some dozen wavelengths on the interval: a screen of 256 points sees
// every basin, and two starts settle near ties.
const (
	optimumScreen = 256
	optimumStarts = 2
)

// Optimum computes use 7 from the paths of the example.
func (s *Example) Optimum(ctx context.Context) (*Optimum, error) {
	search := pathwise.Search{Box: s.Box, Screen: optimumScreen, Starts: optimumStarts}
	ends, err := search.Minimize(ctx, s.Paths)
	if err != nil {
		return nil, err
	}
	optima := functional.NewOptima(len(ends), func(i int) ([]float64, float64) { return ends[i].X, ends[i].Value })
	u := &Optimum{
		Place: distributionOf(optima.Coordinate(0)),
		Value: distributionOf(optima.Value()),
		Reach: (s.Box.Upper[0] - s.Box.Lower[0]) / 20,
	}
	fine := column(evenly(s.Box.Lower[0], s.Box.Upper[0], finest))
	mean := s.Posterior.Mean(nil, fine)
	at := 0
	for i, v := range mean {
		if v < mean[at] {
			at = i
		}
	}
	u.Mean = Point{fine.At(at, 0), mean[at]}
	place := []float64{u.Mean.X}
	u.Regret = Estimate(optima.Regret(s.Paths, place).Estimate())
	u.Near = chance(optima.InBox([]float64{u.Mean.X - u.Reach}, []float64{u.Mean.X + u.Reach}))
	if s.Truth != nil {
		p := s.leastOf(s.Truth)
		u.Truth = &p
	}
	for i := range ends {
		u.Points = append(u.Points, Point{ends[i].X[0], ends[i].Value})
	}
	return u, nil
}

// finest is the number of points of a fine grid on the interval.
const finest = 10001

// leastOf returns where a known function is least on a fine grid of the interval.
func (s *Example) leastOf(f func(x float64) float64) Point {
	o := functional.LeastOf(known(f), column(evenly(s.Box.Lower[0], s.Box.Upper[0], finest)))
	return Point{o.Place(0)[0], o.Value().Mean()}
}

// Point is a point of a curve.
type Point struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}
