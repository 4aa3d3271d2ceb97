package store

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/gp"
	"matheron/kernel"
)

// modelBody is the value of "model" in a file of a model.
type modelBody struct {
	Inputs      []string      `json:"inputs"`
	Target      string        `json:"target"`
	Standardize *data.Scaling `json:"standardize"`
	KernelText  string        `json:"kernel_text,omitempty"`
	Parameters  []ParamInfo   `json:"parameters"` // for people: the kernel and the mean have them
	Kernel      *kernelNode   `json:"kernel"`
	Mean        *meanNode     `json:"mean"`
	Jitter      float64       `json:"jitter"`
	Noise       *numbers      `json:"noise_variance"`
	Fit         *FitInfo      `json:"fit"`
	X           [][]float64   `json:"x"`
	Y           []float64     `json:"y"`

	rows *mat.Dense // x, when writing
}

// describeModel returns the body of m, of which everything is checked.
func describeModel(m *Model) (*modelBody, error) {
	if err := m.table().check(); err != nil {
		return nil, err
	}
	b := &modelBody{
		Inputs: m.Inputs, Target: m.Target, Standardize: m.Scaling,
		KernelText: kernelText(m.Prior.Kernel, m.Inputs),
		Jitter:     m.Prior.Jitter, Noise: noiseNumbers(m.Noise), Fit: &m.Fit, Y: m.Y, rows: m.X,
	}
	d := len(m.Inputs)
	var err error
	if b.Kernel, err = kernelTree(m.Prior.Kernel, d); err != nil {
		return nil, err
	}
	if b.Mean, err = meanTree(m.Prior.Mean, d); err != nil {
		return nil, err
	}
	for _, p := range append(kernel.Params(m.Prior.Kernel), gp.MeanParams(m.Prior.Mean)...) {
		b.Parameters = append(b.Parameters, ParamInfo{p.Name, p.Value})
	}
	for _, p := range m.Fit.Params {
		if !finite(p.Value) {
			return nil, fmt.Errorf("parameter %s of the fit is %v", p.Name, p.Value)
		}
	}
	if !finite(m.Fit.LogEvidence) {
		return nil, fmt.Errorf("the log evidence of the fit is %v", m.Fit.LogEvidence)
	}
	return b, nil
}

// writeTo writes the JSON of b for people to read: a field, and a row of x, in a
// line of its own. It writes the same bytes every time.
func (b *modelBody) writeTo(w io.Writer) error {
	fields := []struct {
		name  string
		value any
	}{
		{"inputs", b.Inputs}, {"target", b.Target}, {"standardize", b.Standardize},
		{"kernel_text", b.KernelText}, {"parameters", b.Parameters}, {"kernel", b.Kernel}, {"mean", b.Mean},
		{"jitter", b.Jitter}, {"noise_variance", b.Noise}, {"fit", b.Fit},
	}
	out := []byte("{")
	for _, f := range fields {
		var text []byte
		var err error
		switch f.name {
		case "kernel", "fit":
			text, err = json.MarshalIndent(f.value, "  ", "  ")
		default:
			text, err = json.Marshal(f.value)
		}
		if err != nil {
			return err
		}
		out = fmt.Appendf(out, "\n  %q: %s,", f.name, text)
	}
	out = append(out, "\n  \"x\": ["...)
	n, _ := b.rows.Dims()
	for i := range n {
		out = appendNumbers(append(out, "\n    "...), b.rows.RawRowView(i))
		if i < n-1 {
			out = append(out, ',')
		}
		if len(out) > 1<<16 {
			if _, err := w.Write(out); err != nil {
				return err
			}
			out = out[:0]
		}
	}
	out = append(out, "\n  ],\n  \"y\": "...)
	out = append(appendNumbers(out, b.Y), "\n}"...)
	_, err := w.Write(out)
	return err
}

// appendNumbers appends a list of finite numbers, each in the shortest form
// that reads back the same.
func appendNumbers(b []byte, v []float64) []byte {
	b = append(b, '[')
	for i, f := range v {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = strconv.AppendFloat(b, f, 'g', -1, 64)
	}
	return append(b, ']')
}

// model returns the model that b describes.
func (b *modelBody) model() (*Model, error) {
	n, d := len(b.X), len(b.Inputs)
	switch {
	case n == 0 || d == 0:
		return nil, fmt.Errorf("no rows or no inputs")
	case b.Noise == nil:
		return nil, fmt.Errorf("no noise_variance")
	case b.Fit == nil:
		return nil, fmt.Errorf("no fit")
	}
	x := mat.NewDense(n, d, nil)
	for i, row := range b.X {
		if len(row) != d {
			return nil, fmt.Errorf("row %d of x has %d numbers for %d inputs", i+1, len(row), d)
		}
		x.SetRow(i, row)
	}
	k, err := b.Kernel.kernel(d)
	if err != nil {
		return nil, err
	}
	mean, err := b.Mean.mean(d)
	if err != nil {
		return nil, err
	}
	if err := b.Noise.check("noise variance", n, false); err != nil {
		return nil, err
	}
	m := &Model{
		Prior: gp.Prior{Kernel: k, Mean: mean, Jitter: b.Jitter}, Noise: b.Noise.noise(),
		Inputs: b.Inputs, Target: b.Target, X: x, Y: b.Y, Scaling: b.Standardize, Fit: *b.Fit,
	}
	return m, m.table().check()
}
