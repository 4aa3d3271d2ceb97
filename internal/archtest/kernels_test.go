package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// means are the names that kernels share with mean functions.
var means = map[string]bool{"Constant": true, "Linear": true}

// described are the types of package kernel with a method description, each with the
// file that has it, and the text names of families with theirs.
func described(t *testing.T) (types, names map[string]string) {
	types, names = map[string]string{}, map[string]string{}
	goFiles(t, func(file string) {
		if path.Dir(file) != "kernel" || strings.HasSuffix(file, "_test.go") {
			return
		}
		ast.Inspect(parse(t, file), func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Recv != nil && n.Name.Name == "description" {
					types[n.Recv.List[0].Type.(*ast.Ident).Name] = file
				}
			case *ast.CompositeLit:
				if id, ok := n.Type.(*ast.Ident); !ok || id.Name != "Family" {
					return true
				}
				for _, e := range n.Elts {
					if kv, ok := e.(*ast.KeyValueExpr); ok && kv.Key.(*ast.Ident).Name == "Name" {
						name, _ := strconv.Unquote(kv.Value.(*ast.BasicLit).Value)
						names[name] = file
					}
				}
			}
			return true
		})
	})
	return types, names
}

func parse(t *testing.T, file string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", file), nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// switches returns what a file has of switches and chains of assertions over kernels
// that are described elsewhere.
func switches(file string, f *ast.File, types, names map[string]string) []string {
	inside := path.Dir(file) == "kernel"
	// foreign returns the kernel that an expression names, if it is not of this file.
	foreign := func(e ast.Expr) string {
		name := ""
		switch e := e.(type) {
		case *ast.Ident:
			if inside {
				name = e.Name
			}
		case *ast.SelectorExpr:
			if p, ok := e.X.(*ast.Ident); ok && p.Name == "kernel" {
				name = e.Sel.Name
			}
		}
		if at, ok := types[name]; ok && at != file {
			return name
		}
		return ""
	}
	var out []string
	for _, decl := range f.Decls {
		asserted := map[string]bool{}
		ast.Inspect(decl, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSwitchStmt:
				for _, c := range n.Body.List {
					for _, e := range c.(*ast.CaseClause).List {
						if name := foreign(e); name != "" {
							out = append(out, "a type switch over "+name)
						}
					}
				}
			case *ast.TypeAssertExpr:
				if n.Type != nil {
					if name := foreign(n.Type); name != "" {
						asserted[name] = true
					}
				}
			case *ast.SwitchStmt:
				for _, c := range n.Body.List {
					for _, e := range c.(*ast.CaseClause).List {
						lit, ok := e.(*ast.BasicLit)
						if !ok || lit.Kind != token.STRING {
							continue
						}
						text, _ := strconv.Unquote(lit.Value)
						if at, ok := names[text]; ok && at != file {
							out = append(out, "a switch over the name "+text)
						}
						if at, ok := types[text]; ok && at != file && !means[text] {
							out = append(out, "a switch over the name "+text)
						}
					}
				}
			}
			return true
		})
		if len(asserted) > 1 {
			out = append(out, fmt.Sprintf("assertions of %d kernels in one declaration", len(asserted)))
		}
	}
	return out
}

// A kernel describes itself in its own file: nothing else tells kernels apart by their
// types or names. Sums, products and wrappers are told apart by kernel.Open alone.
func TestKernelsAreToldApartByTheirDescriptions(t *testing.T) {
	types, names := described(t)
	if len(names) < 13 || len(types) != len(names)+5 {
		t.Fatalf("found %d types and %d families", len(types), len(names))
	}
	goFiles(t, func(file string) {
		if strings.HasSuffix(file, "_test.go") || file == "kernel/compose.go" {
			return
		}
		for _, s := range switches(file, parse(t, file), types, names) {
			t.Errorf("%s: %s: ask kernel.FamilyOf or kernel.Open", file, s)
		}
	})
}

// The test above sees what it is for.
func TestSwitchesOverKernelsAreSeen(t *testing.T) {
	types, names := described(t)
	for _, code := range []string{
		"switch k.(type) { case kernel.RBF: }",
		"switch k := k.(type) { case kernel.Linear, kernel.Matern32: _ = k }",
		"switch k.(type) { case kernel.Sum: }",
		"_, a := k.(kernel.RBF); _, b := k.(kernel.Periodic); _, _ = a, b",
		`switch name { case "rational_quadratic": }`,
		`switch name { case "Matern52": }`,
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\nfunc f() { "+code+" }", parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if len(switches("x/x.go", f, types, names)) == 0 {
			t.Errorf("%s is not seen", code)
		}
	}
}
