package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"
)

// run carries out a command line and returns the exit code.
func run(ctx context.Context, args []string) int {
	root := newRoot()
	root.SetArgs(args)
	var help stdout // which cobra writes to, and does not ask for errors
	root.SetOut(&help)
	cmd, err := root.ExecuteContextC(ctx)
	if help.err != nil {
		err = &runError{help.err}
	}
	if closing := closeStdout(); err == nil && closing != nil {
		err = &runError{closing}
	}
	return fail(ctx, os.Stderr, cmd, err)
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "matheron",
		Short: "Gaussian processes whose posterior draws are functions you can call",
		Long: `Matheron fits a Gaussian process to a table, draws functions from its posterior,
stores them, and evaluates and differentiates them anywhere.

Tables are CSV with a header (plain or .gz) or Parquet; "-" is standard input or
output. Columns are found by name. Every output file appears whole or not at all.`,
		Example: `  matheron fit --data train.csv --target y --out model.json
  matheron predict --model model.json --data new.csv --out predictions.csv
  matheron paths --model model.json --count 64 --out draws.paths
  matheron eval --paths draws.paths --data new.csv --grad --out values.csv`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(newFit(), newPredict(), newPaths(), newEval(), newDemo(), newVersion())
	return root
}

// begin marks that the command line was understood: errors from there on are not
// errors of usage.
func begin(f func(*cobra.Command) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		if err := checkEmpty(cmd); err != nil {
			return err
		}
		if err := f(cmd); err != nil {
			return &runError{err}
		}
		return nil
	}
}
