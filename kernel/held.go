package kernel

import (
	"fmt"
	"strings"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel/basis"
	"matheron/rng"
)

// Held is a kernel some of whose parameters stay as they are: they leave
// Params. Make it by [Hold]. It adds no level to names.
type Held struct {
	kernel Kernel
	free   []int     // positions in Params(kernel), ascending
	rest   []float64 // the values of the others
}

// Hold returns k with the parameters that the patterns match (see
// [MatchNames]) held at their values. It panics if a pattern matches none.
func Hold(k Kernel, patterns ...string) Kernel {
	params := Params(k)
	held := make([]bool, len(params))
	for _, pattern := range patterns {
		found := MatchNames(params, pattern)
		for _, i := range found {
			held[i] = true
		}
		if len(found) == 0 {
			panic(fmt.Sprintf("kernel: no parameter %q to hold among %s", pattern, strings.Join(names(params), ", ")))
		}
	}
	h := Held{kernel: k}
	if inner, ok := k.(Held); ok {
		h.kernel = inner.kernel
		for i, f := range inner.free {
			if !held[i] {
				h.free = append(h.free, f)
			}
		}
		return h.settled()
	}
	for i := range params {
		if !held[i] {
			h.free = append(h.free, i)
		}
	}
	if len(h.free) == len(params) {
		return k
	}
	return h.settled()
}

// settled returns k with the values that it holds.
func (k Held) settled() Held {
	free := k.free
	for i, v := range AppendValues(nil, k.kernel) {
		if len(free) > 0 && free[0] == i {
			free = free[1:]
		} else {
			k.rest = append(k.rest, v)
		}
	}
	return k
}

// Unwrap returns the kernel with all of its parameters.
func (k Held) Unwrap() Kernel { return k.kernel }

// Free returns the positions of the free parameters among those of Unwrap.
func (k Held) Free() []int { return append([]int(nil), k.free...) }

// Cov implements [Kernel].
func (k Held) Cov(dst, x, y *mat.Dense) { k.kernel.Cov(dst, x, y) }

// Diag implements [Kernel].
func (k Held) Diag(dst []float64, x *mat.Dense) { k.kernel.Diag(dst, x) }

// Params implements [Parametric].
func (k Held) Params() []Param {
	all := Params(k.kernel)
	out := make([]Param, len(k.free))
	for i, f := range k.free {
		out[i] = all[f]
	}
	return out
}

// WithParams implements [Parametric].
func (k Held) WithParams(theta []float64) Kernel {
	wantParams("Held", len(theta), len(k.free))
	all := AppendValues(nil, k.kernel)
	for i, f := range k.free {
		all[f] = theta[i]
	}
	return Held{WithParams(k.kernel, all), k.free, k.rest}
}

// ParamGrad implements [ParamGrader].
func (k Held) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	wantParams("Held", len(dst), len(k.free))
	if len(k.free) == 0 {
		return
	}
	all := make([]float64, ParamCount(k.kernel))
	mustParamGrad(k.kernel).ParamGrad(all, w, kv, x, y)
	for i, f := range k.free {
		dst[i] += all[f]
	}
}

// InputGrad implements [InputGrader].
func (k Held) InputGrad(dst, w, kv, x, y *mat.Dense) {
	mustInputGrad(k.kernel).InputGrad(dst, w, kv, x, y)
}

// Basis implements [Based].
func (k Held) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return Basis(k.kernel, d, o, key)
}
