package docs_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// linked returns the modules that are linked into the command on some platform,
// without the project's own: the folder of each by its path.
func linked(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, platform := range []string{"linux", "windows", "darwin"} {
		cmd := exec.Command("go", "list", "-deps", "-json=Module", "./cmd/matheron")
		cmd.Dir, cmd.Env = root, append(os.Environ(), "GOOS="+platform)
		text, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %v", cmd, err)
		}
		for d := json.NewDecoder(strings.NewReader(string(text))); ; {
			var p struct{ Module *struct{ Path, Dir string } }
			if err := d.Decode(&p); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			if p.Module != nil && p.Module.Path != "matheron" {
				out[p.Module.Path] = p.Module.Dir
			}
		}
	}
	if len(out) == 0 {
		t.Fatal("no modules")
	}
	return out
}

// copyrightLine is a line of a licence that says whose work it is.
var copyrightLine = regexp.MustCompile(`(?im)^[ \t]*((?:digitized data )?copyright:? +(?:©|\(c\)|[0-9]{4}).*)$`)

// NOTICE names every module in the command, with each line of its licences that
// says whose work it is, and no other module.
func TestNoticeIsComplete(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "NOTICE"))
	if err != nil {
		t.Fatal(err)
	}
	notice := string(text)
	sections := map[string]string{} // by module
	for _, m := range regexp.MustCompile(`(?m)^((?:[a-z0-9-]+\.)+[a-z]+/\S+).*\n((?:(?:    .*)?\n)*)`).FindAllStringSubmatch(notice, -1) {
		sections[m[1]] = m[2]
	}
	words := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	modules := linked(t)
	for path, dir := range modules {
		section, ok := sections[path]
		if !ok {
			t.Errorf("NOTICE does not name %s", path)
			continue
		}
		var licences []string
		for _, pattern := range []string{"LICENSE*", "LICENCE*", "COPYING*", "NOTICE*"} {
			found, err := filepath.Glob(filepath.Join(dir, pattern))
			if err != nil {
				t.Fatal(err)
			}
			licences = append(licences, found...)
		}
		if len(licences) == 0 {
			t.Errorf("%s has no licence", path)
		}
		for _, file := range licences {
			licence, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			// What begins with "Files:" is of parts, most of which are not linked.
			own, _, _ := strings.Cut(string(licence), "\nFiles:")
			for _, m := range copyrightLine.FindAllStringSubmatch(own, -1) {
				if !strings.Contains(words(section), words(m[1])) {
					t.Errorf("NOTICE: %s: not there: %s", path, m[1])
				}
			}
		}
		for _, m := range regexp.MustCompile(`(?m)^    Licence     (.+?)(?:;.*|,)?$`).FindAllStringSubmatch(section, -1) {
			text := "\n" + m[1] + "\n" + strings.Repeat("-", len(m[1])) + "\n"
			if !strings.Contains(notice, text) && path != "github.com/ajstarks/svgo" && !strings.HasPrefix(m[1], "as is") {
				t.Errorf("NOTICE: %s: the text of %q is not there", path, m[1])
			}
		}
	}
	for path := range sections {
		if _, ok := modules[path]; !ok {
			t.Errorf("NOTICE names %s, which is not in the command", path)
		}
	}
	// What is not of a module: numbers that are generated from, embedded, or tables.
	sources, err := filepath.Glob(filepath.Join(root, "examples", "data", "*.csv"))
	if err != nil || len(sources) == 0 {
		t.Fatal(sources, err)
	}
	for i, file := range sources {
		sources[i] = "examples/data/" + filepath.Base(file)
	}
	for _, source := range append(sources, "rng/directions.bin", "internal/asm/gen/vector_log.go") {
		if !strings.Contains(notice, source) {
			t.Errorf("NOTICE does not say where %s is from", source)
		}
	}
}
