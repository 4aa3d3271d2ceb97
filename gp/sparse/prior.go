package sparse

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/linalg"
)

// Prior is a Gaussian process seen through M inducing variables
//
//	u_i = f(z_i) + sqrt(Jitter) xi_i,  xi ~ N(0, I)
//	u ~ N(m(Z), K_ZZ + Jitter I),  Cov(f(x), u) = k(x, Z)
type Prior struct {
	// Prior is the process. Its own Jitter is on the diagonal of the
	// observations, beside their noise and the kernel's white noise.
	Prior gp.Prior
	// Z are the inducing inputs, M x D.
	Z *mat.Dense
	// Jitter is the variance of u given f, always added to K_ZZ. It makes u a
	// noisy look at f(Z), so that every bound holds for any jitter.
	Jitter float64
}

// Inducing returns the prior of u with its factor. If K_ZZ + Jitter I is not
// positive definite to rounding it retries with more jitter, 1e-10 up to 1e-4
// times the mean of the diagonal of K_ZZ; [Inducing.Jitter] has what was used.
//
// It panics if there is no kernel. Errors: [ErrNoInducing], a *[gp.NotFinite] of
// an inducing input, an [*EqualInducing] where the jitter is 0, a
// *[gp.JitterError], a *[kernel.ParamError], white noise inside a product, and a
// *[linalg.NotPositiveDefinite] if the last retry fails. Cost M³/3.
func (p Prior) Inducing() (*Inducing, error) { return p.factorize(true) }

// factorize returns the prior of u, with retries or without.
func (p Prior) factorize(retry bool) (*Inducing, error) {
	white, whiteGrad, err := p.check()
	if err != nil {
		return nil, err
	}
	m, _ := p.Z.Dims()
	in := &Inducing{
		prior: p.Prior, white: white, whiteGrad: whiteGrad,
		z: mat.DenseCopyOf(p.Z), k: mat.NewDense(m, m, nil), mean: make([]float64, m),
	}
	in.plan, in.theta = kernel.Compile(p.Prior.Kernel, nil, nil)
	covariance(in.k, p.Prior.Kernel, in.z, in.z)
	in.Mean().Eval(in.mean, in.z)
	for i, v := range in.mean {
		if !finite(v) {
			return nil, &gp.NotFinite{What: "mean", Row: i, Column: -1, Value: v}
		}
	}
	in.chol, err = linalg.Factorize(mat.DenseCopyOf(in.k), linalg.Policy{Jitter: p.Jitter, Retry: retry})
	if err != nil {
		return nil, err
	}
	return in, nil
}

// check returns the variance of the kernel's white terms and its derivative to
// each parameter of the kernel, or an error for what is no prior.
func (p Prior) check() (white float64, whiteGrad []float64, err error) {
	if p.Prior.Kernel == nil {
		panic("sparse: Prior without a kernel")
	}
	if p.Z == nil || p.Z.IsEmpty() {
		return 0, nil, ErrNoInducing
	}
	for _, j := range []float64{p.Jitter, p.Prior.Jitter} {
		if !(j >= 0) || math.IsInf(j, 1) {
			return 0, nil, &gp.JitterError{Value: j}
		}
	}
	m, _ := p.Z.Dims()
	for i := range m {
		for d, v := range p.Z.RawRowView(i) {
			if !finite(v) {
				return 0, nil, &gp.NotFinite{What: "inducing input", Row: i, Column: d, Value: v}
			}
		}
	}
	if p.Jitter == 0 {
		if err := checkEqual(p.Z); err != nil {
			return 0, nil, err
		}
	}
	if err := kernel.CheckParams(p.Prior.Kernel); err != nil {
		return 0, nil, err
	}
	return kernel.WhiteVariance(p.Prior.Kernel)
}

// checkEqual returns an [*EqualInducing] for the first row of z that repeats an
// earlier one.
func checkEqual(z *mat.Dense) error {
	m, _ := z.Dims()
	for j := range m {
	rows:
		for i := range j {
			b := z.RawRowView(j)
			for d, v := range z.RawRowView(i) {
				if v != b[d] {
					continue rows
				}
			}
			return &EqualInducing{I: i, J: j}
		}
	}
	return nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
