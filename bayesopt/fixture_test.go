package bayesopt_test

import (
	"math"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/bayesopt"
	"matheron/gp"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/rng"
)

// readings are 28 noisy values of sin 3x + 0.3 cos 11x.
func readings() (x *mat.Dense, y []float64) {
	x, y = mat.NewDense(28, 1, nil), make([]float64, 28)
	noise := rng.New(0).Named("noise").Rand()
	for i := range y {
		v := -1.5 + 3*float64(i)/27
		x.Set(i, 0, v)
		y[i] = math.Sin(3*v) + 0.3*math.Cos(11*v) + 0.15*noise.NormFloat64()
	}
	return x, y
}

// worked is 64 paths of the posterior given the readings.
func worked() *pathwise.Paths {
	return draw(kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.3)})
}

func draw(k kernel.Kernel) *pathwise.Paths {
	x, y := readings()
	post, err := gp.Prior{Kernel: k, Jitter: 1e-6}.Condition(x, y, gp.Noise(0.15*0.15))
	if err != nil {
		panic(err)
	}
	paths, err := pathwise.Sampler{Posterior: post, Features: 1024}.Draw(rng.New(0), 64)
	if err != nil {
		panic(err)
	}
	return paths
}

// line is the interval of the worked example's grid.
func line() bayesopt.Space {
	space, err := bayesopt.NewSpace(bayesopt.Input{Name: "x", Lower: -2, Upper: 2})
	if err != nil {
		panic(err)
	}
	return space
}

// lowest is the least reading.
func lowest() float64 {
	_, y := readings()
	out := y[0]
	for _, v := range y {
		out = min(out, v)
	}
	return out
}

// fine is a grid of 10,001 points of line.
func fine() *mat.Dense {
	x := mat.NewDense(10001, 1, nil)
	for i := range 10001 {
		x.Set(i, 0, -2+4*float64(i)/10000)
	}
	return x
}

func point(x ...float64) *mat.Dense { return mat.NewDense(1, len(x), x) }

// slope is the central difference of f at x in direction d. With h = 1e-5 its
// errors are h^2 f”'/6, some 1e-8 for the functions here, and eps f/h = 2e-11.
func slope(f func(x []float64) float64, x []float64, d int) float64 {
	const h = 1e-5
	up, down := append([]float64(nil), x...), append([]float64(nil), x...)
	up[d] += h
	down[d] -= h
	return (f(up) - f(down)) / (2 * h)
}

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
