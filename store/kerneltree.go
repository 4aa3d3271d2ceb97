package store

import (
	"fmt"
	"math"
	"slices"

	"matheron/kernel"
)

// maxDepth bounds the nesting of kernels and features, so that no file uses up
// the stack; it is beyond all that the text form of kernels can nest.
const maxDepth = 1000

// kernelNode is a kernel in JSON: a type, and the fields of that type.
type kernelNode struct {
	Type        string        `json:"type"`
	Variance    *numbers      `json:"variance,omitempty"`
	Lengthscale *numbers      `json:"lengthscale,omitempty"`
	Alpha       *float64      `json:"alpha,omitempty"`
	Period      *numbers      `json:"period,omitempty"`
	Bias        *float64      `json:"bias,omitempty"`
	Degree      *int          `json:"degree,omitempty"`
	Factor      *float64      `json:"factor,omitempty"`
	Columns     []int         `json:"columns,omitempty"`
	Held        []string      `json:"held,omitempty"`
	Kernel      *kernelNode   `json:"kernel,omitempty"`
	Terms       []*kernelNode `json:"terms,omitempty"`
	Factors     []*kernelNode `json:"factors,omitempty"`
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
	inner := func(n kernelNode, k kernel.Kernel) (*kernelNode, error) {
		var err error
		n.Kernel, err = describe(k, depth+1)
		return &n, err
	}
	all := func(ks []kernel.Kernel) ([]*kernelNode, error) {
		out := make([]*kernelNode, len(ks))
		for i, k := range ks {
			var err error
			if out[i], err = describe(k, depth+1); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	switch t := k.(type) {
	case kernel.RBF:
		return &kernelNode{Type: "RBF", Variance: one(t.Variance), Lengthscale: ofInputs(t.Lengthscale)}, nil
	case kernel.Matern12:
		return &kernelNode{Type: "Matern12", Variance: one(t.Variance), Lengthscale: ofInputs(t.Lengthscale)}, nil
	case kernel.Matern32:
		return &kernelNode{Type: "Matern32", Variance: one(t.Variance), Lengthscale: ofInputs(t.Lengthscale)}, nil
	case kernel.Matern52:
		return &kernelNode{Type: "Matern52", Variance: one(t.Variance), Lengthscale: ofInputs(t.Lengthscale)}, nil
	case kernel.RationalQuadratic:
		return &kernelNode{Type: "RationalQuadratic", Variance: one(t.Variance), Lengthscale: ofInputs(t.Lengthscale), Alpha: &t.Alpha}, nil
	case kernel.Periodic:
		return &kernelNode{Type: "Periodic", Variance: one(t.Variance), Lengthscale: ofInputs(t.Lengthscale), Period: ofInputs(t.Period)}, nil
	case kernel.Cosine:
		return &kernelNode{Type: "Cosine", Variance: one(t.Variance), Period: ofInputs(t.Period)}, nil
	case kernel.Linear:
		return &kernelNode{Type: "Linear", Bias: &t.Bias, Variance: several(t.Variance)}, nil
	case kernel.Polynomial:
		return &kernelNode{Type: "Polynomial", Variance: one(t.Variance), Bias: &t.Bias, Degree: &t.Degree}, nil
	case kernel.Constant:
		return &kernelNode{Type: "Constant", Variance: one(t.Variance)}, nil
	case kernel.White:
		return &kernelNode{Type: "White", Variance: one(t.Variance)}, nil
	case kernel.Sum:
		terms, err := all(t)
		return &kernelNode{Type: "Sum", Terms: terms}, err
	case kernel.Product:
		factors, err := all(t)
		return &kernelNode{Type: "Product", Factors: factors}, err
	case kernel.Scaled:
		return inner(kernelNode{Type: "Scaled", Factor: &t.Factor}, t.Kernel)
	case kernel.Active:
		return inner(kernelNode{Type: "Active", Columns: t.Columns}, t.Kernel)
	case kernel.Fixed:
		var held []string
		free := t.Free()
		for i, p := range kernel.Params(t.Unwrap()) {
			if !slices.Contains(free, i) {
				held = append(held, p.Name)
			}
		}
		if held == nil {
			return describe(t.Unwrap(), depth)
		}
		return inner(kernelNode{Type: "Held", Held: held}, t.Unwrap())
	}
	return nil, fmt.Errorf("no form for a kernel of type %T", k)
}

// fields are the names of the fields that a type has, besides type.
func fields(kind string) []string {
	switch kind {
	case "RBF", "Matern12", "Matern32", "Matern52":
		return []string{"variance", "lengthscale"}
	case "RationalQuadratic":
		return []string{"variance", "lengthscale", "alpha"}
	case "Periodic":
		return []string{"variance", "lengthscale", "period"}
	case "Cosine":
		return []string{"variance", "period"}
	case "Linear":
		return []string{"variance", "bias"}
	case "Polynomial":
		return []string{"variance", "bias", "degree"}
	case "Constant", "White":
		return []string{"variance"}
	case "Scaled":
		return []string{"factor", "kernel"}
	case "Active":
		return []string{"columns", "kernel"}
	case "Held":
		return []string{"held", "kernel"}
	case "Sum":
		return []string{"terms"}
	case "Product":
		return []string{"factors"}
	}
	return nil
}

// given returns the names of the fields that n has, in the order of [fields].
func (n *kernelNode) given() []string {
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
	add("variance", n.Variance != nil)
	add("lengthscale", n.Lengthscale != nil)
	add("alpha", n.Alpha != nil)
	add("period", n.Period != nil)
	add("bias", n.Bias != nil)
	add("degree", n.Degree != nil)
	return out
}

// kernel returns the kernel of d inputs that n describes.
func (n *kernelNode) kernel(d int) (kernel.Kernel, error) { return n.build(d, 0) }

func (n *kernelNode) build(d, depth int) (kernel.Kernel, error) {
	switch {
	case n == nil:
		return nil, fmt.Errorf("no kernel")
	case depth > maxDepth:
		return nil, fmt.Errorf("a kernel nested more than %d deep", maxDepth)
	case fields(n.Type) == nil:
		return nil, fmt.Errorf("unknown kernel %q", n.Type)
	case !slices.Equal(n.given(), fields(n.Type)):
		return nil, fmt.Errorf("kernel %s has the fields %q, want %q", n.Type, n.given(), fields(n.Type))
	}
	switch n.Type {
	case "Sum":
		ks, err := buildAll(n.Terms, d, depth)
		return kernel.Sum(ks), err
	case "Product":
		ks, err := buildAll(n.Factors, d, depth)
		return kernel.Product(ks), err
	case "Scaled":
		if !(*n.Factor > 0) || math.IsInf(*n.Factor, 1) {
			return nil, fmt.Errorf("kernel Scaled: factor is %v", *n.Factor)
		}
		k, err := n.Kernel.build(d, depth+1)
		return kernel.Scaled{Factor: *n.Factor, Kernel: k}, err
	case "Active":
		if err := checkColumns(n.Columns, d); err != nil {
			return nil, fmt.Errorf("kernel Active: %w", err)
		}
		k, err := n.Kernel.build(len(n.Columns), depth+1)
		return kernel.Active{Kernel: k, Columns: n.Columns}, err
	case "Held":
		return n.hold(d, depth)
	}
	if err := n.checkLeaf(d); err != nil {
		return nil, fmt.Errorf("kernel %s: %w", n.Type, err)
	}
	return n.leaf(), nil
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

// hold holds the parameters with the names of n: those and no others.
func (n *kernelNode) hold(d, depth int) (kernel.Kernel, error) {
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
	// made has these held as well.
	held := kernel.Fix(k, n.Held...)
	if len(kernel.Params(held)) != len(params)-len(n.Held) {
		return nil, fmt.Errorf("kernel Held: the names %q hold other parameters too", n.Held)
	}
	return held, nil
}

func (n *kernelNode) checkLeaf(d int) error {
	if (n.Type == "Linear") != n.Variance.list {
		return fmt.Errorf("variance must be a list for Linear, and a number for all others")
	}
	if err := n.Variance.check("variance", d, false); err != nil {
		return err
	}
	if err := n.Lengthscale.check("lengthscale", d, true); err != nil {
		return err
	}
	if err := n.Period.check("period", d, true); err != nil {
		return err
	}
	switch {
	case n.Alpha != nil && !(*n.Alpha > 0 && finite(*n.Alpha)):
		return fmt.Errorf("alpha is %v", *n.Alpha)
	case n.Bias != nil && !(*n.Bias >= 0 && finite(*n.Bias)):
		return fmt.Errorf("bias is %v", *n.Bias)
	case n.Degree != nil && *n.Degree < 1:
		return fmt.Errorf("degree is %d", *n.Degree)
	}
	return nil
}

func (n *kernelNode) leaf() kernel.Kernel {
	v := n.Variance.values[0]
	switch n.Type {
	case "RBF":
		return kernel.RBF{Variance: v, Lengthscale: n.Lengthscale.perInput()}
	case "Matern12":
		return kernel.Matern12{Variance: v, Lengthscale: n.Lengthscale.perInput()}
	case "Matern32":
		return kernel.Matern32{Variance: v, Lengthscale: n.Lengthscale.perInput()}
	case "Matern52":
		return kernel.Matern52{Variance: v, Lengthscale: n.Lengthscale.perInput()}
	case "RationalQuadratic":
		return kernel.RationalQuadratic{Variance: v, Lengthscale: n.Lengthscale.perInput(), Alpha: *n.Alpha}
	case "Periodic":
		return kernel.Periodic{Variance: v, Lengthscale: n.Lengthscale.perInput(), Period: n.Period.perInput()}
	case "Cosine":
		return kernel.Cosine{Variance: v, Period: n.Period.perInput()}
	case "Linear":
		return kernel.Linear{Bias: *n.Bias, Variance: n.Variance.values}
	case "Polynomial":
		return kernel.Polynomial{Variance: v, Bias: *n.Bias, Degree: *n.Degree}
	case "Constant":
		return kernel.Constant{Variance: v}
	}
	return kernel.White{Variance: v}
}
