package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var flagName = regexp.MustCompile(`^--[a-z][a-z-]*`)

// Commands that are shown and not run are commands: with the flags, packages and
// files that they name.
func TestCommandsNotRun(t *testing.T) {
	for _, page := range pages(t) {
		for _, b := range blocks(t, page) {
			if b.lang != "sh" || !b.has("no-run") {
				continue
			}
			for line := range strings.Lines(strings.ReplaceAll(b.text, "\\\n", " ")) {
				words := strings.Fields(line)
				if len(words) == 0 || strings.HasPrefix(words[0], "#") {
					continue
				}
				checkMention(t, b, words)
			}
		}
	}
}

// checkMention looks for what a command line names.
func checkMention(t *testing.T, b block, words []string) {
	t.Helper()
	words = slices.DeleteFunc(words, func(w string) bool { return strings.Contains(w, "=") && !strings.HasPrefix(w, "-") })
	at := slices.IndexFunc(words, func(w string) bool {
		return strings.TrimLeft(w, "<(") == "matheron" || w == "./cmd/matheron"
	})
	if at >= 0 && (at == 0 || words[0] != "go" || words[1] == "run") {
		checkFlags(t, b, words[at+1:])
		return
	}
	switch words[0] {
	case "go", "cd":
		for _, w := range words {
			if rest, ok := strings.CutPrefix(w, "./"); ok {
				dir := strings.TrimSuffix(rest, "...")
				if _, err := os.Stat(filepath.Join(root, dir)); err != nil {
					t.Errorf("%s: %v: no package %s", b.place(), words, w)
				}
			}
		}
	default:
		if _, err := os.Stat(filepath.Join(root, words[0])); err != nil {
			t.Errorf("%s: %v is no command of the project", b.place(), words)
		}
	}
}

// checkFlags looks for a command of the program and its flags.
func checkFlags(t *testing.T, b block, words []string) {
	t.Helper()
	if len(words) == 0 || strings.HasPrefix(words[0], "-") {
		t.Errorf("%s: matheron without a command", b.place())
		return
	}
	help := exec.Command(filepath.Join(programDir(t), "matheron"), "help", strings.TrimRight(words[0], ")"))
	text, err := help.CombinedOutput()
	if err != nil || strings.Contains(string(text), "Unknown help topic") {
		t.Errorf("%s: no command %s", b.place(), words[0])
		return
	}
	for _, w := range words {
		if name := flagName.FindString(w); name != "" && !regexp.MustCompile(name+`\b`).Match(text) {
			t.Errorf("%s: %s has no flag %s", b.place(), words[0], name)
		}
	}
}

// Every flag of every command is on the page about the command line.
func TestAllFlagsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("command-line.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"fit", "predict", "paths", "eval", "demo", "version"} {
		section := regexp.MustCompile("(?ms)^## matheron " + name + "$(.*?)(^## |\\z)").FindSubmatch(page)
		if section == nil {
			t.Errorf("command-line.md: no section on matheron %s", name)
			continue
		}
		help, err := exec.Command(filepath.Join(programDir(t), "matheron"), name, "--help").Output()
		if err != nil {
			t.Fatal(err)
		}
		_, flags, ok := strings.Cut(string(help), "\nFlags:\n")
		if !ok {
			t.Fatalf("%s --help has no flags", name)
		}
		for line := range strings.Lines(flags) {
			name := regexp.MustCompile(`^ +(?:-., )?(--[a-z-]+)`).FindStringSubmatch(line)
			if name != nil && name[1] != "--help" && !strings.Contains(string(section[1]), "`"+name[1]) {
				t.Errorf("command-line.md: %s is not described", strings.TrimSpace(line))
			}
		}
	}
}
