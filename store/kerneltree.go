package store

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"matheron/kernel"
)

// maxDepth bounds the nesting of kernels and features, so that no file uses up
// the stack; it is beyond all that the text form of kernels can nest.
const maxDepth = 1000

// kernelNode is a kernel in JSON: a type, and the fields of that type. A leaf has those
// of its [kernel.Family], a sum, product or wrapper those of its [kernel.Form].
type kernelNode struct {
	Type    string
	Leaf    map[string]*numbers // by name
	Factor  *float64
	Columns []int
	Held    []string // names of the fixed parameters
	Kernel  *kernelNode
	Terms   []*kernelNode
	Factors []*kernelNode
}

// composed are the types of composed kernels and the fields that each has.
var composed = [...]struct {
	op     kernel.Op
	name   string
	fields []string
}{
	{kernel.SumOf, "Sum", []string{"terms"}},
	{kernel.ProductOf, "Product", []string{"factors"}},
	{kernel.ScaleOf, "Scaled", []string{"factor", "kernel"}},
	{kernel.ColumnsOf, "Active", []string{"columns", "kernel"}},
	{kernel.FixedOf, "Held", []string{"held", "kernel"}},
}

// fields returns the names of the fields that a leaf of the family has, the variance
// first.
func fields(f *kernel.Family) []string {
	var out []string
	for _, q := range f.Fields {
		if q.Name == "variance" {
			out = slices.Insert(out, 0, q.Name)
		} else {
			out = append(out, q.Name)
		}
	}
	return out
}

// familyOf returns the family whose Go type has that name, or nil.
func familyOf(name string) *kernel.Family {
	for _, f := range kernel.Families() {
		if f.Type() == name {
			return f
		}
	}
	return nil
}

// MarshalJSON writes the type, then its fields.
func (n *kernelNode) MarshalJSON() ([]byte, error) {
	w := newFieldWriter("type", n.Type)
	if f := familyOf(n.Type); f != nil {
		for _, name := range fields(f) {
			w.add(name, n.Leaf[name])
		}
	}
	if n.Factor != nil {
		w.add("factor", *n.Factor)
	}
	if len(n.Columns) > 0 {
		w.add("columns", n.Columns)
	}
	if len(n.Held) > 0 {
		w.add("held", n.Held)
	}
	if n.Kernel != nil {
		w.add("kernel", n.Kernel)
	}
	if len(n.Terms) > 0 {
		w.add("terms", n.Terms)
	}
	if len(n.Factors) > 0 {
		w.add("factors", n.Factors)
	}
	return w.object()
}

// UnmarshalJSON reads what MarshalJSON writes, in one pass over the text.
func (n *kernelNode) UnmarshalJSON(text []byte) error {
	var v any
	if err := json.Unmarshal(text, &v); err != nil || v == nil {
		return err
	}
	read, err := readNode(v)
	if err == nil {
		*n = *read
	}
	return err
}

// readNode returns the node that v, an object of JSON, describes; nil for null.
func readNode(v any) (*kernelNode, error) {
	if v == nil {
		return nil, nil
	}
	fields, err := readAs[map[string]any](v)
	n := &kernelNode{Leaf: map[string]*numbers{}}
	for name, v := range fields {
		switch name {
		case "type":
			n.Type, err = readAs[string](v)
		case "factor":
			var factor float64
			factor, err = readAs[float64](v)
			n.Factor = &factor
		case "columns":
			n.Columns, err = readList(v, readInt)
		case "held":
			n.Held, err = readList(v, readAs[string])
		case "kernel":
			n.Kernel, err = readNode(v)
		case "terms":
			n.Terms, err = readList(v, readNode)
		case "factors":
			n.Factors, err = readList(v, readNode)
		default:
			n.Leaf[name], err = readNumbers(v)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return n, err
}

// kernelTree returns the kernel k of d inputs.
func kernelTree(k kernel.Kernel, d int) (*kernelNode, error) {
	n, err := describe(k, 0)
	if err != nil {
		return nil, err
	}
	// What cannot be read back must not be written.
	_, err = n.kernel(d)
	return n, err
}

func describe(k kernel.Kernel, depth int) (*kernelNode, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("a kernel nested more than %d deep", maxDepth)
	}
	f := kernel.Open(k)
	if f.Op == kernel.LeafOf {
		return describeLeaf(k)
	}
	if f.Op == kernel.FixedOf && len(f.Free) == len(kernel.Params(f.Inner)) {
		return describe(f.Inner, depth)
	}
	n := &kernelNode{}
	for _, t := range composed {
		if t.op == f.Op {
			n.Type = t.name
		}
	}
	var parts []*kernelNode
	for _, part := range f.Parts {
		p, err := describe(part, depth+1)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	if f.Inner != nil {
		var err error
		if n.Kernel, err = describe(f.Inner, depth+1); err != nil {
			return nil, err
		}
	}
	switch f.Op {
	case kernel.SumOf:
		n.Terms = parts
	case kernel.ProductOf:
		n.Factors = parts
	case kernel.ScaleOf:
		n.Factor = &f.Factor
	case kernel.ColumnsOf:
		n.Columns = f.Columns
	case kernel.FixedOf:
		for i, p := range kernel.Params(f.Inner) {
			if !slices.Contains(f.Free, i) {
				n.Held = append(n.Held, p.Name)
			}
		}
	}
	return n, nil
}

func describeLeaf(k kernel.Kernel) (*kernelNode, error) {
	f := kernel.FamilyOf(k)
	if f == nil {
		return nil, fmt.Errorf("no form for a kernel of type %T", k)
	}
	n := &kernelNode{Type: f.Type(), Leaf: map[string]*numbers{}}
	for _, v := range f.Values(k) {
		n.Leaf[v.Name] = &numbers{v.Each, v.Numbers}
	}
	return n, nil
}

// given returns the names of the fields that n has, those of a leaf in the order of
// its family.
func (n *kernelNode) given(f *kernel.Family) []string {
	var out []string
	add := func(name string, is bool) {
		if is {
			out = append(out, name)
		}
	}
	add("factor", n.Factor != nil)
	add("columns", len(n.Columns) > 0)
	add("held", len(n.Held) > 0)
	add("kernel", n.Kernel != nil)
	add("terms", len(n.Terms) > 0)
	add("factors", len(n.Factors) > 0)
	var leaf []string
	for name, v := range n.Leaf {
		if v != nil {
			leaf = append(leaf, name)
		}
	}
	slices.Sort(leaf)
	if f != nil {
		order := fields(f)
		slices.SortStableFunc(leaf, func(a, b string) int { return slices.Index(order, a) - slices.Index(order, b) })
	}
	return append(out, leaf...)
}

// kernel returns the kernel of d inputs that n describes.
func (n *kernelNode) kernel(d int) (kernel.Kernel, error) { return n.build(d, 0) }

func (n *kernelNode) build(d, depth int) (kernel.Kernel, error) {
	switch {
	case n == nil:
		return nil, fmt.Errorf("no kernel")
	case depth > maxDepth:
		return nil, fmt.Errorf("a kernel nested more than %d deep", maxDepth)
	}
	f, op, want := familyOf(n.Type), kernel.LeafOf, []string(nil)
	if f != nil {
		want = fields(f)
	}
	for _, t := range composed {
		if t.name == n.Type {
			op, want = t.op, t.fields
		}
	}
	if want == nil {
		return nil, fmt.Errorf("unknown kernel %q", n.Type)
	}
	if given := n.given(f); !slices.Equal(given, want) {
		return nil, fmt.Errorf("kernel %s has the fields %q, want %q", n.Type, given, want)
	}
	switch op {
	case kernel.SumOf:
		ks, err := buildAll(n.Terms, d, depth)
		return kernel.Sum(ks), err
	case kernel.ProductOf:
		ks, err := buildAll(n.Factors, d, depth)
		return kernel.Product(ks), err
	case kernel.ScaleOf:
		if !(*n.Factor > 0) || math.IsInf(*n.Factor, 1) {
			return nil, fmt.Errorf("kernel Scaled: factor is %v", *n.Factor)
		}
		k, err := n.Kernel.build(d, depth+1)
		return kernel.Scaled{Factor: *n.Factor, Kernel: k}, err
	case kernel.ColumnsOf:
		if err := checkColumns(n.Columns, d); err != nil {
			return nil, fmt.Errorf("kernel Active: %w", err)
		}
		k, err := n.Kernel.build(len(n.Columns), depth+1)
		return kernel.Active{Kernel: k, Columns: n.Columns}, err
	case kernel.FixedOf:
		return n.fix(d, depth)
	}
	values := make([]kernel.Values, len(f.Fields))
	for i, q := range f.Fields {
		v := n.Leaf[q.Name]
		values[i] = kernel.Values{Field: q, Numbers: v.values, Each: v.list}
		if err := values[i].Check(d); err != nil {
			return nil, fmt.Errorf("kernel %s: %w", n.Type, err)
		}
	}
	return f.Make(values), nil
}

func buildAll(ns []*kernelNode, d, depth int) ([]kernel.Kernel, error) {
	out := make([]kernel.Kernel, len(ns))
	for i, n := range ns {
		var err error
		if out[i], err = n.build(d, depth+1); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func checkColumns(columns []int, d int) error {
	if len(columns) == 0 {
		return fmt.Errorf("no columns")
	}
	for _, c := range columns {
		if c < 0 || c >= d {
			return fmt.Errorf("column %d of %d", c, d)
		}
	}
	return nil
}

// fix fixes the parameters with the names of n: those and no others.
func (n *kernelNode) fix(d, depth int) (kernel.Kernel, error) {
	k, err := n.Kernel.build(d, depth+1)
	if err != nil {
		return nil, err
	}
	params := kernel.Params(k)
	for _, name := range n.Held {
		if !slices.ContainsFunc(params, func(p kernel.Param) bool { return p.Name == name }) {
			return nil, fmt.Errorf("kernel Held: no parameter %q", name)
		}
	}
	// A name is a pattern that may match longer names too; what kernel.Fix
	// made has these fixed as well.
	fixed := kernel.Fix(k, n.Held...)
	if len(kernel.Params(fixed)) != len(params)-len(n.Held) {
		return nil, fmt.Errorf("kernel Held: the names %q hold other parameters too", n.Held)
	}
	return fixed, nil
}
