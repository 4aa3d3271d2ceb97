package kernel

import "fmt"

// How kernels are composed. This is the only place that opens a sum, a product or a
// wrapper: everything that walks an expression asks [formOf].

// operation is what a kernel is made by.
type operation int

const (
	leafOf    operation = iota // nothing: a family of this package or a type of another
	sumOf                      // parts
	productOf                  // parts
	scaleOf                    // inner, factor
	columnsOf                  // inner, columns
	fixedOf                    // inner, free, rest
)

// String returns the level of names of a sum or product.
func (o operation) String() string {
	return [...]string{"leaf", "sum", "product", "scale", "columns", "fixed"}[o]
}

// form is how a kernel is composed.
type form struct {
	op      operation
	parts   []Kernel
	inner   Kernel
	factor  float64
	columns []int
	free    []int
	rest    []float64
}

// formOf opens k by one level.
func formOf(k Kernel) form {
	switch t := k.(type) {
	case Sum:
		return form{op: sumOf, parts: t}
	case Product:
		return form{op: productOf, parts: t}
	case Scaled:
		return form{op: scaleOf, inner: t.Kernel, factor: t.Factor}
	case Active:
		return form{op: columnsOf, inner: t.Kernel, columns: t.Columns}
	case Fixed:
		return form{op: fixedOf, inner: t.kernel, free: t.free, rest: t.rest}
	}
	return form{op: leafOf}
}

// with returns the kernel of the same form with other parts.
func (f form) with(parts ...Kernel) Kernel {
	switch f.op {
	case sumOf:
		return Sum(parts)
	case productOf:
		return Product(parts)
	case scaleOf:
		return Scaled{f.factor, parts[0]}
	case columnsOf:
		return Active{parts[0], f.columns}
	}
	return Fixed{parts[0], f.free, f.rest}
}

// flatten returns ks with those of the operation opened.
func flatten(op operation, ks []Kernel) []Kernel {
	var out []Kernel
	for _, k := range ks {
		if f := formOf(k); f.op == op {
			out = append(out, f.parts...)
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

// Walk calls f for each leaf of k, in the order of the parameters, until f
// returns an error, which it returns.
func Walk(k Kernel, f func(Leaf) error) error {
	return walk("", k, nil, f)
}

func walk(prefix string, k Kernel, columns []int, f func(Leaf) error) error {
	switch t := formOf(k); t.op {
	case sumOf, productOf:
		for i, c := range t.parts {
			if err := walk(fmt.Sprintf("%s%s.%d.", prefix, t.op, i), c, columns, f); err != nil {
				return err
			}
		}
		return nil
	case columnsOf:
		return walk(prefix, t.inner, within(columns, t.columns), f)
	case scaleOf, fixedOf:
		return walk(prefix, t.inner, columns, f)
	}
	if w, ok := k.(wrapper); ok {
		return walk(prefix, w.Unwrap(), columns, f)
	}
	return f(Leaf{prefix + typeName(k), k, columns})
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
