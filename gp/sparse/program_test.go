package sparse_test

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/ad"
	"matheron/gp"
	"matheron/gp/sparse"
	"matheron/infer"
	"matheron/kernel"
	"matheron/linalg"
	"matheron/ppl"
	"matheron/prob"
	"matheron/rng"
)

// A guide by a program: the whitened inducing variables are its latent site, and
// a normal that is fitted to it by stochastic variational inference is a guide like
// any other. The program has the bound's own density,
//
//	log p(v) + sum_i E[log N(y_i | f(x_i), s) | v],  f(X) | v ~ N(V' v, K - V' V),  V = L⁻¹ k(Z,X),
//
// so that the fit's bound is that of package sparse and its optimum the closed
// form.
func Example_program() {
	x, y := table()
	process := gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1.5)}}
	const noise = 0.01
	prior := sparse.Prior{Prior: process, Z: mat.NewDense(6, 1, []float64{0, 1.2, 2.4, 3.6, 4.8, 6})}
	in, err := prior.Inducing()
	if err != nil {
		fmt.Println(err)
		return
	}
	rows, _ := x.Dims()
	v := mat.NewDense(in.Len(), rows, nil)
	in.Kernel().Cov(v, in.Z(), x)
	in.Cholesky().SolveLower(v)
	lost := float64(rows) // sum_i k_ii - |V_i|²
	for _, a := range v.RawMatrix().Data {
		lost -= a * a
	}
	columns := mat.DenseCopyOf(v.T())

	model := func(c *ppl.Context) {
		var white ad.Value
		c.Plate("inducing", in.Len(), func() { white = c.Sample("v", ppl.Of(prob.Normal{SD: 1})) })
		f := ad.MatMul(c.Tape().ConstMatrix(columns), white)
		c.Observe("y", ppl.Normal(f, c.Const(math.Sqrt(noise))), y...)
		c.Factor("lost", c.Const(-lost/(2*noise)))
	}
	target, err := ppl.NewTarget(model, rng.New(1))
	if err != nil {
		fmt.Println(err)
		return
	}
	fit, err := infer.SVI{Guide: infer.FullRank, Key: rng.New(2)}.Run(context.Background(), target)
	if err != nil {
		fmt.Println(err)
		return
	}
	guide := in.Whiten(mustFullRank(fit.Mean(), fit.Covariance()))

	best, bound, err := prior.Condition(x, y, gp.Noise(noise))
	if err != nil {
		fmt.Println(err)
		return
	}
	off, err := sparse.KL(guide, best.Guide())
	if err != nil {
		fmt.Println(err)
		return
	}
	elbo, err := sparse.NewELBO(0).Eval(prior, gp.Noise(noise), guide, x, y)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("fit:", fit.Status)
	fmt.Printf("bound %.2f by the program, %.2f by its guide, %.2f in closed form\n", fit.ELBO, elbo, bound)
	fmt.Println("KL to the closed form below 0.001:", off < 1e-3)
	at := mat.NewDense(2, 1, []float64{1, 7})
	fmt.Printf("mean %.1f\n", sparse.NewPosterior(in, guide).Mean(nil, at))
	// Output:
	// fit: converged
	// bound 153.42 by the program, 153.42 by its guide, 153.42 in closed form
	// KL to the closed form below 0.001: true
	// mean [0.9 0.4]
}

// mustFullRank returns the guide of that mean and covariance.
func mustFullRank(mean []float64, covariance *mat.SymDense) sparse.FullRank {
	c, err := linalg.Factorize(mat.DenseCopyOf(covariance), linalg.Policy{})
	if err != nil {
		panic(err)
	}
	q, err := sparse.NewFullRank(mean, c.L())
	if err != nil {
		panic(err)
	}
	return q
}
