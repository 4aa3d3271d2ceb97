package docs_test

import (
	"go/ast"
	gobuild "go/build"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// source is a folder of Go files: what they declare and import.
type source struct {
	files   map[string]*ast.File
	names   map[string]bool     // Name, and Type.Member of methods and fields; false if only tests declare it
	embeds  map[string][]string // the types that a type embeds
	imports map[string]string   // the path of an import by the name that files use
}

// sources are folders by import path, each read once.
type sources struct {
	fset *token.FileSet
	at   map[string]*source
}

// read returns the files of a folder.
func (s *sources) read(t *testing.T, importPath, dir string) *source {
	t.Helper()
	if p, ok := s.at[importPath]; ok {
		return p
	}
	p := &source{map[string]*ast.File{}, map[string]bool{}, map[string][]string{}, map[string]string{}}
	s.at[importPath] = p
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		f, err := parser.ParseFile(s.fset, file, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		p.add(file, f)
	}
	return p
}

// add takes in a file.
func (p *source) add(file string, f *ast.File) {
	p.files[file] = f
	for _, i := range f.Imports {
		to, _ := strconv.Unquote(i.Path.Value)
		as := path.Base(to)
		if regexp.MustCompile(`^v[0-9]+$`).MatchString(as) {
			as = path.Base(path.Dir(to)) // math/rand/v2 is rand
		}
		if i.Name != nil {
			as = i.Name.Name
		}
		p.imports[as] = to
	}
	declare := func(name string) { p.names[name] = p.names[name] || !isTest(file) }
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				declare(d.Name.Name)
			} else {
				declare(typeName(d.Recv.List[0].Type) + "." + d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.ValueSpec:
					for _, n := range spec.Names {
						declare(n.Name)
					}
				case *ast.TypeSpec:
					declare(spec.Name.Name)
					for _, m := range members(spec.Type) {
						for _, n := range m.Names {
							declare(spec.Name.Name + "." + n.Name)
						}
						if m.Names == nil {
							p.embeds[spec.Name.Name] = append(p.embeds[spec.Name.Name], typeName(m.Type))
						}
					}
				}
			}
		}
	}
}

func isTest(file string) bool { return strings.HasSuffix(file, "_test.go") }

// members returns the fields of a structure or the methods of an interface.
func members(e ast.Expr) []*ast.Field {
	switch e := e.(type) {
	case *ast.StructType:
		return e.Fields.List
	case *ast.InterfaceType:
		return e.Methods.List
	}
	return nil
}

// typeName returns T for T, *T and T[P], and q.T for one of another package.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.IndexExpr:
		return typeName(e.X)
	case *ast.IndexListExpr:
		return typeName(e.X)
	case *ast.SelectorExpr:
		return typeName(e.X) + "." + e.Sel.Name
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// has reports whether the folder declares Name or Type.Member; the member may be
// of what the type embeds.
func (p *source) has(name string, tests bool) bool {
	if everywhere, ok := p.names[name]; ok {
		return everywhere || tests
	}
	recv, member, ok := strings.Cut(name, ".")
	if !ok {
		return false
	}
	for _, e := range p.embeds[recv] {
		// What a type of another package has is taken as said.
		if strings.Contains(e, ".") || p.has(e+"."+member, tests) {
			return true
		}
	}
	return false
}

// bracketed is what [go/doc/comment] takes for a link if it names something, and
// names that are not exported, too, so that none of them leads nowhere.
var bracketed = regexp.MustCompile(`(?:^|[\s(,;"'-])\[\*?([A-Za-z_][A-Za-z0-9_./]*)\]`)

// docLinks returns what a comment has in brackets, without its code and the output
// of an example.
func docLinks(text string) []string {
	if strings.HasPrefix(text, "Output:") || strings.HasPrefix(text, "Unordered output:") {
		return nil
	}
	p := comment.Parser{
		LookupPackage: func(string) (string, bool) { return "", false },
		LookupSym:     func(string, string) bool { return false },
	}
	var out []string
	inText := func(all []comment.Text) {
		for _, t := range all {
			switch t := t.(type) {
			case comment.Plain:
				for _, m := range bracketed.FindAllStringSubmatch(string(t), -1) {
					out = append(out, m[1])
				}
			case *comment.DocLink: // by a whole path
				out = append(out, strings.TrimSuffix(t.ImportPath+"."+strings.TrimPrefix(t.Recv+"."+t.Name, "."), "."))
			}
		}
	}
	var inBlocks func([]comment.Block)
	inBlocks = func(all []comment.Block) {
		for _, b := range all {
			switch b := b.(type) {
			case *comment.Heading:
				inText(b.Text)
			case *comment.Paragraph:
				inText(b.Text)
			case *comment.List:
				for _, item := range b.Items {
					inBlocks(item.Content)
				}
			}
		}
	}
	inBlocks(p.Parse(text).Content)
	return out
}

// leads reports whether a link in package p names something: Name, Type.Member,
// pkg, pkg.Name or pkg.Type.Member, where pkg is the name of an import or a path.
func (s *sources) leads(t *testing.T, p *source, link string, tests bool) bool {
	t.Helper()
	if p.has(link, tests) {
		return true
	}
	folder, base := path.Split(link)
	name, symbol, _ := strings.Cut(base, ".")
	to, imported := p.imports[name]
	if folder != "" || !imported {
		to = folder + name
	}
	var dir string
	if rest, ok := strings.CutPrefix(to, "matheron/"); ok {
		dir = filepath.Join(root, filepath.FromSlash(rest))
	} else {
		found, err := gobuild.Import(to, root, gobuild.FindOnly)
		if err != nil || found.Goroot == false && !imported {
			return false
		}
		dir = found.Dir
	}
	q := s.read(t, to, dir)
	return len(q.files) > 0 && (symbol == "" || q.has(symbol, false))
}

// A word of few letters in brackets, such as [i] or [mean], may be mathematics.
const shortestLink = 5

// module reads the packages of the project.
func module(t *testing.T) (all sources, packages []string) {
	t.Helper()
	all = sources{token.NewFileSet(), map[string]*source{}}
	err := filepath.WalkDir(root, func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if name := d.Name(); dir != root && (strings.HasPrefix(name, ".") || name == "testdata") {
			return fs.SkipDir
		}
		rel, err := filepath.Rel(root, dir)
		if err != nil {
			return err
		}
		at := path.Join("matheron", filepath.ToSlash(rel))
		if p := all.read(t, at, dir); len(p.files) > 0 {
			packages = append(packages, at)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, packages
}

// Every link of a doc comment leads to what exists.
func TestDocLinksLeadSomewhere(t *testing.T) {
	all, packages := module(t)
	for _, at := range packages {
		p := all.at[at]
		for file, f := range p.files {
			for _, group := range f.Comments {
				for _, link := range docLinks(group.Text()) {
					short := strings.ToLower(link) == link && !strings.ContainsAny(link, "./") && len(link) < shortestLink
					if !all.leads(t, p, link, isTest(file)) && !short {
						t.Errorf("%v: [%s] names nothing", all.fset.Position(group.Pos()), link)
					}
				}
			}
		}
	}
}

func TestDocLinksAreFound(t *testing.T) {
	const text = `Doc of [Name], [*T.M] ([q.N]) and [a/b.C]. Not links: v[i], [0, 1], [x y].

	code[Name] [Code]

Then

  - a list with [T.field]'s
`
	if got, want := docLinks(text), []string{"Name", "T.M", "q.N", "a/b.C", "T.field"}; !slices.Equal(got, want) {
		t.Errorf("links %v, want %v", got, want)
	}
	all := sources{token.NewFileSet(), map[string]*source{}}
	f, err := parser.ParseFile(all.fset, "p.go", `package p
import "go/ast"
type T struct { field int; E; ast.File }
type E interface { Of() }
func (t *T) M() {}
var Name int`, 0)
	if err != nil {
		t.Fatal(err)
	}
	p := &source{map[string]*ast.File{}, map[string]bool{}, map[string][]string{}, map[string]string{}}
	p.add("p.go", f)
	for link, want := range map[string]bool{
		"Name": true, "T.M": true, "T.field": true, "T.Of": true, "E.Of": true, "ast": true, "ast.Node": true, "ast.File.Pos": true, "go/token.Pos": true, "matheron/rng.Key.Split": true,
		"Other": false, "E.M": false, "ast.Nodes": false, "token.Pos": false, "matheron/rng.Keys": false, "matheron/none.Name": false, "M": false,
	} {
		if all.leads(t, p, link, false) != want {
			t.Errorf("[%s] leads somewhere: %v, want %v", link, !want, want)
		}
	}
}
