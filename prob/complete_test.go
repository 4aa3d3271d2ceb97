package prob_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every type of the package with a log density is in one of the tables that are
// made with SciPy or Python and that the conformance kit goes through.
func TestEveryDistributionIsInATable(t *testing.T) {
	rows := map[string]bool{}
	add := func(d any) { rows[strings.TrimPrefix(strings.TrimPrefix(fmt.Sprintf("%T", d), "*"), "prob.")] = true }
	for _, c := range table(t) {
		add(mustParse(t, c.Text))
	}
	for _, c := range discreteTable(t) {
		add(c.law(t))
	}
	for _, c := range vectorTable(t) {
		add(c.law(t))
	}
	for _, c := range goldenMixtures() { // of any number of components: it has no text form
		add(c.law)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv == nil || fn.Name.Name != "LogProb" {
				continue
			}
			of := fn.Recv.List[0].Type
			if p, ok := of.(*ast.StarExpr); ok {
				of = p.X
			}
			name := of.(*ast.Ident).Name
			if found++; !rows[name] {
				t.Errorf("%s: %s is in no table", file, name)
			}
		}
	}
	if found < 18 {
		t.Errorf("only %d distributions were found: has the package moved?", found)
	}
}
