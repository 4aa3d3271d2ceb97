package main

import (
	"context"
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/progress"
	"matheron/store"
)

// predictor is a model that answers in the units of the table.
type predictor struct {
	*store.Posterior
	model *store.Model
}

// errNoiseOfRows is the error of asking for observations where the noise is known
// at the training rows alone.
var errNoiseOfRows = errors.New("the noise is one number a training row: that of a new observation is not known")

// loadPredictor reads a model and makes it ready to predict.
func loadPredictor(ctx context.Context, path string) (*predictor, error) {
	m, err := await(ctx, func() (*store.Model, error) { return store.LoadModel(path) })
	if err != nil {
		return nil, err
	}
	return newPredictor(ctx, m, path)
}

// newPredictor makes a model ready; name is that of its file.
func newPredictor(ctx context.Context, m *store.Model, name string) (*predictor, error) {
	rows := m.Kind.Rows()
	if err := checkMemory(rows, m.Kind.Matrices()); err != nil {
		return nil, inFile(name, err)
	}
	var report progress.Func
	if m.Kind.Matrices() > 0 {
		b := newBar(-1, fmt.Sprintf("conditioning on %d rows", rows), "")
		defer b.done()
		b.add(1)
		report = func(u progress.Update) {
			u.Stage = "draws"
			b.update(u)
		}
	}
	post, err := await(ctx, func() (*store.Posterior, error) { return m.Posterior(ctx, report) })
	if err != nil {
		return nil, inFile(name, err)
	}
	return &predictor{post, m}, nil
}

// noisePerRow reports whether the noise is known at the training rows alone.
func (p *predictor) noisePerRow() bool { return p.model.Noise.PerRow() }

// modelUnits returns rows of the table's units in those of the model.
func (p *predictor) modelUnits(x *mat.Dense) *mat.Dense {
	if p.model.Scaling == nil {
		return x
	}
	return p.model.Scaling.ApplyInputs(nil, x)
}

// sdFactor returns the table's units of the target for one of the model's.
func (p *predictor) sdFactor() float64 {
	if p.model.Scaling == nil {
		return 1
	}
	return p.model.Scaling.Target.Scale
}
