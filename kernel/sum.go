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
	if s := flatten(SumOf, ks); len(s) > 1 {
		return Sum(s)
	} else if len(s) == 1 {
		return s[0]
	}
	return Sum(nil)
}

func (Sum) description() *Family { return nil }

// Cov implements [Kernel].
func (s Sum) Cov(dst, x, y *mat.Dense) { cov(s, dst, x, y) }

// Diag implements [Kernel].
func (s Sum) Diag(dst []float64, x *mat.Dense) { diag(s, dst, x) }

// Params implements [Parametric].
func (s Sum) Params() []Param { return params(s) }

// WithParams implements [Parametric].
func (s Sum) WithParams(theta []float64) Kernel { return withParams(s, theta) }

// ParamGrad implements [ParamGrader].
func (s Sum) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) { paramGrad(s, dst, w, kv, x, y) }

// InputGrad implements [InputGrader].
func (s Sum) InputGrad(dst, w, kv, x, y *mat.Dense) { inputGrad(s, dst, w, kv, x, y) }

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
	s := Open(k)
	if s.Op != SumOf {
		if isWhite(k) {
			return nil
		}
		return []Component{{Name: typeName(k), Kernel: k}}
	}
	var out []Component
	for i, t := range s.Parts {
		if !isWhite(t) {
			out = append(out, Component{fmt.Sprintf("sum.%d", i), t})
		}
	}
	return out
}
