package ad_test

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/ad"
)

func Example() {
	t := ad.NewTape()
	x := t.Vector([]float64{0, 1})
	f := ad.Sum(ad.Exp(x))
	t.Backward(f)
	fmt.Printf("f = %.4f, gradient %.4f\n", f.Float(), x.Grad())

	// Output:
	// f = 3.7183, gradient [1.0000 2.7183]
}

// The log evidence of a Gaussian process with a squared-exponential kernel, in
// the logarithms of variance, lengthscale and noise variance.
func ExampleGradient() {
	inputs := mat.NewDense(4, 1, []float64{0, 0.5, 1, 1.5})
	targets := []float64{0.1, 0.9, 0.8, -0.2}

	evidence := ad.Gradient(func(t *ad.Tape, theta ad.Value) ad.Value {
		p := ad.Exp(theta)
		x, y := t.ConstMatrix(inputs), t.ConstVector(targets)
		r := ad.Div(ad.Sub(x, ad.Transpose(x)), ad.At(p, 1)) // 4 x 1 less 1 x 4
		k := ad.Mul(ad.At(p, 0), ad.Exp(ad.Scale(ad.Square(r), -0.5)))
		l := ad.Cholesky(ad.AddDiag(k, ad.At(p, 2)))
		z := ad.SolveLower(l, y)
		n := float64(len(targets))
		return ad.Scale(ad.Shift(ad.Add(ad.Dot(z, z), ad.LogDet(l)), n*math.Log(2*math.Pi)), -0.5)
	})

	grad := make([]float64, 3)
	f := evidence(grad, []float64{0, math.Log(0.5), math.Log(0.01)})
	fmt.Printf("%.5f %.5f\n", f, grad)

	// Output:
	// -3.62530 [-1.20437 1.58991 -0.03923]
}

// A gradient written by hand stands in for the operations of a function: here of
// the softmax, whose derivative needs no matrix.
func ExampleCustomVector() {
	back := func(dx [][]float64, dy []float64, _ [][]float64, y []float64) {
		if dx[0] == nil {
			return
		}
		var s float64
		for i := range y {
			s += dy[i] * y[i]
		}
		for i := range y {
			dx[0][i] += y[i] * (dy[i] - s)
		}
	}
	softmax := func(x ad.Value) ad.Value {
		y := make([]float64, x.Len())
		var s float64
		for i, v := range x.Data() {
			y[i] = math.Exp(v)
			s += y[i]
		}
		for i := range y {
			y[i] /= s
		}
		return ad.CustomVector(y, back, x)
	}

	t := ad.NewTape()
	x := t.Vector([]float64{0, math.Log(3)})
	p := softmax(x)
	t.Backward(ad.At(p, 1))
	fmt.Printf("%.4f %.4f\n", p.Data(), x.Grad())

	// Output:
	// [0.2500 0.7500] [-0.1875 0.1875]
}

// A density that computes its own gradient enters a program as one operation.
func ExampleWithGradient() {
	// log N(x; mu, 1) with d/dx and d/dmu.
	normal := func(x, mu ad.Value) ad.Value {
		r := x.Float() - mu.Float()
		return ad.WithGradient(-0.5*r*r-0.5*math.Log(2*math.Pi), [][]float64{{-r}, {r}}, x, mu)
	}
	t := ad.NewTape()
	mu := t.Scalar(1)
	f := ad.Add(normal(t.Const(3), mu), normal(mu, t.Const(0)))
	t.Backward(f)
	fmt.Printf("%.4f %.4f\n", f.Float(), mu.Grad())

	// Output:
	// -4.3379 [1.0000]
}

// A matrix that is not positive definite is not a panic: the value is NaN, and
// the tape knows the pivot.
func ExampleTape_Err() {
	t := ad.NewTape()
	k := t.Matrix(mat.NewDense(2, 2, []float64{1, 2, 2, 1}))
	f := ad.LogDet(ad.Cholesky(k))
	fmt.Println(f.Float(), t.Err())

	// Output:
	// NaN linalg: pivot 1 is -3: the matrix is not positive definite (jitter tried: 0)
}
