package main

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
)

// uciSets are the sets that are compared, by the names of their files.
var uciSets = []string{"energy", "concrete"}

// split is a regression set in two parts.
type split struct{ train, test *data.Set }

// readUCI reads NAME.data.csv.gz, which has no header and the target in its last
// column, and divides its rows by a column of NAME.test_mask.csv.gz: 1 is a test
// row.
func readUCI(ctx context.Context, folder, name string, column int) (split, error) {
	rows, err := readNumbers(ctx, filepath.Join(folder, name+".data.csv.gz"))
	if err != nil {
		return split{}, err
	}
	maskFile := filepath.Join(folder, name+".test_mask.csv.gz")
	mask, err := readNumbers(ctx, maskFile)
	if err != nil {
		return split{}, err
	}
	if len(mask) != len(rows) {
		return split{}, fmt.Errorf("%s: %d rows for a table of %d", maskFile, len(mask), len(rows))
	}
	var train, test [][]float64
	for i, m := range mask {
		if column >= len(m) {
			return split{}, fmt.Errorf("%s: %d columns, and no column %d", maskFile, len(m), column)
		}
		switch m[column] {
		case 0:
			train = append(train, rows[i])
		case 1:
			test = append(test, rows[i])
		default:
			return split{}, fmt.Errorf("%s: row %d: %v is neither 0 nor 1", maskFile, i+1, m[column])
		}
	}
	if len(train) == 0 || len(test) == 0 {
		return split{}, fmt.Errorf("%s: %d training rows and %d test rows", maskFile, len(train), len(test))
	}
	if len(rows[0]) < 2 {
		return split{}, fmt.Errorf("%s: a single column", filepath.Join(folder, name+".data.csv.gz"))
	}
	return split{train: newSet(train), test: newSet(test)}, nil
}

// newSet makes a set of rows whose last number is the target.
func newSet(rows [][]float64) *data.Set {
	d := len(rows[0]) - 1
	s := &data.Set{Target: "y", X: mat.NewDense(len(rows), d, nil), Y: make([]float64, len(rows))}
	for j := range d {
		s.Inputs = append(s.Inputs, fmt.Sprintf("x%d", j))
	}
	for i, row := range rows {
		s.X.SetRow(i, row[:d])
		s.Y[i] = row[d]
	}
	return s
}

// readNumbers reads a gzipped CSV of finite numbers without a header, a row at least.
func readNumbers(ctx context.Context, file string) (rows [][]float64, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close() // it is read only
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for r := csv.NewReader(z); ; {
		record, err := r.Read()
		if errors.Is(err, io.EOF) && len(rows) > 0 {
			return rows, nil
		} else if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		row := make([]float64, len(record))
		for j, text := range record {
			row[j], err = strconv.ParseFloat(text, 64)
			if err != nil || math.IsNaN(row[j]) || math.IsInf(row[j], 0) {
				return nil, fmt.Errorf("%s: row %d, column %d: %q is not a finite number", file, len(rows)+1, j+1, text)
			}
		}
		rows = append(rows, row)
	}
}
