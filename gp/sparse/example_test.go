package sparse_test

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/gp/sparse"
	"matheron/kernel"
	"matheron/rng"
)

// table is 200 noisy values of a sine on [0, 6].
func table() (x *mat.Dense, y []float64) {
	r := rng.New(1).Rand()
	x, y = mat.NewDense(200, 1, nil), make([]float64, 200)
	for i := range y {
		v := 6 * float64(i) / 199
		x.Set(i, 0, v)
		y[i] = math.Sin(v) + 0.1*r.NormFloat64()
	}
	return x, y
}

// The optimal guide at eight inducing inputs, beside the exact posterior.
func Example() {
	x, y := table()
	process := gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1.5)}}
	noise := gp.Noise(0.01)

	z := mat.NewDense(8, 1, []float64{0, 0.86, 1.71, 2.57, 3.43, 4.29, 5.14, 6})
	post, bound, err := sparse.Prior{Prior: process, Z: z}.Condition(x, y, noise)
	if err != nil {
		fmt.Println(err)
		return
	}
	exact, err := process.Condition(x, y, noise)
	if err != nil {
		fmt.Println(err)
		return
	}
	at := mat.NewDense(2, 1, []float64{1, 7})
	fmt.Printf("mean     %.3f, exact %.3f\n", post.Mean(nil, at), exact.Mean(nil, at))
	fmt.Printf("variance %.4f, exact %.4f\n", post.Variance(nil, at), exact.Variance(nil, at))
	fmt.Printf("bound    %.2f, evidence %.2f\n", bound, exact.LogEvidence())

	// Output:
	// mean     [0.850 0.494], exact [0.850 0.513]
	// variance [0.0003 0.1039], exact [0.0003 0.1041]
	// bound    160.43, evidence 160.54
}

// A fit on batches of 50 rows, with inducing inputs chosen from the data.
func ExampleFit() {
	x, y := table()
	process := gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}}
	fit, err := sparse.Fit{Inducing: 10, Batch: 50, Epochs: 50}.Run(context.Background(), sparse.Prior{Prior: process}, x, y)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("noise sd %.2f\n", math.Sqrt(fit.Noise.At(0)))
	fmt.Printf("at pi/2  %.1f\n", fit.Posterior.Mean(nil, mat.NewDense(1, 1, []float64{math.Pi / 2})))
	// Output:
	// noise sd 0.10
	// at pi/2  [1.0]
}

// One natural-gradient step of size 1 on all rows takes any guide to the optimum.
func ExampleELBO_NaturalStep() {
	x, y := table()
	prior := sparse.Prior{
		Prior: gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1.5)}},
		Z:     mat.NewDense(4, 1, []float64{0, 2, 4, 6}),
	}
	noise := gp.Noise(0.01)
	in, err := prior.Inducing()
	if err != nil {
		fmt.Println(err)
		return
	}
	q, err := sparse.ToNatural(in.Guide()) // q = p(u)
	if err != nil {
		fmt.Println(err)
		return
	}
	elbo := sparse.NewELBO(200)
	to, err := elbo.NaturalStep(prior, noise, q, x, y, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	best, _, err := prior.Condition(x, y, noise)
	if err != nil {
		fmt.Println(err)
		return
	}
	before, _ := sparse.KL(q, best.Guide())
	after, _ := sparse.KL(to, best.Guide())
	fmt.Printf("KL to the optimum: %.0f nats, then %.6f\n", before, after)
	// Output:
	// KL to the optimum: 14706 nats, then 0.000000
}
