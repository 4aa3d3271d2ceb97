package data

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// zipped returns text compressed by gzip.
func zipped(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, text)
	z.Close()
	return b.Bytes()
}

// file writes a table into the test's folder, and moves there so that messages
// hold the bare name.
func file(t testing.TB, name string, content []byte) string {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile(name, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// readAll reads the named columns, all of them if there are none.
func readAll(path string, columns ...string) (*mat.Dense, error) {
	r, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if columns == nil {
		columns = r.Columns()
	}
	rows, err := r.Select(columns)
	if err != nil {
		return nil, err
	}
	return rows.ReadAll(context.Background())
}

func TestReadCSV(t *testing.T) {
	want := mat.NewDense(2, 2, []float64{1, -2.5, 3e-7, 4})
	for name, text := range map[string]string{
		"plain":         "a,b\n1,-2.5\n3e-7,4\n",
		"CRLF":          "a,b\r\n1,-2.5\r\n3e-7,4\r\n",
		"no last line":  "a,b\n1,-2.5\n3e-7,4",
		"byte order":    "\ufeffa,b\n1,-2.5\n3e-7,4\n",
		"BOM quoted":    "\ufeff\"a\",b\n1,-2.5\n3e-7,4\n",
		"quoted":        "\"a\",\"b\"\n\"1\",\"-2.5\"\n3e-7,4\n",
		"spaces":        " a ,\tb\n 1 ,\t-2.5\n3e-7 ,  4\n",
		"quoted spaces": "a,b\n\" 1\",\"-2.5 \"\n3e-7,4\n",
		"empty lines":   "\n\na,b\n\n1,-2.5\n\r\n\n3e-7,4\n\n",
		"text beside":   "date,a,\"no,te\",b\n1958-03-29,1,\"two\nlines\",-2.5\n,3e-7,\"a \"\"word\"\"\",4\n",
		"unnamed":       ",a,b,\n0,1,-2.5,\n1,3e-7,4,x\n",
		"plus and zero": "a,b\n+1,-02.50\n.3E-6,4.\n",
	} {
		for _, content := range [][]byte{[]byte(text), zipped(text)} {
			t.Run(name, func(t *testing.T) {
				got, err := readAll(file(t, "t.csv", content), "a", "b")
				if err != nil {
					t.Fatal(err)
				}
				if !mat.Equal(got, want) {
					t.Errorf("read %v, want %v", mat.Formatted(got), mat.Formatted(want))
				}
			})
		}
	}
}

func TestSelectOrder(t *testing.T) {
	path := file(t, "t.csv", []byte("a,b,c\n1,2,3\n4,5,6\n"))
	got, err := readAll(path, "c", "a", "c")
	if err != nil {
		t.Fatal(err)
	}
	if want := mat.NewDense(2, 3, []float64{3, 1, 3, 6, 4, 6}); !mat.Equal(got, want) {
		t.Errorf("read %v, want %v", got, want)
	}
}

func TestBadCSV(t *testing.T) {
	cut := zipped("x,y\n" + strings.Repeat("1.5,2.25\n", 5000))
	flipped := slices.Clone(cut)
	flipped[len(flipped)-6] ^= 1 // in the checksum
	var many []string
	for i := range 30 {
		many = append(many, "c"+strconv.Itoa(i))
	}
	for _, c := range []struct {
		text, want string
		columns    []string // default x
	}{
		// Whole tables.
		{"", "t.csv: no header", nil},
		{"\n\r\n", "t.csv: no header", nil},
		{"\ufeff", "t.csv: no header", nil},
		{"x,y\n", "t.csv: no rows", nil},
		{"x,y", "t.csv: no rows", nil},
		{"\xff\xfex\x00,\x00", "t.csv: text in UTF-16; save it as UTF-8", nil},
		{string(cut[:len(cut)/2]), "t.csv: gzip data is cut short", nil},
		{string(cut[:5]), "t.csv: gzip data is cut short", nil},
		{string(cut[:len(cut)-3]), "t.csv: gzip data is cut short", nil},
		{string(flipped), "t.csv: gzip data is damaged", nil},
		{"\x1f\x8bno gzip at all", "t.csv: gzip data is damaged", nil},
		// Headers.
		{"x,y,x\n1,2,3\n", `t.csv: columns 1 and 3 are both named "x"`, []string{"y"}},
		{"x, x\n1,2\n", `t.csv: columns 1 and 2 are both named "x"`, nil},
		{"\"x,y\n1,2\n", "t.csv: line 1: a quoted field is not closed, or has text after its closing quote", nil},
		{"a,b\n1,2\n", `t.csv: no column "x"; there is "a", "b"`, nil},
		{",b\n1,2\n", `t.csv: no column ""; there is "", "b"`, []string{""}},
		{strings.Join(many, ",") + "\n", `t.csv: no column "x"; there is "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10", "c11", and 18 more`, nil},
		// Rows.
		{"x,y\n1,2\n3\n", "t.csv: line 3: 1 field, the header has 2", nil},
		{"x,y\n1,2\n\n\n3,4,5\n", "t.csv: line 5: 3 fields, the header has 2", nil},
		{"x,y\n1,2\n3,\"4\n5,6\n", "t.csv: line 3: a quoted field is not closed, or has text after its closing quote", nil},
		{"x,y\n1,2\n3,4\"\n", "t.csv: line 3: a quote inside a field that is not quoted", nil},
		// Cells.
		{"x,y\n1,2\nabc,4\n", `t.csv: line 3, column "x": "abc" is not a number`, nil},
		{"y,x\n\"two\n\nlines\",1\n2,\" a\tb \"\n", `t.csv: line 5, column "x": "a\tb" is not a number`, nil},
		{"y,x\n\"two\nlines\",oops\n", `t.csv: line 3, column "x": "oops" is not a number`, nil},
		{"x,y\n1,2\n\n,4\n", `t.csv: line 4, column "x": empty cell`, nil},
		{"x\n\" \"\n", `t.csv: line 2, column "x": empty cell`, nil},
		{"x\r\n1\r\nnan\r\n", `t.csv: line 3, column "x": "nan" is not finite`, nil},
		{"x\n-Inf\n", `t.csv: line 2, column "x": "-Inf" is not finite`, nil},
		{"x\n 1e999\n", `t.csv: line 2, column "x": "1e999" is too large`, nil},
		{"x\n1 2\n", `t.csv: line 2, column "x": "1 2" is not a number`, nil},
		{"x\n1;5\n", `t.csv: line 2, column "x": "1;5" is not a number`, nil},
		{"x\n" + strings.Repeat("é", 50) + "\n", `t.csv: line 2, column "x": "` + strings.Repeat("é", 40) + `"... is not a number`, nil},
		{"x\n\xff\x00\n", `t.csv: line 2, column "x": "\xff\x00" is not a number`, nil},
		{"a,b\nq,w\n", `t.csv: line 2, column "b": "w" is not a number`, []string{"b", "a"}},
	} {
		if c.columns == nil {
			c.columns = []string{"x"}
		}
		_, err := readAll(file(t, "t.csv", []byte(c.text)), c.columns...)
		if err == nil || err.Error() != c.want {
			t.Errorf("%.40q:\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

func TestErrorFields(t *testing.T) {
	path := file(t, "t.csv", []byte("x\n1\n\n2\n?\n"))
	_, err := readAll(path)
	var cell *CellError
	want := CellError{File: "t.csv", Row: 3, Line: 5, Column: "x", Text: "?", Reason: "is not a number"}
	if !errors.As(err, &cell) || *cell != want {
		t.Errorf("error %+v, want %+v", cell, want)
	}
	_, err = readAll(path, "z")
	var column *ColumnError
	if !errors.As(err, &column) || column.Column != "z" || !slices.Equal(column.Have, []string{"x"}) {
		t.Errorf("error %+v", column)
	}
	if _, err = readAll(file(t, "t.csv", []byte("x\n"))); !errors.Is(err, ErrNoRows) {
		t.Errorf("%v is not ErrNoRows", err)
	}
	if _, err = readAll(file(t, "t.csv", nil)); !errors.Is(err, ErrNoHeader) {
		t.Errorf("%v is not ErrNoHeader", err)
	}
}

func TestOpenFails(t *testing.T) {
	t.Chdir(t.TempDir())
	os.Mkdir("dir", 0o755)
	os.WriteFile("a.parquet", []byte("x,y\n1,2\n"), 0o644)
	for path, want := range map[string]string{
		"none.csv":     "none.csv: no such file or directory",
		"dir":          "dir: is a directory",
		"dir/none/f":   "dir/none/f: no such file or directory",
		"a.parquet":    "a.parquet: not a Parquet file",
		"a.parquet/in": "a.parquet/in: not a directory",
	} {
		_, err := Open(path)
		if err == nil || err.Error() != want {
			t.Errorf("Open(%q): %v, want %s", path, err, want)
		}
	}
	if _, err := Open("none.csv"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v is not ErrNotExist", err)
	}
	if _, err := NewReader("pipe", strings.NewReader("PAR1...")); err == nil ||
		err.Error() != "pipe: a stream of Parquet cannot be read; give the name of a file" {
		t.Error(err)
	}
}

func TestStandardInput(t *testing.T) {
	for _, content := range [][]byte{[]byte("x\n1\nz\n"), zipped("x\n1\nz\n")} {
		in, err := os.Open(file(t, "in", content))
		if err != nil {
			t.Fatal(err)
		}
		saved := os.Stdin
		os.Stdin = in
		_, err = readAll("-")
		os.Stdin = saved
		if want := `standard input: line 3, column "x": "z" is not a number`; err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
		if err := in.Close(); err != nil {
			t.Errorf("the standard input was closed: %v", err)
		}
	}
}

// Read returns the rows before a bad one, then its error for good.
func TestReadStops(t *testing.T) {
	var text strings.Builder
	text.WriteString("x\n")
	for i := range 7 {
		text.WriteString(strconv.Itoa(i) + "\n")
	}
	for _, c := range []struct{ tail, want string }{
		{"", "EOF"},
		{"bad\n8\n", `t: line 9, column "x": "bad" is not a number`},
		{"1,2\n8\n", "t: line 9: 2 fields, the header has 1"},
	} {
		r, err := NewReader("t", strings.NewReader(text.String()+c.tail))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := r.Select([]string{"x"})
		if err != nil {
			t.Fatal(err)
		}
		dst := mat.NewDense(3, 1, nil)
		next := 0.0
		for _, want := range []int{3, 3, 1} {
			n, err := rows.Read(dst)
			if n != want || err != nil {
				t.Fatalf("Read returned %d, %v, want %d", n, err, want)
			}
			for i := range n {
				if dst.At(i, 0) != next {
					t.Errorf("row %v holds %v", next, dst.At(i, 0))
				}
				next++
			}
		}
		for range 2 {
			if n, err := rows.Read(dst); n != 0 || err == nil || err.Error() != c.want {
				t.Errorf("Read returned %d, %v, want %s", n, err, c.want)
			}
		}
	}
}

func TestMisusePanics(t *testing.T) {
	for name, f := range map[string]func(*Reader){
		"two selections": func(r *Reader) { r.Select([]string{"x"}); r.Select([]string{"x"}) },
		"no column":      func(r *Reader) { r.Select(nil) },
		"shape": func(r *Reader) {
			rows, _ := r.Select([]string{"x"})
			rows.Read(mat.NewDense(1, 2, nil))
		},
	} {
		r, err := NewReader("t", strings.NewReader("x\n1\n"))
		if err != nil {
			t.Fatal(err)
		}
		func() {
			defer func() {
				if p, ok := recover().(string); !ok || !strings.HasPrefix(p, "data: ") {
					t.Errorf("%s: panic %v", name, p)
				}
			}()
			f(r)
			t.Errorf("%s does not panic", name)
		}()
	}
}

func TestReadAllCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	in := &endless{after: 100_000, then: cancel}
	r, err := NewReader("t", io.MultiReader(strings.NewReader("x\n"), in))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := r.Select([]string{"x"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rows.ReadAll(ctx); !errors.Is(err, context.Canceled) || err.Error() != "t: context canceled" {
		t.Errorf("error %v", err)
	}
	// Beyond the cancellation: a chunk of rows and a buffer of text.
	if most := 100_000 + chunkRows + 2*bufferSize; in.lines > most {
		t.Errorf("%d lines were read after the context was done", in.lines-100_000)
	}
}

// endless is a column of numbers without end.
type endless struct {
	lines, after int
	then         func()
}

func (e *endless) Read(p []byte) (int, error) {
	const line = "0.123456789012345\n"
	n := copy(p, strings.Repeat(line, len(p)/len(line)))
	if e.lines += n / len(line); e.lines > e.after && e.then != nil {
		e.then()
	}
	return n, nil
}

// A quote that is never closed must not read all of a large file into memory.
func TestOpenQuoteIsBounded(t *testing.T) {
	in := &endless{}
	r, err := NewReader("t", io.MultiReader(strings.NewReader("x\n1\n\""), in))
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := r.Select([]string{"x"})
	dst := mat.NewDense(5, 1, nil)
	if n, err := rows.Read(dst); n != 1 || err != nil {
		t.Fatalf("Read returned %d, %v", n, err)
	}
	const want = "t: a record of more than 64 MiB; is a quote not closed?"
	if _, err := rows.Read(dst); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// The bound is on a record, not on the table.
func TestLimitIsOfARecord(t *testing.T) {
	r, err := NewReader("t", strings.NewReader("x\n"+strings.Repeat("0.5\n", 1<<18)))
	if err != nil {
		t.Fatal(err)
	}
	r.table.(*csvTable).source.limit = 2 * bufferSize
	rows, err := r.Select([]string{"x"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rows.ReadAll(context.Background()); err != nil {
		t.Error(err)
	}
}

// Reading 200,000 rows leaves no more on the heap than reading 2,000 does, and
// takes one allocation a record.
func TestStreamingMemory(t *testing.T) {
	const perRow = 2 // a record and, at times, a longer buffer
	var text strings.Builder
	text.WriteString("a,b,c\n")
	for i := range 200_000 {
		text.WriteString(strconv.Itoa(i))
		text.WriteString(",0.123456789,-1e-3\n")
	}
	r, err := NewReader("t", strings.NewReader(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := r.Select([]string{"c", "a"})
	if err != nil {
		t.Fatal(err)
	}
	dst := mat.NewDense(100, 2, nil)
	heap := func() (live, count uint64) {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc, m.Mallocs
	}
	total := 0
	read := func(n int) {
		for range n / 100 {
			got, err := rows.Read(dst)
			if err != nil || got != 100 {
				t.Fatalf("Read returned %d, %v", got, err)
			}
			if dst.At(99, 1) != float64(total+99) {
				t.Fatalf("row %d holds %v", total+99, dst.At(99, 1))
			}
			total += got
		}
	}
	read(2_000)
	live, count := heap()
	read(198_000)
	live1, count1 := heap()
	// The text itself is 5 MB; anything kept of it would show.
	if grown := int64(live1) - int64(live); grown > 256<<10 {
		t.Errorf("the heap grew by %d bytes over 198,000 rows", grown)
	}
	if n := float64(count1-count) / 198_000; n > perRow {
		t.Errorf("%.2f allocations a row, want at most %d", n, perRow)
	}
	if _, err := rows.Read(dst); err != io.EOF {
		t.Errorf("after the last row: %v", err)
	}
	runtime.KeepAlive(text)
}

func TestCloseReleasesTheFile(t *testing.T) {
	r, err := Open(file(t, filepath.Base("t.csv"), []byte("x\n1\n")))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	rows, err := r.Select([]string{"x"})
	if err != nil {
		t.Fatal(err)
	}
	// The one row is in the buffer; a read of the file itself fails.
	if _, err := rows.ReadAll(context.Background()); err == nil || err.Error() != "t.csv: file already closed" {
		t.Errorf("reading a closed table: %v", err)
	}
}

func TestNames(t *testing.T) {
	r, err := NewReader("pipe", strings.NewReader(" a ,,\"b, c\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"a", "", "b, c"}; !slices.Equal(r.Columns(), want) || r.Name() != "pipe" {
		t.Errorf("%s has columns %q, want %q", r.Name(), r.Columns(), want)
	}
	r.Columns()[0] = "changed"
	rows, err := r.Select([]string{"b, c", "a"})
	if err != nil || !slices.Equal(rows.Columns(), []string{"b, c", "a"}) {
		t.Errorf("selected %q, %v", rows.Columns(), err)
	}
}

// failing reads some text and fails once, as a broken connection does; after that it
// is at its end.
type failing struct{ parts []any }

func (f *failing) Read(p []byte) (int, error) {
	if len(f.parts) == 0 {
		return 0, io.EOF
	}
	part := f.parts[0]
	f.parts = f.parts[1:]
	if err, ok := part.(error); ok {
		return 0, err
	}
	return copy(p, part.(string)), nil
}

// An error within the first bytes, by which formats are told apart, is not lost.
func TestErrorInFirstBytes(t *testing.T) {
	broken := errors.New("connection reset")
	for _, start := range []string{"", "x", "x,y", "x,y\n1,2\n", "\x1f", "\x1f\x8b", "PAR"} {
		r, err := NewReader("stream", &failing{[]any{start, broken}})
		if err == nil {
			var rows *Rows
			if rows, err = r.Select([]string{"x"}); err == nil {
				_, err = rows.ReadAll(t.Context())
			}
		}
		if !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "stream: ") {
			t.Errorf("after %q: %v", start, err)
		}
	}
}
