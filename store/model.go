package store

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/gp"
	"matheron/progress"
)

// Model is a fitted model, as plain data: what all models have, and a [Kind].
// [Model.Posterior] answers in the units of the table that it was fitted to.
type Model struct {
	// Prior is the fitted kernel and mean, in the model's units. Its Jitter is all
	// that is added to the diagonal.
	Prior gp.Prior
	// Noise is fixed or fitted, without white noise and jitter.
	Noise gp.NoiseVariance
	// Inputs are the names of the columns of x, in order.
	Inputs []string
	Target string
	// Scaling is the standardisation, from the table's units to the model's; nil if
	// they are the same.
	Scaling *data.Scaling
	// Kind is what the model has learned: an [*Exact], a [*Mixture] or a [*Sparse].
	Kind Kind
	// Fit says how the model came about. Nothing is computed from it.
	Fit FitInfo
}

// Kind is what a model has learned from a table, in the model's units. Each kind has a
// form in a file and a posterior; all of it is in the file of its name.
type Kind interface {
	// Rows returns the number of rows that the model has learned from.
	Rows() int
	// Matrices returns how many matrices of Rows x Rows are in memory at a time when
	// the posterior is made.
	Matrices() int

	// check returns an error unless the kind and the rest of a model fit each other,
	// all numbers are finite, and those that must be positive are.
	check(m *Model) error
	// form says which member of a model's body the kind has; write appends the members
	// of that, and xy returns the body's x and y, nil for null.
	form() form
	write(out *bodyWriter)
	xy() (x *mat.Dense, y []float64)
	// condition makes the posterior in the model's units.
	condition(ctx context.Context, m *Model, report progress.Func) (regression, error)
	// extents returns where the inputs lie in the table's units.
	extents(s *data.Scaling) []Extent
}

// FitInfo says how a model came about.
type FitInfo struct {
	Method string `json:"method,omitempty"`
	// LogEvidence is that of the data in their own units; 0 where there is none.
	LogEvidence float64 `json:"log_evidence"`
	// NoiseFitted says that the noise is an estimate, not a given number.
	NoiseFitted bool        `json:"noise_fitted"`
	Params      []ParamInfo `json:"parameters,omitempty"`
	Seed        uint64      `json:"seed"`
	// Program and Created are free text, such as a version and a date.
	Program string `json:"program,omitempty"`
	Created string `json:"created,omitempty"`
}

// ParamInfo is a fitted parameter.
type ParamInfo struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
}

// Extents returns where each input of the rows that the model has learned from lies,
// in the table's units.
func (m *Model) Extents() []Extent { return m.Kind.extents(m.Scaling) }

// check returns an error unless a file can hold m and what is read back is a model.
func (m *Model) check() error {
	if m.Kind == nil {
		return fmt.Errorf("the model has no Kind")
	}
	for _, p := range m.Fit.Params {
		if !finite(p.Value) {
			return fmt.Errorf("parameter %s of the fit is %v", p.Name, p.Value)
		}
	}
	if !finite(m.Fit.LogEvidence) {
		return fmt.Errorf("the log evidence of the fit is %v", m.Fit.LogEvidence)
	}
	return m.Kind.check(m)
}

// dataOf returns what is checked of a model's rows.
func (m *Model) dataOf(x *mat.Dense, y []float64) table {
	return table{m.Inputs, m.Target, m.Scaling, x, y, m.Noise, m.Prior.Jitter}
}
