package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"matheron/data"
	"matheron/kernel"
	"matheron/store"
)

// fitOptions are the flags of fit that say what is fitted and how.
type fitOptions struct {
	kernel      string
	mean        meanChoice
	noise       variance
	jitter      variance
	priors      priors
	method      methodFlag
	standardize bool
	seed        uint64
	quiet       bool
}

func newFit() *cobra.Command {
	var o fitOptions
	var table, target, out string
	var inputs []string
	var asJSON, verbose bool
	cmd := &cobra.Command{
		Use:   "fit",
		Short: "Fit a Gaussian process to a table",
		Long: `Fit the parameters of a kernel and the noise to a table, print them, and store
the model, which predict and paths read whatever the method.

Kernels are rbf, matern12, matern32, matern52, rational_quadratic,
powered_exponential, periodic, cosine, linear, polynomial(degree=3),
arc_cosine(order=1), constant and white, joined by + and *. In their parentheses stand ard (a lengthscale for each input), numbers where the fit
starts, fixed(..) for numbers that stay, and dims=0:2 or dims=NAME for the inputs
that the kernel sees.

A prior goes to every parameter whose name is NAME or ends in it after a dot; the
noise is noise_variance. Distributions are normal(mean,sd), lognormal(mu,sigma),
halfnormal(sd), gamma(shape,rate), inversegamma(shape,scale), exponential(rate),
uniform(lo,hi), beta(a,b), cauchy(location,scale), halfcauchy(scale) and
studentt(df,location,scale).

Methods:
` + methodHelp() + `
The mean before the data is a constant, which is fitted, unless the kernel has a
level of its own (constant, linear, polynomial): it is then fixed at that of the targets.
--mean zero is for targets that are known to return to 0, and --mean linear for a
trend that goes on beyond the data.

What the fit decided and what it cannot be trusted for are notes and warnings at the
end of what is printed. On standard error is only how long a long fit will take.

With --standardize the inputs and the target are centred and scaled by their own
mean and standard deviation; priors, --noise-variance, --jitter and the printed
parameters are then in those units. The log evidence is always that of the data.`,
		Example: `  matheron fit --data train.csv --target y --out model.json
  matheron fit --data co2.csv --target co2_ppm --inputs decimal_year --standardize \
    --kernel "rbf + rbf*periodic + rational_quadratic" --out co2.json
  matheron fit --data train.csv.gz --target y --kernel "matern32(ard)" \
    --prior "lengthscale=lognormal(0,0.3)" --noise-variance 0.01 --json --out model.json
  matheron fit --data train.csv --target y --method nuts --draws 500 --out model.json
  matheron fit --data large.parquet --target y --standardize --method sparse \
    --inducing 500 --batch 1000 --out model.json`,
		Args: cobra.NoArgs,
		RunE: begin(func(cmd *cobra.Command) error {
			if err := o.check(cmd); err != nil {
				return err
			}
			if err := (outputs{json: asJSON, files: []string{out}, inputs: []string{table}}).check(); err != nil {
				return err
			}
			set, err := await(cmd.Context(), func() (*data.Set, error) { return data.Load(cmd.Context(), table, target, inputs) })
			if err != nil {
				return err
			}
			f, err := o.run(cmd.Context(), set)
			if err != nil {
				return inFile(nameOf(table), err)
			}
			// What was found is printed whether or not it can be stored.
			at, unsaved := save(cmd.Context(), out, func(path string) error { return store.SaveModel(path, f.model) })
			if asJSON {
				err = printJSON(cmd.Context(), f.json())
			} else {
				err = printSummary(cmd.Context(), out, f.summary(verbose))
			}
			return errors.Join(unsaved, err, f.end(at))
		}),
	}
	fl := cmd.Flags()
	fl.StringVar(&table, "data", "", "`FILE` to fit: .csv, .csv.gz, .parquet, or - for standard input (required)")
	fl.StringVar(&target, "target", "", "`NAME` of the target (required)")
	fl.StringSliceVar(&inputs, "inputs", nil, "`NAMES` of the inputs, joined by commas (default all but the target)")
	fl.StringVar(&out, "out", "", "`FILE` of the model (required)")
	fl.BoolVar(&asJSON, "json", false, "print one JSON object")
	fl.BoolVar(&verbose, "verbose", false, "map, ml: print where each start began and ended, too")
	fl.BoolVar(&o.quiet, "quiet", false, "print no notes and warnings; --json has them always")
	o.register(cmd)
	require(cmd, "data", "target", "out")
	tables(cmd, "data")
	must(cmd.MarkFlagFilename("out", "json"))
	return cmd
}

// register adds the flags of o.
func (o *fitOptions) register(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&o.kernel, "kernel", "rbf(ard)", "kernel `TEXT`")
	fl.Var(&o.mean, "mean", "mean before the data: "+oneOf(means()))
	fl.Var(&o.noise, "noise-variance", "known variance of the noise (default: fitted)")
	fl.Var(&o.jitter, "jitter", "variance always added to the diagonal (default 0)")
	fl.Var(&o.priors, "prior", "prior of a parameter; may be repeated")
	o.method.register(cmd)
	fl.BoolVar(&o.standardize, "standardize", false, "centre and scale inputs and target")
	fl.Uint64Var(&o.seed, "seed", 0, "seed `N` of starts, draws and batches")
	for name, values := range map[string][]string{"method": methodNames(), "mean": means()} {
		must(cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)))
	}
}

// fit is a fitted model with what is to be reported of it.
type fit struct {
	options fitOptions
	model   *store.Model
	outcome outcome
	kernel  string // canonical text
	seconds float64
}

// outcome is what a method has to report.
type outcome interface {
	// json returns the members that this method has.
	json(f *fit) object
	// head adds lines to the head of a summary, and body what follows it.
	head(f *fit, line func(name string, value any))
	body(f *fit, verbose bool) string
	// notes say what was decided or found on the way, warnings what the fit cannot be
	// trusted for, a line each.
	notes() []string
	warnings() []string
	// end says what is to be said at the end, and returns the error of a fit that
	// was interrupted and is stored nevertheless at a place.
	end(out string) error
}

// end says what is to be said when all is stored and printed.
func (f *fit) end(out string) error { return f.outcome.end(out) }

// run fits the model to a table.
func (o fitOptions) run(ctx context.Context, set *data.Set) (*fit, error) {
	start := time.Now()
	expr, err := kernel.Parse(o.kernel, set.Inputs)
	if err != nil {
		return nil, err
	}
	text, err := kernel.Structure(expr.Kernel, set.Inputs)
	if err != nil {
		return nil, err
	}
	t := task{options: o, expr: expr, units: set}
	if o.standardize {
		s := data.Standardization(set)
		t.scaling, t.units = &s, s.Apply(set)
	}
	out, model, err := o.method.run(ctx, t)
	if err != nil {
		return nil, err
	}
	return &fit{o, model, out, text, time.Since(start).Seconds()}, nil
}

// nameOf returns what a table is called in errors.
func nameOf(path string) string {
	if path == "-" {
		return "standard input"
	}
	return path
}
