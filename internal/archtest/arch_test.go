package archtest

import (
	"bufio"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "matheron/"

// imports says what each package may import of the project, tests of the
// package apart. A line "a < b" allows b to import a, and all that a may
// import; "a, b < c" allows both.
//
// Do not change this to make a build pass: a new line is a change of design.
const imports = `
	NONE < rng, internal/atomicfile, internal/gammainc, internal/long, internal/parallel
	NONE < internal/archtest, rng/internal/joekuo
	NONE < internal/asm, internal/asm/gen, progress, function

	internal/parallel, internal/asm < linalg
	internal/asm < internal/gram
	linalg < ad
	internal/atomicfile < data
	rng, progress < optimize
	rng, internal/gammainc < prob

	# Gaussian processes and their functions.
	prob, linalg < kernel/basis
	kernel/basis, internal/gram < kernel
	kernel, optimize < gp
	gp < gp/sparse
	gp, internal/asm < pathwise

	# Programs and inference, which know nothing of them; hyper joins the two.
	prob, ad < ppl
	linalg, optimize < infer
	NONE < infer/diag
	ppl, pathwise < hyper

	# What one asks of function draws, whoever made them.
	function, optimize, internal/parallel < functional, emulate
	function, optimize < bayesopt
	optimize < calibrate
	rng, linalg, progress < design

	data, pathwise, gp/sparse, infer < store
	internal/atomicfile < plot
	# The worked example, as plain results.
	functional, bayesopt, design, calibrate, emulate < internal/demo
	hyper, gp/sparse, infer, infer/diag < internal/demo
	internal/demo, plot < internal/demo/report

	store, internal/demo/report < cmd/matheron
	store, plot, hyper, gp/sparse, infer, infer/diag < bench
	pathwise, plot, infer/diag, internal/demo/report < docs/figures

	# Conformance kits import what they check.
	prob < prob/probtest
	kernel/basis < kernel/basis/basistest
	kernel < kernel/kerneltest
	function < pathwise/pathtest
	gp < gp/gptest
	ppl < ppl/ppltest
	infer, infer/diag < infer/infertest
`

// allowed returns, for each package of such a list, the set of packages that it may
// import.
func allowed(t *testing.T, list string) map[string]map[string]bool {
	t.Helper()
	out := map[string]map[string]bool{}
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		below, above, ok := strings.Cut(line, "<")
		if !ok {
			t.Fatalf("%q is not of the form a < b", line)
		}
		for _, b := range split(above) {
			if out[b] == nil {
				out[b] = map[string]bool{}
			}
			for _, a := range split(below) {
				if a == "NONE" {
					continue
				}
				if out[a] == nil {
					t.Fatalf("%q: %s is used before its own line", line, a)
				}
				out[b][a] = true
				for p := range out[a] {
					out[b][p] = true
				}
			}
		}
	}
	return out
}

func split(s string) []string {
	var out []string
	for _, p := range strings.Split(s, ",") {
		out = append(out, strings.TrimSpace(p))
	}
	return out
}

// goFiles calls f for each Go file of the project.
func goFiles(t *testing.T, f func(file string)) {
	t.Helper()
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && file != root && (strings.HasPrefix(name, ".") || name == "testdata") {
			return fs.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(name, ".go") {
			rel, _ := filepath.Rel(root, file)
			f(filepath.ToSlash(rel))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestImportsGoOneWay(t *testing.T) {
	rules := allowed(t, imports)
	seen := map[string]bool{}
	goFiles(t, func(file string) {
		if strings.HasSuffix(file, "_test.go") {
			return
		}
		pkg := path.Dir(file)
		seen[pkg] = true
		rule, ok := rules[pkg]
		if !ok {
			t.Errorf("%s: package %s has no line in the list of imports", file, pkg)
			return
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", file), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range f.Imports {
			p, _ := strconv.Unquote(s.Path.Value)
			if rest, ok := strings.CutPrefix(p, module); ok && !rule[rest] {
				t.Errorf("%s imports %s, which package %s may not", file, rest, pkg)
			}
		}
	})
	for pkg := range rules {
		if !seen[pkg] {
			t.Errorf("the list of imports has %s, which does not exist", pkg)
		}
	}
}

// maxLines is where a file holds more than one concept. Generated files, named
// z*.go, are not counted.
const maxLines = 500

func TestFilesAreShort(t *testing.T) {
	goFiles(t, func(file string) {
		if strings.HasPrefix(path.Base(file), "z") {
			return
		}
		if n := lines(t, file); n > maxLines {
			t.Errorf("%s has %d lines, more than %d", file, n, maxLines)
		}
	})
}

func lines(t *testing.T, file string) int {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n, s := 0, bufio.NewScanner(f)
	for s.Scan() {
		n++
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

// Every package says what it is for, in doc.go or in its only file.
func TestPackagesAreDocumented(t *testing.T) {
	docs := map[string]bool{}
	goFiles(t, func(file string) {
		pkg := path.Dir(file)
		if strings.HasSuffix(file, "_test.go") {
			return
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", file), nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		docs[pkg] = docs[pkg] || f.Doc != nil
	})
	for pkg, ok := range docs {
		if !ok {
			t.Errorf("package %s has no package comment", pkg)
		}
	}
}

// banned are names that say nothing about what a package holds.
var banned = []string{"util", "utils", "common", "core", "types", "helpers", "misc"}

func TestPackageNamesSaySomething(t *testing.T) {
	goFiles(t, func(file string) {
		if name := path.Base(path.Dir(file)); slices.Contains(banned, name) {
			t.Errorf("%s: a package called %s", file, name)
		}
	})
}
