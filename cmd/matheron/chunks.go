package main

import (
	"context"
	"errors"
	"io"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
)

// openTable opens a table and reads its header; an interrupt does not wait for
// the other end of a pipe.
func openTable(ctx context.Context, path string) (*data.Reader, error) {
	return await(ctx, func() (*data.Reader, error) { return data.Open(path) })
}

// eachChunk reads what is left of a table, at most size rows at once, and gives
// it to compute, and what comes of it to write. An interrupt leaves a read or
// compute behind, and write never. What compute is given does not outlive the call.
func eachChunk(ctx context.Context, rows *data.Rows, size int, compute func(*mat.Dense) (*mat.Dense, error), write func(*mat.Dense) error) error {
	columns := len(rows.Columns())
	buffer := mat.NewDense(size, columns, nil)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := await(ctx, func() (int, error) { return rows.Read(buffer) })
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		part := buffer.Slice(0, n, 0, columns).(*mat.Dense)
		values, err := await(ctx, func() (*mat.Dense, error) { return compute(part) })
		if err != nil {
			return err
		}
		if err := write(values); err != nil {
			return err
		}
	}
}

// drain reads what is left of a table and returns its first error.
func drain(ctx context.Context, rows *data.Rows) error {
	same := func(x *mat.Dense) (*mat.Dense, error) { return x, nil }
	return eachChunk(ctx, rows, 1024, same, func(*mat.Dense) error { return nil })
}

// chunkRows is the number of rows of a chunk where each of them meets n numbers:
// some 32 MiB of them.
func chunkRows(n int) int { return max(16, min(4096, 4<<20/max(1, n))) }
