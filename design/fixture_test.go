package design_test

import (
	"math"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/rng"
)

// noise is the variance of a reading's error.
const noise = 0.15 * 0.15

// readings are 28 noisy values of sin 3x + 0.3 cos 11x.
func readings() (x *mat.Dense, y []float64) {
	x, y = mat.NewDense(28, 1, nil), make([]float64, 28)
	r := rng.New(0).Named("noise").Rand()
	for i := range y {
		v := -1.5 + 3*float64(i)/27
		x.Set(i, 0, v)
		y[i] = math.Sin(3*v) + 0.3*math.Cos(11*v) + 0.15*r.NormFloat64()
	}
	return x, y
}

// posterior is that of the readings under an RBF kernel; the worked example has
// variance 1 and lengthscale 0.3.
func posterior(variance, lengthscale float64) *gp.Exact {
	x, y := readings()
	k := kernel.RBF{Variance: variance, Lengthscale: kernel.Shared(lengthscale)}
	post, err := gp.Prior{Kernel: k, Jitter: 1e-6}.Condition(x, y, gp.Noise(noise))
	if err != nil {
		panic(err)
	}
	return post
}

// draw returns n of its paths.
func draw(post *gp.Exact, n int) *pathwise.Paths {
	paths, err := pathwise.Sampler{Posterior: post, Features: 1024}.Draw(rng.New(0), n)
	if err != nil {
		panic(err)
	}
	return paths
}

// grid is n points evenly on [-2, 2].
func grid(n int) *mat.Dense {
	x := mat.NewDense(n, 1, nil)
	for i := range n {
		x.Set(i, 0, -2+4*float64(i)/float64(n-1))
	}
	return x
}

func column(x ...float64) *mat.Dense { return mat.NewDense(len(x), 1, x) }

// near fails unless |got - want| <= tol max(1, |want|).
func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*max(1, math.Abs(want))) {
		t.Errorf("%s: %.12g, want %.12g within %g", what, got, want, tol)
	}
}

// alone runs f on one processor.
func alone(f func()) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	f()
}

// best returns the index of the greatest.
func best(score []float64) int {
	out := 0
	for i, v := range score {
		if v > score[out] {
			out = i
		}
	}
	return out
}

// integral is that of f from a to b by the midpoint rule of 200,000 points, whose
// error is below (b-a)^3 f”/24 n^2: 1e-9 for the densities here.
func integral(f func(float64) float64, a, b float64) float64 {
	const n = 200000
	sum, h := 0.0, (b-a)/n
	for i := range n {
		sum += f(a + (float64(i)+0.5)*h)
	}
	return sum * h
}
