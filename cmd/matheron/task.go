package main

import (
	"matheron/data"
	"matheron/gp"
	"matheron/kernel"
	"matheron/rng"
	"matheron/store"
)

// task is what a method fits.
type task struct {
	options fitOptions
	expr    kernel.Expr
	units   *data.Set // in the model's units
	scaling *data.Scaling
}

// prior returns the process to be fitted.
func (t task) prior() gp.Prior {
	return gp.Prior{Kernel: t.expr.Kernel, Mean: t.mean(), Jitter: t.options.jitter.value}
}

// fit returns the settings of a fit by map.
func (t task) fit() gp.Fit {
	return gp.Fit{
		Priors:     t.options.priors,
		KnownNoise: t.knownNoise(),
		Given:      t.given(),
		Inputs:     t.units.Inputs,
		Key:        rng.New(t.options.seed),
	}
}

// knownNoise returns the variance of the noise that was given, nil if it is to be
// found.
func (t task) knownNoise() *gp.NoiseVariance {
	if !t.options.noise.set {
		return nil
	}
	known := gp.Noise(t.options.noise.value)
	return &known
}

// logDensity returns that of the data in their own units, of so many rows: those that
// repeat others are not among them, see [gp.Exact.Len].
func (t task) logDensity(l float64, rows int) float64 {
	if t.scaling == nil {
		return l
	}
	return t.scaling.InverseLogDensity(l, rows)
}

// model returns the model of one set of numbers, which the methods that make another
// kind change; logEvidence is in the data's units.
func (t task) model(prior gp.Prior, noise gp.NoiseVariance, params []kernel.Param, logEvidence float64) *store.Model {
	info := store.FitInfo{
		Method:      t.options.method.name,
		LogEvidence: logEvidence,
		NoiseFitted: !t.options.noise.set,
		Seed:        t.options.seed,
		Program:     "matheron " + readBuild().Version,
	}
	for _, p := range params {
		info.Params = append(info.Params, store.ParamInfo{Name: p.Name, Value: p.Value})
	}
	return &store.Model{
		Prior:   prior,
		Noise:   noise,
		Inputs:  t.units.Inputs,
		Target:  t.units.Target,
		Kind:    &store.Exact{X: t.units.X, Y: t.units.Y},
		Scaling: t.scaling,
		Fit:     info,
	}
}
