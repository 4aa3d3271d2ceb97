package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// undrawn are packages that the page on the design leaves out of its graph: those
// that serve one or two others, and programs and kits that nothing imports.
var undrawn = regexp.MustCompile(`^(internal/(parallel|atomicfile|gammainc|long|archtest|asm/gen)|bench|docs/figures|.*/internal/.*|.*test)$`)

// The graph of docs/design.md is that of the list of imports, for the packages that
// it draws; it draws all but those that are left out, and its table names each.
func TestDesignPageDrawsTheImports(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "design.md"))
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	_, from, _ := strings.Cut(page, "\n```text imports\n")
	graph, _, ok := strings.Cut(from, "\n```\n")
	if !ok {
		t.Fatal("docs/design.md has no block of imports")
	}
	drawn, rules := allowed(t, graph), allowed(t, imports)
	for p := range drawn {
		if rules[p] == nil {
			t.Errorf("docs/design.md draws %s, which the list of imports does not have", p)
		}
	}
	for p, may := range rules {
		if undrawn.MatchString(p) {
			if drawn[p] != nil {
				t.Errorf("docs/design.md draws %s, which is to be left out", p)
			}
			continue
		}
		if drawn[p] == nil {
			t.Errorf("docs/design.md does not draw %s", p)
			continue
		}
		for q := range drawn {
			if rules[q] != nil && may[q] != drawn[p][q] {
				t.Errorf("docs/design.md says that %s may import %s: %v; the list of imports: %v", p, q, drawn[p][q], may[q])
			}
		}
		if !strings.Contains(page, "`"+strings.TrimSuffix(p, "/report")+"`") {
			t.Errorf("docs/design.md does not say what %s is", p)
		}
	}
}
