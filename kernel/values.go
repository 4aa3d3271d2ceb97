package kernel

import (
	"fmt"
	"math"
	"reflect"
	"slices"
)

// The parameters of a leaf are the fields of its struct, in their order: they are read
// and set by reflection, of which neither the leaf nor a number goes to the heap. Those
// of a composed kernel are those of its parts in turn.

// appendValues appends the values of [Params] of k to dst.
func appendValues(dst []float64, k Kernel) []float64 {
	if dst, ok := appendKnown(dst, k); ok {
		return dst
	}
	return appendForeign(dst, k)
}

// appendKnown is appendValues for the kernels of this package; of another it returns
// dst and false. It calls no method of k, so that a kernel that is made where it is
// called need not be on the heap.
func appendKnown(dst []float64, k Kernel) ([]float64, bool) {
	switch f := Open(k); f.Op {
	case SumOf, ProductOf:
		for _, c := range f.Parts {
			dst = appendValues(dst, c)
		}
		return dst, true
	case ScaleOf, ColumnsOf:
		return appendValues(dst, f.Inner), true
	case FixedOf:
		// The free values move down over all of them: free ascends.
		n := len(dst)
		dst = appendValues(dst, f.Inner)
		for i, at := range f.Free {
			dst[n+i] = dst[n+at]
		}
		return dst[:n+len(f.Free)], true
	}
	if FamilyOf(k) == nil {
		return dst, false
	}
	v := reflect.ValueOf(k)
	for i := range v.NumField() {
		dst = appendNumbers(dst, v.Field(i))
	}
	return dst, true
}

// appendForeign is appendValues by the kernel's own method.
func appendForeign(dst []float64, k Kernel) []float64 {
	for _, p := range Params(k) {
		dst = append(dst, p.Value)
	}
	return dst
}

// appendNumbers appends the numbers of a field, none for a whole number.
func appendNumbers(dst []float64, field reflect.Value) []float64 {
	switch field.Kind() {
	case reflect.Float64:
		return append(dst, field.Float())
	case reflect.Struct:
		if !eachOf(field) {
			return append(dst, field.Field(0).Float())
		}
		field = field.Field(1)
	case reflect.Int:
		return dst
	}
	for i := range field.Len() {
		dst = append(dst, field.Index(i).Float())
	}
	return dst
}

// eachOf reports whether a PerInput has a number for each input.
func eachOf(field reflect.Value) bool { return !field.Field(1).IsNil() }

// paramCount returns the length of [Params] of k.
func paramCount(k Kernel) int {
	switch f := Open(k); f.Op {
	case SumOf, ProductOf:
		n := 0
		for _, c := range f.Parts {
			n += paramCount(c)
		}
		return n
	case ScaleOf, ColumnsOf:
		return paramCount(f.Inner)
	case FixedOf:
		return len(f.Free)
	}
	if FamilyOf(k) == nil {
		return len(Params(k))
	}
	n, v := 0, reflect.ValueOf(k)
	for i := range v.NumField() {
		n += countOf(v.Field(i))
	}
	return n
}

// countOf returns the number of parameters of a field.
func countOf(field reflect.Value) int {
	switch field.Kind() {
	case reflect.Float64:
		return 1
	case reflect.Int:
		return 0
	case reflect.Slice:
		return field.Len()
	}
	if eachOf(field) {
		return field.Field(1).Len()
	}
	return 1
}

// sameStructure reports whether two kernels differ in the values of their parameters
// only. Of kernels of other packages it says no.
func sameStructure(a, b Kernel) bool {
	f, g := Open(a), Open(b)
	if f.Op != g.Op || f.Factor != g.Factor || !slices.Equal(f.Columns, g.Columns) || !slices.Equal(f.Free, g.Free) || !slices.Equal(f.rest, g.rest) {
		return false
	}
	switch f.Op {
	case SumOf, ProductOf:
		return slices.EqualFunc(f.Parts, g.Parts, sameStructure)
	case LeafOf:
	default:
		return sameStructure(f.Inner, g.Inner)
	}
	if FamilyOf(a) == nil || reflect.TypeOf(a) != reflect.TypeOf(b) {
		return false
	}
	v, w := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range v.NumField() {
		p, q := v.Field(i), w.Field(i)
		switch {
		case countOf(p) != countOf(q),
			p.Kind() == reflect.Struct && eachOf(p) != eachOf(q),
			p.Kind() == reflect.Int && p.Int() != q.Int():
			return false
		}
	}
	return true
}

// params implements [Parametric] for the kernels of this package.
func params(k Kernel) []Param {
	switch f := Open(k); f.Op {
	case SumOf, ProductOf:
		var out []Param
		for i, c := range f.Parts {
			for _, p := range Params(c) {
				p.Name = fmt.Sprintf("%s.%d.%s", f.Op, i, p.Name)
				out = append(out, p)
			}
		}
		return out
	case ScaleOf, ColumnsOf:
		return Params(f.Inner)
	case FixedOf:
		all, out := Params(f.Inner), make([]Param, len(f.Free))
		for i, at := range f.Free {
			out[i] = all[at]
		}
		return out
	}
	var out []Param
	family := FamilyOf(k)
	for _, v := range family.Values(k) {
		if v.Layout == Whole {
			continue
		}
		for d, x := range v.Numbers {
			name := family.Type() + "." + v.Name
			if v.Each {
				name += fmt.Sprintf("[%d]", d)
			}
			out = append(out, Param{Name: name, Value: x, Lower: v.Lower, Upper: v.Upper})
		}
	}
	return out
}

// withParams implements [Parametric] for the kernels of this package.
func withParams(k Kernel, theta []float64) Kernel {
	if n := paramCount(k); len(theta) != n {
		panic(fmt.Sprintf("kernel: %s has %d parameters, got %d values", reflect.TypeOf(k).Name(), n, len(theta)))
	}
	switch f := Open(k); f.Op {
	case SumOf, ProductOf:
		parts := make([]Kernel, len(f.Parts))
		for i, c := range f.Parts {
			n := paramCount(c)
			parts[i], theta = WithParams(c, theta[:n]), theta[n:]
		}
		return f.with(parts...)
	case ScaleOf, ColumnsOf:
		return f.with(WithParams(f.Inner, theta))
	case FixedOf:
		all := appendValues(nil, f.Inner)
		for i, at := range f.Free {
			all[at] = theta[i]
		}
		return f.with(WithParams(f.Inner, all))
	}
	family := FamilyOf(k)
	values := family.Values(k)
	for i := range values {
		if values[i].Layout != Whole {
			n := len(values[i].Numbers)
			values[i].Numbers, theta = theta[:n], theta[n:]
		}
	}
	return family.Make(values)
}

// ParamError says that a parameter is outside of its support.
type ParamError struct {
	Param Param
}

func (e *ParamError) Error() string {
	p := e.Param
	// An interval that is open just above a number holds it.
	if below := math.Nextafter(p.Upper, p.Lower); !math.IsInf(p.Upper, 1) && below == math.Round(below) {
		return fmt.Sprintf("%s is %v, outside of (%v, %v]", p.Name, p.Value, p.Lower, below)
	}
	return fmt.Sprintf("%s is %v, outside of (%v, %v)", p.Name, p.Value, p.Lower, p.Upper)
}

// inside reports whether v is a finite number inside the support of p.
func (p *Param) inside(v float64) bool {
	return v > p.Lower && v < p.Upper && !math.IsInf(v, 0)
}

// CheckParams returns a [*ParamError] for the first parameter of k that is not a
// finite number inside its support, and an error for a part of k that embeds a kernel
// of this package: what such a type does not override would be the embedded kernel's,
// in silence.
func CheckParams(k Kernel) error {
	if err := checkTypes(k); err != nil {
		return err
	}
	for _, p := range Params(k) {
		if !p.inside(p.Value) {
			return &ParamError{p}
		}
	}
	return nil
}
