package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"matheron/data"
	"matheron/gp"
	"matheron/rng"
)

// What a table must have to be fitted, and how many splits of a UCI set are.
const (
	leastTableRows = 4
	mostTableRows  = 1500 // for training
	uciSplits      = 2
)

// tableResult is what became of a table.
type tableResult struct {
	Name    string                   `json:"name"`
	Rows    int                      `json:"rows,omitempty"` // for training
	Inputs  int                      `json:"inputs,omitempty"`
	Kernel  string                   `json:"kernel,omitempty"`
	Skipped string                   `json:"skipped,omitempty"` // why it was not fitted
	Scores  map[string][]robustScore `json:"scores,omitempty"`  // by method, one a seed
}

// runTables fits the tables of a folder by maximum evidence and MAP, each from several
// seeds, and by scikit-learn. A table that makes no regression is skipped and says
// why.
func (o *options) runTables(ctx context.Context, log io.Writer) ([]tableResult, error) {
	inputs, skipped, err := readTables(ctx, o.realTables, o.only)
	if err != nil {
		return nil, err
	}
	peer, err := o.askPeer(ctx, robustSklearn, inputs, log)
	if err != nil {
		return nil, err
	}
	out := []tableResult{}
	for _, in := range inputs {
		in.task.raw = o.raw
		n, d := in.task.train.X.Dims()
		r := tableResult{Name: in.name, Rows: n, Inputs: d, Kernel: in.task.kernel, Scores: map[string][]robustScore{}}
		if s, ok := peer[in.name]; ok {
			r.Scores[robustSklearn.program] = []robustScore{s}
		}
		say(log, "fitting %s", in.name)
		for seed := range o.seeds {
			for _, m := range uciMethods {
				s, err := in.task.fit(ctx, gp.Fit{Method: m.method, Key: rng.New(uint64(seed))})
				if err != nil {
					return nil, err
				}
				r.Scores[m.name] = append(r.Scores[m.name], s)
			}
		}
		out = append(out, r)
	}
	out = append(out, skipped...)
	slices.SortStableFunc(out, func(a, b tableResult) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// readTables reads every CSV file and UCI set of a folder whose name begins as only
// says.
func readTables(ctx context.Context, folder string, only names) ([]robustInput, []tableResult, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, nil, err
	}
	var inputs []robustInput
	var skipped []tableResult
	add := func(name, kernel string, s split, err error) {
		if err == nil {
			err = checkTable(s)
		}
		if err != nil {
			skipped = append(skipped, tableResult{Name: name, Skipped: err.Error()})
			return
		}
		inputs = append(inputs, robustInput{name, robustTask{split: s, kernel: kernel, scale: 1}})
	}
	for _, e := range entries {
		file := e.Name()
		if len(only) > 0 && !slices.ContainsFunc(only, func(p string) bool { return strings.HasPrefix(file, p) }) {
			continue
		}
		if name, ok := strings.CutSuffix(file, ".data.csv.gz"); ok {
			for i := range uciSplits {
				s, err := readUCI(ctx, folder, name, i)
				add(fmt.Sprintf("%s, split %d", name, i), "matern32", s, relativeTo(folder, err))
			}
		} else if name, ok := strings.CutSuffix(file, ".csv"); ok {
			s, err := readTable(ctx, folder, name)
			add(name, "rbf", s, relativeTo(folder, err))
		}
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
	}
	if len(inputs)+len(skipped) == 0 {
		return nil, nil, fmt.Errorf("%s: no table: neither NAME.csv nor NAME.data.csv.gz", folder)
	}
	return inputs, skipped, nil
}

// relativeTo leaves the folder out of the message of an error.
func relativeTo(folder string, err error) error {
	if err == nil {
		return nil
	}
	return errors.New(strings.ReplaceAll(err.Error(), filepath.Clean(folder)+string(filepath.Separator), ""))
}

// readTable reads NAME.csv, the target in its last column. NAME_test.csv, or for
// STEM_train the file STEM_test.csv, are test rows where they have the same columns;
// such a file is no table of its own.
func readTable(ctx context.Context, folder, name string) (split, error) {
	path := func(name string) string { return filepath.Join(folder, name+".csv") }
	if stem, ok := strings.CutSuffix(name, "_test"); ok {
		for _, of := range []string{stem, stem + "_train"} {
			if _, err := os.Stat(path(of)); err == nil {
				return split{}, fmt.Errorf("the test rows of %s", of)
			}
		}
	}
	columns, err := tableColumns(path(name))
	if err != nil {
		return split{}, err
	}
	target := columns[len(columns)-1]
	var s split
	if s.train, err = data.Load(ctx, path(name), target, nil); err != nil {
		return split{}, err
	}
	test := path(strings.TrimSuffix(name, "_train") + "_test")
	if has, err := tableColumns(test); err != nil || !slices.Equal(has, columns) {
		return s, nil // no test rows
	}
	s.test, err = data.Load(ctx, test, target, nil)
	return s, err
}

// tableColumns returns the header of a table.
func tableColumns(path string) (columns []string, err error) {
	r, err := data.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if columns = r.Columns(); len(columns) < 2 {
		return nil, fmt.Errorf("%s: a single column", path)
	}
	return columns, nil
}

// checkTable refuses what is too small, too large or constant.
func checkTable(s split) error {
	n := len(s.train.Y)
	switch low, high := slices.Min(s.train.Y), slices.Max(s.train.Y); {
	case n < leastTableRows:
		return fmt.Errorf("%d rows, less than %d", n, leastTableRows)
	case n > mostTableRows:
		return fmt.Errorf("%d training rows, more than %d", n, mostTableRows)
	case low == high:
		return fmt.Errorf("a constant target, %v", low)
	}
	return nil
}
