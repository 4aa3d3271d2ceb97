package demo

import "context"

// Results are those of all sections and uses, in their order. Marshalled to JSON
// they are summary.json; the keys of each part are those of its fields. A part
// that has not run is left out.
type Results struct {
	Example   *Example   `json:"-"`
	Baseline  *Baseline  `json:"baseline,omitempty"`
	Bayesian  *Bayesian  `json:"bayesian,omitempty"`
	Decoupled *Decoupled `json:"decoupled,omitempty"`

	Thompson       *Thompson       `json:"thompson,omitempty"`
	Functionals    *Functionals    `json:"functionals,omitempty"`
	Gradient       *Gradient       `json:"gradient,omitempty"`
	LevelSet       *LevelSet       `json:"level_set,omitempty"`
	ActiveLearning *ActiveLearning `json:"active_learning,omitempty"`
	Surrogate      *Surrogate      `json:"surrogate,omitempty"`
	Optimum        *Optimum        `json:"optimum,omitempty"`
	Linear         *Linear         `json:"linear,omitempty"`
	Information    *Information    `json:"information,omitempty"`
	Calibration    *Calibration    `json:"calibration,omitempty"`
	Policy         *Policy         `json:"policy,omitempty"`
	Ensemble       *Ensemble       `json:"ensemble,omitempty"`
}

// Section is a section or a use of the worked example.
type Section struct {
	Key   string // in summary.json
	Title string
}

// part is a section with what computes it.
type part struct {
	Section
	run func(context.Context, *Results) error
}

// into runs a part and keeps its result in a field of Results.
func into[T any](field **T, run func() (*T, error)) error {
	v, err := run()
	if err == nil {
		*field = v
	}
	return err
}

// parts are the sections and uses, in order.
func parts() []part {
	return []part{
		{Section{"baseline", "Baseline: fixed hyperparameters"}, func(ctx context.Context, r *Results) error {
			return into(&r.Baseline, func() (*Baseline, error) { return r.Example.Baseline(ctx) })
		}},
		{Section{"bayesian", "Fully Bayesian: the hyperparameters are unknown"}, func(ctx context.Context, r *Results) error {
			return into(&r.Bayesian, func() (*Bayesian, error) { return r.Example.Bayesian(ctx, r.Baseline) })
		}},
		{Section{"decoupled", "Decoupled: twelve inducing variables"}, func(ctx context.Context, r *Results) error {
			return into(&r.Decoupled, func() (*Decoupled, error) { return r.Example.Decoupled(ctx, r.Baseline) })
		}},

		{Section{"thompson", "Thompson sampling"}, func(ctx context.Context, r *Results) error {
			return into(&r.Thompson, func() (*Thompson, error) { return r.Example.Thompson(ctx) })
		}},
		{Section{"functionals", "Monte Carlo functionals"}, func(ctx context.Context, r *Results) error {
			return into(&r.Functionals, func() (*Functionals, error) { return r.Example.Functionals(ctx) })
		}},
		{Section{"gradient", "The gradient of an acquisition"}, func(ctx context.Context, r *Results) error {
			return into(&r.Gradient, func() (*Gradient, error) { return r.Example.Gradient(ctx, r.Functionals) })
		}},
		{Section{"level_set", "Level sets"}, func(ctx context.Context, r *Results) error {
			return into(&r.LevelSet, func() (*LevelSet, error) { return r.Example.LevelSet(ctx) })
		}},
		{Section{"active_learning", "Active learning"}, func(ctx context.Context, r *Results) error {
			return into(&r.ActiveLearning, func() (*ActiveLearning, error) { return r.Example.ActiveLearning(ctx, r.Bayesian) })
		}},
		{Section{"surrogate", "A simulator's surrogate"}, func(ctx context.Context, r *Results) error {
			return into(&r.Surrogate, func() (*Surrogate, error) { return r.Example.Surrogate(ctx) })
		}},
		{Section{"optimum", "Where is the optimum?"}, func(ctx context.Context, r *Results) error {
			return into(&r.Optimum, func() (*Optimum, error) { return r.Example.Optimum(ctx) })
		}},
		{Section{"linear", "Integrals, inner products and derivatives"}, func(ctx context.Context, r *Results) error {
			return into(&r.Linear, func() (*Linear, error) { return r.Example.Linear(ctx) })
		}},
		{Section{"information", "Expected information gain"}, func(ctx context.Context, r *Results) error {
			return into(&r.Information, func() (*Information, error) { return r.Example.Information(ctx) })
		}},
		{Section{"calibration", "Calibration and scores"}, func(ctx context.Context, r *Results) error {
			return into(&r.Calibration, func() (*Calibration, error) { return r.Example.Calibration(ctx) })
		}},
		{Section{"policy", "A policy in uncertain dynamics"}, func(ctx context.Context, r *Results) error {
			return into(&r.Policy, func() (*Policy, error) { return r.Example.Policy(ctx) })
		}},
		{Section{"ensemble", "An ensemble of regressors"}, func(ctx context.Context, r *Results) error {
			return into(&r.Ensemble, func() (*Ensemble, error) { return r.Example.Ensemble(ctx, r.Calibration) })
		}},
	}
}

// Sections returns the sections and uses in the order of Run.
func Sections() []Section {
	var out []Section
	for _, p := range parts() {
		out = append(out, p.Section)
	}
	return out
}

// Run computes all sections and uses. progress, if it is not nil, is told of each
// once its result is there, and an error of it ends the run. The error is that of
// New, of progress, or names the section; with it come the results so far.
func Run(ctx context.Context, o Options, progress func(Section, *Results) error) (*Results, error) {
	s, err := New(ctx, o)
	if err != nil {
		return nil, err
	}
	r := &Results{Example: s}
	for _, p := range parts() {
		if err := p.run(ctx, r); err != nil {
			return r, &SectionError{p.Section, err}
		}
		if progress == nil {
			continue
		}
		if err := progress(p.Section, r); err != nil {
			return r, err
		}
	}
	return r, nil
}

// SectionError is the error of a section.
type SectionError struct {
	Section Section
	Err     error
}

// Error names the section.
func (e *SectionError) Error() string { return e.Section.Key + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *SectionError) Unwrap() error { return e.Err }
