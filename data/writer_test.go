package data

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/rng"
)

// hard are numbers at the edges of the format and of float64.
var hard = []float64{0, math.Copysign(0, -1), 1, -1, 0.1, 1.0 / 3, 1e21, 999999999999999868928, 1e-6, 9.999999e-7,
	math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, 0x1p-1022, 1 << 53, 1e22, 5e-324, 123456.789}

// numbers returns n x d numbers of all magnitudes.
func numbers(r *rand.Rand, n, d int) *mat.Dense {
	x := mat.NewDense(n, d, nil)
	for i := range n {
		for j := range d {
			if v := hard[r.IntN(len(hard))]; r.IntN(3) == 0 {
				x.Set(i, j, v)
			} else {
				x.Set(i, j, r.NormFloat64()*math.Pow(10, float64(r.IntN(40)-20)))
			}
		}
	}
	return x
}

// same reports whether two matrices agree bit for bit.
func same(a, b *mat.Dense) bool {
	n, d := a.Dims()
	if m, e := b.Dims(); m != n || e != d {
		return false
	}
	for i := range n {
		for j := range d {
			if math.Float64bits(a.At(i, j)) != math.Float64bits(b.At(i, j)) {
				return false
			}
		}
	}
	return true
}

// save writes x in parts of the given number of rows.
func save(path string, columns []string, x *mat.Dense, part int) error {
	w, err := Create(path, columns)
	if err != nil {
		return err
	}
	defer w.Abort()
	n, d := x.Dims()
	for i := 0; i < n; i += part {
		if err := w.Write(x.Slice(i, min(i+part, n), 0, d).(*mat.Dense)); err != nil {
			return err
		}
	}
	return w.Close()
}

func TestRoundTrip(t *testing.T) {
	columns := []string{"z", "a", `q"uote`, "com,ma", "two\nlines", "ünï"} // not in the order of their names
	x := numbers(rng.New(1).Rand(), 3000, len(columns))
	for _, name := range []string{"t.csv", "t.csv.gz", "t.gz", "t.parquet", "t"} {
		for _, part := range []int{1, 7, 1500, 5000} {
			t.Run(name+"/"+strconv.Itoa(part), func(t *testing.T) {
				t.Chdir(t.TempDir())
				if err := save(name, columns, x, part); err != nil {
					t.Fatal(err)
				}
				r, err := Open(name)
				if err != nil {
					t.Fatal(err)
				}
				if got := strings.Join(r.Columns(), "|"); got != strings.Join(columns, "|") {
					t.Errorf("columns %q", got)
				}
				r.Close()
				got, err := readAll(name)
				if err != nil {
					t.Fatal(err)
				}
				if !same(got, x) {
					t.Error("read back other numbers than were written")
				}
				if entries, _ := os.ReadDir("."); len(entries) != 1 {
					t.Errorf("%d files, want 1", len(entries))
				}
			})
		}
	}
}

func TestCSVText(t *testing.T) {
	t.Chdir(t.TempDir())
	x := mat.NewDense(2, 4, []float64{1, -0.5, 1e-7, 1e21, 100000, 0.1, 3, math.Copysign(0, -1)})
	names := []string{"a", " lead", `say "x"`, "é"}
	want := "a,\" lead\",\"say \"\"x\"\"\",é\n1,-0.5,1e-7,1e+21\n100000,0.1,3,-0\n"
	if err := save("t.csv", names, x, 1); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile("t.csv"); string(got) != want {
		t.Errorf("wrote %q, want %q", got, want)
	}
	if err := save("t.csv.gz", names, x, 1); err != nil {
		t.Fatal(err)
	}
	packed, _ := os.ReadFile("t.csv.gz")
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := io.ReadAll(z); string(got) != want {
		t.Errorf("compressed %q, want %q", got, want)
	}
}

// encoding/json documents the form, and is an independent implementation of it.
func TestAppendNumber(t *testing.T) {
	r := rng.New(2).Rand()
	values := append([]float64{}, hard...)
	for range 5000 {
		if v := math.Float64frombits(r.Uint64()); finite(v) {
			values = append(values, v)
		}
		values = append(values, r.NormFloat64(), math.Round(1000*r.NormFloat64())/1000, r.Float64()*1e-6)
	}
	for _, v := range values {
		got := string(AppendNumber(nil, v))
		if want, _ := json.Marshal(v); got != string(want) {
			t.Errorf("%v is written %s, want %s", v, got, want)
		}
		if back, err := strconv.ParseFloat(got, 64); err != nil || math.Float64bits(back) != math.Float64bits(v) {
			t.Errorf("%s reads back as %v, want %v", got, back, v)
		}
	}
}

func TestWriterErrors(t *testing.T) {
	t.Chdir(t.TempDir())
	os.WriteFile("old.csv", []byte("old"), 0o644)
	os.WriteFile("old.parquet", []byte("old"), 0o644)
	ok := mat.NewDense(2, 2, []float64{1, 2, 3, 4})

	for _, c := range []struct {
		path    string
		columns []string
		want    string
	}{
		{"old.csv", []string{"a", "b", "a"}, `old.csv: columns 1 and 3 are both named "a"`},
		{"old.csv", []string{"a", ""}, "old.csv: column 2 has no name"},
		{"none/t.csv", []string{"a"}, "write none/t.csv: no such file or directory"},
		{".", []string{"a"}, "write .: is a directory"},
		{"-", []string{"a", "a"}, `standard output: columns 1 and 2 are both named "a"`},
	} {
		if _, err := Create(c.path, c.columns); err == nil || err.Error() != c.want {
			t.Errorf("Create: %v, want %s", err, c.want)
		}
	}

	for _, path := range []string{"old.csv", "old.parquet"} {
		for v, text := range map[float64]string{math.Inf(-1): "-Inf", math.NaN(): "NaN"} {
			w, err := Create(path, []string{"mean", "sd"})
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Write(ok); err != nil {
				t.Fatal(err)
			}
			want := path + `: row 4, column "sd": "` + text + `" is not finite`
			err = w.Write(mat.NewDense(2, 2, []float64{1, 2, 3, v}))
			var cell *CellError
			if !errors.As(err, &cell) || err.Error() != want {
				t.Errorf("Write: %v, want %s", err, want)
			}
			if err := w.Write(ok); err == nil || err.Error() != want {
				t.Errorf("Write after an error: %v", err)
			}
			for range 2 {
				if err := w.Close(); err == nil || err.Error() != want {
					t.Errorf("Close after an error: %v", err)
				}
			}
		}
		w, err := Create(path, []string{"mean", "sd"})
		if err != nil {
			t.Fatal(err)
		}
		w.Write(ok)
		w.Abort()
		w.Abort()
		if err := w.Close(); err == nil || err.Error() != path+": aborted" {
			t.Errorf("Close after Abort: %v", err)
		}
		if err := w.Write(ok); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("Write after Abort: %v", err)
		}
		if got, _ := os.ReadFile(path); string(got) != "old" {
			t.Errorf("%s holds %q, want the old content", path, got)
		}
	}
	if entries, _ := os.ReadDir("."); len(entries) != 2 {
		t.Errorf("%d files, want the 2 old ones", len(entries))
	}

	w, err := Create("new.csv", []string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	w.Write(ok)
	for range 2 {
		if err := w.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	w.Abort()
	if got, _ := os.ReadFile("new.csv"); string(got) != "a,b\n1,2\n3,4\n" {
		t.Errorf("after Close and Abort the file holds %q", got)
	}
}

func TestFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full here")
	}
	t.Chdir(t.TempDir())
	x := mat.NewDense(100_000, 1, nil)
	x.Set(0, 0, 1)
	for _, name := range []string{"full", "full.gz", "full.parquet"} {
		os.Symlink("/dev/full", name)
		err := save(name, []string{"a"}, x, 1000)
		if want := "write " + name + ": no space left on device"; err == nil || err.Error() != want || !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

func TestStandardOutput(t *testing.T) {
	t.Chdir(t.TempDir())
	out, err := os.Create("out")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	saved := os.Stdout
	os.Stdout = out
	err = save("-", []string{"a"}, mat.NewDense(2, 1, []float64{1, 2}), 1)
	os.Stdout = saved
	if got, _ := os.ReadFile("out"); err != nil || string(got) != "a\n1\n2\n" {
		t.Errorf("the standard output holds %q (%v)", got, err)
	}
}
