package main

import (
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/store"
)

// predictor is a model that answers in the units of the data.
type predictor struct {
	inputs  []string
	target  string
	given   regression
	model   *store.Model
	scaling *data.Scaling // nil where the model is in the data's units
	perRow  bool          // the noise is known at the training rows alone
}

// loadPredictor reads a model and makes it ready to predict.
func loadPredictor(ctx context.Context, path string) (*predictor, error) {
	m, err := await(ctx, func() (*store.Model, error) { return store.LoadModel(path) })
	if err != nil {
		return nil, err
	}
	if m.Draws == nil && m.Sparse == nil {
		b := newBar(-1, fmt.Sprintf("conditioning on %d rows", len(m.Y)), "")
		defer b.done()
		b.add(1)
	}
	return newPredictor(ctx, m, path)
}

// newPredictor makes a model ready; name is that of its file.
func newPredictor(ctx context.Context, m *store.Model, name string) (*predictor, error) {
	r, err := newRegression(ctx, m, name)
	if err != nil {
		return nil, err
	}
	return &predictor{m.Inputs, m.Target, r, m, m.Scaling, m.Noise.PerRow()}, nil
}

// at returns the laws of f and of an observation at rows in the data's units.
func (p *predictor) at(x *mat.Dense) (f, y law) {
	f, y = p.given.laws(p.modelUnits(x))
	return f.unscale(p.scaling), y.unscale(p.scaling)
}

// modelUnits returns rows of the data's units in those of the model.
func (p *predictor) modelUnits(x *mat.Dense) *mat.Dense {
	if p.scaling == nil {
		return x
	}
	return p.scaling.ApplyInputs(nil, x)
}

// dataUnits returns rows of the model's units in those of the data.
func (p *predictor) dataUnits(z *mat.Dense) *mat.Dense {
	if p.scaling == nil {
		return z
	}
	return p.scaling.InverseInputs(nil, z)
}

// training returns the training rows in the data's units; a sparse model has none.
func (p *predictor) training() (x *mat.Dense, y []float64) {
	if p.model.X == nil {
		return nil, nil
	}
	x, y = p.dataUnits(p.model.X), p.model.Y
	if p.scaling != nil {
		y = p.scaling.InverseMean(nil, y)
	}
	return x, y
}

// extents returns where the inputs of the training rows lie, in the data's units.
func (p *predictor) extents() []store.Extent {
	if x, _ := p.training(); x != nil {
		return extentsOf(x)
	}
	out := slices.Clone(p.model.Sparse.Inputs)
	if p.scaling == nil {
		return out
	}
	for j, a := range p.scaling.Inputs {
		e := &out[j]
		*e = store.Extent{Min: e.Min*a.Scale + a.Shift, Median: e.Median*a.Scale + a.Shift, Max: e.Max*a.Scale + a.Shift}
	}
	return out
}

// extentsOf returns where the columns of x lie.
func extentsOf(x *mat.Dense) []store.Extent {
	n, d := x.Dims()
	out := make([]store.Extent, d)
	for j := range d {
		c := mat.Col(nil, j, x)
		slices.Sort(c)
		out[j] = store.Extent{Min: c[0], Median: 0.5*c[(n-1)/2] + 0.5*c[n/2], Max: c[n-1]}
	}
	return out
}

// sdFactor returns the data's units of the target for one of the model's.
func (p *predictor) sdFactor() float64 {
	if p.scaling == nil {
		return 1
	}
	return p.scaling.Target.Scale
}
