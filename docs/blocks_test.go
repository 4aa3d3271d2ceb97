package docs_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// block is a fenced block of a page.
type block struct {
	file    string
	line    int // of the opening fence, from 1
	index   int // among the blocks of the page, from 0
	lang    string
	options []string
	text    string
}

func (b block) has(option string) bool { return slices.Contains(b.options, option) }

// option returns what stands after name= in the fence.
func (b block) option(name string) (string, bool) {
	for _, o := range b.options {
		if v, ok := strings.CutPrefix(o, name+"="); ok {
			return v, true
		}
	}
	return "", false
}

func (b block) place() string { return fmt.Sprintf("%s:%d", b.file, b.line) }

// blocks returns the fenced blocks of a page, in order.
func blocks(t *testing.T, file string) []block {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []block
	open := -1
	lines := strings.Split(string(text), "\n")
	for i, l := range lines {
		info, fence := strings.CutPrefix(l, "```")
		switch {
		case !fence:
		case open < 0:
			words := strings.Fields(info)
			if len(words) == 0 {
				t.Fatalf("%s:%d: a block without a language: say text if it has none", file, i+1)
			}
			out = append(out, block{file: file, line: i + 1, index: len(out), lang: words[0], options: words[1:]})
			open = i
		default:
			out[len(out)-1].text = strings.Join(lines[open+1:i], "\n")
			open = -1
		}
	}
	if open >= 0 {
		t.Fatalf("%s:%d: a block without an end", file, open+1)
	}
	return out
}

// output returns the block of output that follows block i, or nil.
func output(all []block, i int) *block {
	if i+1 < len(all) && all[i+1].lang == "output" {
		return &all[i+1]
	}
	return nil
}

// languages are those that a page may have, and what the tests do with them.
//
//	go        a program, compiled and run; a test file if it declares a test;
//	          file=NAME: a file of programs further down; with=NAME: compiled with that file
//	sh        run in the page's folder; no-run: only its commands and flags are checked;
//	          module: run in a new folder beside the project, with the program before it as main.go;
//	          fails=N: ends with that exit code, and its errors are part of the output;
//	          needs=NAME: skipped, with all that follows, where that UCI table is not there
//	output    what the block before prints; tol=R: numbers agree to that part of them (default 0.001)
//	text      anything
func languages() []string { return []string{"go", "sh", "output", "text"} }

func TestBlocksAreKnown(t *testing.T) {
	for _, page := range pages(t) {
		all := blocks(t, page)
		for i, b := range all {
			if !slices.Contains(languages(), b.lang) {
				t.Errorf("%s: nothing checks a block of %q", b.place(), b.lang)
			}
			if b.lang == "output" && (i == 0 || !slices.Contains([]string{"go", "sh"}, all[i-1].lang)) {
				t.Errorf("%s: output of no block", b.place())
			}
		}
	}
}
