package demo

import (
	"context"

	"matheron/bayesopt"
	"matheron/function"
)

// batch is the number of functions that are minimised at once.
const batch = 3

// Thompson is use 1: where to evaluate next if the least value is sought, a batch
// of three by Thompson sampling. Each of three functions is minimised over the
// interval; its minimum is a draw of where the minimum is.
type Thompson struct {
	Batch []Proposal `json:"batch"`
	// Evaluations counts values with gradient, over all searches.
	Evaluations int `json:"evaluations"`

	X      []float64   `json:"-"` // the grid
	Values [][]float64 `json:"-"` // of each function there
}

// Proposal is a point to evaluate at.
type Proposal struct {
	X     float64 `json:"x"`
	Value float64 `json:"value"` // of the function drawn
	// Truth is what would be found, without noise. It is not there for a user's
	// table.
	Truth *float64 `json:"truth,omitempty"`
}

// search covers the interval of s.
func (s *Example) search(name string) (bayesopt.Search, error) {
	space, err := bayesopt.NewSpace(bayesopt.Input{Name: s.Table.Input, Lower: s.Box.Lower[0], Upper: s.Box.Upper[0]})
	return bayesopt.Search{Space: space, Screen: screen, Starts: starts, Key: s.Key.Named(name)}, err
}

// A function of the worked example turns every 0.3 or so: 128 points of a screen
// are some ten to a turn, and the four best basins hold the best optimum.
const (
	screen = 128
	starts = 4
)

// Thompson computes use 1.
func (s *Example) Thompson(ctx context.Context) (*Thompson, error) {
	search, err := s.search("thompson")
	if err != nil {
		return nil, err
	}
	found, err := search.Thompson(ctx, bayesopt.Minimize, function.Members(s.Paths)[:batch]...)
	if err != nil {
		return nil, err
	}
	t := &Thompson{X: s.gridPoints()}
	for i, o := range found {
		p := Proposal{X: o.X[0], Value: o.Value}
		if s.Truth != nil {
			truth := s.Truth(p.X)
			p.Truth = &truth
		}
		t.Batch = append(t.Batch, p)
		t.Evaluations += o.Evaluations
		t.Values = append(t.Values, s.Values.RawRowView(i))
	}
	return t, nil
}
