package kerneltest

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/rng"
)

// draws is the number of bases over which the kernel estimate is averaged.
const draws = 400

// testBasis checks that the mean of phi(x).phi(y) over independently drawn
// bases is k(x, y), within 5 standard errors as the draws themselves show them.
// A deterministic basis has no spread and must be exact to rounding.
func testBasis(t reporter, k kernel.Kernel, b kernel.Based, x *mat.Dense) {
	n, d := x.Dims()
	want := cov(k, x, x)
	for _, o := range []basis.Options{{Count: 16}, {Count: 16, Form: basis.CosPhase}, {Count: 16, Frequencies: basis.Orthogonal}} {
		sum, squares := mat.NewDense(n, n, nil), mat.NewDense(n, n, nil)
		for r := range draws {
			phi, err := b.Basis(d, o, rng.New(uint64(r)))
			if err != nil {
				t.Fatal(err)
			}
			if phi.Len() == 0 {
				continue
			}
			f, got := mat.NewDense(n, phi.Len(), nil), mat.NewDense(n, n, nil)
			phi.Eval(f, x)
			got.Mul(f, f.T())
			sum.Add(sum, got)
			got.MulElem(got, got)
			squares.Add(squares, got)
		}
		for i := range n {
			for j := range n {
				mean := sum.At(i, j) / draws
				sd := math.Sqrt(math.Max(0, squares.At(i, j)/draws-mean*mean) / draws)
				tol := 5*sd + 1e-12*math.Max(1, math.Abs(want.At(i, j)))
				if math.Abs(mean-want.At(i, j)) > tol {
					t.Errorf("%+v: features give %v at (%d, %d), the kernel %v (5 standard errors: %v)", o, mean, i, j, want.At(i, j), tol)
				}
			}
		}
	}
}
