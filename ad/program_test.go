package ad_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/ad"
)

// Random programs: thirty operations, each on values drawn from what is there.
// All map [-3, 3] smoothly into it, so that no program leaves its domain.
func TestRandomPrograms(t *testing.T) {
	steps := []func(a, b ad.Value) ad.Value{
		func(a, _ ad.Value) ad.Value { return ad.Sin(a) },
		func(a, _ ad.Value) ad.Value { return ad.Tanh(a) },
		func(a, _ ad.Value) ad.Value { return ad.Erf(a) },
		func(a, _ ad.Value) ad.Value { return ad.Logistic(ad.Neg(a)) },
		func(a, _ ad.Value) ad.Value { return ad.Exp(ad.Neg(ad.Square(a))) },
		func(a, _ ad.Value) ad.Value { return ad.Log1p(ad.Square(a)) },
		func(a, _ ad.Value) ad.Value { return ad.Digamma(ad.Shift(ad.Softplus(a), 1)) },
		func(a, b ad.Value) ad.Value { return ad.Scale(ad.Mul(a, b), 1./3) },
		func(a, b ad.Value) ad.Value { return ad.Scale(ad.Sub(a, b), 0.5) },
		func(a, b ad.Value) ad.Value { return ad.Div(a, ad.Shift(ad.Square(b), 1)) },
		func(a, b ad.Value) ad.Value { return ad.Scale(ad.LogAddExp(a, b), 0.5) },
		func(a, b ad.Value) ad.Value { return ad.Add(ad.Scale(a, 0.5), ad.Mean(b)) },
		func(a, _ ad.Value) ad.Value { return ad.Gather(a, []int{2, 0, 2, 3}) },
		func(a, b ad.Value) ad.Value { return ad.Concat(0, ad.Slice(a, 1, 3), ad.At(b, 0), ad.At(a, 3)) },
		func(a, b ad.Value) ad.Value { return ad.Tanh(ad.MatMul(ad.Outer(a, b), b)) },
		func(a, b ad.Value) ad.Value { return ad.Sin(ad.SumAxis(ad.Reshape(ad.Outer(a, b), 4, 4), 0)) },
		func(a, b ad.Value) ad.Value {
			// A covariance of well below 1e3 in condition.
			k := ad.AddDiag(ad.Outer(a, a), ad.Shift(ad.Square(b), 1))
			return ad.Tanh(ad.SolveLower(ad.Cholesky(k), b))
		},
	}
	shapes := []shape{{4}, {4}}
	for seed := range uint64(40) {
		f := func(_ *ad.Tape, x []ad.Value) ad.Value {
			r := rand.New(rand.NewPCG(seed, 1))
			v := append([]ad.Value(nil), x...)
			for range 30 {
				// Recent values more often: programs get deep.
				pick := func() ad.Value { return v[max(0, len(v)-1-int(4*r.ExpFloat64()))] }
				v = append(v, steps[r.IntN(len(steps))](pick(), pick()))
			}
			return ad.Stack(0, v[len(v)-3:]...)
		}
		x := uniform(generator(seed), shapes, func(int) (float64, float64) { return -1.5, 1.5 })
		grads := reverse(ad.NewTape(), f, shapes, x, func(int) bool { return false })
		dir := uniform(generator(seed+1000), shapes, func(int) (float64, float64) { return -1, 1 })
		var got float64
		for k := range dir {
			for i := range dir[k] {
				got += grads[k][i] * dir[k][i]
			}
		}
		// Deep programs have large derivatives, hence a shorter step; and thirty operations
		// round more than one.
		want, tol := difference(f, shapes, x, dir, 0x1p-12)
		tol *= 30
		if tol > 1e-6*math.Max(1, math.Abs(want)) {
			t.Errorf("program %d: difference quotient %g is only good to %g", seed, want, tol)
		}
		if !(math.Abs(got-want) <= tol) {
			t.Errorf("program %d: derivative %.12g, difference quotient %.12g, off by %.2g > %.2g", seed, got, want, math.Abs(got-want), tol)
		}
	}
}

// log N(y; m, K) in the elements of y, m and K has the gradient (Petersen and
// Pedersen 2012, The matrix cookbook, 8.1 and 2.4), with a = K^-1 (y - m),
//
//	d/dy = -a,  d/dm = a,  d/dK = (a a' - K^-1)/2,
//
// of which the lower triangle takes both halves. One size in a square of the
// factor's blocks, one of exactly one, and ones beyond.
func TestMultivariateNormal(t *testing.T) {
	for _, n := range []int{1, 5, 64, 65, 150, 200} {
		r := generator(uint64(n))
		x := uniform(r, []shape{{n}, {n}, {n, n}}, func(int) (float64, float64) { return -1, 1 })
		y, m := x[0], x[1]
		b := mat.NewDense(n, n, x[2])
		k := mat.NewDense(n, n, nil)
		k.Mul(b, b.T())
		for i := range n {
			k.Set(i, i, k.At(i, i)+float64(n))
		}
		sym := mat.NewSymDense(n, append([]float64(nil), k.RawMatrix().Data...))

		tape := ad.NewTape()
		for range 2 { // the second run has memory that is not fresh
			tape.Reset()
			ty, tm, tk := tape.Vector(y), tape.Vector(m), tape.Matrix(k)
			l := ad.Cholesky(tk)
			z := ad.SolveLower(l, ad.Sub(ty, tm))
			f := ad.Scale(ad.Shift(ad.Add(ad.Dot(z, z), ad.LogDet(l)), float64(n)*math.Log(2*math.Pi)), -0.5)
			tape.Backward(f)

			var chol mat.Cholesky
			if !chol.Factorize(sym) {
				t.Fatal("not positive definite")
			}
			d, a := mat.NewVecDense(n, nil), mat.NewVecDense(n, nil)
			d.SubVec(mat.NewVecDense(n, y), mat.NewVecDense(n, m))
			if err := chol.SolveVecTo(a, d); err != nil {
				t.Fatal(err)
			}
			want := -0.5 * (mat.Dot(d, a) + chol.LogDet() + float64(n)*math.Log(2*math.Pi))
			// The condition of K is about (n + n²·4/3 ...)/n < 10: 100 eps cond.
			const tol = 1e-12
			if math.Abs(f.Float()-want) > tol*math.Max(1, math.Abs(want)) {
				t.Errorf("n = %d: log density %.15g, want %.15g", n, f.Float(), want)
			}
			var inv mat.SymDense
			if err := chol.InverseTo(&inv); err != nil {
				t.Fatal(err)
			}
			for i := range n {
				if g := ty.Grad()[i]; math.Abs(g+a.AtVec(i)) > tol {
					t.Fatalf("n = %d: d/dy_%d = %g, want %g", n, i, g, -a.AtVec(i))
				}
				if g := tm.Grad()[i]; math.Abs(g-a.AtVec(i)) > tol {
					t.Fatalf("n = %d: d/dm_%d = %g, want %g", n, i, g, a.AtVec(i))
				}
				for j := range n {
					w := a.AtVec(i)*a.AtVec(j) - inv.At(i, j)
					if i == j {
						w /= 2
					}
					if j > i {
						w = 0
					}
					if g := tk.Grad()[i*n+j]; math.Abs(g-w) > tol {
						t.Fatalf("n = %d: d/dK_%d,%d = %g, want %g", n, i, j, g, w)
					}
				}
			}
		}
	}
}

// Beyond one square of the factor, and with products that linalg takes over:
// along a direction in all arguments at once.
func TestLargeMatrices(t *testing.T) {
	solves := map[string]func(x []ad.Value) ad.Value{
		"cholesky":  func(x []ad.Value) ad.Value { return ad.Cholesky(x[0]) },
		"lower":     func(x []ad.Value) ad.Value { return ad.SolveLower(x[0], x[1]) },
		"trans":     func(x []ad.Value) ad.Value { return ad.SolveLowerTrans(x[0], x[1]) },
		"product":   func(x []ad.Value) ad.Value { return ad.Scale(ad.MatMul(x[0], x[1]), 0.01) },
		"transpose": func(x []ad.Value) ad.Value { return ad.Transpose(x[0]) },
	}
	for _, n := range []int{64, 65, 130} {
		for _, s := range []int{1, 3, 140} {
			shapes := []shape{{n, n}, {n, s}}
			for name, f := range solves {
				t.Run(fmt.Sprintf("%s/%dx%d", name, n, s), func(t *testing.T) {
					x := uniform(generator(9), shapes, func(int) (float64, float64) { return -1, 1 })
					dominant(x)
					dir := uniform(generator(10), shapes, func(int) (float64, float64) { return -1, 1 })
					g := func(_ *ad.Tape, x []ad.Value) ad.Value { return f(x) }
					grads := reverse(ad.NewTape(), g, shapes, x, func(int) bool { return false })
					var got float64
					for k := range dir {
						for i := range dir[k] {
							got += grads[k][i] * dir[k][i]
						}
					}
					want, tol := difference(g, shapes, x, dir, 0x1p-7)
					if tol > 1e-6*math.Max(1, math.Abs(want)) {
						t.Fatalf("difference quotient %g is only good to %g", want, tol)
					}
					if !(math.Abs(got-want) <= tol) {
						t.Errorf("derivative %.12g, difference quotient %.12g, off by %.2g > %.2g", got, want, math.Abs(got-want), tol)
					}
				})
			}
		}
	}
}
