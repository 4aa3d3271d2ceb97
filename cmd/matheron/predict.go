package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"gonum.org/v1/gonum/mat"

	"matheron/data"
)

func newPredict() *cobra.Command {
	var model, table, out, figure string
	var observed, asJSON bool
	cmd := &cobra.Command{
		Use:   "predict",
		Short: "Predict at the rows of a table",
		Long: `Write mean, sd, q025, q500 and q975 of the posterior of f for each row of a
table, or, with --observed, of an observation: f with all of its noise. For a model
with draws of its parameters they are those of the mixture over all draws.

The inputs are found by name; other columns are ignored. Where the table has the
target, too, predictions of observations are scored against it: root mean square
error, coverage of the central 95% intervals, their mean interval score, and the
mean negative log density, in the units of the data. A table on standard input is
scored with --json or --plot only, since there the target must hold a number in
every row; a file with a cell that is none is predicted without scores.

With --plot the figure has the median and the central 95%, the training data (the
inducing inputs of a sparse model, which has no rows) and the target of the table. With several inputs it has one panel an input, with the
others at their medians. --out may then be left out, as it may with --json.`,
		Example: `  matheron predict --model model.json --data new.csv --out predictions.csv
  matheron predict --model model.json --data test.csv --observed --plot fit.png --json --out p.parquet
  cut -d, -f1,2 new.csv | matheron predict --model model.json --data - --out -`,
		Args: cobra.NoArgs,
		RunE: begin(func(cmd *cobra.Command) error {
			start := time.Now()
			if err := (outputs{asJSON, figure, []string{out}, []string{model, table}}).check(); err != nil {
				return err
			}
			p, err := loadPredictor(cmd.Context(), model)
			if err != nil {
				return err
			}
			if observed && p.noisePerRow() {
				return fmt.Errorf("%s: %w", model, errNoiseOfRows)
			}
			pass := prediction{predictor: p, table: table, observed: observed, keep: figure != "", strict: asJSON || figure != ""}
			if err := pass.run(cmd.Context(), out); err != nil {
				return err
			}
			// What was found is shown whether or not the table is in its place.
			if figure != "" {
				err = saveFigure(cmd.Context(), figure, pass.figure)
			}
			if asJSON {
				return errors.Join(pass.unsaved, err, printJSON(cmd.Context(), pass.json(time.Since(start))))
			}
			return errors.Join(pass.unsaved, err, printSummary(cmd.Context(), out, pass.summary()))
		}),
	}
	fl := cmd.Flags()
	fl.StringVar(&model, "model", "", "`FILE` of the model (required)")
	fl.StringVar(&table, "data", "", "`FILE` of the inputs: .csv, .csv.gz, .parquet, or - for standard input (required)")
	fl.StringVar(&out, "out", "", "`FILE` of the predictions: .csv, .csv.gz, .parquet, or - for standard output")
	fl.StringVar(&figure, "plot", "", "`FILE` of the figure: .png or .svg")
	fl.BoolVar(&observed, "observed", false, "predict observations, with their noise, instead of f")
	fl.BoolVar(&asJSON, "json", false, "print one JSON object, with the scores if the table has the target")
	require(cmd, "model", "data")
	cmd.MarkFlagsOneRequired("out", "plot", "json")
	tables(cmd, "data", "out")
	must(cmd.MarkFlagFilename("model", "json"))
	must(cmd.MarkFlagFilename("plot", "png", "svg"))
	return cmd
}

// prediction is one pass over a table.
type prediction struct {
	*predictor
	table    string
	observed bool
	keep     bool // keep the rows for a figure
	strict   bool // a table on standard input is scored

	unsaved  error // why the table is not in its place
	rows     int
	scores   *scores // nil where there is no target
	warning  string
	x        *mat.Dense // of the rows, if they are kept
	y        []float64  // the targets of the rows, if they are kept and there are any
	kept     []float64  // x as it grows
	progress *bar
}

// predictColumns are the columns of the output.
func predictColumns() []string { return []string{"mean", "sd", "q025", "q500", "q975"} }

// run reads the table, and writes predictions to out unless that is empty.
func (p *prediction) run(ctx context.Context, out string) error {
	in, err := openTable(ctx, p.table)
	if err != nil {
		return err
	}
	defer in.Close() // it is read only
	columns := slices.Clone(p.InputNames())
	scored, err := p.scorable(ctx, in)
	if err != nil {
		return err
	}
	if scored {
		columns = append(columns, p.Target())
		p.scores = &scores{}
	}
	rows, err := in.Select(columns)
	if err != nil {
		return err
	}
	var w *tableOutput
	if out != "" {
		if w, err = createTable(ctx, out, predictColumns()); err != nil {
			return err
		}
		defer w.abort()
	}
	p.progress = newBar(-1, "predict", "rows")
	defer p.progress.done()
	err = eachChunk(ctx, rows, chunkRows(p.PerPoint()), p.chunk, func(values *mat.Dense) error {
		n, _ := values.Dims()
		p.rows += n
		p.progress.add(n)
		if w == nil {
			return nil
		}
		return w.write(values)
	})
	if err != nil {
		return err
	}
	if p.rows == 0 {
		return &data.TableError{File: in.Name(), Err: data.ErrNoRows}
	}
	if p.keep {
		p.x = mat.NewDense(p.rows, p.Inputs(), p.kept)
	}
	if w != nil {
		p.unsaved = w.close()
	}
	return nil
}

// scorable reports whether the targets of the table can be compared with: they
// are there, and, in a file, all of them are numbers.
func (p *prediction) scorable(ctx context.Context, in *data.Reader) (bool, error) {
	if p.noisePerRow() || !slices.Contains(in.Columns(), p.Target()) || slices.Contains(p.InputNames(), p.Target()) {
		return false, nil
	}
	if info, err := os.Stat(p.table); p.table == "-" || err != nil || !info.Mode().IsRegular() {
		return p.strict, nil // a stream is read once
	}
	// A second pass: predictions do not need the target, and must not fail for it.
	again, err := openTable(ctx, p.table)
	if err != nil {
		return false, err
	}
	defer again.Close() // it is read only
	rows, err := again.Select([]string{p.Target()})
	if err == nil {
		err = drain(ctx, rows)
	}
	var cell *data.CellError
	var column *data.ColumnError
	if errors.As(err, &cell) || errors.As(err, &column) {
		p.warning = "no scores: " + err.Error()
		return false, nil
	}
	return err == nil, err
}

// chunk predicts some rows, and scores and keeps them.
func (p *prediction) chunk(part *mat.Dense) (*mat.Dense, error) {
	n, _ := part.Dims()
	x := part.Slice(0, n, 0, p.Inputs()).(*mat.Dense)
	f, y := p.Predict(x)
	shown := f
	if p.observed {
		shown = y
	}
	out := mat.NewDense(n, len(predictColumns()), nil)
	for i := range n {
		lo, hi := shown.Interval(i)
		out.SetRow(i, []float64{shown.Mean[i], shown.SD[i], lo, shown.Median(i), hi})
		if p.scores != nil {
			p.scores.add(y, i, part.At(i, p.Inputs()))
		}
		if p.keep {
			p.kept = append(p.kept, x.RawRowView(i)...)
			if p.scores != nil {
				p.y = append(p.y, part.At(i, p.Inputs()))
			}
		}
	}
	return out, nil
}

// json returns what predict prints with --json.
func (p *prediction) json(d time.Duration) object {
	out := object{{"rows", p.rows}, {"observed", p.observed}}
	if p.scores != nil {
		out = out.with("scores", p.scores.json())
	}
	if p.warning != "" {
		out = out.with("warnings", []string{p.warning})
	}
	return out.with("seconds", number(d.Seconds()))
}

// summary returns what predict prints for a person.
func (p *prediction) summary() string {
	s := fmt.Sprintf("%d rows", p.rows)
	if p.scores != nil {
		s += ": " + p.scores.String()
	}
	s += "\n"
	if p.warning != "" {
		s += "warning: " + p.warning + "\n"
	}
	return s
}
