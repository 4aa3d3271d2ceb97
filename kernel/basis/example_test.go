package basis_test

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel/basis"
	"matheron/rng"
)

// A draw of an RBF prior of two inputs as a function: weights times features.
func Example() {
	spectrum := basis.Gaussian([]float64{0.5, 2}) // lengthscales
	b, err := basis.DrawFourier([]basis.Spectrum{spectrum}, 2, 1, basis.Options{Count: 4096}, rng.New(0))
	if err != nil {
		fmt.Println(err)
		return
	}
	x := mat.NewDense(2, 2, []float64{0, 0, 0.5, 0}) // one lengthscale apart
	phi := mat.NewDense(2, b.Len(), nil)
	b.Eval(phi, x)

	var k mat.Dense
	k.Mul(phi, phi.T())
	fmt.Printf("k(x, x) = %.3f\n", k.At(0, 0))
	fmt.Printf("k(x, y) within 3 standard errors: %t\n", math.Abs(k.At(0, 1)-math.Exp(-0.5)) < 3.0/64)

	w := mat.NewDense(1, b.Len(), nil)
	r := rng.New(0).Named("weights").Rand()
	for j := range b.Len() {
		w.Set(0, j, r.NormFloat64())
	}
	var f, g mat.Dense
	f.Mul(phi, w.T())
	g.CloneFrom(mat.NewDense(2, 2, nil))
	b.InputGrad(&g, w, x)
	fmt.Printf("%d values, %d gradients\n", f.RawMatrix().Rows, g.RawMatrix().Rows)
	// Output:
	// k(x, x) = 1.000
	// k(x, y) within 3 standard errors: true
	// 2 values, 2 gradients
}

// A periodic kernel has exact features: one constant and a pair a harmonic.
func ExampleNewHarmonics() {
	const lengthscale, period = 1.0, 2.0
	c := basis.PeriodicWeights(1/(lengthscale*lengthscale), 1e-6)
	omega := mat.NewDense(len(c), 1, nil)
	for j := range c {
		omega.Set(j, 0, float64(j)*2*math.Pi/period)
	}
	b := basis.NewHarmonics(omega, c)
	phi := mat.NewDense(2, b.Len(), nil)
	b.Eval(phi, mat.NewDense(2, 1, []float64{0, 0.5}))
	var k mat.Dense
	k.Mul(phi, phi.T())
	fmt.Printf("%d features: %.5f, kernel %.5f\n", b.Len(), k.At(0, 1), math.Exp(-2*math.Pow(math.Sin(math.Pi/4), 2)))
	// Output: 15 features: 0.36788, kernel 0.36788
}

// (1 + x.y)^2 in two inputs has six monomials.
func ExampleExponents() {
	for _, e := range basis.Exponents(2, 2) {
		fmt.Print(e, " ", basis.Multinomial(2, e), "  ")
	}
	// Output: [0 0] 1  [1 0] 2  [0 1] 2  [2 0] 1  [1 1] 2  [0 2] 1
}
