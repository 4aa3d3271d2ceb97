package docs_test

import (
	"os"
	"path"
	"regexp"
	"slices"
	"testing"
)

var (
	codeSpan = regexp.MustCompile("`([^`\n]+)`")
	// ofPackage is pkg.Name or pkg.Type.Member, and ofType Type.Member.
	ofPackage = regexp.MustCompile(`\b([a-z]+)\.([A-Z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)?)`)
	ofType    = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*\.[A-Z][A-Za-z0-9]*$`)
)

// What a page writes in code as pkg.Name, or as Type.Member, exists.
func TestPagesNameWhatExists(t *testing.T) {
	all, packages := module(t)
	byName := map[string][]*source{}
	for _, at := range packages {
		byName[path.Base(at)] = append(byName[path.Base(at)], all.at[at])
	}
	exists := func(in []*source, name string) bool {
		return slices.ContainsFunc(in, func(p *source) bool { return p.has(name, false) })
	}
	fence := regexp.MustCompile("(?ms)^```.*?^```$")
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, span := range codeSpan.FindAllStringSubmatch(fence.ReplaceAllString(string(text), ""), -1) {
			for _, m := range ofPackage.FindAllStringSubmatch(span[1], -1) {
				if in := byName[m[1]]; in != nil && !exists(in, m[2]) {
					t.Errorf("%s: there is no %s", page, m[0])
				}
			}
			if ofType.MatchString(span[1]) && !slices.ContainsFunc(packages, func(at string) bool { return all.at[at].has(span[1], false) }) {
				t.Errorf("%s: there is no %s", page, span[1])
			}
		}
	}
}
