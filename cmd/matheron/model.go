package main

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/gp"
	"matheron/store"
)

// newModel returns the model of a fit to a set in the model's own units.
func newModel(o fitOptions, units *data.Set, scaling *data.Scaling, fitted *gp.Fitted) *store.Model {
	post := fitted.Posterior
	prior := post.Prior()
	prior.Jitter = post.Jitter()
	evidence := fitted.LogEvidence
	if scaling != nil {
		evidence = scaling.InverseLogDensity(evidence, len(units.Y))
	}
	info := store.FitInfo{
		Method:      o.method.String(),
		LogEvidence: evidence,
		NoiseFitted: !o.noise.set,
		Seed:        o.seed,
		Program:     "matheron " + readBuild().Version,
	}
	for _, p := range fitted.Params {
		info.Params = append(info.Params, store.ParamInfo{Name: p.Name, Value: p.Value})
	}
	return &store.Model{
		Prior:   prior,
		Noise:   post.Noise(),
		Inputs:  units.Inputs,
		Target:  units.Target,
		X:       units.X,
		Y:       units.Y,
		Scaling: scaling,
		Fit:     info,
	}
}

// predictor is a model that answers in the units of the data.
type predictor struct {
	inputs  []string
	target  string
	post    *gp.Posterior
	scaling *data.Scaling // nil where the model is in the data's units
	noise   float64       // variance of an observation beyond that of f, in the model's units
	perRow  bool          // the noise is known at the training rows alone
}

// loadPredictor reads a model and conditions it on its rows.
func loadPredictor(ctx context.Context, path string) (*predictor, error) {
	m, err := store.LoadModel(path)
	if err != nil {
		return nil, err
	}
	b := newBar(-1, fmt.Sprintf("conditioning on %d rows", len(m.Y)), "")
	defer b.done()
	b.add(1)
	return newPredictor(ctx, m, path)
}

// newPredictor conditions a model; name is that of its file.
func newPredictor(ctx context.Context, m *store.Model, name string) (*predictor, error) {
	if err := checkMemory(len(m.Y), 1); err != nil {
		return nil, inFile(name, err)
	}
	post, err := await(ctx, m.Posterior)
	if err != nil {
		return nil, inFile(name, err)
	}
	return &predictor{m.Inputs, m.Target, post, m.Scaling, post.NoiseDiag()[0], post.Noise().PerRow()}, nil
}

// law is the marginal law of f, or of an observation, at some points: a mean and
// a standard deviation each.
type law struct{ mean, sd []float64 }

// normal95 is the 0.975 quantile of the standard normal law.
var normal95 = math.Sqrt2 * math.Erfinv(0.95)

// interval returns the ends of the central 95% of the law at point i.
func (l law) interval(i int) (lo, hi float64) {
	return l.mean[i] - normal95*l.sd[i], l.mean[i] + normal95*l.sd[i]
}

// at returns the laws of f and of an observation at rows in the data's units.
func (p *predictor) at(x *mat.Dense) (f, y law) {
	z := p.modelUnits(x)
	mean, v := p.post.PredictMean(nil, z), p.post.Variance(nil, z)
	n := len(mean)
	f, y = law{mean, make([]float64, n)}, law{mean, make([]float64, n)}
	for i := range v {
		f.sd[i], y.sd[i] = math.Sqrt(v[i]), math.Sqrt(v[i]+p.noise)
	}
	if p.scaling != nil {
		p.scaling.InverseMean(mean, mean)
		p.scaling.InverseSD(f.sd, f.sd)
		p.scaling.InverseSD(y.sd, y.sd)
	}
	return f, y
}

// modelUnits returns rows of the data's units in those of the model.
func (p *predictor) modelUnits(x *mat.Dense) *mat.Dense {
	if p.scaling == nil {
		return x
	}
	return p.scaling.ApplyInputs(nil, x)
}

// training returns the training rows in the data's units.
func (p *predictor) training() (x *mat.Dense, y []float64) {
	x, y = p.post.X(), p.post.Y()
	if p.scaling == nil {
		return x, y
	}
	return p.scaling.InverseInputs(nil, x), p.scaling.InverseMean(nil, y)
}

// sdFactor returns the data's units of the target for one of the model's.
func (p *predictor) sdFactor() float64 {
	if p.scaling == nil {
		return 1
	}
	return p.scaling.Target.Scale
}
