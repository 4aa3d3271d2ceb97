package demo_test

import (
	"os"
	"strings"
	"testing"
)

// Every key of the summary is described in the page about it, under its section or
// among the shapes that sections share.
func TestKeysAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/worked-example.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, ok := strings.Cut(string(page), "\n## The summary\n")
	if !ok {
		t.Fatal("no heading")
	}
	parts := strings.Split(text, "\n- **`")
	section := map[string]string{}
	for _, p := range parts[1:] {
		name, rest, _ := strings.Cut(p, "`**")
		section[name] = parts[0] + rest
	}
	shared := strings.ReplaceAll(parts[0], `"`, "`")
	for path := range numbers(t, marshal(t, run(t, 0))) {
		keys := strings.Split(bare(path[1:]), ".")
		if section[keys[0]] == "" {
			t.Fatalf("section %s is not described", keys[0])
		}
		for _, k := range keys[1:] {
			if !strings.Contains(section[keys[0]], "`"+k+"`") && !strings.Contains(shared, "`"+k+"`") {
				t.Errorf("%s: %s is not described", keys[0], k)
			}
		}
	}
}
