package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"matheron/data"
	"matheron/gp"
	"matheron/kernel"
	"matheron/rng"
	"matheron/store"
)

// fitOptions are the flags of fit that say what is fitted and how.
type fitOptions struct {
	kernel      string
	noise       variance
	jitter      variance
	priors      priors
	method      method
	standardize bool
	seed        uint64
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
the model.

Kernels are rbf, matern12, matern32, matern52, rational_quadratic, periodic,
cosine, linear, polynomial(degree=3), constant and white, joined by + and *. In
their parentheses stand ard (a lengthscale for each input), numbers where the fit
starts, fixed(..) for numbers that stay, and dims=0:2 or dims=NAME for the inputs
that the kernel sees.

A prior goes to every parameter whose name is NAME or ends in it after a dot; the
noise is noise_variance. Distributions are normal(mean,sd), lognormal(mu,sigma),
halfnormal(sd), gamma(shape,rate), inversegamma(shape,scale), exponential(rate),
uniform(lo,hi), beta(a,b), cauchy(location,scale), halfcauchy(scale) and
studentt(df,location,scale).
With the method map, parameters without a prior get a weakly informative one,
scaled to the data; ml maximises the evidence alone.

With --standardize the inputs and the target are centred and scaled by their own
mean and standard deviation; priors, --noise-variance, --jitter and the printed
parameters are then in those units. The log evidence is always that of the data.`,
		Example: `  matheron fit --data train.csv --target y --out model.json
  matheron fit --data co2.csv --target co2_ppm --inputs decimal_year --standardize \
    --kernel "rbf + rbf*periodic + rational_quadratic" --out co2.json
  matheron fit --data train.csv.gz --target y --kernel "matern32(ard)" \
    --prior "lengthscale=lognormal(0,0.3)" --noise-variance 0.01 --json --out model.json`,
		Args: cobra.NoArgs,
		RunE: begin(func(cmd *cobra.Command) error {
			if err := o.check(); err != nil {
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
			if err := store.SaveModel(out, f.model); err != nil {
				return err
			}
			if asJSON {
				return printJSON(f.json())
			}
			return printSummary(out, f.summary(verbose))
		}),
	}
	fl := cmd.Flags()
	fl.StringVar(&table, "data", "", "`FILE` to fit: .csv, .csv.gz, .parquet, or - for standard input (required)")
	fl.StringVar(&target, "target", "", "`NAME` of the target (required)")
	fl.StringSliceVar(&inputs, "inputs", nil, "`NAMES` of the inputs, joined by commas (default all but the target)")
	fl.StringVar(&out, "out", "", "`FILE` of the model (required)")
	fl.BoolVar(&asJSON, "json", false, "print one JSON object")
	fl.BoolVar(&verbose, "verbose", false, "print the parameters where each start ended, too")
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
	fl.Var(&o.noise, "noise-variance", "known variance of the noise (default: fitted)")
	fl.Var(&o.jitter, "jitter", "variance always added to the diagonal (default 0)")
	fl.Var(&o.priors, "prior", "prior of a parameter; may be repeated")
	fl.Var(&o.method, "method", "what is maximised: "+strings.Join(methods(), " or "))
	fl.BoolVar(&o.standardize, "standardize", false, "centre and scale inputs and target")
	fl.Uint64Var(&o.seed, "seed", 0, "seed `N` of the choice of starts")
	must(cmd.RegisterFlagCompletionFunc("method", cobra.FixedCompletions(methods(), cobra.ShellCompDirectiveNoFileComp)))
}

// check finds flags that do not go together.
func (o *fitOptions) check() error {
	if gp.Method(o.method) == gp.MaximumEvidence && len(o.priors) > 0 {
		return usagef("--prior has no effect with --method ml: use --method map")
	}
	return nil
}

// fit is a fitted model with what is to be reported of it.
type fit struct {
	options fitOptions
	model   *store.Model
	fitted  *gp.Fitted
	kernel  string // canonical text
	seconds float64
}

// run fits the model to a table.
func (o fitOptions) run(ctx context.Context, set *data.Set) (*fit, error) {
	start := time.Now()
	expr, err := kernel.Parse(o.kernel, set.Inputs)
	if err != nil {
		return nil, err
	}
	units := set
	var scaling *data.Scaling
	if o.standardize {
		s := data.Standardization(set)
		scaling, units = &s, s.Apply(set)
	}
	gf := gp.Fit{
		Method: gp.Method(o.method),
		Priors: o.priors,
		Given:  expr.Written,
		Key:    rng.New(o.seed),
	}
	if o.noise.set {
		known := gp.Noise(o.noise.value)
		gf.KnownNoise = &known
	}
	prior := gp.Prior{Kernel: expr.Kernel, Jitter: o.jitter.value}
	// The evidence and its gradient hold the covariance and its inverse.
	if err := checkMemory(len(units.Y), 2); err != nil {
		return nil, err
	}
	progress := newBar(-1, "fit", "")
	defer progress.done()
	if progress != nil {
		gf.Progress = func(p gp.FitProgress) {
			progress.describe(fmt.Sprintf("fit %d/%d, %d rows: start %d of %d, step %d, objective %.6g",
				p.Stage, p.Stages, p.Rows, p.Start, p.Starts, p.Iteration, p.Objective))
		}
	}
	fitted, err := await(ctx, func() (*gp.Fitted, error) { return gf.Run(ctx, prior, units.X, units.Y) })
	if err != nil {
		return nil, err
	}
	text, err := kernel.Structure(expr.Kernel, set.Inputs)
	if err != nil {
		return nil, err
	}
	f := &fit{options: o, fitted: fitted, kernel: text}
	f.model = newModel(o, units, scaling, fitted)
	f.seconds = time.Since(start).Seconds()
	return f, nil
}

// nameOf returns what a table is called in errors.
func nameOf(path string) string {
	if path == "-" {
		return "standard input"
	}
	return path
}
