package store

import (
	"io"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/gp"
	"matheron/internal/atomicfile"
)

// Model is a fitted model: all that predictions and paths need, as plain data.
type Model struct {
	// Prior is the fitted kernel and mean. Its Jitter is all that is added. Of a
	// model with Draws, prior and noise have numbers in their place, such as means.
	Prior gp.Prior
	// Noise is fixed or fitted, without white noise and jitter.
	Noise gp.NoiseVariance
	// Inputs are the names of the columns of X, in order.
	Inputs []string
	Target string
	// X (N x D) and Y are the rows that the model is conditioned on, in its own
	// units: standardised, if there is a Scaling. A sparse model has none.
	X *mat.Dense
	Y []float64
	// Scaling is the standardisation; nil if the model has the data's own units.
	Scaling *data.Scaling
	// Draws are draws of the parameters, nil for one set of numbers.
	Draws *Draws
	// Sparse is what a sparse model has instead of rows, nil for an exact one.
	Sparse *Sparse
	// Fit says how the model came about. Nothing is computed from it.
	Fit FitInfo
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

// Posterior conditions the prior, as it is without Draws, on the rows. Cost and
// errors are those of [gp.Prior.Condition]; a sparse model has no such posterior.
func (m *Model) Posterior() (*gp.Exact, error) { return m.PosteriorAt(-1) }

// checkData returns an error unless what there is besides kernel, mean and draws
// fits and has numbers that the mathematics has.
func (m *Model) checkData() error {
	if m.Sparse != nil {
		return m.Sparse.check(m)
	}
	return m.table().check()
}

// checkDraws is checkData for the draws, of a model that is otherwise checked.
func (m *Model) checkDraws() error {
	if m.Draws == nil {
		return nil
	}
	return m.Draws.check(m)
}

// table returns what is checked of the data.
func (m *Model) table() table {
	return table{m.Inputs, m.Target, m.Scaling, m.X, m.Y, m.Noise, m.Prior.Jitter}
}

// SaveModel writes m to a file, all of it or nothing; "-" is the standard
// output. The file is of the least version of the format that has what m is. An [*UnsupportedError] says what the format has no form for, such as a
// mean that is a Go function or a kernel of a type of your own, or a number that
// no model has.
func SaveModel(path string, m *Model) error {
	body, err := describeModel(m)
	if err != nil {
		return &UnsupportedError{path, err}
	}
	return atomicfile.WriteFile(path, func(w io.Writer) error { return writeModel(w, body) })
}

// LoadModel reads a model from a file: with the same numbers to the last bit.
// The error is a [*FormatError].
func LoadModel(path string) (*Model, error) {
	src, err := open(path)
	if err != nil {
		return nil, inFile(path, err)
	}
	defer src.close()
	m, err := readModel(src)
	return m, inFile(path, err)
}
