package docs_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// A program of a page runs in a module of its own, by the commands that the page gives.
func TestProgramsInAModuleOfTheirOwn(t *testing.T) {
	project, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, page := range pages(t) {
		var program, printed *block
		all := blocks(t, page)
		for i, b := range all {
			if b.lang == "go" {
				program, printed = &all[i], output(all, i)
			}
			if !b.has("module") {
				continue
			}
			found = true
			beside := t.TempDir()
			dir := filepath.Join(beside, "new")
			if err := errors.Join(os.Symlink(project, filepath.Join(beside, "matheron")), os.Mkdir(dir, 0o777),
				os.WriteFile(filepath.Join(dir, "main.go"), []byte(program.text), 0o666)); err != nil {
				t.Fatal(err)
			}
			out, code := shell(t, dir, b.text)
			if code != 0 {
				t.Fatalf("%s: exit code %d\n%s", b.place(), code, out)
			}
			// The go command says what it does before the program prints.
			if d := difference("...\n"+printed.text, out, defaultTolerance); d != "" {
				t.Errorf("%s: %s\n%s", b.place(), d, out)
			}
		}
	}
	if !found {
		t.Error("no page says how to use the project from another module")
	}
}
