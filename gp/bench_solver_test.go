package gp_test

import (
	"fmt"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/rng"
)

// rank20 is a problem of N rows with a kernel of 20 features, cubic in 3 inputs.
func rank20(n int) (k kernel.Kernel, x *mat.Dense, y []float64) {
	r := rng.New(1).Rand()
	x, y = mat.NewDense(n, 3, nil), make([]float64, n)
	for i := range n {
		for j := range 3 {
			x.Set(i, j, 2*r.Float64()-1)
		}
		y[i] = x.At(i, 0)*x.At(i, 1) - x.At(i, 2) + 0.1*r.NormFloat64()
	}
	return kernel.Polynomial{Variance: 1, Bias: 1, Degree: 3}, x, y
}

// BenchmarkSolver conditions, predicts at 100 points and differentiates the evidence.
// Dense algebra of 20,000 rows needs 3.2 GB and is left out.
func BenchmarkSolver(b *testing.B) {
	for _, c := range []struct {
		kind gp.SolverKind
		n    int
	}{{gp.Cholesky{}, 2000}, {gp.Woodbury{}, 2000}, {gp.Cholesky{}, 5000}, {gp.Woodbury{}, 5000}, {gp.Woodbury{}, 20000}} {
		k, x, y := rank20(c.n)
		prior := gp.Prior{Kernel: k, Solver: c.kind}
		var post *gp.Exact
		b.Run(fmt.Sprintf("condition/%s/N=%d", c.kind.Name(), c.n), func(b *testing.B) {
			for b.Loop() {
				var err error
				if post, err = prior.Condition(x, y, gp.Noise(0.01)); err != nil {
					b.Fatal(err)
				}
			}
		})
		at := x.Slice(0, 100, 0, 3).(*mat.Dense)
		b.Run(fmt.Sprintf("predict/%s/N=%d", c.kind.Name(), c.n), func(b *testing.B) {
			for b.Loop() {
				post.Mean(nil, at)
				post.Variance(nil, at)
			}
		})
		b.Run(fmt.Sprintf("gradient/%s/N=%d", c.kind.Name(), c.n), func(b *testing.B) {
			for b.Loop() {
				post.EvidenceGrad()
			}
		})
	}
}
