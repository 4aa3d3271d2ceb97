// Package docs_test holds README.md and the pages of docs to what they say: their
// programs compile and run, their commands work, what they print is what the
// pages show, and their links lead somewhere.
package docs_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"matheron/internal/long"
)

// root is the folder of the module, seen from here.
const root = ".."

// pages are the pages that are checked.
func pages(t *testing.T) []string {
	t.Helper()
	out, err := filepath.Glob("*.md")
	if err != nil || len(out) == 0 {
		t.Fatal(out, err)
	}
	for _, name := range []string{"README.md", "CONTRIBUTING.md"} {
		out = append(out, filepath.Join(root, name))
	}
	return out
}

// bin is the folder of the built command.
var bin string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if bin, err = os.MkdirTemp("", "matheron-docs"); err != nil {
			panic(err)
		}
		defer os.RemoveAll(bin)
		return m.Run()
	}())
}

// build builds the command, once.
var build = sync.OnceValue(func() error {
	cmd := exec.Command("go", "build", "-o", bin, "./cmd/matheron")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	return cmd.Run()
})

// programDir returns the folder of the built command.
func programDir(t *testing.T) string {
	t.Helper()
	if err := build(); err != nil {
		t.Fatal("the command does not build: ", err)
	}
	return bin
}

func TestPrograms(t *testing.T) {
	for _, page := range pages(t) {
		all := blocks(t, page)
		for i, b := range all {
			if _, part := b.option("file"); b.lang != "go" || part {
				continue
			}
			t.Run(filepath.Base(page)+":"+strconv.Itoa(b.line), func(t *testing.T) {
				t.Parallel()
				name, args := "main.go", []string{"run"}
				if strings.Contains(b.text, "\nfunc Test") {
					name, args = "page_test.go", []string{"test"}
				}
				dir := t.TempDir()
				args = append(args, save(t, dir, name, b.text))
				if with, ok := b.option("with"); ok {
					args = append(args, save(t, dir, with, named(t, all[:i], with).text))
				}
				cmd := exec.Command("go", args...)
				cmd.Dir = root
				out, err := cmd.CombinedOutput()
				if err != nil {
					t.Fatalf("%s: %v\n%s", b.place(), err, out)
				}
				if args[0] == "run" {
					compare(t, output(all, i), string(out), false)
				}
			})
		}
	}
}

// save writes a file of a folder, and returns where it is.
func save(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

// named returns the block that is the file of that name.
func named(t *testing.T, all []block, name string) block {
	t.Helper()
	for _, b := range all {
		if file, ok := b.option("file"); ok && file == name {
			return b
		}
	}
	t.Fatalf("no block is the file %s", name)
	return block{}
}

// thinned are the tables that would take an ordinary run too long: it has every
// n-th row of them, and prints other numbers than the page shows.
var thinned = map[string]int{"walkthrough-co2.md": 16, "walkthrough-uci.md": 4}

// Every command of the pages works, in the order of the page.
func TestCommands(t *testing.T) {
	for _, page := range pages(t) {
		t.Run(filepath.Base(page), func(t *testing.T) {
			t.Parallel()
			run(t, page, max(1, thinned[page]))
		})
	}
}

// The walk-throughs of large tables print what they show.
func TestCommandsOnWholeTables(t *testing.T) {
	long.Only(t)
	for page := range thinned {
		t.Run(page, func(t *testing.T) { run(t, page, 1) })
	}
}

// run runs the commands of a page with every n-th row of its tables.
func run(t *testing.T, page string, n int) {
	dir := folder(t, n)
	for i, all := 0, blocks(t, page); i < len(all); i++ {
		b := all[i]
		if b.lang != "sh" || b.has("no-run") || b.has("module") {
			continue
		}
		if need, ok := b.option("needs"); ok && !provide(t, dir, need, n) {
			t.Skipf("%s and what follows: skipped without %s: set %s to the folder that holds it", b.place(), need, uciVariable)
		}
		want := 0
		if text, ok := b.option("fails"); ok {
			var err error
			if want, err = strconv.Atoi(text); err != nil {
				t.Fatalf("%s: fails=%s", b.place(), text)
			}
		}
		out, code := shell(t, dir, b.text)
		if code != want {
			t.Fatalf("%s: exit code %d, want %d\n%s", b.place(), code, want, out)
		}
		compare(t, output(all, i), out, n > 1)
	}
	if n == 1 {
		checkFigures(t, page, dir)
	}
}

// folder makes the folder that commands run in: with every n-th row of the tables
// of the project, where the pages say they are.
func folder(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	to := filepath.Join(dir, "examples", "data")
	if err := os.MkdirAll(to, 0o777); err != nil {
		t.Fatal(err)
	}
	tables, err := filepath.Glob(filepath.Join(root, "examples", "data", "*.csv"))
	if err != nil || len(tables) == 0 {
		t.Fatal(tables, err)
	}
	for _, from := range tables {
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(from)), every(n, text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// uciVariable names the folder with the UCI tables, which are not of the project.
const uciVariable = "MATHERON_UCI"

// provide copies every n-th row of a table that the project does not carry, and of
// its mask, into the folder; it reports whether they are there.
func provide(t *testing.T, dir, name string, n int) bool {
	t.Helper()
	from := os.Getenv(uciVariable)
	if from == "" {
		from = filepath.Join(root, "..", "shared", "data")
	}
	to := filepath.Join(dir, "uci")
	if err := os.MkdirAll(to, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{name + ".data.csv.gz", name + ".test_mask.csv.gz"} {
		in, err := os.Open(filepath.Join(from, file))
		if errors.Is(err, fs.ErrNotExist) {
			return false
		}
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(unpacked)
		if err != nil {
			t.Fatal(err)
		}
		out, err := os.Create(filepath.Join(to, file))
		if err != nil {
			t.Fatal(err)
		}
		packed := gzip.NewWriter(out)
		_, err = packed.Write(every(n, text))
		if err := errors.Join(err, packed.Close(), out.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return true
}

// every returns the first line and every n-th after it.
func every(n int, text []byte) []byte {
	var out []byte
	i := 0
	for line := range bytes.Lines(text) {
		if i%n == 0 {
			out = append(out, line...)
		}
		i++
	}
	return out
}

// shell runs a script in a folder with the command on the path, and returns all
// that it prints, and its exit code. The script ends at the first failure.
func shell(t *testing.T, dir, script string) (out string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-eu")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(script)
	cmd.Env = append(os.Environ(), "PATH="+programDir(t)+string(os.PathListSeparator)+os.Getenv("PATH"), "LC_ALL=C")
	text, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(text), cmd.ProcessState.ExitCode()
}
