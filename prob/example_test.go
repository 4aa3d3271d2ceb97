package prob_test

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/prob"
	"matheron/rng"
)

// A prior for a lengthscale around 0.3: its density and gradient over the
// logarithm of the lengthscale, where an optimiser works.
func Example() {
	prior := prob.LogNormal{Mu: math.Log(0.3), Sigma: 0.5}
	r := rng.New(0).Named("lengthscale").Rand()
	fmt.Printf("a draw: %.4f\n", prior.Draw(r))
	fmt.Printf("95%% of it: %.4f to %.4f\n", prior.Quantile(0.025), prior.Quantile(0.975))

	b := prior.Support().Bijector()
	y := b.Unconstrain(0.4)
	x := b.Constrain(y)
	logProb, dx := prior.LogProbGrad(x)
	jacobian, dy := b.LogJacobian(y)
	fmt.Printf("log density of y: %.4f, gradient %.4f\n", logProb+jacobian, dx*math.Exp(jacobian)+dy)
	// Output:
	// a draw: 0.2814
	// 95% of it: 0.1126 to 0.7993
	// log density of y: -0.3913, gradient -1.1507
}

func ExampleParse() {
	d, err := prob.Parse(" LogNormal(0, .3)")
	fmt.Println(d, err)
	_, err = prob.Parse("lognormal(1)")
	fmt.Println(err)
	_, err = prob.Parse("gamma(2, -1)")
	fmt.Println(err)
	// Output:
	// lognormal(0, 0.3) <nil>
	// "lognormal(1)", character 12: lognormal takes 2 arguments (mu, sigma), got 1
	// "gamma(2, -1)", character 10: gamma: rate is -1, must be positive and finite
}

// A count observed under a rate that is itself exp(f): the gradient to f.
func ExamplePoisson() {
	f := 1.2
	d := prob.Poisson{Rate: math.Exp(f)}
	logProb := d.LogProb(5)
	slope := d.ParamGrad(nil, 5)[0] * d.Rate
	fmt.Printf("log P(5) = %.4f, gradient to f %.4f\n", logProb, slope)
	// Output:
	// log P(5) = -2.1076, gradient to f 1.6799
}

// A normal distribution with a known precision matrix.
func ExampleNormalFromPrecision() {
	d, err := prob.NormalFromPrecision([]float64{1, 0}, mat.NewDense(2, 2, []float64{
		2, -1,
		-1, 2,
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	grad := make([]float64, 2)
	logProb := d.LogProbGrad(grad, []float64{0, 0})
	fmt.Printf("log density %.4f, gradient %.0f\n", logProb, grad)
	fmt.Printf("%.4f\n", mat.Formatted(d.Covariance()))
	_, err = prob.NormalFromPrecision([]float64{0, 0}, mat.NewDense(2, 2, []float64{1, 2, 2, 1}))
	fmt.Println(err)
	// Output:
	// log density -2.2886, gradient [2 -1]
	// ⎡0.6667  0.3333⎤
	// ⎣0.3333  0.6667⎦
	// multivariatenormal: precision: pivot 1 is -3: the matrix is not positive definite
}

// The shares of a mixture as a prior over the simplex, on the coordinates where a
// sampler works.
func ExampleDirichlet() {
	prior := prob.Dirichlet{Concentration: []float64{2, 3, 5}}
	b := prior.Support().Bijector()
	y := []float64{0, 0}
	x := b.Constrain(nil, y)
	dx, dy := make([]float64, 3), make([]float64, 2)
	logProb := prior.LogProbGrad(dx, x) + b.LogJacobian(dy, y)
	for i, v := range b.VJP(nil, y, dx) {
		dy[i] += v
	}
	fmt.Printf("x = %.4f: log density of y %.4f, gradient %.4f\n", x, logProb, dy)
	// Output:
	// x = [0.3333 0.3333 0.3333]: log density of y -2.0555, gradient [-1.3333 -1.0000]
}

// A correlation matrix of three rows, drawn by its Cholesky factor.
func ExampleLKJCholesky() {
	prior := prob.LKJCholesky{Rows: 3, Concentration: 2}
	l := mat.NewDense(3, 3, prior.Draw(nil, rng.New(0).Named("correlation").Rand()))
	var r mat.Dense
	r.Mul(l, l.T())
	fmt.Printf("%.3f\n", mat.Formatted(&r))
	// Output:
	// ⎡ 1.000   0.543   0.083⎤
	// ⎢ 0.543   1.000  -0.040⎥
	// ⎣ 0.083  -0.040   1.000⎦
}
