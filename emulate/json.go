package emulate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// decode reads the JSON object of a type of this package, without unknown fields.
func decode(what string, text []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return fmt.Errorf("emulate: %s: %w", what, err)
	}
	return nil
}

// rowsOf returns the rows of m, which must not be written to.
func rowsOf(m *mat.Dense) [][]float64 {
	n, _ := m.Dims()
	out := make([][]float64, n)
	for i := range out {
		out[i] = m.RawRowView(i)
	}
	return out
}

// matrixOf returns the matrix of the rows; the error is that it is not one.
func matrixOf(what string, rows [][]float64) (*mat.Dense, error) {
	if len(rows) == 0 || len(rows[0]) == 0 {
		return nil, fmt.Errorf("emulate: %s: a matrix of nothing", what)
	}
	m := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, row := range rows {
		if len(row) != len(rows[0]) {
			return nil, fmt.Errorf("emulate: %s: row %d has %d numbers, and row 0 has %d", what, i, len(row), len(rows[0]))
		}
		m.SetRow(i, row)
	}
	return m, nil
}

// matricesOf is matrixOf for several.
func matricesOf(what string, all [][][]float64) ([]*mat.Dense, error) {
	out := make([]*mat.Dense, len(all))
	for k, rows := range all {
		m, err := matrixOf(fmt.Sprintf("%s %d", what, k), rows)
		if err != nil {
			return nil, err
		}
		out[k] = m
	}
	return out, nil
}

func allRowsOf(all []*mat.Dense) [][][]float64 {
	out := make([][][]float64, len(all))
	for k, m := range all {
		out[k] = rowsOf(m)
	}
	return out
}

type pooledJSON struct {
	Draws   [][][]float64 `json:"draws"`
	Weights []float64     `json:"weights"`
}

// MarshalJSON returns the draws of each path and their weights, which all else follows
// from.
func (p *Pooled) MarshalJSON() ([]byte, error) {
	return json.Marshal(pooledJSON{allRowsOf(p.draws), p.weights})
}

// UnmarshalJSON sets p to the distribution of the text. The error says why the text is
// none.
func (p *Pooled) UnmarshalJSON(text []byte) error {
	var in pooledJSON
	if err := decode("pooled draws", text, &in); err != nil {
		return err
	}
	draws, err := matricesOf("path", in.Draws)
	if err != nil {
		return err
	}
	if len(draws) == 0 || len(in.Weights) != len(draws) {
		return fmt.Errorf("emulate: pooled draws: %d weights for %d paths", len(in.Weights), len(draws))
	}
	sum := 0.0
	for s, w := range in.Weights {
		if !(w >= 0) {
			return fmt.Errorf("emulate: pooled draws: weight %d is %v", s, w)
		}
		sum += w
		if a, b := draws[s].RawMatrix().Cols, draws[0].RawMatrix().Cols; a != b {
			return fmt.Errorf("emulate: pooled draws: path %d has %d columns, and path 0 has %d", s, a, b)
		}
	}
	if !(math.Abs(sum-1) < 1e-9) {
		return fmt.Errorf("emulate: pooled draws: weights of sum %v, not 1", sum)
	}
	*p = *pool(draws, in.Weights)
	return nil
}

type returnsJSON struct {
	Values       [][]float64     `json:"values"`
	MeanDynamics []float64       `json:"mean_dynamics"`
	States       [][][][]float64 `json:"states,omitempty"` // of draw, start: steps x state
	MeanStates   [][][]float64   `json:"mean_states,omitempty"`
}

// MarshalJSON returns the returns and, where they were to be kept, the trajectories.
func (r *Returns) MarshalJSON() ([]byte, error) {
	out := returnsJSON{Values: rowsOf(r.Values), MeanDynamics: r.MeanDynamics}
	for _, of := range r.states {
		out.States = append(out.States, allRowsOf(of))
	}
	if r.meanStates != nil {
		out.MeanStates = allRowsOf(r.meanStates[0])
	}
	return json.Marshal(out)
}

// UnmarshalJSON sets r to the returns of the text. The error says why the text is none.
func (r *Returns) UnmarshalJSON(text []byte) error {
	var in returnsJSON
	if err := decode("returns", text, &in); err != nil {
		return err
	}
	var made Returns
	var err error
	if made.Values, err = matrixOf("returns", in.Values); err != nil {
		return err
	}
	draws, starts := made.Values.Dims()
	kept := len(in.States) > 0
	switch {
	case len(in.MeanDynamics) != starts:
		return fmt.Errorf("emulate: returns: %d along the mean dynamics from %d starts", len(in.MeanDynamics), starts)
	case kept && len(in.States) != draws, kept != (len(in.MeanStates) > 0):
		return fmt.Errorf("emulate: returns: trajectories of %d draws of %d, and %d along the mean dynamics", len(in.States), draws, len(in.MeanStates))
	}
	made.MeanDynamics = in.MeanDynamics
	if kept {
		for s, of := range append(in.States, in.MeanStates) {
			if len(of) != starts {
				return fmt.Errorf("emulate: returns: draw %d has trajectories from %d starts of %d", s, len(of), starts)
			}
			states, err := matricesOf(fmt.Sprintf("returns: draw %d, start", s), of)
			if err != nil {
				return err
			}
			for i, m := range states {
				ar, ac := m.Dims()
				first := states[0]
				if s > 0 {
					first = made.states[0][0]
				}
				if br, bc := first.Dims(); ar != br || ac != bc {
					return fmt.Errorf("emulate: returns: draw %d, start %d: %d x %d states, and %d x %d", s, i, ar, ac, br, bc)
				}
			}
			made.states = append(made.states, states)
		}
		made.meanStates = [][]*mat.Dense{made.states[draws]}
		made.states = made.states[:draws:draws]
	}
	*r = made
	return nil
}
