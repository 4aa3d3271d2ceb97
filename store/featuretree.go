package store

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel/basis"
)

// featureNode is a set of features in JSON: a type, and the fields of its
// [basis.Kind]. Numbers that may be many are in arrays.
type featureNode struct {
	Type    string
	Form    string
	Scalars map[string]float64
	Columns []int
	Arrays  map[string]*arrayRef
	Part    *featureNode
	Parts   []*featureNode
}

// MarshalJSON writes the type, then its fields in the order of the kind.
func (n *featureNode) MarshalJSON() ([]byte, error) {
	w := newFieldWriter("type", n.Type)
	if n.Form != "" {
		w.add("form", n.Form)
	}
	k := basis.KindOf(n.Type)
	if k != nil {
		for _, name := range k.Scalars {
			w.add(name, n.Scalars[name])
		}
	}
	if len(n.Columns) > 0 {
		w.add("columns", n.Columns)
	}
	if k != nil {
		for _, a := range k.Arrays {
			if ref := n.Arrays[a.Name]; ref != nil {
				w.add(a.Name, ref)
			}
		}
	}
	if n.Part != nil {
		w.add("part", n.Part)
	}
	if len(n.Parts) > 0 {
		w.add("parts", n.Parts)
	}
	return w.object()
}

// UnmarshalJSON reads what MarshalJSON writes, in one pass over the text.
func (n *featureNode) UnmarshalJSON(text []byte) error {
	var v any
	if err := json.Unmarshal(text, &v); err != nil || v == nil {
		return err
	}
	read, err := readFeatures(v)
	if err == nil {
		*n = *read
	}
	return err
}

// readFeatures returns the node that v, an object of JSON, describes; nil for null.
func readFeatures(v any) (*featureNode, error) {
	if v == nil {
		return nil, nil
	}
	fields, err := readAs[map[string]any](v)
	n := &featureNode{Scalars: map[string]float64{}, Arrays: map[string]*arrayRef{}}
	for name, v := range fields {
		switch name {
		case "type":
			n.Type, err = readAs[string](v)
		case "form":
			n.Form, err = readAs[string](v)
		case "columns":
			n.Columns, err = readList(v, readInt)
		case "part":
			n.Part, err = readFeatures(v)
		case "parts":
			n.Parts, err = readList(v, readFeatures)
		default:
			if _, ok := v.(map[string]any); ok {
				n.Arrays[name], err = readRef(v)
			} else {
				n.Scalars[name], err = readAs[float64](v)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return n, err
}

// readRef returns the place of an array.
func readRef(v any) (*arrayRef, error) {
	fields, err := readAs[map[string]any](v)
	if err != nil {
		return nil, err
	}
	ref := &arrayRef{}
	shape, err := readList(fields["shape"], readInt)
	if err != nil || len(shape) != 2 || len(fields) != 2 {
		return nil, fmt.Errorf("an array has the fields offset and shape, which is two numbers")
	}
	offset, err := readInt(fields["offset"])
	ref.Offset, ref.Shape = int64(offset), [2]int64{int64(shape[0]), int64(shape[1])}
	return ref, err
}

// featureTree describes the features b of d inputs and appends their arrays.
func featureTree(b basis.Basis, d, depth int, a *arrays) (*featureNode, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("features nested more than %d deep", maxDepth)
	}
	s, err := basis.Describe(b)
	if err != nil {
		return nil, err
	}
	n := &featureNode{Type: s.Kind.Name, Form: s.Form, Columns: s.Columns, Scalars: map[string]float64{}, Arrays: map[string]*arrayRef{}}
	for i, name := range s.Kind.Scalars {
		n.Scalars[name] = s.Scalars[i]
	}
	for i, k := range s.Kind.Arrays {
		if array := s.Arrays[i]; array.Data != nil {
			columns := d
			if k.Column {
				columns = 1
			}
			n.Arrays[k.Name] = a.dense(k.About, array.Rows, columns, array.Data)
		}
	}
	if s.Kind.Columns {
		d = len(s.Columns)
	}
	for _, part := range s.Parts {
		p, err := featureTree(part, d, depth+1, a)
		if err != nil {
			return nil, err
		}
		n.Parts = append(n.Parts, p)
	}
	if s.Kind.Parts == 1 {
		n.Part, n.Parts = n.Parts[0], nil
	}
	return n, nil
}

// featureReader makes features of their description.
type featureReader struct {
	*arrayReader
	most int64 // features that any set may have: the rows of the weights
}

// basis returns the features of d inputs that n describes.
func (r featureReader) basis(n *featureNode, d, depth int) (basis.Basis, error) {
	if n == nil {
		return nil, fmt.Errorf("features: no set")
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("features nested more than %d deep", maxDepth)
	}
	b, err := r.build(n, d, depth)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", n.Type, err)
	}
	// The parts have no more than most, so that their product does not overflow.
	if f := int64(b.Len()); f > r.most {
		return nil, fmt.Errorf("%s: %d features, where there are weights of %d", n.Type, f, r.most)
	}
	return b, nil
}

func (r featureReader) build(n *featureNode, d, depth int) (basis.Basis, error) {
	k := basis.KindOf(n.Type)
	if k == nil {
		return nil, fmt.Errorf("unknown features %q", n.Type)
	}
	if err := n.check(k, d); err != nil {
		return nil, err
	}
	s := basis.Description{Kind: k, Form: n.Form, Columns: n.Columns}
	for _, name := range k.Scalars {
		s.Scalars = append(s.Scalars, n.Scalars[name])
	}
	rows := int64(-1)
	for _, a := range k.Arrays {
		if a.Form != "" && a.Form != n.Form {
			s.Arrays = append(s.Arrays, basis.Array{})
			continue
		}
		columns := int64(d)
		if a.Column {
			columns = 1
		}
		m, err := r.dense(a.Name, n.Arrays[a.Name], rows, columns)
		if err != nil {
			return nil, err
		}
		have, _ := m.Dims()
		rows = int64(have)
		s.Arrays = append(s.Arrays, basis.Array{Rows: have, Data: func() *mat.Dense { return m }})
	}
	if k.Columns {
		d = len(n.Columns)
	}
	parts := n.Parts
	if k.Parts == 1 {
		parts = []*featureNode{n.Part}
	}
	for _, p := range parts {
		b, err := r.basis(p, d, depth+1)
		if err != nil {
			return nil, err
		}
		s.Parts = append(s.Parts, b)
	}
	return s.Make()
}

// check returns an error unless n has the fields of its kind, and no others.
func (n *featureNode) check(k *basis.Kind, d int) error {
	if k.Forms == nil && n.Form != "" || k.Forms != nil && !slices.Contains(k.Forms, n.Form) {
		return fmt.Errorf("unknown form %q", n.Form)
	}
	for name, v := range n.Scalars {
		if !slices.Contains(k.Scalars, name) {
			return fmt.Errorf("unknown field %q", name)
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%s is %v", name, v)
		}
	}
	for _, name := range k.Scalars {
		if _, ok := n.Scalars[name]; !ok {
			return fmt.Errorf("no %s", name)
		}
	}
	for name := range n.Arrays {
		if !slices.ContainsFunc(k.Arrays, func(a basis.ArrayKind) bool { return a.Name == name && (a.Form == "" || a.Form == n.Form) }) {
			return fmt.Errorf("unknown field %q", name)
		}
	}
	switch {
	case k.Columns:
		if err := checkColumns(n.Columns, d); err != nil {
			return err
		}
	case len(n.Columns) > 0:
		return fmt.Errorf("unknown field %q", "columns")
	}
	switch one, several := n.Part != nil, len(n.Parts); {
	case k.Parts == 1 && !one:
		return fmt.Errorf("no part")
	case one && k.Parts != 1, several > 0 && (k.Parts == 0 || k.Parts == 1), k.Parts > 1 && several != k.Parts:
		return fmt.Errorf("%d parts", several)
	}
	return nil
}
