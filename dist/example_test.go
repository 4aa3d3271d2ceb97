package dist_test

import (
	"fmt"
	"math"

	"matheron/dist"
	"matheron/rng"
)

// A prior for a lengthscale around 0.3: its density and gradient over the
// logarithm of the lengthscale, where an optimiser works.
func Example() {
	prior := dist.LogNormal{Mu: math.Log(0.3), Sigma: 0.5}
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
	d, err := dist.Parse(" LogNormal(0, .3)")
	fmt.Println(d, err)
	_, err = dist.Parse("lognormal(1)")
	fmt.Println(err)
	_, err = dist.Parse("gamma(2, -1)")
	fmt.Println(err)
	// Output:
	// lognormal(0, 0.3) <nil>
	// "lognormal(1)", character 12: lognormal takes 2 arguments (mu, sigma), got 1
	// "gamma(2, -1)", character 10: gamma: rate is -1, must be positive and finite
}
