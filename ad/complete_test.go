package ad_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every function of the package that returns a value from values is in the table
// of operations, whose gradients and allocations are checked.
func TestEveryOperationIsInTheTable(t *testing.T) {
	rows := map[string]bool{
		// Has no gradient by design: TestStopGradient.
		"StopGradient": true,
	}
	for _, op := range operations() {
		rows[op.name], rows[strings.TrimRight(op.name, "01")] = true, true // of one axis
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
			if !ok || fn.Recv != nil || !fn.Name.IsExported() || !returnsValue(fn) {
				continue
			}
			if found++; !rows[fn.Name.Name] {
				t.Errorf("%s: %s is not in the table of operations", file, fn.Name.Name)
			}
		}
	}
	if found < 50 {
		t.Errorf("only %d operations were found: has the package moved?", found)
	}
}

func returnsValue(fn *ast.FuncDecl) bool {
	if fn.Type.Results == nil || len(fn.Type.Results.List) != 1 {
		return false
	}
	id, ok := fn.Type.Results.List[0].Type.(*ast.Ident)
	return ok && id.Name == "Value"
}
