package data

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
)

// Whatever the bytes, reading them gives an error of one line that starts with
// the table's name, or numbers; and those, written and read again, are the same.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		"a,b\n1,2\n", "a,b\r\n1,2\r\n", "\ufeffa\n1e300", "\"a\",\" b\"\n\"1\", 2 \n", "a\n\n1\n\n", "", "a", ",\n1,2\n",
		"a,a\n1,2\n", "a,b\n1\n", "a\nnan\n", "a\n-0\n", "a\n0x1p-1074\n", "a\n1_0\n", "\"a\n1\n", "\"\r\n\ufeff\",x\n1,2\n",
		"a\r\r\n1\r\r\n", "\ufeff\ufeffa,\n1,\n", string(zipped("a\n1\n")), string(zipped("a\n1\n"))[:12], "\x1f\x8b",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		oneLine := func(err error) {
			if s := err.Error(); !strings.HasPrefix(s, "fuzz: ") || strings.ContainsAny(s, "\r\n") {
				t.Errorf("error %q", s)
			}
		}
		r, err := NewReader("fuzz", bytes.NewReader(text))
		if err != nil {
			oneLine(err)
			return
		}
		var names []string
		for _, name := range r.Columns() {
			if name != "" {
				names = append(names, name)
			}
		}
		if len(names) == 0 {
			return
		}
		rows, err := r.Select(names)
		if err != nil {
			t.Fatal(err)
		}
		x, err := rows.ReadAll(context.Background())
		if err != nil {
			oneLine(err)
			return
		}
		// In memory: to sync a file for each input would be most of the time.
		var out bytes.Buffer
		w, err := newCSVWriter(&out, names)
		if err == nil {
			err = w.write(x)
		}
		if err != nil {
			t.Fatal(err)
		}
		r, err = NewReader("written", &out)
		if err != nil {
			t.Fatalf("written, the table is not readable: %v", err)
		}
		if !slices.Equal(r.Columns(), names) {
			t.Errorf("columns %q are read back as %q", names, r.Columns())
		}
		if rows, err = r.Select(names); err != nil {
			t.Fatal(err)
		}
		back, err := rows.ReadAll(context.Background())
		if err != nil {
			t.Fatalf("written, the table is not readable: %v", err)
		}
		if !same(x, back) {
			t.Errorf("read back other numbers")
		}
	})
}
