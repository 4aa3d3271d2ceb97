package ppl_test

import (
	"context"
	"fmt"
	"strings"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"matheron/ad"
	"matheron/ppl"
	"matheron/prob"
	"matheron/rng"
)

// Eight schools, centred as it is written and non-centred by a handler.
func Example() {
	y := []float64{28, 8, -3, 7, -1, 1, 18, 12}
	sigma := []float64{15, 10, 16, 11, 9, 11, 10, 18}
	model := func(c *ppl.Context) {
		mu := c.Sample("mu", ppl.Of(prob.Normal{Mean: 0, SD: 5}))
		tau := c.Sample("tau", ppl.Of(prob.HalfCauchy{Scale: 5}))
		c.Plate("school", len(y), func() {
			theta := c.Sample("theta", ppl.Normal(mu, tau))
			c.Observe("y", ppl.Normal(theta, c.ConstVector(sigma...)), y...)
		})
	}
	target, err := ppl.NewTarget(model, rng.New(1), ppl.NonCentered("theta"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range target.Variables() {
		fmt.Println(v.Name, v.Shape)
	}
	x := make([]float64, target.Dim()) // mu = 0, tau = 1, theta = 0
	grad := make([]float64, target.Dim())
	fmt.Printf("log density %.4f\n", target.LogProbGrad(grad, x))
	fmt.Printf("derivative to mu %.4f\n", grad[0])

	trace, err := target.Trace(x)
	if err != nil {
		fmt.Println(err)
		return
	}
	theta, _ := trace.Site("theta")
	fmt.Println(theta.Kind, theta.Shape)
	// Output:
	// mu ()
	// tau ()
	// theta_standard (8)
	// log density -43.4356
	// derivative to mu 0.4635
	// deterministic (8)
}

// A handler of your own: it prints the statements of a program as they run, with
// the dimensions that they are in.
func ExampleHandler() {
	tell := func(next ppl.Eval) ppl.Eval {
		n := 0 // of this run
		return func(c *ppl.Context, s *ppl.Site) {
			next(c, s)
			n++
			fmt.Printf("%d %s%v %s %v\n", n, strings.Repeat("  ", len(s.Plates)), s.Kind, s.Name, ppl.ShapeOf(s.Value))
		}
	}
	model := func(c *ppl.Context) {
		slope := c.Sample("slope", ppl.Of(prob.Normal{SD: 1}))
		c.Plate("row", 3, func() {
			x := c.Sample("x", ppl.Of(prob.Uniform{Lower: 0, Upper: 1}))
			c.Observe("y", ppl.Normal(ad.Mul(slope, x), c.Const(0.1)), 0.1, 0.2, 0.3)
		})
	}
	err := ppl.Run(model, nil, tell, ppl.Substitute(ppl.Values{"slope": {2}}), ppl.Seed(rng.New(1)))
	fmt.Println(err)
	// Output:
	// 1 sample slope ()
	// 2   sample x (3)
	// 3   observe y (3)
	// <nil>
}

// Data drawn from the prior.
func ExamplePrior() {
	model := func(c *ppl.Context) {
		rate := c.Sample("rate", ppl.Of(prob.Gamma{Shape: 4, Rate: 2}))
		c.Observe("count", ppl.Poisson(rate), 0, 0, 0)
	}
	s, err := ppl.Prior(context.Background(), model, rng.New(1), 10000)
	if err != nil {
		fmt.Println(err)
		return
	}
	mean, variance := stat.MeanVariance(mat.Col(nil, 0, s.Get("count")), nil)
	fmt.Printf("mean %.1f, variance %.1f\n", mean, variance) // 2, and 2 + 1
	// Output:
	// mean 2.0, variance 3.0
}

func ExampleSiteError() {
	_, err := ppl.TraceOf(func(c *ppl.Context) {
		c.Sample("RBF.variance", ppl.LogNormal(c.Const(0), c.Const(-1)))
	}, rng.New(1))
	fmt.Println(err)
	// Output:
	// site "RBF.variance": lognormal: sigma is -1, must be positive and finite
}
