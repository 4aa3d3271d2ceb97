package kernel

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel/basis"
	"matheron/rng"
)

// Sum is the covariance of a sum of independent functions, k = sum_i k_i. Make
// it by [Add]. Its parameters are those of its terms in turn, each with the
// prefix "sum.I.".
type Sum []Kernel

// Add returns the sum of ks, flattened: a term that is itself a sum gives its terms.
func Add(ks ...Kernel) Kernel {
	var s Sum
	for _, k := range ks {
		if t, ok := k.(Sum); ok {
			s = append(s, t...)
		} else {
			s = append(s, k)
		}
	}
	if len(s) == 1 {
		return s[0]
	}
	return s
}

// Cov implements [Kernel].
func (s Sum) Cov(dst, x, y *mat.Dense) {
	checkCov(dst, x, y)
	n, _ := x.Dims()
	m, _ := y.Dims()
	var block *mat.Dense
	first := true
	for _, k := range s {
		if isWhite(k) {
			continue
		}
		if first {
			k.Cov(dst, x, y)
			first = false
			continue
		}
		if block == nil {
			block = mat.NewDense(n, m, nil)
		}
		k.Cov(block, x, y)
		addRows(dst, block)
	}
	if first {
		dst.Zero()
	}
}

// Diag implements [Kernel].
func (s Sum) Diag(dst []float64, x *mat.Dense) {
	checkDiag(dst, x)
	fill(dst, 0)
	t := make([]float64, len(dst))
	for _, k := range s {
		k.Diag(t, x)
		for i, v := range t {
			dst[i] += v
		}
	}
}

// Params implements [Parametric].
func (s Sum) Params() []Param { return childParams("sum", s) }

// WithParams implements [Parametric].
func (s Sum) WithParams(theta []float64) Kernel { return Sum(childWithParams("Sum", s, theta)) }

// ParamGrad implements [ParamGrader].
func (s Sum) ParamGrad(dst []float64, w, _, x, y *mat.Dense) {
	wantParams("Sum", len(dst), paramCount(s))
	for _, k := range s {
		n := ParamCount(k)
		if n > 0 && !isWhite(k) {
			mustParamGrad(k).ParamGrad(dst[:n], w, nil, x, y)
		}
		dst = dst[n:]
	}
}

// InputGrad implements [InputGrader].
func (s Sum) InputGrad(dst, w, _, x, y *mat.Dense) {
	for _, k := range s {
		if !isWhite(k) {
			mustInputGrad(k).InputGrad(dst, w, nil, x, y)
		}
	}
}

// Basis implements [Based]: the features of each term, one after the other.
func (s Sum) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	var stack basis.Stack
	for i, k := range s {
		if isWhite(k) {
			continue
		}
		b, err := Basis(k, d, o, key.Split(i))
		if err != nil {
			return nil, err
		}
		stack = append(stack, b)
	}
	return stack, nil
}

// Component is a term of a sum that has paths, by its place in the sum.
type Component struct {
	Name   string // such as "sum.1" or, without a sum, the kernel's own name
	Kernel Kernel
}

// Components returns the terms of k that are functions: all but white noise,
// or k alone if it is no sum.
func Components(k Kernel) []Component {
	s, ok := k.(Sum)
	if !ok {
		if isWhite(k) {
			return nil
		}
		return []Component{{Name: typeName(k), Kernel: k}}
	}
	var out []Component
	for i, t := range s {
		if !isWhite(t) {
			out = append(out, Component{fmt.Sprintf("sum.%d", i), t})
		}
	}
	return out
}

func childParams(level string, ks []Kernel) []Param {
	var out []Param
	for i, k := range ks {
		out = append(out, prefixed(fmt.Sprintf("%s.%d.", level, i), Params(k))...)
	}
	return out
}

func childWithParams(owner string, ks []Kernel, theta []float64) []Kernel {
	wantParams(owner, len(theta), paramCount(ks))
	out := make([]Kernel, len(ks))
	for i, k := range ks {
		n := ParamCount(k)
		out[i] = WithParams(k, theta[:n])
		theta = theta[n:]
	}
	return out
}

func paramCount(ks []Kernel) int {
	n := 0
	for _, k := range ks {
		n += ParamCount(k)
	}
	return n
}

func mustParamGrad(k Kernel) ParamGrader {
	g, ok := k.(ParamGrader)
	if !ok {
		panic(fmt.Sprintf("kernel: %s has no parameter gradient", typeName(k)))
	}
	return g
}

func mustInputGrad(k Kernel) InputGrader {
	g, ok := k.(InputGrader)
	if !ok {
		panic(fmt.Sprintf("kernel: %s has no input gradient", typeName(k)))
	}
	return g
}
