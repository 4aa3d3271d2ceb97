package gp_test

import (
	"fmt"
	"log"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/prob"
)

func Example() {
	x := mat.NewDense(4, 1, []float64{0, 1, 2, 3})
	y := []float64{0.0, 0.8, 0.9, 0.1}

	prior := gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}}
	post, err := prior.Condition(x, y, gp.Noise(0.01))
	if err != nil {
		fmt.Println(err)
		return
	}

	at := mat.NewDense(2, 1, []float64{1.5, 4})
	fmt.Printf("mean %.3f\n", post.Mean(nil, at))
	fmt.Printf("variance %.3f\n", post.Variance(nil, at))
	fmt.Printf("log evidence %.3f\n", post.LogEvidence())
	fmt.Println("jitter", post.Jitter())

	// Output:
	// mean [1.008 -0.186]
	// variance [0.017 0.523]
	// log evidence -3.492
	// jitter 0
}

// Two observations of one point are legal with noise, and an error without.
func ExamplePrior_Condition() {
	x := mat.NewDense(3, 1, []float64{0, 1, 0})
	prior := gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}}
	_, err := prior.Condition(x, []float64{1, 2, 3}, gp.Noise(0))
	fmt.Println(err)
	// Output:
	// rows 1 and 3: equal inputs and different targets, with no noise and no jitter
}

func ExampleExact_Append() {
	prior := gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}, Mean: gp.Constant{Value: 2}}
	post, err := prior.Condition(mat.NewDense(2, 1, []float64{0, 1}), []float64{2, 3}, gp.Noise(0.1))
	if err != nil {
		fmt.Println(err)
		return
	}
	at := mat.NewDense(1, 1, []float64{2})
	fmt.Printf("%.2f\n", post.Mean(nil, at))
	post, err = post.Append(at, []float64{1}, gp.Noise(0.1))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f\n", post.Mean(nil, at))
	// Output:
	// [2.69]
	// [1.24]
}

// An Evidence is what a fit climbs: fixed data, other parameters each time.
func ExampleEvidence() {
	x := mat.NewDense(4, 1, []float64{0, 1, 2, 3})
	e := gp.NewEvidence(x, []float64{0.0, 0.8, 0.9, 0.1})
	for _, l := range []float64{0.3, 1, 3} {
		prior := gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(l)}}
		value, grad, err := e.EvalGrad(prior, gp.Noise(0.01))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("lengthscale %.1f: %.2f, slope %.2f\n", l, value, grad.Kernel[1])
	}
	// Output:
	// lengthscale 0.3: -4.42, slope 0.11
	// lengthscale 1.0: -3.49, slope 1.87
	// lengthscale 3.0: -9.23, slope -7.59
}

// The parameters of a process by name: a fixed noise, a prior on all lengthscales and
// another one on the second.
func ExampleParameters() {
	params, err := gp.NewParameters(
		gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(0.5, 2)}, Mean: gp.Constant{}},
		gp.Noise(0.01),
		gp.ParameterOptions{
			Fixed: []string{gp.NoiseName},
			Priors: gp.Priors{
				"lengthscale":    prob.LogNormal{Mu: 0, Sigma: 1},
				"lengthscale[1]": prob.Uniform{Lower: 1, Upper: 5},
			}.List(),
		})
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range params.Free() {
		fmt.Println(p.Name, p.Value, p.Support(), p.Prior)
	}
	// A point without bounds is a process.
	z := []float64{math.Log(2), 0, 0, -0.5}
	prior, noise := params.At(params.Constrain(nil, z))
	fmt.Println(prior.Kernel, prior.Mean, noise.At(0))
	fmt.Printf("log prior density there: %.4f\n", params.LogPriorGrad(nil, z))

	_, err = gp.NewParameters(prior, noise, gp.ParameterOptions{Priors: gp.Priors{"period": prob.HalfNormal{SD: 1}}.List()})
	fmt.Println(err)
	// Output:
	// RBF.variance 1 positive <nil>
	// RBF.lengthscale[0] 0.5 positive lognormal(0, 1)
	// RBF.lengthscale[1] 2 (1, 5) uniform(1, 5)
	// Mean.constant 0 real <nil>
	// {2 {0 [1 3]}} {-0.5} 0.01
	// log prior density there: -2.3052
	// no parameter is called "period"; there are RBF.variance, RBF.lengthscale[0], RBF.lengthscale[1], Mean.constant, noise_variance
}

// A cubic of two inputs has ten features: 3,000 rows are no more work than ten.
func ExampleWoodbury() {
	x, y := mat.NewDense(3000, 2, nil), make([]float64, 3000)
	for i := range y {
		a, b := float64(i%50)/50, float64(i/50)/60
		x.SetRow(i, []float64{a, b})
		y[i] = 1 + a*b - 2*b*b*b
	}
	prior := gp.Prior{Kernel: kernel.Polynomial{Variance: 1, Bias: 1, Degree: 3}, Solver: gp.Woodbury{}}
	post, err := prior.Condition(x, y, gp.Noise(1e-4))
	if err != nil {
		fmt.Println(err)
		return
	}
	at := mat.NewDense(1, 2, []float64{0.5, 0.5})
	fmt.Printf("%s: mean %.4f, sd %.5f\n", post.Solver().Name(), post.Mean(nil, at), math.Sqrt(post.Variance(nil, at)[0]))

	prior.Kernel = kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}
	_, err = prior.Condition(x, y, gp.Noise(1e-4))
	fmt.Println(err)
	// Output:
	// woodbury: mean [1.0000], sd 0.00034
	// the woodbury solver takes kernels of finite rank: RBF has infinite rank
}

// Two explanations of the same data, the first three times as likely.
func ExampleWeightedMixture() {
	x, y := mat.NewDense(3, 1, []float64{0, 1, 2}), []float64{0, 1, 0}
	var parts []gp.Posterior
	for _, l := range []float64{1, 0.2} {
		post, err := gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(l)}}.Condition(x, y, gp.Noise(0.01))
		if err != nil {
			fmt.Println(err)
			return
		}
		parts = append(parts, post)
	}
	m := gp.WeightedMixture([]float64{3, 1}, parts...)
	mean, variance := m.Moments(mat.NewDense(1, 1, []float64{0.5}))
	fmt.Printf("mean %.3f, sd %.3f\n", mean[0], math.Sqrt(variance[0]))
	fmt.Println("of 10 functions", m.Counts(10))
	// Output:
	// mean 0.507, sd 0.583
	// of 10 functions [8 2]
}
