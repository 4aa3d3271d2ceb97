package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/store"
)

func newEval() *cobra.Command {
	var paths, table, out string
	var grad, asJSON bool
	cmd := &cobra.Command{
		Use:   "eval",
		Short: "Evaluate stored functions at the rows of a table",
		Long: `Write the value of every function of a file of paths at each row of a table, in
columns path_0, path_1, ...; with --grad also its derivatives, in columns
d_path_0_d_INPUT, those of path_0 for all inputs first. The inputs are found by
name; other columns are ignored. Values and derivatives are in the units of the
data. The functions are the same in every call and for every table.`,
		Example: `  matheron eval --paths draws.paths --data new.csv --out values.csv
  matheron eval --paths draws.paths --data new.csv --grad --out values.parquet
  seq 2000 2010 | sed '1i year' | matheron eval --paths draws.paths --data - --out -`,
		Args: cobra.NoArgs,
		RunE: begin(func(cmd *cobra.Command) error {
			start := time.Now()
			if err := (outputs{json: asJSON, files: []string{out}, inputs: []string{paths, table}}).check(); err != nil {
				return err
			}
			ctx := cmd.Context()
			set, err := await(ctx, func() (*store.PathSet, error) { return store.LoadPaths(paths) })
			if err != nil {
				return err
			}
			e := evaluation{set: set, grad: grad}
			if grad {
				if err := set.InModelUnits.CheckGrad(); err != nil {
					return fmt.Errorf("%s: %w", paths, err)
				}
			}
			in, err := openTable(ctx, table)
			if err != nil {
				return err
			}
			defer in.Close() // it is read only
			rows, err := in.Select(set.InputNames)
			if err != nil {
				return err
			}
			w, err := createTable(ctx, out, e.columns())
			if err != nil {
				return err
			}
			defer w.abort()
			progress := newBar(-1, "eval", "rows")
			defer progress.done()
			done := 0
			err = eachChunk(ctx, rows, chunkRows(len(e.columns())), e.at, func(values *mat.Dense) error {
				n, _ := values.Dims()
				done += n
				progress.add(n)
				return w.write(values)
			})
			if err != nil {
				return err
			}
			if done == 0 {
				return &data.TableError{File: in.Name(), Err: data.ErrNoRows}
			}
			unsaved := w.close()
			if asJSON {
				return errors.Join(unsaved, printJSON(ctx, object{{"rows", done}, {"paths", set.Len()}, {"seconds", number(time.Since(start).Seconds())}}))
			}
			return errors.Join(unsaved, printSummary(ctx, out, fmt.Sprintf("%d rows, %d paths\n", done, set.Len())))
		}),
	}
	fl := cmd.Flags()
	fl.StringVar(&paths, "paths", "", "`FILE` of the functions (required)")
	fl.StringVar(&table, "data", "", "`FILE` of the inputs: .csv, .csv.gz, .parquet, or - for standard input (required)")
	fl.StringVar(&out, "out", "", "`FILE` of the values: .csv, .csv.gz, .parquet, or - for standard output (required)")
	fl.BoolVar(&grad, "grad", false, "write the derivatives to the inputs, too")
	fl.BoolVar(&asJSON, "json", false, "print one JSON object")
	require(cmd, "paths", "data", "out")
	tables(cmd, "data", "out")
	must(cmd.MarkFlagFilename("paths", "paths"))
	return cmd
}

// evaluation turns rows of inputs to rows of values, in the units of the data.
type evaluation struct {
	set  *store.PathSet
	grad bool
}

// columns returns the names of the values.
func (e evaluation) columns() []string {
	s := e.set.Len()
	out := make([]string, 0, s)
	for i := range s {
		out = append(out, fmt.Sprintf("path_%d", i))
	}
	if e.grad {
		for i := range s {
			for _, d := range e.set.InputNames {
				out = append(out, fmt.Sprintf("d_path_%d_d_%s", i, d))
			}
		}
	}
	return out
}

// at returns a row of values for each row of x.
func (e evaluation) at(x *mat.Dense) (*mat.Dense, error) {
	n, inputs := x.Dims()
	s := e.set.Len()
	f := e.set.Eval(x)
	out := mat.NewDense(n, len(e.columns()), nil)
	out.Slice(0, n, 0, s).(*mat.Dense).Copy(f.T())
	if !e.grad {
		return out, nil
	}
	grads, err := e.set.Grad(x)
	if err != nil {
		return nil, err
	}
	for i, g := range grads {
		lo := s + i*inputs
		out.Slice(0, n, lo, lo+inputs).(*mat.Dense).Copy(g)
	}
	return out, nil
}
