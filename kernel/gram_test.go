package kernel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/gram"
	"matheron/kernel"
	"matheron/kernel/kerneltest"
	"matheron/rng"
)

// triangle returns the matrix of k at the rows of x, with the parameters of k.
func triangle(k kernel.Kernel, x *mat.Dense) *gram.Triangle {
	plan, theta := kernel.Compile(k, nil, nil)
	g := plan.Triangle(x)
	g.MustSet(theta)
	return g
}

// against returns k against the rows of y.
func against(k kernel.Kernel, y *mat.Dense) *gram.Cross {
	plan, theta := kernel.Compile(k, nil, nil)
	return gram.Against(plan, theta, y)
}

// values returns those of the parameters of k.
func values(k kernel.Kernel) []float64 {
	_, theta := kernel.Compile(k, nil, nil)
	return theta
}

// fits reports whether a plan of k serves other.
func fits(k, other kernel.Kernel) bool {
	plan, _ := kernel.Compile(k, nil, nil)
	again, _ := kernel.Compile(other, plan, nil)
	return again == plan
}

// gramOf is all of K_XX and the gradient for lower-triangular weights, by blocks of
// the given number of rows.
func gramOf(g *gram.Triangle, w *mat.Dense, rows int) (k *mat.Dense, grad []float64) {
	n, _ := w.Dims()
	k, grad = mat.NewDense(n, n, nil), make([]float64, g.Len())
	for lo := 0; lo < n; lo += rows {
		hi := min(lo+rows, n)
		kb := k.Slice(lo, hi, 0, n).(*mat.Dense).RawMatrix()
		g.Cov(kb, lo, 0)
		g.ParamGrad(grad, w.Slice(lo, hi, 0, n).(*mat.Dense).RawMatrix(), kb, lo, 0)
	}
	return k, grad
}

// A Gram is what Cov and ParamGrad of the kernel are, of this package or of another, whatever parameters it had
// before and however its rows are cut.
func TestGramIsTheKernel(t *testing.T) {
	eachRandom(t, "gram", 300, func(t *testing.T, k kernel.Kernel, d int, r *rand.Rand) {
		const n = 21 // more than two of the blocks that sums work on
		x := kerneltest.Points(rng.New(r.Uint64()), n, d)
		theta := values(k)
		if len(theta) != len(kernel.Params(k)) {
			t.Fatalf("%d values, ParamCount %d", len(theta), len(kernel.Params(k)))
		}
		for i, p := range kernel.Params(k) {
			if theta[i] != p.Value {
				t.Fatalf("value %d is %v, want %v", i, theta[i], p.Value)
			}
		}
		other := randomTheta(r, kernel.Params(k))
		from := kernel.WithParams(k, other)
		g := triangle(from, x)
		if err := g.Set(theta); err != nil {
			t.Fatal(err)
		}
		w := mat.NewDense(n, n, nil)
		for i := range n {
			for j := range i + 1 {
				w.Set(i, j, r.NormFloat64())
			}
		}
		white, whiteGrad, _ := kernel.WhiteVariance(k)
		if g.White() != white {
			t.Errorf("White %v, want %v", g.White(), white)
		}
		cov, want := covOf(k, x, x), make([]float64, len(theta))
		if p, ok := k.(kernel.ParamGrader); ok && len(want) > 0 {
			p.ParamGrad(want, w, nil, x, x)
		}
		foreign := triangle(theirs{k}, x)
		for i, rows := range []int{n, 1, 8, 13, 13} {
			if i == 4 {
				g = foreign
				if white != 0 {
					break
				}
			}
			got, grad := gramOf(g, w, rows)
			// Products of some 80 factors round by 100 eps of the largest value.
			scale := mat.Norm(cov, math.Inf(1))
			for i := range n {
				for j := range i + 1 {
					if math.Abs(got.At(i, j)-cov.At(i, j)) > 1e-13*scale {
						t.Errorf("blocks of %d: K[%d][%d] = %v, want %v", rows, i, j, got.At(i, j), cov.At(i, j))
					}
				}
			}
			for p, v := range grad {
				if v != want[p] && math.Abs(v-want[p]) > 1e-11*math.Max(scale, math.Abs(want[p])) {
					t.Errorf("blocks of %d: gradient to %s is %v, want %v", rows, kernel.Params(k)[p].Name, v, want[p])
				}
				if g != foreign && whiteGrad[p] != g.Plan().WhiteGrad[p] {
					t.Errorf("WhiteGrad[%d] is %v, want %v", p, g.Plan().WhiteGrad[p], whiteGrad[p])
				}
			}
		}
	})
}

// Fits tells kernels of one structure from others.
func TestGramFits(t *testing.T) {
	eachRandom(t, "fits", 200, func(t *testing.T, k kernel.Kernel, d int, r *rand.Rand) {
		theta := randomTheta(r, kernel.Params(k))
		if !fits(k, kernel.WithParams(k, theta)) {
			t.Error("a kernel does not fit itself with other parameters")
		}
		if fits(k, kernel.Scaled{Factor: 0.3, Kernel: k}) || fits(k, kernel.Add(k, kernel.Constant{Variance: 1})) {
			t.Error("a kernel fits another")
		}
	})
	rbf := kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(1, 2)}
	for i, pair := range [][2]kernel.Kernel{
		{rbf, kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}},
		{rbf, kernel.Matern32{Variance: 1, Lengthscale: kernel.ARD(1, 2)}},
		{kernel.Fix(rbf, "variance"), kernel.Fix(kernel.RBF{Variance: 2, Lengthscale: kernel.ARD(1, 2)}, "variance")},
		{kernel.Fix(rbf, "lengthscale[0]"), kernel.Fix(rbf, "lengthscale[1]")},
		{kernel.Scaled{Factor: 1, Kernel: rbf}, kernel.Scaled{Factor: 2, Kernel: rbf}},
		{kernel.Active{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}, Columns: []int{0}}, kernel.Active{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}, Columns: []int{1}}},
		{kernel.Polynomial{Variance: 1, Bias: 1, Degree: 2}, kernel.Polynomial{Variance: 1, Bias: 1, Degree: 3}},
	} {
		if fits(pair[0], pair[1]) {
			t.Errorf("pair %d: fits", i)
		}
	}
}

func TestGramErrors(t *testing.T) {
	x := kerneltest.Points(rng.New(1), 3, 1)
	g := triangle(kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}, x)
	for _, v := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		err := g.Set([]float64{1, v})
		if want := fmt.Sprintf("RBF.lengthscale is %v, outside of (0, +Inf)", v); err == nil || err.Error() != want {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	g = triangle(kernel.Product{kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}, kernel.White{Variance: 1}}, x)
	if err := g.Set([]float64{1, 1, 1}); err == nil || err.Error() != "product.1.White: white noise cannot be a factor" {
		t.Errorf("white noise in a product: %v", err)
	}
}

// gramKernels are those that a Gram evaluates without allocating.
func gramKernels(d int) map[string]kernel.Kernel {
	ones := make([]float64, d)
	for i := range ones {
		ones[i] = 0.5
	}
	rbf := kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(ones...)}
	return map[string]kernel.Kernel{
		"rbf": rbf,
		"sum": kernel.Add(rbf, kernel.Mul(rbf, kernel.Fix(kernel.Periodic{Variance: 1, Lengthscale: kernel.Shared(1), Period: kernel.Shared(1)}, "variance")),
			kernel.RationalQuadratic{Variance: 1, Lengthscale: kernel.Shared(1), Alpha: 1}, kernel.White{Variance: 0.1}),
		"finite": kernel.Add(kernel.Linear{Bias: 1, Variance: ones}, kernel.Mul(kernel.Constant{Variance: 1}, kernel.Polynomial{Variance: 1, Bias: 1, Degree: 3}),
			kernel.Cosine{Variance: 1, Period: kernel.Shared(2)}),
		"scaled": kernel.Scaled{Factor: 2, Kernel: kernel.Active{Kernel: kernel.Matern52{Variance: 1, Lengthscale: kernel.Shared(1)}, Columns: []int{0}}},
	}
}

func TestGramAllocatesNothing(t *testing.T) {
	const n, d = 40, 2
	x := kerneltest.Points(rng.New(1), n, d)
	for name, k := range gramKernels(d) {
		g := triangle(k, x)
		w, cov := mat.NewDense(n, n, nil).RawMatrix(), mat.NewDense(n, n, nil).RawMatrix()
		theta, grad := values(k), make([]float64, g.Len())
		if a := testing.AllocsPerRun(10, func() {
			theta[0] *= 1.01
			if err := g.Set(theta); err != nil {
				t.Fatal(err)
			}
			g.Cov(cov, 0, 0)
			g.ParamGrad(grad, w, cov, 0, 0)
		}); a != 0 {
			t.Errorf("%s: %v allocations", name, a)
		}
	}
}

func BenchmarkGram(b *testing.B) {
	for _, s := range []struct{ n, d int }{{28, 1}, {200, 4}, {500, 8}} {
		x := kerneltest.Points(rng.New(1), s.n, s.d)
		for name, k := range gramKernels(s.d) {
			g := triangle(k, x)
			w, cov := mat.NewDense(s.n, s.n, nil).RawMatrix(), mat.NewDense(s.n, s.n, nil).RawMatrix()
			theta, grad := values(k), make([]float64, g.Len())
			pairs := float64(s.n * (s.n + 1) / 2)
			b.Run(fmt.Sprintf("cov/%s/%dx%d", name, s.n, s.d), func(b *testing.B) {
				for b.Loop() {
					if err := g.Set(theta); err != nil {
						b.Fatal(err)
					}
					g.Cov(cov, 0, 0)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/pairs, "ns/pair")
			})
			b.Run(fmt.Sprintf("grad/%s/%dx%d", name, s.n, s.d), func(b *testing.B) {
				for b.Loop() {
					g.ParamGrad(grad, w, cov, 0, 0)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/pairs, "ns/pair")
			})
		}
	}
}
