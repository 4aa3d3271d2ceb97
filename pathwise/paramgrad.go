package pathwise

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/linalg"
)

// ParamGrad returns the gradient of sum_si w_si f_s(x_i), w being S x T for the T
// rows of x, with respect to the parameters of the kernel in the order of
// [kernel.Params]; of a mixture, to those of each part, one part after the other. The
// base randomness of the functions is fixed: their weights, their standard normal noise
// and their frequencies in units of the lengthscales. It is how paths change that are
// drawn again with the same key from the posterior with other parameters,
//
//	f       = m(x) + Phi_x W + K_xX V,  V = H⁻¹ R,  R = y - m(X) - Phi_X W - E
//	<w, df> = <w Wᵀ, dPhi_x> - <U Wᵀ, dPhi_X> + <w Vᵀ, dK_xX> - <U Vᵀ, dK_XX>,  U = H⁻¹ K_Xx w
//
// with w and the paths' values as columns. Noise, jitter and mean are fixed, and of an
// inducing posterior the draws of u. A random Fourier feature depends on a lengthscale
// through x_d/l_d alone, so that l_d dphi/dl_d = -x_d dphi/dx_d.
//
// Each component of the kernel is a leaf, wrapped or not, whose features are a simple
// function of its parameters; see [kernel.Dependence]. The error names another one and
// the parameter, or is that of
// [Paths.Posterior]. It panics for a component of the kernel and on shapes that do not
// fit. Cost O((N + T)(F + N) S), and that of the contraction of the kernel's derivatives.
func (p *Paths) ParamGrad(w, x *mat.Dense) ([]float64, error) {
	p.checkInputs(x)
	t, _ := x.Dims()
	if r, c := w.Dims(); r != p.Len() || c != t {
		panic(fmt.Sprintf("pathwise: ParamGrad: weights are %d x %d for %d paths at %d points", r, c, p.Len(), t))
	}
	return gather(p, func(i int, q *part) ([]float64, error) {
		return q.paramGrad(w.Slice(p.first[i], p.first[i+1], 0, t).(*mat.Dense), x)
	})
}

// paramGrad is [Paths.ParamGrad].
func (p *part) paramGrad(w, x *mat.Dense) ([]float64, error) {
	if p.component.is {
		panic("pathwise: ParamGrad of a component")
	}
	t, _ := x.Dims()
	grad := make([]float64, len(kernel.Params(p.kernel)))
	parts, err := p.featureParts(len(grad))
	if err != nil {
		return nil, err
	}
	g, err := p.given()
	if err != nil {
		return nil, err
	}
	rows, _ := p.x.Dims()
	// U, N x S.
	cross := mat.NewDense(rows, t, nil)
	p.kernel.Cov(cross, p.x, x)
	wt := mat.DenseCopyOf(w.T())
	u := mat.NewDense(rows, p.n, nil)
	linalg.Mul(u, cross, wt)
	g.solver().Solve(u, u)
	u.Scale(-1, u)

	// The kernel itself.
	at, within := mat.NewDense(t, rows, nil), mat.NewDense(rows, rows, nil)
	linalg.MulTransB(at, wt, p.v)
	linalg.MulTransB(within, u, p.v)
	k := p.kernel.(kernel.ParamGrader)
	k.ParamGrad(grad, at, nil, x, p.x)
	k.ParamGrad(grad, within, nil, p.x, p.x)

	// The features, by groups of paths that share them.
	for b := range p.bases {
		lo, hi := 0, p.n
		if p.perPath {
			lo, hi = b, b+1
		}
		offsets := p.bases[b].Offsets()
		for i, part := range parts {
			weights := block(p.weights, offsets[i], offsets[i+1], lo, hi)
			part.features = p.bases[b][i]
			part.add(grad, block(wt, 0, t, lo, hi), weights, x)
			part.add(grad, block(u, 0, rows, lo, hi), weights, p.x)
		}
	}
	return grad, nil
}

// featurePart is a component of the kernel with what its features are of its parameters.
type featurePart struct {
	features basis.Basis
	params   []featureParam
	offset   int // of its parameters among all
}

// featureParam is a parameter θ with θ dphi/dθ = amplitude phi + stretch x dphi/dx over
// some columns of x, nil for all.
type featureParam struct {
	value, amplitude, stretch float64
	columns                   []int
}

// featureParts returns the components of the kernel, which has so many parameters.
func (p *part) featureParts(params int) ([]featurePart, error) {
	var out []featurePart
	offset := 0
	for _, c := range kernel.Components(p.kernel) {
		leaves := kernel.Leaves(c.Kernel)
		part := featurePart{offset: offset}
		for _, q := range kernel.Params(c.Kernel) {
			f, ok := featureParam{value: q.Value}, false
			if len(leaves) == 1 {
				f.amplitude, f.stretch, f.columns, ok = leaves[0].FeatureGrad(q.Name)
			}
			if !ok {
				return nil, fmt.Errorf("the features of %s have no derivative with respect to its parameters: %s", c.Name, q.Name)
			}
			part.params = append(part.params, f)
		}
		offset += len(part.params)
		out = append(out, part)
	}
	if offset != params {
		return nil, fmt.Errorf("of %d parameters %d are not those of functions", params, params-offset)
	}
	return out, nil
}

// block returns rows i to j and columns k to l of m, which it shares.
func block(m *mat.Dense, i, j, k, l int) *mat.Dense { return m.Slice(i, j, k, l).(*mat.Dense) }

// add adds <v weightsᵀ, dPhi_x> to the gradient: v is T x S, weights F x S.
func (s featurePart) add(grad []float64, v, weights, x *mat.Dense) {
	t, d := x.Dims()
	f := s.features.Len()
	if f == 0 {
		return
	}
	contraction, phi := mat.NewDense(t, f, nil), mat.NewDense(t, f, nil)
	linalg.MulTransB(contraction, v, weights)
	s.features.Eval(phi, x)
	phi.MulElem(phi, contraction)
	slope := mat.NewDense(t, d, nil)
	if slices.ContainsFunc(s.params, func(p featureParam) bool { return p.stretch != 0 }) {
		s.features.InputGrad(slope, contraction, x)
		slope.MulElem(slope, x)
	}
	for i, p := range s.params {
		change := p.amplitude * mat.Sum(phi)
		switch {
		case p.stretch == 0:
		case p.columns == nil:
			change += p.stretch * mat.Sum(slope)
		default:
			for _, c := range p.columns {
				change += p.stretch * mat.Sum(slope.ColView(c))
			}
		}
		grad[s.offset+i] += change / p.value
	}
}
