package kernel

import (
	"fmt"
	"strconv"
	"strings"
)

// Op is what a kernel is made by.
type Op int

// What kernels are made by, and what their [Form] has.
const (
	LeafOf    Op = iota // nothing: a family of this package, or a type of another
	SumOf               // Parts
	ProductOf           // Parts
	ScaleOf             // Inner, Factor
	ColumnsOf           // Inner, Columns
	FixedOf             // Inner, Free
)

// String returns the level of names of a sum or product.
func (o Op) String() string {
	return [...]string{"leaf", "sum", "product", "scale", "columns", "fixed"}[o]
}

// Form is how a kernel is composed, by one level. Its slices are the kernel's and must
// not be modified.
type Form struct {
	Op      Op
	Parts   []Kernel // terms or factors
	Inner   Kernel   // of a [Scaled], an [Active] or a [Fixed]
	Factor  float64
	Columns []int
	Free    []int // positions of the free parameters among those of Inner

	rest []float64 // the values of the others
}

// Open returns the form of k. It is the only place that tells sums, products and
// wrappers apart: everything that walks an expression asks it.
func Open(k Kernel) Form {
	switch t := k.(type) {
	case Sum:
		return Form{Op: SumOf, Parts: t}
	case Product:
		return Form{Op: ProductOf, Parts: t}
	case Scaled:
		return Form{Op: ScaleOf, Inner: t.Kernel, Factor: t.Factor}
	case Active:
		return Form{Op: ColumnsOf, Inner: t.Kernel, Columns: t.Columns}
	case Fixed:
		return Form{Op: FixedOf, Inner: t.kernel, Free: t.free, rest: t.rest}
	}
	return Form{Op: LeafOf}
}

// with returns the kernel of the same form with other parts.
func (f Form) with(parts ...Kernel) Kernel {
	switch f.Op {
	case SumOf:
		return Sum(parts)
	case ProductOf:
		return Product(parts)
	case ScaleOf:
		return Scaled{f.Factor, parts[0]}
	case ColumnsOf:
		return Active{parts[0], f.Columns}
	}
	return Fixed{parts[0], f.Free, f.rest}
}

// flatten returns ks with those of the operation opened.
func flatten(op Op, ks []Kernel) []Kernel {
	var out []Kernel
	for _, k := range ks {
		if f := Open(k); f.Op == op {
			out = append(out, f.Parts...)
		} else {
			out = append(out, k)
		}
	}
	return out
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

// Field returns the field that a parameter of that full name is of, and its index, -1
// where it has none. The field is nil if the parameter is not one of the leaf, or the
// leaf is of another package.
func (l Leaf) Field(name string) (f *Field, index int) {
	rest, ok := strings.CutPrefix(name, l.Name+".")
	family := FamilyOf(l.Kernel)
	if !ok || family == nil {
		return nil, -1
	}
	index = -1
	if at := strings.IndexByte(rest, '['); at >= 0 {
		var err error
		if index, err = strconv.Atoi(strings.TrimSuffix(rest[at+1:], "]")); err != nil {
			return nil, -1
		}
		rest = rest[:at]
	}
	return family.field(rest), index
}

// FeatureGrad says how the features of the leaf depend on a parameter of that full
// name, which it must have:
//
//	θ dphi/dθ = amplitude phi + stretch sum_d x_d dphi/dx_d
//
// over these columns of the inputs, nil meaning all. It reports false where it is no
// such function.
func (l Leaf) FeatureGrad(name string) (amplitude, stretch float64, columns []int, ok bool) {
	f, index := l.Field(name)
	if f == nil || f.Features == (Dependence{}) {
		return 0, 0, nil, false
	}
	if columns = l.Columns; index >= 0 {
		columns = within(columns, []int{index})
	}
	return f.Features.Amplitude, f.Features.Stretch, columns, true
}

// Walk calls f for each leaf of k, in the order of the parameters, until f
// returns an error, which it returns.
func Walk(k Kernel, f func(Leaf) error) error {
	return walk("", k, nil, f)
}

func walk(prefix string, k Kernel, columns []int, f func(Leaf) error) error {
	switch t := Open(k); t.Op {
	case SumOf, ProductOf:
		for i, c := range t.Parts {
			if err := walk(fmt.Sprintf("%s%s.%d.", prefix, t.Op, i), c, columns, f); err != nil {
				return err
			}
		}
		return nil
	case ColumnsOf:
		return walk(prefix, t.Inner, within(columns, t.Columns), f)
	case ScaleOf, FixedOf:
		return walk(prefix, t.Inner, columns, f)
	}
	if w, ok := k.(wrapper); ok {
		return walk(prefix, w.Unwrap(), columns, f)
	}
	return f(Leaf{prefix + typeName(k), k, columns})
}

// Leaves returns the leaves of k, in the order of the parameters.
func Leaves(k Kernel) []Leaf {
	var out []Leaf
	_ = Walk(k, func(l Leaf) error { // which returns none
		out = append(out, l)
		return nil
	})
	return out
}

// within returns the columns of the whole that inner are of outer (nil: all).
func within(outer, inner []int) []int {
	if outer == nil {
		return inner
	}
	out := make([]int, len(inner))
	for i, c := range inner {
		out[i] = outer[c]
	}
	return out
}

// isWhite reports whether k is white noise, wrapped or not.
func isWhite(k Kernel) bool {
	f := FamilyOf(unwrap(k))
	return f != nil && f.white
}

// CheckGrad returns an error that names the first leaf of k without an input
// gradient: paths of such a kernel have no derivative.
func CheckGrad(k Kernel) error {
	return Walk(k, func(l Leaf) error {
		f := FamilyOf(l.Kernel)
		if _, ok := l.Kernel.(InputGrader); !ok || f != nil && f.rough != nil && f.rough(l.Kernel) {
			return fmt.Errorf("%s has no derivative: its functions are not differentiable", l.Name)
		}
		return nil
	})
}
