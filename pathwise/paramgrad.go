package pathwise

import (
	"fmt"
	"strings"

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
// Components are RBF, Matern12, Matern32 and Matern52; the error names another one,
// whose features are not that simple a function of its parameters, or is that of
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
	scaled, err := p.scaled(len(grad))
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
		for i, s := range scaled {
			weights := block(p.weights, offsets[i], offsets[i+1], lo, hi)
			s.features = p.bases[b][i]
			s.add(grad, block(wt, 0, t, lo, hi), weights, x)
			s.add(grad, block(u, 0, rows, lo, hi), weights, p.x)
		}
	}
	return grad, nil
}

// scaled is a component whose parameters are its variance and its lengthscales: its
// features are sqrt(variance) times a function of x_d/l_d.
type scaled struct {
	features basis.Basis
	params   []kernel.Param
	offset   int // of its parameters among all
}

// scaled returns the components of the kernel, which has so many parameters.
func (p *part) scaled(params int) ([]scaled, error) {
	var out []scaled
	offset := 0
	for _, c := range kernel.Components(p.kernel) {
		switch c.Kernel.(type) {
		case kernel.RBF, kernel.Matern12, kernel.Matern32, kernel.Matern52:
		default:
			return nil, fmt.Errorf("the features of %s have no derivative with respect to its parameters", c.Name)
		}
		s := scaled{params: kernel.Params(c.Kernel), offset: offset}
		offset += len(s.params)
		out = append(out, s)
	}
	if offset != params {
		return nil, fmt.Errorf("of %d parameters %d are not those of functions", params, params-offset)
	}
	return out, nil
}

// block returns rows i to j and columns k to l of m, which it shares.
func block(m *mat.Dense, i, j, k, l int) *mat.Dense { return m.Slice(i, j, k, l).(*mat.Dense) }

// add adds <v weightsᵀ, dPhi_x> to the gradient: v is T x S, weights F x S.
func (s scaled) add(grad []float64, v, weights, x *mat.Dense) {
	t, d := x.Dims()
	f := s.features.Len()
	contraction, phi := mat.NewDense(t, f, nil), mat.NewDense(t, f, nil)
	linalg.MulTransB(contraction, v, weights)
	s.features.Eval(phi, x)
	phi.MulElem(phi, contraction)
	slope := mat.NewDense(t, d, nil)
	s.features.InputGrad(slope, contraction, x)
	slope.MulElem(slope, x)
	for i, q := range s.params {
		var change float64
		switch name := q.Name[strings.LastIndexByte(q.Name, '.')+1:]; {
		case name == "variance":
			change = mat.Sum(phi) / 2
		case len(s.params) == 2: // one lengthscale for all inputs
			change = -mat.Sum(slope)
		default:
			change = -mat.Sum(slope.ColView(i - 1))
		}
		grad[s.offset+i] += change / q.Value
	}
}
