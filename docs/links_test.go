package docs_test

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// link is the target of [text](target) or ![text](target).
var link = regexp.MustCompile(`\]\(([^()\s]+)\)`)

// outside removes fenced blocks and code in a line.
func outside(page string) string {
	page = regexp.MustCompile("(?ms)^```.*?^```$").ReplaceAllString(page, "")
	return regexp.MustCompile("`[^`\n]*`").ReplaceAllString(page, "")
}

// anchors returns the anchors of a page's headings: in lower case, without
// punctuation, with hyphens for spaces.
func anchors(t *testing.T, file string) []string {
	t.Helper()
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	plain := regexp.MustCompile("(?ms)^```.*?^```$").ReplaceAllString(string(page), "")
	var out []string
	for _, m := range regexp.MustCompile(`(?m)^#+ +(.*)$`).FindAllStringSubmatch(plain, -1) {
		out = append(out, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, m[1]))
	}
	return out
}

func TestLinksLeadSomewhere(t *testing.T) {
	for _, page := range append(pages(t), filepath.Join(root, "CHANGELOG.md")) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(outside(string(text)), -1) {
			u, err := url.Parse(m[1])
			if err != nil {
				t.Errorf("%s: %v", page, err)
				continue
			}
			if u.Scheme != "" {
				if u.Scheme != "https" || u.Host == "" {
					t.Errorf("%s: %s is no https address", page, m[1])
				}
				continue
			}
			file := page
			if u.Path != "" {
				file = filepath.Join(filepath.Dir(page), filepath.FromSlash(u.Path))
			}
			if _, err := os.Stat(file); err != nil {
				t.Errorf("%s: %s leads nowhere", page, m[1])
				continue
			}
			if u.Fragment != "" && !slices.Contains(anchors(t, file), u.Fragment) {
				t.Errorf("%s: %s has no heading #%s", page, u.Path, u.Fragment)
			}
		}
	}
}

// Every page of docs can be reached from README.md.
func TestPagesAreReached(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages(t) {
		if filepath.Dir(page) == "." && !strings.Contains(string(text), "(docs/"+page+")") {
			t.Errorf("README.md does not lead to docs/%s", page)
		}
	}
}
