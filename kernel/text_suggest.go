package kernel

import (
	"slices"
	"strings"
)

// suggest returns the kernels that an unknown name may mean, or none.
func suggest(name string) []string {
	plain := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "") }
	name = plain(name)
	if len(name) > 40 {
		return nil
	}
	var known []string
	for _, f := range families {
		if slices.Contains(f.Aliases, name) {
			known = append(known, f.Name)
		}
	}
	if known != nil {
		return known
	}
	// Up to two slips, but never so many that most of the word is another one.
	least := min(2, len(name)/2) + 1
	var out []string
	for _, f := range families {
		switch d := editDistance(name, plain(f.Name)); {
		case d < least:
			least, out = d, []string{f.Name}
		case d == least && out != nil:
			out = append(out, f.Name)
		}
	}
	return out
}

// editDistance returns the least number of insertions, deletions, changes and
// swaps of neighbours that turn a into b (optimal string alignment).
func editDistance(a, b string) int {
	s, t := []rune(a), []rune(b)
	d := make([][]int, len(s)+1)
	for i := range d {
		d[i] = make([]int, len(t)+1)
		d[i][0] = i
	}
	for j := range t {
		d[0][j+1] = j + 1
	}
	for i := range s {
		for j := range t {
			change := d[i][j]
			if s[i] != t[j] {
				change++
			}
			v := min(change, d[i][j+1]+1, d[i+1][j]+1)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				v = min(v, d[i-1][j-1]+1)
			}
			d[i+1][j+1] = v
		}
	}
	return d[len(s)][len(t)]
}

// listed joins words as "a, b or c".
func listed(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	n := len(words) - 1
	return strings.Join(words[:n], ", ") + " " + last + " " + words[n]
}

func familyNames() []string {
	out := make([]string, 0, len(families))
	for _, f := range families {
		out = append(out, f.Name)
	}
	return slices.Clip(out)
}
