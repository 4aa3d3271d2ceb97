package store

import (
	"bytes"
	"context"
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// The files of testdata are those that each version wrote: every later program
// reads them. They stay as they are for good; a new version gets new ones.

// goldenTol is 1e-12 of the scale of paths between instruction sets, and rounding:
// values are near 30 with deviations near 1, and the mean is a solve more.
const goldenTol = 1e-11

// TestGolden reads the first files of each version. The tables have points, the
// values there of three paths, and the mean of the model.
func TestGolden(t *testing.T) {
	for _, name := range []string{"v1", "v2-guide", "v2-mixture"} {
		_, columns := goldenTable(t, name+".csv")
		const d, s = 3, 3
		x := matrixOfColumns(columns[:d])
		p := goldenPaths(t, name)
		wantNear(t, name+": paths", valuesInDataUnits(p, x).T(), matrixOfColumns(columns[d:d+s]))
		wantNear(t, name+": mean", mat.NewVecDense(len(columns[0]), goldenPosterior(t, goldenModel(t, name)).Mean(nil, x)), matrixOfColumns(columns[d+s:]))
	}
}

// TestGoldenOfTheCommand reads what the command wrote by each of its methods: the
// functions have the values and derivatives that eval found then, the model the
// predictions of predict.
func TestGoldenOfTheCommand(t *testing.T) {
	names, columns := goldenTable(t, "golden-v2/points.csv")
	if names[0] != "b" || names[1] != "a" {
		t.Fatalf("columns %q", names)
	}
	x := matrixOfColumns([][]float64{columns[1], columns[0]})
	for _, name := range []string{"map", "ml", "nuts", "sparse"} {
		name = "golden-v2/" + name
		p, m := goldenPaths(t, name), goldenModel(t, name)
		_, want := goldenTable(t, name+".paths.csv")
		s := p.InModelUnits.Len()
		wantNear(t, name+": paths", valuesInDataUnits(p, x).T(), matrixOfColumns(want[:s]))
		grads := gradsInDataUnits(t, p, x)
		for i, g := range grads {
			wantNear(t, name+": gradient", g, matrixOfColumns(want[s+2*i:s+2*i+2]))
		}
		f, y := goldenPosterior(t, m).Predict(x)
		for file, got := range map[string]Marginals{".f.csv": f, ".y.csv": y} {
			_, want = goldenTable(t, name+file)
			wantNear(t, name+file, marginalColumns(got), matrixOfColumns(want))
		}
	}
}

// TestGoldenOfAllKernels reads a model and paths that have everything, which are
// those that this program makes.
func TestGoldenOfAllKernels(t *testing.T) {
	const name = "golden-v2/all"
	c := allKernels()
	x := grid(4, 3, 0.37)
	_, want := goldenTable(t, name+".csv")
	p, m := goldenPaths(t, name), goldenModel(t, name)
	sameModel(t, m, c.model(t))
	wantNear(t, "paths", valuesInDataUnits(p, x).T(), matrixOfColumns(want[2:]))
	wantNear(t, "paths of today", valuesInDataUnits(c.paths(t, 2), x).T(), matrixOfColumns(want[2:]))
	post := goldenPosterior(t, m)
	wantNear(t, "mean", mat.NewVecDense(4, post.Mean(nil, x)), matrixOfColumns(want[:1]))
	wantNear(t, "variance", mat.NewVecDense(4, post.Variance(nil, x)), matrixOfColumns(want[1:2]))
}

// TestGoldenBytes writes what was read: the same bytes.
func TestGoldenBytes(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"v1", "v2-guide", "v2-mixture", "golden-v2/map", "golden-v2/ml", "golden-v2/nuts", "golden-v2/sparse", "golden-v2/all"} {
		if err := SaveModel(dir+"/m", goldenModel(t, name)); err != nil {
			t.Fatal(err)
		}
		if err := SavePaths(dir+"/p", goldenPaths(t, name)); err != nil {
			t.Fatal(err)
		}
		for written, golden := range map[string]string{"/m": ".json", "/p": ".paths"} {
			if !bytes.Equal(readFile(t, dir+written), readFile(t, "testdata/"+name+golden)) {
				t.Errorf("%s%s: other bytes", name, golden)
			}
		}
	}
	d, err := LoadDraws("testdata/v1.draws")
	if err != nil {
		t.Fatal(err)
	}
	if err := SaveDraws(dir+"/d", d); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(readFile(t, dir+"/d"), readFile(t, "testdata/v1.draws")) {
		t.Error("v1.draws: other bytes")
	}
}

func goldenPaths(t *testing.T, name string) *PathSet {
	t.Helper()
	p, err := LoadPaths("testdata/" + name + ".paths")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func goldenModel(t *testing.T, name string) *Model {
	t.Helper()
	m, err := LoadModel("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// goldenTable reads the columns of numbers of a table; cells that are none are NaN.
func goldenTable(t *testing.T, name string) (names []string, columns [][]float64) {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	columns = make([][]float64, len(rows[0]))
	for _, row := range rows[1:] {
		for j, cell := range row {
			v, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				v = math.NaN()
			}
			columns[j] = append(columns[j], v)
		}
	}
	return rows[0], columns
}

func matrixOfColumns(columns [][]float64) *mat.Dense {
	m := mat.NewDense(len(columns[0]), len(columns), nil)
	for j, c := range columns {
		m.SetCol(j, c)
	}
	return m
}

func wantNear(t *testing.T, what string, got, want mat.Matrix) {
	t.Helper()
	if !mat.EqualApprox(got, want, goldenTol) {
		t.Errorf("%s: got\n%v\nwant\n%v", what, mat.Formatted(got), mat.Formatted(want))
	}
}

// gradsInDataUnits returns the derivatives of paths, n x D each.
func gradsInDataUnits(t *testing.T, p *PathSet, x *mat.Dense) []*mat.Dense {
	t.Helper()
	if p.Scaling != nil {
		x = p.Scaling.ApplyInputs(nil, x)
	}
	grads, err := p.InModelUnits.Grad(x)
	if err != nil {
		t.Fatal(err)
	}
	if p.Scaling != nil {
		for _, g := range grads {
			p.Scaling.InverseGrad(g, g)
		}
	}
	return grads
}

// goldenPosterior returns the posterior of a golden model.
func goldenPosterior(t *testing.T, m *Model) *Posterior {
	t.Helper()
	post, err := m.Posterior(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return post
}

// marginalColumns returns what predict writes.
func marginalColumns(m Marginals) *mat.Dense {
	out := mat.NewDense(m.Len(), 5, nil)
	for i := range m.Len() {
		lo, hi := m.Interval(i)
		out.SetRow(i, []float64{m.Mean[i], m.SD[i], lo, m.Median(i), hi})
	}
	return out
}
