package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"matheron/gp/sparse"
	"matheron/optimize"
	"matheron/rng"
	"matheron/store"
)

// sparseOptions are the flags of fit for the method sparse.
type sparseOptions struct {
	inducing, batch optional
	epochs          count
}

func sparseMethod() method {
	o := &sparseOptions{}
	return method{
		name: "sparse",
		about: []string{
			"inducing inputs, for many rows: the best numbers by a lower bound of the",
			"evidence, times those priors that are given",
		},
		model:    "the posterior given the process at the inducing inputs",
		register: o.register,
		run:      o.fit,
	}
}

// Where nobody says otherwise: the number of inducing inputs, at most one a row,
// the number of rows up to which each step sees all of them, and the batch beyond.
const (
	defaultInducing = 100
	wholeRows       = 10_000
	defaultBatch    = 1_000
)

func (o *sparseOptions) register(fl *pflag.FlagSet) {
	o.epochs = 200
	fl.Var(&o.inducing, "inducing", fmt.Sprintf("sparse: number of inducing inputs (default %d, or the rows if they are fewer)", defaultInducing))
	fl.Var(&o.batch, "batch", fmt.Sprintf("sparse: rows of a step (default: all up to %d rows, and %d of more)", wholeRows, defaultBatch))
	fl.Var(&o.epochs, "epochs", "sparse: most passes over the rows")
}

// batchOf returns the rows of a step on a table of so many; 0 is all of them, by
// the collapsed bound.
func (o *sparseOptions) batchOf(rows int) int {
	switch {
	case o.batch > 0 && int(o.batch) < rows:
		return int(o.batch)
	case o.batch == 0 && rows > wholeRows:
		return defaultBatch
	}
	return 0
}

// sparseFitted is the outcome of the method sparse.
type sparseFitted struct {
	*sparse.Fitted
	asked int      // inducing inputs
	batch int      // 0 for all rows
	elbo  float64  // in the data's units
	table []string // what no fit can learn from it
}

// fit maximises the evidence lower bound of a sparse posterior.
func (o *sparseOptions) fit(ctx context.Context, t task) (outcome, *store.Model, error) {
	rows := len(t.units.Y)
	inducing := int(o.inducing)
	if inducing == 0 {
		inducing = min(defaultInducing, rows)
	}
	sf := sparse.Fit{
		Priors:     t.options.priors,
		KnownNoise: t.knownNoise(),
		Given:      t.given(),
		Inducing:   inducing,
		Batch:      o.batchOf(rows),
		Epochs:     int(o.epochs),
		Key:        rng.New(t.options.seed),
	}
	bar := newBar(-1, "fit", "")
	defer bar.done()
	sf.Progress = bar.update
	fitted, err := await(ctx, func() (*sparse.Fitted, error) {
		return sf.Run(ctx, sparse.Prior{Prior: t.prior()}, t.units.X, t.units.Y)
	})
	var many *sparse.TooManyInducing
	if errors.As(err, &many) {
		return nil, nil, usagef("--inducing %d: %v", inducing, err)
	}
	if err != nil {
		return nil, nil, err
	}
	f := &sparseFitted{fitted, inducing, sf.Batch, t.logDensity(fitted.Bound, rows), t.fit().DataWarnings(t.units.X, t.units.Y)}
	m := t.model(fitted.Posterior.Inducing().Prior().Prior, fitted.Noise, fitted.Params, 0)
	kind, err := store.SparseOf(fitted.Posterior)
	if err != nil {
		return nil, nil, err
	}
	kind.NumRows, kind.ELBO, kind.Inputs = rows, f.elbo, store.ExtentsOf(t.units.X)
	m.Kind = kind
	return f, m, nil
}

func (s *sparseFitted) inducing() int { return s.Posterior.Inducing().Len() }

func (s *sparseFitted) json(*fit) object {
	batch := any(nil)
	if s.batch > 0 {
		batch = s.batch
	}
	return object{
		{"log_evidence", nil},
		{"elbo", number(s.elbo)},
		{"parameters", values(s.Params)},
		{"inducing", s.inducing()},
		{"inducing_jitter", number(s.Posterior.Jitter())},
		{"batch", batch},
		{"epochs", s.Epochs},
		{"status", s.Status.String()},
		{"objective", number(s.Objective)},
	}
}

func (s *sparseFitted) head(_ *fit, line func(string, any)) {
	line("elbo", formatNumber(s.elbo))
	line("inducing inputs", s.inducing())
	rows := "all"
	if s.batch > 0 {
		rows = fmt.Sprint(s.batch)
	}
	line("rows of a step", rows)
	line("ended", fmt.Sprintf("%v, after %d epochs", s.Status, s.Epochs))
}

func (s *sparseFitted) body(f *fit, _ bool) string {
	var b strings.Builder
	f.values(&b, s.Params)
	return b.String()
}

// notes say what the fit decided for the user.
func (s *sparseFitted) notes() []string {
	var out []string
	if n := s.inducing(); n < s.asked {
		out = append(out, fmt.Sprintf("inducing inputs: %d in place of %d, since no row has variance left beyond these at the parameters that the fit starts from", n, s.asked))
	}
	if j := s.Posterior.Jitter(); j > s.Posterior.Inducing().Prior().Prior.Jitter {
		out = append(out, fmt.Sprintf("a jitter of %.3g was added to the covariance of the inducing inputs, which is not positive definite to rounding without it", j))
	}
	return out
}

// warnings say what the fit cannot be trusted for.
func (s *sparseFitted) warnings() []string {
	out := s.table
	if s.Status == optimize.IterationLimit {
		out = append(out, fmt.Sprintf("the fit ended after %d epochs, before it had settled: more --epochs may find more", s.Epochs))
	}
	return out
}

func (*sparseFitted) end(string) error { return nil }
