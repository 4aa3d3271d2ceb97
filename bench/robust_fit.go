package main

import (
	"context"
	"math"
	"time"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/gp"
	"matheron/kernel"
)

// robustTask is a set to fit, and what its scores are relative to.
type robustTask struct {
	split          // test is nil where there are no test rows
	kernel string  // rbf or matern32, with a lengthscale an input
	scale  float64 // of the target, for its scores
	noise  float64 // the true noise variance; 0 if it is unknown
	raw    bool    // fitted in the units of the data, not in standardised ones
}

// units returns the training rows as the fit sees them, and the way back.
func (t robustTask) units() (*data.Set, data.Scaling) {
	scaling := data.Standardization(t.train)
	if t.raw {
		scaling.Target = data.Affine{Scale: 1}
		for i := range scaling.Inputs {
			scaling.Inputs[i] = data.Affine{Scale: 1}
		}
	}
	return scaling.Apply(t.train), scaling
}

// prior is one of which the fit takes the structure alone: all numbers are 1.
func (t robustTask) prior() gp.Prior {
	l := kernel.ARD(unitScales(len(t.train.Inputs))...)
	if t.kernel == "matern32" {
		return gp.Prior{Kernel: kernel.Matern32{Variance: 1, Lengthscale: l}}
	}
	return gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: l}}
}

// fit fits by maximum evidence or MAP and scores the fit. One that fails is a score
// that says so; the error is that of ctx.
func (t robustTask) fit(ctx context.Context, f gp.Fit) (robustScore, error) {
	train, scaling := t.units()
	began := time.Now()
	fitted, err := f.Run(ctx, t.prior(), train.X, train.Y)
	seconds := time.Since(began).Seconds()
	switch {
	case ctx.Err() != nil:
		return robustScore{}, ctx.Err()
	case err != nil:
		return failed(err), nil
	}
	out := t.score(scaling, []*gp.Exact{fitted.Posterior})
	n := len(train.Y)
	sd := data.Standardization(t.train).Target.Scale
	out.Evidence = scaling.InverseLogDensity(fitted.LogEvidence, n) + float64(n)*math.Log(sd)
	out.Seconds = seconds
	return out, nil
}

// score judges the even mixture of posteriors.
func (t robustTask) score(scaling data.Scaling, posts []*gp.Exact) robustScore {
	var out robustScore
	if t.test != nil {
		out = predict(posts, scaling, t.test.X).score(t.test.Y, t.scale)
	}
	out.NoiseRatio = t.noiseRatio(noiseOf(posts, scaling))
	return out
}

// noiseRatio is a fitted noise variance over the true one, 0 if that is unknown.
func (t robustTask) noiseRatio(fitted float64) float64 {
	if t.noise == 0 {
		return 0
	}
	return fitted / t.noise
}

// noiseOf returns the mean of the noise variances, in the units of the data.
func noiseOf(posts []*gp.Exact, scaling data.Scaling) float64 {
	var v float64
	for _, p := range posts {
		v += p.NoiseDiag()[0] / float64(len(posts)) // the same for all rows
	}
	return scaling.InverseVariance(nil, []float64{v})[0]
}

// predict returns the predictive distributions of observations at x, one component a posterior, all in the
// units of the data.
func predict(posts []*gp.Exact, scaling data.Scaling, x *mat.Dense) predictive {
	z := scaling.ApplyInputs(nil, x)
	var out predictive
	for _, p := range posts {
		mean, variance := p.Mean(nil, z), p.Variance(nil, z)
		noise := p.NoiseDiag()[0]
		for i := range variance {
			variance[i] += noise
		}
		out.means = append(out.means, scaling.InverseMean(nil, mean))
		out.variances = append(out.variances, scaling.InverseVariance(nil, variance))
	}
	return out
}
