package gp

import (
	"context"
	"fmt"
	"math"
	"sync"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/linalg"
	"matheron/progress"
	"matheron/rng"
)

// Method is what a fit maximises.
type Method int

const (
	// MAP maximises the posterior density of the parameters without their bounds, as a
	// sampler has it: the log evidence plus [Parameters.LogPriorGrad], for each parameter
	// log p(theta) + log dtheta/dz, z its logarithm or the like. Of several optima the
	// result is the one with the most of the posterior around it.
	MAP Method = iota
	// MaximumEvidence maximises the log evidence alone (type II maximum likelihood).
	MaximumEvidence
)

// Fit finds the parameters of a kernel, a mean and the noise. The zero value
// fits everything by [MAP] with default priors, from starts that it chooses
// from the data.
//
// If the prior has no mean, a [Constant] is fitted, so that the kernel need not explain
// the level of the targets. If a term of the kernel is a level of its own (constant,
// linear, polynomial), the constant stays at the mean of the targets. [Zero] is a mean
// of 0.
//
// The search is L-BFGS-B over the logarithms of positive parameters, in a box
// so wide that only a direction without information meets it. The candidates
// for starts cover what the data can tell: lengthscales from the spacing of the
// inputs to several times their width, all noise to hardly any, periods at the peaks
// of the periodogram of the detrended targets and at multiples of these. From good
// candidates that differ it climbs a few steps, on parts of a large table, and from the
// best of these that differ to the end. The ends that can still be the best are where
// climbs on all rows start. Last, inputs that the fit has dropped are tried again. The
// result reports every climb.
type Fit struct {
	Method Method
	// Priors override the default priors of [MAP]; which of several counts is said at
	// [ParamPrior]. They are an error with [MaximumEvidence].
	Priors []ParamPrior
	// KnownNoise is the variance of the noise if it is known. If it is nil, one
	// shared variance is a parameter, [NoiseName].
	KnownNoise *NoiseVariance
	// Given marks the parameters, kernel's then mean's, whose values in the prior
	// are where every start begins. Nil marks no parameter; of a prior without a mean, the
	// kernel's are marked alone.
	Given []bool
	// Starts is the number of climbs on the screening rows, 6 if it is 0, and twice
	// that by maximum evidence. Three times as many climb a few steps before.
	Starts int
	// ScreenRows is how many rows starts are screened on, 300 if it is 0. Of a larger
	// table, three such parts share the starts.
	ScreenRows int
	// Inputs are what the columns of the inputs are called in warnings; nil counts
	// them from 1.
	Inputs []string
	// Key is for the choice of rows and candidates.
	Key rng.Key
	// Progress is told of each iteration of each climb, one call at a time: the stage by
	// its number and its rows, the start as Part, the iterations, and as Value the
	// objective, log evidence plus log prior.
	Progress progress.Func
}

// Fitted is the result of a fit.
type Fitted struct {
	Posterior *Exact
	// Params are the parameters: the kernel's, the mean's, and the noise if it
	// was fitted.
	Params []kernel.Param
	// LogEvidence is that of all rows; Objective adds the log prior densities.
	LogEvidence, Objective float64
	// Starts are all climbs, stage by stage; Best is that of the result.
	Starts []FitStart
	Best   int
	// Optima are the local maxima of the objective on all rows that the climbs found. The
	// first is the result: by MAP the one with the most of the posterior, by maximum
	// evidence the highest.
	Optima []Optimum
	// Warnings are what a user should know, each one line. Notes say what the fit
	// decided: how many starts agreed, a second optimum within two nats and how its
	// predictions differ, parameters that the prior decides, terms that the kernel lacks.
	Warnings, Notes []string
}

// FitStart is one climb.
type FitStart struct {
	Rows        int // that it worked on
	From, To    []float64
	Objective   float64 // at To, on those rows; NaN if nothing could be evaluated
	LogEvidence float64 // at To, on those rows
	Status      string
	Evaluations int
}

// Run fits the parameters of p to targets y at the rows of x and returns the
// posterior at the best of them. p's own parameters are starts where Given says
// so, and otherwise structure.
//
// The jitter is p's throughout. If no start can be evaluated with it, Run tries
// the jitters that [Prior.Condition] would, and the result's posterior reports
// what was used. Errors: those of Condition; a pattern of Priors that matches no
// parameter; white noise beside a fitted noise variance; that of ctx.
//
// Cost: by MAP some 20 to 60 evaluations of the evidence with its gradient on all rows,
// N^3 each; by maximum evidence a thousand and more, up to 1,000 rows.
func (f Fit) Run(ctx context.Context, p Prior, x *mat.Dense, y []float64) (*Fitted, error) {
	f.Progress = oneAtATime(f.Progress)
	if err := checkData("Fit", x, y); err != nil {
		return nil, err
	}
	if _, _, err := p.check(); err != nil {
		return nil, err
	}
	if f.KnownNoise != nil {
		f.KnownNoise.checkLen("Fit", len(y))
		// Before the jitter is raised: with it equal inputs are no error.
		_, kept, err := p.distinct(*f.KnownNoise, x, y)
		if err != nil {
			return nil, err
		}
		if kept != nil {
			noise := f.KnownNoise.rowsOf(kept)
			x, y, f.KnownNoise = takeRows(x, kept), pick(y, kept), &noise
		}
	}
	l, err := f.layout(p, x, y)
	if err != nil {
		return nil, err
	}
	var best *search
	jitters := (linalg.Policy{Jitter: p.Jitter, Retry: true}).Jitters(l.meanDiag(x))
	for _, jitter := range jitters {
		found, err := f.search(ctx, l.withJitter(jitter), p, x, y)
		if err != nil {
			return nil, err
		}
		if found == nil {
			continue
		}
		gained := best == nil || found.top() < best.top()-near
		if gained {
			best = found
		}
		// With enough noise no factorisation fails. With next to none a climb may have
		// ended where one fails, and with more jitter it may go on.
		if !gained || f.KnownNoise == nil || f.KnownNoise.least() > wallNoise*l.scales.y {
			break
		}
	}
	if best == nil {
		return nil, l.whyNone(x, y, jitters[len(jitters)-1])
	}
	best.given = p.Jitter
	return f.finish(best)
}

// oneAtATime returns f with calls one after the other, whatever goroutines they come
// from.
func oneAtATime(f progress.Func) progress.Func {
	if f == nil {
		return nil
	}
	var mu sync.Mutex
	return func(u progress.Update) {
		mu.Lock()
		defer mu.Unlock()
		f(u)
	}
}

// wallNoise is a known noise, relative to the targets' variance, below which smooth
// functions meet covariances that cannot be factorised.
const wallNoise = 1e-7

// search runs the climbs with l's jitter. It returns nil if no start could be
// evaluated. Maximum evidence goes on from the optima of [MAP], too: its own starts
// can all end where a parameter has run off, and it is never below them.
func (f Fit) search(ctx context.Context, l *layout, p Prior, x *mat.Dense, y []float64) (*search, error) {
	if f.Method == MAP {
		return f.climb(ctx, l, x, y, nil)
	}
	m := f
	m.Method = MAP
	ml, err := m.layout(p, x, y)
	if err != nil {
		return nil, err
	}
	modes, err := m.climb(ctx, ml.withJitter(l.params.prior.Jitter), x, y, nil)
	if modes == nil || err != nil {
		return nil, err
	}
	var points [][]float64
	for _, i := range modes.tops() {
		if len(points) < laterStarts {
			points = append(points, modes.ascents[i].X)
		}
	}
	return f.climb(ctx, l, x, y, points)
}

// finish conditions on all rows at the best parameters.
func (f Fit) finish(s *search) (*Fitted, error) {
	if len(s.tops()) == 0 {
		return nil, fmt.Errorf("no climb has ended")
	}
	ends, optima := s.optima()
	best, l := s.ascents[ends[0]], s.whole.l
	prior, noise := l.params.At(l.theta(best.X))
	post, err := prior.Condition(s.whole.x, s.whole.y, noise)
	if err != nil {
		return nil, err
	}
	out := &Fitted{Posterior: post, Params: l.params.Params(l.theta(best.X)), LogEvidence: post.LogEvidence(), Best: ends[0], Optima: optima}
	if math.IsNaN(out.LogEvidence) {
		return nil, fmt.Errorf("the log evidence is not a number at the fitted parameters")
	}
	out.Objective = out.LogEvidence + l.params.LogPriorGrad(nil, best.X)
	for _, a := range s.ascents {
		out.Starts = append(out.Starts, s.report(a))
	}
	out.Warnings, out.Notes = s.warnings(out), s.notes(out)
	return out, nil
}
