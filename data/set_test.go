package data

import (
	"context"
	"errors"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

const cells = "b,y,a,note\n1,10,2,n\n3,20,4,m\n5,30,6,\n"

func TestLoad(t *testing.T) {
	ctx := context.Background()
	path := file(t, "t.csv", []byte(cells))
	got, err := Load(ctx, path, "y", []string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	if want := mat.NewDense(3, 2, []float64{2, 1, 4, 3, 6, 5}); !mat.Equal(got.X, want) {
		t.Errorf("inputs %v, want %v", got.X, want)
	}
	if !slices.Equal(got.Y, []float64{10, 20, 30}) || got.Target != "y" || !slices.Equal(got.Inputs, []string{"a", "b"}) {
		t.Errorf("loaded %+v", got)
	}

	path = file(t, "t.csv", []byte("b,y,a\n1,10,2\n"))
	got, err = Load(ctx, path, "y", nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Inputs, []string{"b", "a"}) || !slices.Equal(got.X.RawRowView(0), []float64{1, 2}) || !slices.Equal(got.Y, []float64{10}) {
		t.Errorf("loaded %+v", got)
	}
}

// A table of more rows than are read at a time, from both formats.
func TestLoadLong(t *testing.T) {
	t.Chdir(t.TempDir())
	const n = 2*chunkRows + 17
	x := mat.NewDense(n, 3, nil)
	for i := range n {
		x.SetRow(i, []float64{float64(i), float64(-i), float64(i) / 4})
	}
	for _, path := range []string{"t.csv", "t.parquet"} {
		if err := save(path, []string{"p", "y", "q"}, x, n); err != nil {
			t.Fatal(err)
		}
		s, err := Load(context.Background(), path, "y", nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Y) != n {
			t.Fatalf("%s: %d rows, want %d", path, len(s.Y), n)
		}
		for i := range n {
			if s.X.At(i, 0) != x.At(i, 0) || s.X.At(i, 1) != x.At(i, 2) || s.Y[i] != x.At(i, 1) {
				t.Fatalf("%s: row %d is %v, %v", path, i, s.X.RawRowView(i), s.Y[i])
			}
		}
	}
}

func TestLoadFails(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		text, target string
		inputs       []string
		want         string
	}{
		{cells, "y", nil, `t.csv: line 2, column "note": "n" is not a number`},
		{cells, "z", nil, `t.csv: no column "z"; there is "b", "y", "a", "note"`},
		{cells, "", nil, `t.csv: no column ""; there is "b", "y", "a", "note"`},
		{cells, "y", []string{"a", "z"}, `t.csv: no column "z"; there is "b", "y", "a", "note"`},
		{cells, "y", []string{"a", "y"}, `t.csv: the target "y" is among the inputs`},
		{cells, "y", []string{"a", "b", "a"}, `t.csv: input "a" is named twice`},
		{cells, "y", []string{}, `t.csv: no column but the target "y"`},
		{"y\n1\n", "y", nil, `t.csv: no column but the target "y"`},
		{"x,y\n", "y", nil, "t.csv: no rows"},
		{"", "y", nil, "t.csv: no header"},
		{"stra\xdfe,y\n1,2\n", "y", nil, `t.csv: the name of column "stra\xdfe" is not UTF-8; save the table as UTF-8`},
		{",x,y\n0,1,2\n", "y", nil, "t.csv: column 1 has no name, so the inputs must be named"},
	} {
		_, err := Load(ctx, file(t, "t.csv", []byte(c.text)), c.target, c.inputs)
		if err == nil || err.Error() != c.want {
			t.Errorf("%q:\n got %v\nwant %s", c.text, err, c.want)
		}
	}
	if s, err := Load(ctx, file(t, "t.csv", []byte(",x,y\n0,1,2\n")), "y", []string{"x"}); err != nil || s.X.At(0, 0) != 1 {
		t.Errorf("a column without a name beside: %v", err)
	}
	if _, err := Load(ctx, "none.csv", "y", nil); err == nil || err.Error() != "none.csv: no such file or directory" {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := Load(ctx, file(t, "t.csv", []byte("x,y\n1,2\n")), "y", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}
