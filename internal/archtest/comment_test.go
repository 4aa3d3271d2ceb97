package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// identifier is a first word that can only be a name: it begins with a small letter,
// or goes on with a capital one after a small one.
var identifier = regexp.MustCompile(`^([a-z_][A-Za-z0-9_]*|[A-Z][A-Za-z0-9]*[a-z][A-Z][A-Za-z0-9]*)\b`)

// named reports whether a doc comment that begins with an identifier begins with
// one of the names that it stands above.
func named(doc *ast.CommentGroup, names ...*ast.Ident) bool {
	first := identifier.FindString(doc.Text())
	if first == "" {
		return true
	}
	for _, n := range names {
		if n.Name == first {
			return true
		}
	}
	return false
}

// A doc comment that begins with a name begins with that of what it documents.
// What tests check is a sentence of its own.
func TestDocCommentsNameWhatTheyStandAbove(t *testing.T) {
	goFiles(t, func(file string) {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, filepath.Join("..", "..", file), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				test := strings.HasSuffix(file, "_test.go") && d.Recv == nil && regexp.MustCompile(`^(Test|Benchmark|Fuzz|Example)`).MatchString(d.Name.Name)
				if d.Doc != nil && !test && !named(d.Doc, d.Name) {
					t.Errorf("%s:%d: the comment of %s begins with another name", file, fset.Position(d.Doc.Pos()).Line, d.Name.Name)
				}
			case *ast.GenDecl:
				var all []*ast.Ident
				for _, spec := range d.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						all = append(all, spec.Name)
						if spec.Doc != nil && !named(spec.Doc, spec.Name) {
							t.Errorf("%s:%d: the comment of %s begins with another name", file, fset.Position(spec.Doc.Pos()).Line, spec.Name.Name)
						}
					case *ast.ValueSpec:
						all = append(all, spec.Names...)
					}
				}
				if d.Doc != nil && len(all) > 0 && !named(d.Doc, all...) {
					t.Errorf("%s:%d: the comment of %s begins with another name", file, fset.Position(d.Doc.Pos()).Line, all[0].Name)
				}
			}
		}
	})
}
