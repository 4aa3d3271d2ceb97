package kernel

import (
	"fmt"
	"strings"
)

// MatchNames returns the positions of the parameters that a pattern means: the
// one whose full name it is, or else all that [MatchName] matches.
func MatchNames(params []Param, pattern string) []int {
	var out []int
	for i, p := range params {
		if p.Name == pattern {
			return []int{i}
		}
		if MatchName(p.Name, pattern) {
			out = append(out, i)
		}
	}
	return out
}

// MatchName reports whether a parameter's full name is matched by a pattern:
// the name itself, or its last parts between dots. Without an index the
// pattern matches every index: "lengthscale" and "RBF.lengthscale" match
// "sum.0.RBF.lengthscale[2]".
func MatchName(name, pattern string) bool {
	if pattern == "" {
		return false
	}
	if hasSuffixPart(name, pattern) {
		return true
	}
	if i := strings.LastIndexByte(name, '['); i >= 0 {
		return hasSuffixPart(name[:i], pattern)
	}
	return false
}

func hasSuffixPart(name, pattern string) bool {
	return name == pattern || strings.HasSuffix(name, "."+pattern)
}

func names(params []Param) []string {
	out := make([]string, len(params))
	for i, p := range params {
		out[i] = p.Name
	}
	return out
}

// typeName returns the name of k's type as it stands in parameter names.
func typeName(k Kernel) string {
	name := fmt.Sprintf("%T", unwrap(k))
	return name[strings.LastIndexByte(name, '.')+1:]
}
