package kernel

// node is a kernel expression between text and [Kernel]: both directions pass
// through it, and the product rule is applied to it. Fixed and Active sit in
// the leaves.
type node struct {
	level    level
	children []*node // of a sum or product; one of a scale
	factor   float64 // of a scale
	leaf     *leaf
	offset   int // in the text, where there is one
}

type level int

const (
	leafLevel level = iota
	sumLevel
	productLevel
	scaledLevel
)

// leaf is a kernel without parts.
type leaf struct {
	family *Family
	layout
	columns []int    // nil for all
	numbers []number // in the order of its parameters
}

// number is a parameter of a leaf, free or fixed.
type number struct {
	param   string // without an index
	index   int    // -1 where there is none
	value   float64
	written bool
	mark    mark
	ruled   bool // fixed by the product rule, unless marked
}

// mark is what was said of a parameter.
type mark int

const (
	unmarked mark = iota
	markFixed
	markFree
)

func (n number) fixed() bool { return n.mark == markFixed || n.ruled && n.mark != markFree }

// newLeaf returns a leaf with all numbers 1.
func newLeaf(f *Family, l layout, columns []int) *leaf {
	out := &leaf{family: f, layout: l, columns: columns}
	next := map[string]int{}
	for _, p := range Params(f.build(l)) {
		name, indexed := splitParam(p.Name)
		n := number{param: name, index: -1, value: 1}
		if indexed {
			n.index = next[name]
			next[name]++
		}
		out.numbers = append(out.numbers, n)
	}
	return out
}

func (l *leaf) kernel() Kernel {
	theta := make([]float64, len(l.numbers))
	var free []int
	for i, n := range l.numbers {
		theta[i] = n.value
		if !n.fixed() {
			free = append(free, i)
		}
	}
	k := WithParams(l.family.build(l.layout), theta)
	if len(free) < len(theta) {
		k = Fixed{kernel: k, free: free}.settled()
	}
	if l.columns != nil {
		k = Active{k, l.columns}
	}
	return k
}

// kernel returns the kernel that the tree stands for.
func (n *node) kernel() Kernel {
	ks := make([]Kernel, len(n.children))
	for i, c := range n.children {
		ks[i] = c.kernel()
	}
	switch n.level {
	case sumLevel:
		return Sum(ks)
	case productLevel:
		return Product(ks)
	case scaledLevel:
		return Scaled{n.factor, ks[0]}
	}
	return n.leaf.kernel()
}

// join returns the sum or product of nodes, flattened.
func join(l level, nodes []*node) *node {
	if len(nodes) == 1 {
		return nodes[0]
	}
	out := &node{level: l, offset: nodes[0].offset}
	for _, n := range nodes {
		if n.level == l {
			out.children = append(out.children, n.children...)
		} else {
			out.children = append(out.children, n)
		}
	}
	return out
}

// eachLeaf calls f for the leaves in the order of their parameters.
func (n *node) eachLeaf(f func(*leaf)) {
	if n.leaf != nil {
		f(n.leaf)
	}
	for _, c := range n.children {
		c.eachLeaf(f)
	}
}

// applyProductRule rules the variances of all factors but the first.
func (n *node) applyProductRule() {
	for i, c := range n.children {
		c.applyProductRule()
		if n.level == productLevel && i > 0 {
			c.ruleVariance()
		}
	}
}

// ruleVariance takes from n the freedom of its overall scale: the variances of
// a leaf, of the first factor of a product (its others are ruled already), of
// the first term of a sum.
func (n *node) ruleVariance() {
	if n.leaf == nil {
		n.children[0].ruleVariance()
		return
	}
	for i := range n.leaf.numbers {
		if n.leaf.numbers[i].param == "variance" {
			n.leaf.numbers[i].ruled = true
		}
	}
}

// whiteFactor returns a white leaf inside of a product, or nil.
func (n *node) whiteFactor(inside bool) *node {
	if n.leaf != nil && inside && n.leaf.family.white {
		return n
	}
	for _, c := range n.children {
		if w := c.whiteFactor(inside || n.level == productLevel); w != nil {
			return w
		}
	}
	return nil
}
