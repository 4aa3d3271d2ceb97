package store

import (
	"encoding/csv"
	"os"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestGolden reads the files that version 1 wrote: a later program reads them
// still. testdata/v1.csv has the point and the values there of the three paths,
// and the mean of the model. The files stay as they are for good: a new version
// gets new ones.
func TestGolden(t *testing.T) {
	p, err := LoadPaths("testdata/v1.paths")
	if err != nil {
		t.Fatal(err)
	}
	m, err := LoadModel("testdata/v1.json")
	if err != nil {
		t.Fatal(err)
	}
	post, err := m.Posterior()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("testdata/v1.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	const d, s = 3, 3
	x, want := mat.NewDense(len(rows)-1, d, nil), mat.NewDense(s+1, len(rows)-1, nil)
	for i, row := range rows[1:] {
		for j, cell := range row {
			v, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				t.Fatal(err)
			}
			if j < d {
				x.Set(i, j, v)
			} else {
				want.Set(j-d, i, v)
			}
		}
	}
	got := mat.NewDense(s+1, len(rows)-1, nil)
	got.Slice(0, s, 0, len(rows)-1).(*mat.Dense).Copy(valuesInDataUnits(p, x))
	got.SetRow(s, m.Scaling.InverseMean(nil, post.PredictMean(nil, m.Scaling.ApplyInputs(nil, x))))
	// The values are near 30 with deviations near 1: 1e-12 of the paths' scale
	// between instruction sets, and rounding of 30; the mean is a solve more.
	if !mat.EqualApprox(got, want, 1e-11) {
		t.Errorf("got\n%v\nwant\n%v", mat.Formatted(got), mat.Formatted(want))
	}
}
