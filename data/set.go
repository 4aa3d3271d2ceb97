package data

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"gonum.org/v1/gonum/mat"
)

// Set is a regression problem: inputs X (N x D) and a target Y (N), with the
// names of their columns.
type Set struct {
	Inputs []string
	Target string
	X      *mat.Dense
	Y      []float64
}

// Load reads the target and the inputs of a table into memory. With inputs nil
// they are all columns but the target, in the order of the file. The target
// among the inputs, an input named twice, a column without a name that would be
// an input, a name that is not UTF-8, and a table without rows ([ErrNoRows]) are
// errors.
//
// It stops within 1,024 rows of ctx being done.
func Load(ctx context.Context, path, target string, inputs []string) (*Set, error) {
	r, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close() // it is read only
	return r.load(ctx, target, inputs)
}

func (r *Reader) load(ctx context.Context, target string, inputs []string) (*Set, error) {
	fail := func(format string, args ...any) (*Set, error) {
		return nil, &TableError{File: r.name, Err: fmt.Errorf(format, args...)}
	}
	if !slices.Contains(r.columns, target) || target == "" {
		return nil, &ColumnError{File: r.name, Column: target, Have: r.Columns()}
	}
	if inputs == nil {
		for i, name := range r.columns {
			if name == "" {
				return fail("column %d has no name, so the inputs must be named", i+1)
			}
			if name != target {
				inputs = append(inputs, name)
			}
		}
	}
	if len(inputs) == 0 {
		return fail("no column but the target %s", quote(target))
	}
	for i, name := range inputs {
		if name == target {
			return fail("the target %s is among the inputs", quote(target))
		}
		if slices.Contains(inputs[:i], name) {
			return fail("input %s is named twice", quote(name))
		}
	}
	chosen := append(slices.Clone(inputs), target)
	for _, name := range chosen {
		if !utf8.ValidString(name) {
			return fail("the name of column %s is not UTF-8; save the table as UTF-8", quote(name))
		}
	}
	rows, err := r.Select(chosen)
	if err != nil {
		return nil, err
	}
	s := &Set{Inputs: slices.Clone(inputs), Target: target}
	var x []float64
	d := len(inputs)
	err = rows.each(ctx, func(chunk *mat.Dense, n int) {
		for i := range n {
			row := chunk.RawRowView(i)
			x = append(x, row[:d]...)
			s.Y = append(s.Y, row[d])
		}
	})
	if err != nil {
		return nil, err
	}
	s.X = mat.NewDense(len(s.Y), d, x)
	return s, nil
}
