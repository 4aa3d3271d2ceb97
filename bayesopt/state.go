package bayesopt

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/optimize"
	"matheron/rng"
)

// TrialStatus says what is known of a trial.
type TrialStatus int

const (
	Pending TrialStatus = iota // asked for and not yet told
	Told                       // its value is known
	Failed                     // it has no value and will have none
)

// String returns "pending", "told" or "failed".
func (s TrialStatus) String() string {
	switch s {
	case Pending:
		return "pending"
	case Told:
		return "told"
	case Failed:
		return "failed"
	}
	return fmt.Sprintf("TrialStatus(%d)", int(s))
}

// Trial is one evaluation of the function.
type Trial struct {
	ID     int // its index in the state
	X      []float64
	Value  float64 // if it is told
	Status TrialStatus
}

// State is the record of an optimisation: the space, the key and the trials in the
// order in which they were asked for. It is plain data, to be read only; each
// method returns a new state and leaves the old one as it is. A state that was
// stored as JSON and read back goes on as if nothing had happened: what is asked
// next depends on nothing else.
type State struct {
	Space  Space
	Key    rng.Key
	Trials []Trial
}

// TellError is the error of a value that cannot be recorded.
type TellError struct {
	ID     int
	Reason string
}

// Error implements error.
func (e *TellError) Error() string { return fmt.Sprintf("trial %d: %s", e.ID, e.Reason) }

// Ask returns the state with the points as pending trials, and these. It panics if
// a point has another number of inputs than the space.
func (s State) Ask(points ...[]float64) (State, []Trial) {
	trials := make([]Trial, len(points))
	for i, x := range points {
		s.Space.check(x)
		trials[i] = Trial{ID: len(s.Trials) + i, X: slices.Clone(x)}
	}
	// Clipped: two states that grow from one do not share their ends.
	s.Trials = append(slices.Clip(s.Trials), trials...)
	return s, slices.Clone(trials)
}

// Tell returns the state with the value of a trial. Trials may be told in any
// order, and the same value twice. The error is a *[TellError]: no such trial, a
// value that is not finite, or one for a trial that has another or has failed.
func (s State) Tell(id int, value float64) (State, error) {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return s, &TellError{id, fmt.Sprintf("the value %g is not finite; call Fail if there is none", value)}
	}
	return s.settle(id, Trial{Value: value, Status: Told})
}

// Fail returns the state with a trial that has no value. It is pending no more, and
// not among the data. The error is a *[TellError].
func (s State) Fail(id int) (State, error) {
	return s.settle(id, Trial{Status: Failed})
}

func (s State) settle(id int, to Trial) (State, error) {
	if id < 0 || id >= len(s.Trials) {
		return s, &TellError{id, fmt.Sprintf("there are %d trials, from 0", len(s.Trials))}
	}
	old := s.Trials[id]
	to.ID, to.X = old.ID, old.X
	switch {
	case old.Status == to.Status && old.Value == to.Value:
		return s, nil
	case old.Status == Told:
		return s, &TellError{id, fmt.Sprintf("told before, with the value %g", old.Value)}
	case old.Status == Failed:
		return s, &TellError{id, "it has failed"}
	}
	s.Trials = slices.Clone(s.Trials)
	s.Trials[id] = to
	return s, nil
}

// Next returns the key for what is asked next. It depends on the state's key and
// on how many trials were asked for, and not on which of them are told.
func (s State) Next() rng.Key { return s.Key.Named("ask").Split(len(s.Trials)) }

// Initial returns n points that cover the space, to begin with: the Sobol points
// that follow those of as many trials as there are.
func (s State) Initial(n int) [][]float64 {
	return optimize.SobolStarts(s.Space.Box(), len(s.Trials)+n, s.Key.Named("initial"))[len(s.Trials):]
}

// Data returns the inputs and values of the trials that are told, in their order,
// and a nil x if there is none.
func (s State) Data() (x *mat.Dense, y []float64) {
	x = s.rows(Told)
	for _, t := range s.Trials {
		if t.Status == Told {
			y = append(y, t.Value)
		}
	}
	return x, y
}

// Pending returns the inputs of the trials that are pending, and nil if there is
// none.
func (s State) Pending() *mat.Dense { return s.rows(Pending) }

func (s State) rows(status TrialStatus) *mat.Dense {
	var data []float64
	n := 0
	for _, t := range s.Trials {
		if t.Status == status {
			data = append(data, t.X...)
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return mat.NewDense(n, s.Space.Dims(), data)
}

// Best returns the trial with the best value told, of equals the first, and false
// if none is told.
func (s State) Best(goal Goal) (Trial, bool) {
	var best Trial
	found := false
	for _, t := range s.Trials {
		if t.Status == Told && (!found || goal.sign()*t.Value < goal.sign()*best.Value) {
			best, found = t, true
		}
	}
	return best, found
}
