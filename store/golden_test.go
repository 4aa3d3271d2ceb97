package store

import (
	"encoding/csv"
	"os"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestGolden reads the files that each version wrote: a later program reads them
// still. The tables have points and the values there of the three paths, and the
// mean of the model. The files stay as they are for good: a new version gets new
// ones.
func TestGolden(t *testing.T) {
	for _, name := range []string{"v1", "v2-guide", "v2-mixture"} {
		p, err := LoadPaths("testdata/" + name + ".paths")
		if err != nil {
			t.Fatal(err)
		}
		m, err := LoadModel("testdata/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		f, err := os.Open("testdata/" + name + ".csv")
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
		got.SetRow(s, goldenMean(t, m, x))
		// The values are near 30 with deviations near 1: 1e-12 of the paths' scale
		// between instruction sets, and rounding of 30; the mean is a solve more.
		if !mat.EqualApprox(got, want, 1e-11) {
			t.Errorf("%s: got\n%v\nwant\n%v", name, mat.Formatted(got), mat.Formatted(want))
		}
	}
}

// goldenMean returns the mean of f at inputs in the data's units: of a model with
// draws that of the mixture.
func goldenMean(t *testing.T, m *Model, x *mat.Dense) []float64 {
	t.Helper()
	if m.Scaling == nil {
		t.Fatal("the golden models are standardised")
	}
	z := m.Scaling.ApplyInputs(nil, x)
	var mean []float64
	switch {
	case m.Sparse != nil:
		post, err := m.SparsePosterior()
		if err != nil {
			t.Fatal(err)
		}
		mean = post.Mean(nil, z)
	case m.Draws != nil:
		n, _ := x.Dims()
		mean = make([]float64, n)
		for i := range m.Draws.Len() {
			post, err := m.PosteriorAt(i)
			if err != nil {
				t.Fatal(err)
			}
			for j, v := range post.Mean(nil, z) {
				mean[j] += v / float64(m.Draws.Len())
			}
		}
	default:
		post, err := m.Posterior()
		if err != nil {
			t.Fatal(err)
		}
		mean = post.Mean(nil, z)
	}
	return m.Scaling.InverseMean(nil, mean)
}
