package store

import (
	"fmt"
	"io"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
)

// modelBody is the value of "model" in a file of a model.
type modelBody struct {
	Inputs      []string     `json:"inputs"`
	Target      string       `json:"target"`
	Standardize *scalingNode `json:"standardize"`
	KernelText  string       `json:"kernel_text,omitempty"`
	Parameters  []ParamInfo  `json:"parameters"` // for people: the kernel and the mean have them
	Kernel      *kernelNode  `json:"kernel"`
	Mean        *meanNode    `json:"mean"`
	Jitter      float64      `json:"jitter"`
	Noise       *numbers     `json:"noise_variance"`
	Fit         *FitInfo     `json:"fit"`
	X           [][]float64  `json:"x"`
	Y           []float64    `json:"y"`
}

// modelBodyV2 is that of version 2: one of draws and sparse is there, and a
// sparse model has no rows.
type modelBodyV2 struct {
	modelBody
	Draws  *drawsNode  `json:"draws"`
	Sparse *sparseNode `json:"sparse"`
}

// version returns the least version that has what b is.
func (b *modelBodyV2) version() int {
	if b.Draws != nil || b.Sparse != nil {
		return 2
	}
	return 1
}

// describeModel returns the body of m, of which everything is checked.
func describeModel(m *Model) (*modelBodyV2, error) {
	if err := m.checkData(); err != nil {
		return nil, err
	}
	b := &modelBodyV2{modelBody: modelBody{
		Inputs: m.Inputs, Target: m.Target, Standardize: describeScaling(m.Scaling),
		KernelText: kernelText(m.Prior.Kernel, m.Inputs),
		Jitter:     m.Prior.Jitter, Noise: noiseNumbers(m.Noise), Fit: &m.Fit, Y: m.Y,
	}}
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
	if err := m.checkDraws(); err != nil {
		return nil, err
	}
	b.Draws, b.Sparse = describeDraws(m.Draws), describeSparse(m.Sparse)
	if m.X != nil {
		b.X = rowsOf(m.X)
	}
	return b, nil
}

// writeTo writes the JSON of b for people to read: a field, and a row of a matrix,
// in a line of its own. It writes the same bytes every time.
func (b *modelBodyV2) writeTo(w io.Writer) error {
	out := &bodyWriter{w: w}
	out.text("{")
	out.field("  ", "inputs", b.Inputs)
	out.field("  ", "target", b.Target)
	out.field("  ", "standardize", b.Standardize)
	out.field("  ", "kernel_text", b.KernelText)
	out.field("  ", "parameters", b.Parameters)
	out.indented("  ", "kernel", b.Kernel)
	out.field("  ", "mean", b.Mean)
	out.field("  ", "jitter", b.Jitter)
	out.field("  ", "noise_variance", b.Noise)
	out.indented("  ", "fit", b.Fit)
	if b.version() > 1 {
		out.draws(b.Draws)
		out.sparse(b.Sparse)
	}
	out.matrix("  ", "x", b.X)
	out.text(",\n  \"y\": ")
	out.numbers(b.Y)
	out.text("\n}")
	return out.flush()
}

// model returns the model that b describes.
func (b *modelBodyV2) model() (*Model, error) {
	n, d := len(b.X), len(b.Inputs)
	switch {
	case d == 0 || n == 0 && b.Sparse == nil:
		return nil, fmt.Errorf("no rows or no inputs")
	case b.Noise == nil:
		return nil, fmt.Errorf("no noise_variance")
	case b.Fit == nil:
		return nil, fmt.Errorf("no fit")
	}
	var x *mat.Dense
	if n > 0 {
		var err error
		if x, err = matrixOf("x", b.X, d); err != nil {
			return nil, err
		}
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
		Inputs: b.Inputs, Target: b.Target, X: x, Y: b.Y, Scaling: b.Standardize.scaling(), Fit: *b.Fit,
	}
	if m.Draws, err = b.Draws.draws(); err != nil {
		return nil, err
	}
	if m.Sparse, err = b.Sparse.sparse(d); err != nil {
		return nil, err
	}
	if err := m.checkData(); err != nil {
		return nil, err
	}
	return m, m.checkDraws()
}
