package kernel

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Format returns the canonical text of a kernel for inputs with these column
// names: with every number that is not 1, in the shortest form that reads back
// the same. [Parse] returns an equal kernel from it: with the same parameters,
// names and values, fixed where they were fixed.
//
// Wherever k has them, Active and Fixed go to the leaves; a sum that is directly
// a term of a sum (or a product a factor of a product) keeps its level of names
// by a scale of 1. Columns print as indices. It returns an error where the text
// form has no such kernel: a type of your own, a sum or product of less than
// two, columns or numbers that do not fit the inputs, a number that is not
// positive and finite.
func Format(k Kernel, inputs []string) (string, error) { return format(k, inputs, true) }

// Structure returns the canonical text of a kernel without its free numbers,
// such as rbf(ard)*periodic + linear. What is fixed, scales, columns and degrees
// stay. Parse returns from it the kernel with all free parameters 1.
func Structure(k Kernel, inputs []string) (string, error) { return format(k, inputs, false) }

func format(k Kernel, inputs []string, numbers bool) (string, error) {
	root, err := treeOf(k, nil, len(inputs))
	if err != nil {
		return "", fmt.Errorf("kernel text: %w", err)
	}
	root.applyProductRule()
	if root.whiteFactor(false) != nil {
		return "", fmt.Errorf("kernel text: white noise cannot be a factor of a product")
	}
	p := printer{numbers: numbers}
	p.node(root, leafLevel)
	switch text := p.String(); {
	case p.deepest > maxNesting:
		return "", fmt.Errorf("kernel text: nested %d deep, at most %d", p.deepest, maxNesting)
	case len(text) > maxText:
		return "", fmt.Errorf("kernel text: %d bytes, at most %d", len(text), maxText)
	default:
		return text, nil
	}
}

// treeOf returns the expression of k on the given columns (nil for all) of d.
func treeOf(k Kernel, columns []int, d int) (*node, error) {
	switch f := Open(k); f.Op {
	case SumOf:
		return branch(sumLevel, f.Parts, columns, d)
	case ProductOf:
		return branch(productLevel, f.Parts, columns, d)
	case ScaleOf:
		if !(f.Factor > 0) || math.IsInf(f.Factor, 0) {
			return nil, fmt.Errorf("a scale of %v", f.Factor)
		}
		n, err := treeOf(f.Inner, columns, d)
		return &node{level: scaledLevel, factor: f.Factor, children: []*node{n}}, err
	case ColumnsOf:
		inner := len(columns)
		if columns == nil {
			inner = d
		}
		for i, c := range f.Columns {
			if c < 0 || c >= inner || slices.Contains(f.Columns[:i], c) {
				return nil, fmt.Errorf("columns %v of %d", f.Columns, inner)
			}
		}
		if len(f.Columns) == 0 {
			return nil, fmt.Errorf("a kernel of no column")
		}
		return treeOf(f.Inner, within(columns, f.Columns), d)
	case FixedOf:
		n, err := treeOf(f.Inner, columns, d)
		if err != nil {
			return nil, err
		}
		i := 0 // in the parameters of the inner kernel
		n.eachLeaf(func(l *leaf) {
			for j := range l.numbers {
				if l.numbers[j].mark == markFixed {
					continue
				}
				if !slices.Contains(f.Free, i) {
					l.numbers[j].mark = markFixed
				}
				i++
			}
		})
		return n, nil
	}
	return leafOfTree(k, columns, d)
}

func branch(l level, ks []Kernel, columns []int, d int) (*node, error) {
	if len(ks) < 2 {
		return nil, fmt.Errorf("a sum or product of %d kernels", len(ks))
	}
	out := &node{level: l}
	for _, k := range ks {
		n, err := treeOf(k, columns, d)
		if err != nil {
			return nil, err
		}
		out.children = append(out.children, n)
	}
	return out, nil
}

// leafOfTree returns a leaf all of whose numbers are marked free.
func leafOfTree(k Kernel, columns []int, d int) (*node, error) {
	f := FamilyOf(k)
	if f == nil {
		return nil, fmt.Errorf("%T has no text form", k)
	}
	lay := f.layoutOf(k)
	if f.Inputless {
		columns = nil
	}
	if lay.inputs = d; columns != nil {
		lay.inputs = len(columns)
	}
	if lay.inputs == 0 && (lay.ard || f.eachInput()) {
		return nil, fmt.Errorf("%s of no input", f.Name)
	}
	for _, v := range f.Values(k) {
		if v.Layout != Whole {
			continue
		}
		if v.Check(lay.inputs) != nil {
			return nil, fmt.Errorf("%s of %s %v, want %v to %v", f.Name, v.Name, v.Numbers[0], v.Lower, v.Upper)
		}
	}
	params := Params(k)
	if !slices.Equal(names(params), names(Params(f.build(lay)))) {
		return nil, fmt.Errorf("%s for %d inputs does not have the parameters %s", f.Name, lay.inputs, strings.Join(names(params), ", "))
	}
	if err := CheckParams(k); err != nil {
		return nil, err
	}
	l := newLeaf(f, lay, columns)
	for i, p := range params {
		l.numbers[i].value, l.numbers[i].mark = p.Value, markFree
	}
	return &node{leaf: l}, nil
}

// printer writes the canonical text of a tree.
type printer struct {
	strings.Builder
	numbers          bool // the free ones too
	nesting, deepest int
}

func (p *printer) parenthesised(before string, write func()) {
	p.nesting++
	p.deepest = max(p.deepest, p.nesting)
	p.WriteString(before)
	write()
	p.WriteByte(')')
	p.nesting--
}

// node writes n as a child of a node of level in, leafLevel for the whole.
func (p *printer) node(n *node, in level) {
	switch n.level {
	case sumLevel:
		write := func() { p.children(n, " + ") }
		switch in {
		case leafLevel:
			write()
		case sumLevel:
			p.parenthesised("1*(", write)
		default:
			p.parenthesised("(", write)
		}
	case productLevel:
		write := func() { p.children(n, "*") }
		if in == productLevel {
			p.parenthesised("(1*", write)
		} else {
			write()
		}
	case scaledLevel:
		write := func() { p.children(n, "") }
		if in == productLevel || in == scaledLevel {
			p.parenthesised("("+formatNumber(n.factor)+"*", write)
		} else {
			p.WriteString(formatNumber(n.factor) + "*")
			write()
		}
	default:
		p.WriteString(n.leaf.family.Name)
		if a := p.arguments(n.leaf); len(a) > 0 {
			p.WriteString("(" + strings.Join(a, ", ") + ")")
		}
	}
}

func (p *printer) children(n *node, separator string) {
	for i, c := range n.children {
		if i > 0 {
			p.WriteString(separator)
		}
		p.node(c, n.level)
	}
}

// arguments returns ard, dims and whole numbers, then plain numbers, then the marks.
func (p *printer) arguments(l *leaf) []string {
	var plain, fixed, free []string
	if l.ard {
		plain = append(plain, "ard")
	}
	if l.columns != nil {
		plain = append(plain, "dims="+formatColumns(l.columns))
	}
	whole := l.whole
	for _, q := range l.family.Fields {
		if q.Layout == Whole {
			plain = append(plain, fmt.Sprintf("%s=%d", q.Name, whole[0]))
			whole = whole[1:]
		}
	}
	for ns := l.numbers; len(ns) > 0; {
		end := 1
		for end < len(ns) && ns[end].param == ns[0].param {
			end++
		}
		for _, group := range alike(ns[:end]) {
			head, n := group[0], p.setting(group, len(group) == end)
			switch {
			case head.fixed() == head.ruled:
				if n.value != "" && (p.numbers || head.fixed()) {
					plain = append(plain, n.name+"="+n.value)
				}
			case head.fixed():
				if n.value == "" {
					n.value = "1"
				}
				fixed = append(fixed, n.name+"="+n.value)
			case n.value != "" && p.numbers:
				free = append(free, n.name+"="+n.value)
			default:
				free = append(free, n.name)
			}
		}
		ns = ns[end:]
	}
	if len(fixed) > 0 {
		plain = append(plain, "fixed("+strings.Join(fixed, ", ")+")")
	}
	if len(free) > 0 {
		plain = append(plain, "free("+strings.Join(free, ", ")+")")
	}
	return plain
}

// alike returns the numbers of a parameter as one group if all are free or all
// fixed, and each alone otherwise.
func alike(ns []number) [][]number {
	for _, n := range ns[1:] {
		if n.fixed() != ns[0].fixed() {
			return slices.Collect(slices.Chunk(ns, 1))
		}
	}
	return [][]number{ns}
}

// printed is a parameter as it stands in the text; value is empty for 1.
type printed struct{ name, value string }

func (p *printer) setting(ns []number, whole bool) printed {
	out := printed{name: ns[0].param}
	if !whole {
		out.name = fmt.Sprintf("%s[%d]", ns[0].param, ns[0].index)
	}
	same := true
	words := make([]string, len(ns))
	for i, n := range ns {
		words[i] = formatNumber(n.value)
		same = same && n.value == ns[0].value
	}
	switch {
	case !same:
		out.value = "[" + strings.Join(words, ", ") + "]"
	case ns[0].value != 1:
		out.value = words[0]
	}
	return out
}

// formatColumns writes runs of columns as half-open ranges.
func formatColumns(columns []int) string {
	var words []string
	for i := 0; i < len(columns); {
		end := i + 1
		for end < len(columns) && columns[end] == columns[end-1]+1 {
			end++
		}
		if end == i+1 {
			words = append(words, strconv.Itoa(columns[i]))
		} else {
			words = append(words, fmt.Sprintf("%d:%d", columns[i], columns[end-1]+1))
		}
		i = end
	}
	if len(words) == 1 {
		return words[0]
	}
	return "[" + strings.Join(words, ", ") + "]"
}

// formatNumber returns the shortest text that reads back as v, without an
// exponent where it is of a usual size.
func formatNumber(v float64) string {
	if v >= 1e-5 && v < 1e15 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'e', -1, 64)
}
