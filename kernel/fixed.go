package kernel

import (
	"fmt"
	"strings"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel/basis"
	"matheron/rng"
)

// Fixed is a kernel some of whose parameters stay as they are: they leave
// Params. Make it by [Fix]. It adds no level to names.
type Fixed struct {
	kernel Kernel
	free   []int     // positions in Params(kernel), ascending
	rest   []float64 // the values of the others
}

// Fix returns k with the parameters that the patterns match (see
// [MatchNames]) fixed at their values. It panics if a pattern matches none.
func Fix(k Kernel, patterns ...string) Kernel {
	params := Params(k)
	fixed := make([]bool, len(params))
	for _, pattern := range patterns {
		found := MatchNames(params, pattern)
		for _, i := range found {
			fixed[i] = true
		}
		if len(found) == 0 {
			panic(fmt.Sprintf("kernel: no parameter %q to fix among %s", pattern, strings.Join(names(params), ", ")))
		}
	}
	h := Fixed{kernel: k}
	if inner := Open(k); inner.Op == FixedOf {
		h.kernel = inner.Inner
		for i, f := range inner.Free {
			if !fixed[i] {
				h.free = append(h.free, f)
			}
		}
		return h.settled()
	}
	for i := range params {
		if !fixed[i] {
			h.free = append(h.free, i)
		}
	}
	if len(h.free) == len(params) {
		return k
	}
	return h.settled()
}

// settled returns k with the values that it fixes.
func (k Fixed) settled() Fixed {
	free := k.free
	for i, v := range appendValues(nil, k.kernel) {
		if len(free) > 0 && free[0] == i {
			free = free[1:]
		} else {
			k.rest = append(k.rest, v)
		}
	}
	return k
}

// Unwrap returns the kernel with all of its parameters.
func (k Fixed) Unwrap() Kernel { return k.kernel }

// Free returns the positions of the free parameters among those of Unwrap.
func (k Fixed) Free() []int { return append([]int(nil), k.free...) }

func (Fixed) description() *Family { return nil }

// Cov implements [Kernel].
func (k Fixed) Cov(dst, x, y *mat.Dense) { cov(k, dst, x, y) }

// Diag implements [Kernel].
func (k Fixed) Diag(dst []float64, x *mat.Dense) { diag(k, dst, x) }

// Params implements [Parametric].
func (k Fixed) Params() []Param { return params(k) }

// WithParams implements [Parametric].
func (k Fixed) WithParams(theta []float64) Kernel { return withParams(k, theta) }

// ParamGrad implements [ParamGrader].
func (k Fixed) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) { paramGrad(k, dst, w, kv, x, y) }

// InputGrad implements [InputGrader].
func (k Fixed) InputGrad(dst, w, kv, x, y *mat.Dense) { inputGrad(k, dst, w, kv, x, y) }

// Basis implements [Based].
func (k Fixed) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return Basis(k.kernel, d, o, key)
}
