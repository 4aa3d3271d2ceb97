package functional_test

import (
	"math"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/rng"
)

const lengthscale = 0.3

// posterior is that of the worked example: 28 readings of sin 3x + 0.3 cos 11x.
var posterior = sync.OnceValue(func() *gp.Exact {
	const n, sd = 28, 0.15
	noise := rng.New(0).Named("data").Rand()
	x, y := mat.NewDense(n, 1, nil), make([]float64, n)
	for i := range y {
		v := -1.5 + 3*float64(i)/(n-1)
		x.Set(i, 0, v)
		y[i] = math.Sin(3*v) + 0.3*math.Cos(11*v) + sd*noise.NormFloat64()
	}
	k := kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(lengthscale)}
	post, err := gp.Prior{Kernel: k, Jitter: 1e-6}.Condition(x, y, gp.Noise(sd*sd))
	if err != nil {
		panic(err)
	}
	return post
})

// worked returns n paths of the worked example.
func worked(n int) *pathwise.Paths {
	paths, err := pathwise.Sampler{Posterior: posterior(), Features: 1024}.Draw(rng.New(0), n)
	if err != nil {
		panic(err)
	}
	return paths
}

// inputs returns n inputs evenly on [a, b].
func inputs(a, b float64, n int) *mat.Dense {
	x := mat.NewDense(n, 1, nil)
	for i := range n {
		x.Set(i, 0, a+(b-a)*float64(i)/float64(n-1))
	}
	return x
}

// moments returns the mean and the covariance that each path is a draw of, at the points.
func moments(t *testing.T, p *pathwise.Paths, x ...float64) (mean []float64, cov *mat.SymDense) {
	t.Helper()
	mean, cov, err := p.Moments(0, mat.NewDense(len(x), 1, x))
	if err != nil {
		t.Fatal(err)
	}
	return mean, cov
}

// within fails unless |got - want| <= tol.
func within(t *testing.T, name string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s: %.12g, want %.12g within %.3g", name, got, want, tol)
	}
}

// mustPanic fails unless f panics.
func mustPanic(t *testing.T, name string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s: no panic", name)
		}
	}()
	f()
}

// formula is one function in closed form with its gradient.
type formula struct {
	f func(x []float64) float64
	g func(dst, x []float64)
}

func (f formula) At(x []float64) float64 { return f.f(x) }

// formulas are functions in closed form.
type formulas []formula

func (f formulas) Len() int           { return len(f) }
func (f formulas) Inputs() int        { return 1 } // or more: it is not asked for
func (f formulas) Path(i int) formula { return f[i] }

func (f formulas) Eval(x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	out := mat.NewDense(len(f), n, nil)
	for s := range f {
		for i := range n {
			out.Set(s, i, f[s].f(x.RawRowView(i)))
		}
	}
	return out
}

func (f formulas) Grad(x *mat.Dense) ([]*mat.Dense, error) {
	n, d := x.Dims()
	out := make([]*mat.Dense, len(f))
	for s := range f {
		out[s] = mat.NewDense(n, d, nil)
		for i := range n {
			f[s].g(out[s].RawRowView(i), x.RawRowView(i))
		}
	}
	return out, nil
}

// constants are constant functions of one input.
func constants(v ...float64) formulas {
	out := make(formulas, len(v))
	for i, c := range v {
		out[i] = formula{func([]float64) float64 { return c }, func([]float64, []float64) {}}
	}
	return out
}

// sine is sin(w x + b) of one input.
func sine(w, b float64) formula {
	return formula{
		func(x []float64) float64 { return math.Sin(w*x[0] + b) },
		func(dst, x []float64) { dst[0] = w * math.Cos(w*x[0]+b) },
	}
}
