package emulate

import (
	"context"
	"fmt"
	"io"

	"gonum.org/v1/gonum/mat"
)

// Rows are the rows of a table, in order. Read fills up to all rows of dst and
// returns how many; with none left it returns io.EOF. *data.Rows is one.
type Rows interface {
	Read(dst *mat.Dense) (n int, err error)
}

// Stream reads rows of the given number of inputs until their end and calls each
// with a piece of them, at most 1,024, and their summary. The piece is only valid
// during the call; the summary is the caller's. Memory does not grow with the table,
// and the numbers are those of [Ensemble.Summarize] on all of it.
//
// It returns the first error of the rows or of each, and that of ctx, which it looks
// at before each piece.
func (e *Ensemble) Stream(ctx context.Context, rows Rows, inputs int, each func(x *mat.Dense, s Summary) error, probabilities ...float64) error {
	if inputs < 1 {
		panic(fmt.Sprintf("emulate: rows of %d inputs", inputs))
	}
	buffer := mat.NewDense(tileRows, inputs, nil)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := rows.Read(buffer)
		if n > 0 {
			x := buffer.Slice(0, n, 0, inputs).(*mat.Dense)
			if err := each(x, e.Summarize(x, probabilities...)); err != nil {
				return err
			}
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case n == 0:
			return io.ErrNoProgress
		}
	}
}
