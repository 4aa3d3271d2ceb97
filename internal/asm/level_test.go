package asm

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// atEachLevel runs f once at each level that this processor has.
func atEachLevel(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	before := level
	defer func() { level = before }()
	for l := Generic; l <= highest(); l++ {
		level = l
		t.Run(l.String(), f)
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name string
		have Level
		want Level
		err  string
	}{
		{"", AVX2, AVX2, ""},
		{"", Generic, Generic, ""},
		{"avx512", AVX512, AVX512, ""},
		{"avx2", AVX512, AVX2, ""},
		{"generic", AVX512, Generic, ""},
		{"avx512", AVX2, 0, "has only avx2"},
		{"avx2", Generic, 0, "has only generic"},
		{"AVX2", AVX512, 0, `"AVX2", want`},
		{"sse", AVX512, 0, `"sse", want`},
	} {
		got, err := parse(c.name, c.have)
		if c.err == "" && (err != nil || got != c.want) {
			t.Errorf("%q at %v: %v, %v, want %v", c.name, c.have, got, err, c.want)
		}
		if c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
			t.Errorf("%q at %v: error %v, want one with %s", c.name, c.have, err, c.err)
		}
	}
}

// TestGeneratedFilesAreCurrent compares the hash of the generator that generated
// files carry with the generator's own.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	generated, err := filepath.Glob("z*_amd64.*")
	if err != nil || len(generated) == 0 {
		t.Fatalf("nothing generated: %v", err)
	}
	for _, name := range generated {
		family, _, _ := strings.Cut(strings.TrimPrefix(name, "z"), "_")
		sources, err := filepath.Glob("gen/" + family + "*.go")
		if err != nil || len(sources) == 0 {
			t.Errorf("%s has no generator: %v", name, err)
		}
		shared, err := filepath.Glob("gen/vector*.go")
		if err != nil {
			t.Fatal(err)
		}
		sources = append(append(sources, shared...), "gen/main.go")
		slices.Sort(sources)
		h := sha256.New()
		for _, name := range sources {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(h, "%s %d\n", filepath.Base(name), len(text))
			h.Write(text)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if mark := "of sources " + hex.EncodeToString(h.Sum(nil))[:16]; !strings.Contains(string(text), mark) {
			t.Errorf("%s is not %s: run go generate ./internal/asm", name, mark)
		}
	}
}
