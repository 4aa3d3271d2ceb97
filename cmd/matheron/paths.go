package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"matheron/kernel/basis"
	"matheron/pathwise"
	"matheron/rng"
	"matheron/store"
)

// maxWeights is the number of weights of features and rows that paths may have:
// 16 GiB of them.
const maxWeights = 1 << 31

func newPaths() *cobra.Command {
	var model, out, figure string
	functions, features := count(0), count(basis.DefaultCount)
	var seed uint64
	var asJSON bool
	var s span
	cmd := &cobra.Command{
		Use:   "paths",
		Short: "Draw functions from the posterior and store them",
		Long: `Draw functions from the posterior of a model and store them: the same ones for
the same seed, each of them evaluated anywhere by eval, and consistent with itself
and with the data. They are draws of f, without the noise of an observation. From
a model with R draws of its parameters, function s of S has those of draw
floor(s R/S).

--features counts the random features of each component of the kernel; exact finite
features come on top. The mean of the functions is exact for any number of them;
what is printed says how far their distribution is from the exact posterior.

With --plot the figure has the functions over the median and the central 95% of f
in closed form, the training data, and a note that says how far to trust it. With
one input, --from and --to set its range (by default the data's and a tenth of it
to each side), and what lies beyond the data is shaded. With several inputs it has
one panel an input, with the others at their medians. --out may then be left out.`,
		Example: `  matheron paths --model model.json --count 64 --out draws.paths
  matheron paths --model co2.json --count 64 --seed 1 --from 1990 --to 2012 \
    --plot co2.png --out co2.paths`,
		Args: cobra.NoArgs,
		RunE: begin(func(cmd *cobra.Command) error {
			ctx, start := cmd.Context(), time.Now()
			if err := (outputs{asJSON, figure, []string{out}, []string{model}}).check(); err != nil {
				return err
			}
			p, err := loadPredictor(ctx, model)
			if err != nil {
				return err
			}
			cuts, err := p.cut(s)
			if err != nil {
				return err
			}
			d, err := p.sample(ctx, int(functions), int(features), seed, cuts)
			if err != nil {
				return err
			}
			// What was drawn is shown whether or not it can be stored.
			var unsaved error
			if out != "" {
				_, unsaved = save(ctx, out, func(path string) error { return store.SavePaths(path, d.set) })
			}
			if figure != "" {
				err = saveFigure(ctx, figure, func(ctx context.Context) (picture, error) {
					return p.pathsFigure(ctx, evaluation{set: d.set}, cuts, d.trust)
				})
			}
			if asJSON {
				return errors.Join(unsaved, err, printJSON(ctx, d.json().with("seconds", number(time.Since(start).Seconds()))))
			}
			return errors.Join(unsaved, err, printSummary(ctx, out, fmt.Sprintf("%d paths of %d features\n%v\n", d.set.Len(), d.set.InModelUnits.Features(), d.trust)))
		}),
	}
	fl := cmd.Flags()
	fl.StringVar(&model, "model", "", "`FILE` of the model (required)")
	fl.Var(&functions, "count", "number of functions (required)")
	fl.Var(&features, "features", "random features of each component of the kernel")
	fl.Uint64Var(&seed, "seed", 0, "seed `N` of the draw")
	fl.StringVar(&out, "out", "", "`FILE` of the functions")
	fl.StringVar(&figure, "plot", "", "`FILE` of the figure: .png or .svg")
	fl.Var(&s.from, "from", "where the figure begins, for one input")
	fl.Var(&s.to, "to", "where the figure ends, for one input")
	fl.BoolVar(&asJSON, "json", false, "print one JSON object")
	require(cmd, "model", "count")
	cmd.MarkFlagsOneRequired("out", "plot")
	must(cmd.MarkFlagFilename("model", "json"))
	must(cmd.MarkFlagFilename("out", "paths"))
	must(cmd.MarkFlagFilename("plot", "png", "svg"))
	return cmd
}

// drawn is functions with how far to trust them.
type drawn struct {
	set   *store.PathSet
	trust trust
}

// sample draws n functions with a number of random features a component.
func (p *predictor) sample(ctx context.Context, n, features int, seed uint64, cuts []slice) (drawn, error) {
	if rows := p.Len(); features > maxWeights/rows || n > maxWeights/(rows+features) {
		return drawn{}, usagef("%d paths of %d features on %d rows are more than %d numbers", n, features, rows, maxWeights)
	}
	b := newBar(-1, fmt.Sprintf("drawing %d functions", n), "")
	defer b.done()
	b.add(1)
	return await(ctx, func() (drawn, error) {
		set, err := p.Paths(pathwise.Sampler{Features: features}, rng.New(seed), n)
		if err != nil {
			return drawn{}, err
		}
		t, err := p.trust(set.InModelUnits, cuts)
		return drawn{set, t}, err
	})
}

// json returns what there is to say about the functions.
func (d drawn) json() object {
	return object{
		{"count", d.set.Len()},
		{"features", d.set.InModelUnits.Features()},
		{"trust", d.trust.json()},
	}
}
