// Command gen writes the assembly of package asm: a file zNAME_amd64.s and its
// stubs zNAME_amd64.go for each family of kernels. It is a module of its own, so
// that the library does not depend on what it needs. Run it by
//
//	go generate ./internal/asm
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/buildtags"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

// family is a set of kernels that share a file; what builds it is in files of this
// directory whose names begin with its own.
type family struct {
	name  string
	build func(c *build.Context)
}

func main() {
	log.SetFlags(0)
	for _, f := range families {
		if err := f.write(".."); err != nil {
			log.Fatalf("%s: %v", f.name, err)
		}
	}
}

// write generates the assembly and the stubs of a family into a directory.
func (f family) write(dir string) error {
	mark, err := fingerprint(".", f.name)
	if err != nil {
		return err
	}
	c := build.NewContext()
	c.ConstraintExpr("!noasm")
	f.build(c)
	file, err := c.Result()
	if err != nil {
		return err
	}
	if err := pass.Compile.Execute(file); err != nil {
		return err
	}
	tags, err := buildtags.Format(file.Constraints)
	if err != nil {
		return err
	}
	cfg := printer.Config{Name: "internal/asm/gen, of sources " + mark, Pkg: "asm"}
	for suffix, p := range map[string]printer.Printer{".s": printer.NewGoAsm(cfg), ".go": printer.NewStubs(cfg)} {
		text, err := p.Print(file)
		if err != nil {
			return err
		}
		if !bytes.Contains(text, []byte(strings.TrimSpace(tags))) {
			return fmt.Errorf("no build constraint in what is written")
		}
		if err := os.WriteFile(filepath.Join(dir, "z"+f.name+"_amd64"+suffix), text, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// fingerprint returns a hash of the family's own files and of those that families
// share (main.go and vector*.go), which the output carries: a test of package asm
// compares it without running this program.
func fingerprint(dir, name string) (string, error) {
	files, err := filepath.Glob(filepath.Join(dir, name+"*.go"))
	if err != nil {
		return "", err
	}
	shared, err := filepath.Glob(filepath.Join(dir, "vector*.go"))
	if err != nil {
		return "", err
	}
	files = append(append(files, shared...), filepath.Join(dir, "main.go"))
	slices.Sort(files)
	h := sha256.New()
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n", filepath.Base(name), len(text)) // a hash takes everything
		h.Write(text)
	}
	return hex.EncodeToString(h.Sum(nil))[:16], nil
}
