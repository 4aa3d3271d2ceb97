package kernel

import (
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
	"matheron/kernel/basis"
	"matheron/rng"
)

// Product is the pointwise product of kernels, k = prod_i k_i. Make it by
// [Mul]. Its parameters are those of its factors in turn, each with the prefix
// "product.I.". Only the product of the factors' variances shows in k: hold all
// but one of them by [Hold] before fitting, as the text form does.
type Product []Kernel

// Mul returns the product of ks, flattened: a factor that is itself a product
// gives its factors.
func Mul(ks ...Kernel) Kernel {
	var p Product
	for _, k := range ks {
		if t, ok := k.(Product); ok {
			p = append(p, t...)
		} else {
			p = append(p, k)
		}
	}
	if len(p) == 1 {
		return p[0]
	}
	return p
}

// Cov implements [Kernel].
func (p Product) Cov(dst, x, y *mat.Dense) {
	checkCov(dst, x, y)
	if len(p) == 0 {
		panic("kernel: an empty Product")
	}
	p[0].Cov(dst, x, y)
	if len(p) == 1 {
		return
	}
	n, _ := x.Dims()
	m, _ := y.Dims()
	block := mat.NewDense(n, m, nil)
	for _, k := range p[1:] {
		k.Cov(block, x, y)
		mulInto(dst, dst, block)
	}
}

// Diag implements [Kernel].
func (p Product) Diag(dst []float64, x *mat.Dense) {
	checkDiag(dst, x)
	fill(dst, 1)
	t := make([]float64, len(dst))
	for _, k := range p {
		k.Diag(t, x)
		for i, v := range t {
			dst[i] *= v
		}
	}
}

// Params implements [Parametric].
func (p Product) Params() []Param { return childParams("product", p) }

// WithParams implements [Parametric].
func (p Product) WithParams(theta []float64) Kernel {
	return Product(childWithParams("Product", p, theta))
}

// eachFactor calls f for each factor with its block of values and with the
// weights times the values of all other factors. The blocks are computed once
// and products are formed from both ends, so that no value is divided by.
func (p Product) eachFactor(w, x, y *mat.Dense, f func(k Kernel, w, kv *mat.Dense)) {
	checkCov(w, x, y)
	n, _ := x.Dims()
	m, _ := y.Dims()
	blocks := make([]*mat.Dense, len(p))
	for i, k := range p {
		blocks[i] = mat.NewDense(n, m, nil)
		k.Cov(blocks[i], x, y)
	}
	// after[i] is the product of the factors behind i, nil for 1.
	after := make([]*mat.Dense, len(p))
	for i := len(p) - 2; i >= 0; i-- {
		after[i] = blocks[i+1]
		if after[i+1] != nil {
			after[i] = mat.NewDense(n, m, nil)
			mulInto(after[i], blocks[i+1], after[i+1])
		}
	}
	before, wi := w, mat.NewDense(n, m, nil)
	for i, k := range p {
		switch {
		case after[i] == nil:
			f(k, before, blocks[i])
		default:
			mulInto(wi, before, after[i])
			f(k, wi, blocks[i])
			next := mat.NewDense(n, m, nil)
			mulInto(next, before, blocks[i])
			before = next
		}
	}
}

// mulInto sets dst to the elementwise product of a and b.
func mulInto(dst, a, b *mat.Dense) {
	n, _ := dst.Dims()
	for i := range n {
		asm.Multiply(dst.RawRowView(i), a.RawRowView(i), b.RawRowView(i))
	}
}

// ParamGrad implements [ParamGrader].
func (p Product) ParamGrad(dst []float64, w, _, x, y *mat.Dense) {
	wantParams("Product", len(dst), paramCount(p))
	p.eachFactor(w, x, y, func(k Kernel, wi, kv *mat.Dense) {
		n := ParamCount(k)
		if n > 0 {
			mustParamGrad(k).ParamGrad(dst[:n], wi, kv, x, y)
		}
		dst = dst[n:]
	})
}

// InputGrad implements [InputGrader].
func (p Product) InputGrad(dst, w, _, x, y *mat.Dense) {
	p.eachFactor(w, x, y, func(k Kernel, wi, kv *mat.Dense) {
		mustInputGrad(k).InputGrad(dst, wi, kv, x, y)
	})
}

// Basis implements [Based]; see [Basis].
func (p Product) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return expandedBasis(p, d, o, key)
}
