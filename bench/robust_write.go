package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"matheron/data"
)

// madeIndex is what a reader of the written sets needs to know of one.
type madeIndex struct {
	ID       int     `json:"id"`
	Name     string  `json:"name"`
	Kind     string  `json:"kind"`
	Rows     int     `json:"rows"`
	Inputs   int     `json:"inputs"`
	Relevant int     `json:"relevant"`
	R2       float64 `json:"r2"`
	Noise    float64 `json:"noise_variance"` // the true one, in the units of the target
	Scale    float64 `json:"scale"`          // the standard deviation of the target
	Offset   float64 `json:"offset"`
	Grid     bool    `json:"grid"`
}

func (s madeSet) index() madeIndex {
	return madeIndex{s.id, s.name(), s.kind, s.rows, s.inputs, s.relevant, s.r2, s.noiseVariance(), s.scale, s.offset, s.grid}
}

// writeSets writes each set as NN_train.csv and NN_test.csv, and what is known of
// them as index.json.
func writeSets(folder string, sets []madeSet, splits []split) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	index := make([]madeIndex, len(sets))
	for i, s := range sets {
		index[i] = s.index()
		for part, set := range map[string]*data.Set{"train": splits[i].train, "test": splits[i].test} {
			if err := writeCSV(filepath.Join(folder, fmt.Sprintf("%02d_%s.csv", s.id, part)), set); err != nil {
				return err
			}
		}
	}
	return writeJSONFile(filepath.Join(folder, "index.json"), index)
}

// writeCSV writes a set with a header, the target last.
func writeCSV(path string, s *data.Set) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := csv.NewWriter(f)
	if err := w.Write(append(append([]string(nil), s.Inputs...), s.Target)); err != nil {
		return err
	}
	record := make([]string, len(s.Inputs)+1)
	for i, y := range s.Y {
		for j, v := range s.X.RawRowView(i) {
			record[j] = strconv.FormatFloat(v, 'g', -1, 64)
		}
		record[len(s.Inputs)] = strconv.FormatFloat(y, 'g', -1, 64)
		if err := w.Write(record); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// writeJSONFile writes a value as indented JSON.
func writeJSONFile(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}
