package infer

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"matheron/optimize"
	"matheron/progress"
	"matheron/rng"
)

// SVI fits a normal guide q to a target by stochastic variational inference: it
// maximises
//
//	ELBO = E_q log p(x) + H(q) = log Z - KL(q || p/Z).
//
// The gradient is that through x = m + S z with z fixed (Kingma and Welling 2014). The
// entropy H has a closed form, with a control variate that removes all noise where the
// guide has the shape of the target. Each step draws pairs z and -z, which cancel the
// odd part of the remaining noise, and follows Adam's direction, with the mean in
// units of the guide's deviations, so that the scales of the coordinates do not
// matter.
//
// It converges in stages. The ELBO is averaged over windows of steps. When two windows
// in a row rise by no more than RelTol max(1, |ELBO|) above the best window of the
// stage, the rate and that tolerance are divided by 10 (a lower rate rises less a
// window), the window is doubled, and the next stage begins, from the mean parameters
// over the last window (Polyak and Juditsky 1992). The fit has converged at the end of
// the last stage; the guide is that of the mean parameters over its last window.
//
// Its fields are settings. The zero value is ready for use.
type SVI struct {
	Guide GuideKind
	// Pairs is the number of pairs of samples a step. 0 means 4.
	Pairs int
	// LearningRate is Adam's first rate. 0 means 0.05.
	LearningRate float64
	// Schedule, if not nil, multiplies the rate of each step, from 0; see [Cosine]
	// and [Exponential].
	Schedule Schedule
	// Stages is the number of rates. 0 means 3.
	Stages int
	// Window is the number of steps that the ELBO is averaged over in the first stage.
	// 0 means 100.
	Window int
	// RelTol is the relative rise that counts in the first stage. 0 means 1e-4.
	RelTol float64
	// MaxSteps bounds the steps. 0 means 20,000.
	MaxSteps int
	// FinalPairs is the number of pairs that the final ELBO is estimated from. 0
	// means 1,000.
	FinalPairs int
	// Init is the first mean; nil means a random one as in [Run]. InitSD is the first
	// deviation; 0 means 0.1.
	Init   []float64
	InitSD float64
	// Progress is told of each window: the steps so far, of at most MaxSteps, with the
	// mean ELBO over the window as Value. The stages of the rate are the stages "rate
	// 1", "rate 2" and so on.
	Progress progress.Func
	// Key decides the start and the samples.
	Key rng.Key
}

// Status is the reason why a variational fit stopped.
type Status int

const (
	Failed    Status = iota // the error says why
	Converged               // the last stage has ended
	StepLimit               // MaxSteps made
	Cancelled               // the context was cancelled
)

var statusNames = [...]string{Failed: "failed", Converged: "converged", StepLimit: "step limit", Cancelled: "cancelled"}

// String returns the status in words.
func (s Status) String() string {
	if s < 0 || int(s) >= len(statusNames) {
		return fmt.Sprintf("Status(%d)", int(s))
	}
	return statusNames[s]
}

// Variational is the result of [SVI].
type Variational struct {
	*Gaussian // the guide
	// ELBO is an estimate for the final guide from new samples, and ELBOError its
	// standard error. It is -Inf if one of these samples is outside of the support.
	ELBO, ELBOError float64
	Status          Status
	Steps           int
	// History holds the mean ELBO of each window.
	History []float64
	// Outside counts the pairs, of all steps, that were left out: the density was zero
	// or its gradient not finite at one of the two.
	Outside int
}

// OutsideError is the error of a fit whose guide has left the support.
type OutsideError struct {
	Step int
}

// Error names the step.
func (e *OutsideError) Error() string {
	return fmt.Sprintf("step %d: every sample of the guide is outside of the density", e.Step)
}

func (s SVI) check(dim int) SVI {
	if s.Pairs < 0 || s.LearningRate < 0 || s.Stages < 0 || s.Window < 0 || s.RelTol < 0 || s.MaxSteps < 0 || s.FinalPairs < 0 || s.InitSD < 0 {
		panic("infer: SVI with a negative setting")
	}
	if s.Init != nil && len(s.Init) != dim {
		panic(fmt.Sprintf("infer: SVI from %d coordinates for a target of %d", len(s.Init), dim))
	}
	s.Pairs, s.Stages, s.Window = cmp.Or(s.Pairs, 4), cmp.Or(s.Stages, 3), cmp.Or(s.Window, 100)
	s.MaxSteps, s.FinalPairs = cmp.Or(s.MaxSteps, 20000), cmp.Or(s.FinalPairs, 1000)
	s.LearningRate, s.RelTol, s.InitSD = cmp.Or(s.LearningRate, 0.05), cmp.Or(s.RelTol, 1e-4), cmp.Or(s.InitSD, 0.1)
	if s.Schedule == nil {
		s.Schedule = Constant
	}
	return s
}

// Run fits the guide. When ctx is cancelled it returns the guide so far with
// ctx.Err(), and NaN as its ELBO. The other errors are an [*InitError], an
// [*OutsideError] with the guide so far, and the error that a target panics with.
func (s SVI) Run(ctx context.Context, t Target) (_ *Variational, err error) {
	s = s.check(t.Dim())
	defer recoverTo(&err, "")
	t = evaluators(t, 1, 1)[0]
	start, err := initial(ctx, t, 0, s.Init, s.Key.Named("start"))
	if err != nil {
		return nil, err
	}
	f := &sviRun{SVI: s, target: t, guide: newGuide(s.Guide, start.X, s.InitSD)}
	f.sampler = newPairs(t, f.guide)
	fit, err := f.run(ctx, s.Key.Named("steps"))
	fit.Gaussian = f.guide.gaussian(f.average())
	if err != nil {
		return fit, err
	}
	copy(f.guide.params, f.average())
	fit.ELBO, fit.ELBOError = f.final(s.Key.Named("final").Rand())
	return fit, nil
}

// sviRun is the state of a fit.
type sviRun struct {
	SVI
	target  Target
	guide   *guide
	sampler *pairs
	sum     []float64 // of the parameters over the window
	last    []float64 // their mean over the window before
	count   int
}

// run makes the steps.
func (f *sviRun) run(ctx context.Context, key rng.Key) (*Variational, error) {
	fit := &Variational{ELBO: math.NaN(), ELBOError: math.NaN(), Status: StepLimit}
	n := len(f.guide.params)
	f.sum = make([]float64, n)
	grad := make([]float64, n)
	opt := optimize.NewAdam(n)
	rate, tol, best := f.LearningRate, f.RelTol, math.Inf(-1)
	window, stage, level, elbo := f.Window, 0, 0, 0.0
	r := key.Rand()
	for fit.Steps < f.MaxSteps {
		if ctx.Err() != nil {
			fit.Status = Cancelled
			return fit, ctx.Err()
		}
		value, outside := f.sampler.gradient(grad, r, f.Pairs)
		fit.Outside += outside
		if math.IsNaN(value) {
			fit.Status = Failed
			return fit, &OutsideError{fit.Steps}
		}
		opt.Update(grad, grad, rate*f.Schedule(fit.Steps, f.MaxSteps))
		f.guide.move(grad)
		for i, p := range f.guide.params {
			f.sum[i] += p
		}
		elbo += value
		fit.Steps++
		if f.count++; f.count < window {
			continue
		}
		elbo /= float64(window)
		fit.History = append(fit.History, elbo)
		f.last = f.mean()
		f.count = 0
		clear(f.sum)
		if f.Progress != nil {
			f.Progress(progress.Update{Stage: fmt.Sprintf("rate %d", stage+1), Done: fit.Steps, Total: f.MaxSteps, Value: elbo})
		}
		if elbo-best <= tol*max(1, math.Abs(elbo)) {
			level++
		} else {
			level = 0
		}
		best = max(best, elbo)
		elbo = 0
		if level < 2 {
			continue
		}
		if stage++; stage == f.Stages {
			fit.Status = Converged
			break
		}
		rate, tol, window, level, best = rate/10, tol/10, 2*window, 0, math.Inf(-1)
		copy(f.guide.params, f.last)
	}
	return fit, nil
}

// mean returns the mean parameters of the steps of the window so far.
func (f *sviRun) mean() []float64 {
	out := make([]float64, len(f.sum))
	for i, s := range f.sum {
		out[i] = s / float64(f.count)
	}
	return out
}

// average returns the mean parameters of the last window that has ended, or else of
// the steps so far.
func (f *sviRun) average() []float64 {
	switch {
	case f.last != nil:
		return f.last
	case f.count > 0:
		return f.mean()
	}
	return append([]float64(nil), f.guide.params...)
}

// final estimates the ELBO of the guide and its standard error, over pairs.
func (f *sviRun) final(r *rand.Rand) (elbo, err float64) {
	var n, mean, m2 float64
	for range f.FinalPairs {
		lp := f.sampler.pair(r)
		if math.IsInf(lp, -1) {
			return lp, math.NaN()
		}
		n++
		d := lp - mean
		mean += d / n
		m2 += d * (lp - mean)
	}
	return mean, math.Sqrt(m2 / (n - 1) / n)
}

// Schedule returns the factor of the learning rate at a step, counted from 0, of at
// most that many steps.
type Schedule func(step, steps int) float64

// Constant is the schedule of a factor of 1.
func Constant(step, steps int) float64 { return 1 }

// Cosine is the schedule that falls from 1 to 0 as half a cosine wave over all
// steps.
func Cosine(step, steps int) float64 {
	return (1 + math.Cos(math.Pi*float64(step)/float64(steps))) / 2
}

// Exponential returns the schedule that falls from 1 to end, geometrically over all
// steps. It panics unless end is positive.
func Exponential(end float64) Schedule {
	if !(end > 0) {
		panic("infer: a schedule that ends at a rate that is not positive")
	}
	rate := math.Log(end)
	return func(step, steps int) float64 {
		return math.Exp(rate * float64(step) / float64(steps))
	}
}
