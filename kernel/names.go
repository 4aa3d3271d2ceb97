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

// wrapper is a kernel around another one that adds no level to names.
type wrapper interface{ Unwrap() Kernel }

// unwrap returns the kernel inside of all wrappers.
func unwrap(k Kernel) Kernel {
	for {
		w, ok := k.(wrapper)
		if !ok {
			return k
		}
		k = w.Unwrap()
	}
}

// Leaf is a kernel that is no sum, product or wrapper around one, in its place
// in an expression.
type Leaf struct {
	Name    string // such as "sum.1.product.0.RBF"
	Kernel  Kernel
	Columns []int // of the inputs; nil means all
}

// Walk calls f for each leaf of k, in the order of the parameters, until f
// returns an error, which it returns.
func Walk(k Kernel, f func(Leaf) error) error {
	return walk("", k, nil, f)
}

func walk(prefix string, k Kernel, columns []int, f func(Leaf) error) error {
	var level string
	var children []Kernel
	switch t := k.(type) {
	case Active:
		return walk(prefix, t.Kernel, compose(columns, t.Columns), f)
	case wrapper:
		return walk(prefix, t.Unwrap(), columns, f)
	case Sum:
		level, children = "sum", t
	case Product:
		level, children = "product", t
	default:
		return f(Leaf{prefix + typeName(t), t, columns})
	}
	for i, c := range children {
		if err := walk(fmt.Sprintf("%s%s.%d.", prefix, level, i), c, columns, f); err != nil {
			return err
		}
	}
	return nil
}

// CheckGrad returns an error that names the first leaf of k without an input
// gradient: paths of such a kernel have no derivative.
func CheckGrad(k Kernel) error {
	return Walk(k, func(l Leaf) error {
		if _, ok := l.Kernel.(InputGrader); !ok {
			return fmt.Errorf("%s has no derivative: its functions are not differentiable", l.Name)
		}
		return nil
	})
}
