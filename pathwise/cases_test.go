package pathwise_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/rng"
)

// problem is a posterior and points to look at it.
type problem struct {
	name   string
	kernel kernel.Kernel
	mean   gp.Mean
	d, n   int
	noise  gp.NoiseVariance
	jitter float64
}

// points returns n points of d columns, uniform on [low, high].
func points(key rng.Key, n, d int, low, high float64) *mat.Dense {
	r, x := key.Rand(), mat.NewDense(n, d, nil)
	for i := range n {
		for j := range d {
			x.Set(i, j, low+(high-low)*r.Float64())
		}
	}
	return x
}

// line returns n points of one column from low to high.
func line(n int, low, high float64) *mat.Dense {
	x := mat.NewDense(n, 1, nil)
	for i := range n {
		x.Set(i, 0, low+(high-low)*float64(i)/float64(n-1))
	}
	return x
}

// x returns the problem's rows: in one dimension apart from each other, so that
// cond(K) is small.
func (p problem) x() *mat.Dense {
	if p.d == 1 {
		return line(p.n, -1, 1)
	}
	return points(rng.New(17), p.n, p.d, -1, 1)
}

// y returns targets around 2 with a trend, so that a mean that is forgotten shows.
func (p problem) y() []float64 {
	x, y := p.x(), make([]float64, p.n)
	for i := range y {
		s := 0.0
		for j, v := range x.RawRowView(i) {
			s += math.Sin(3*v+float64(j)) + 0.5*v
		}
		y[i] = 2 + s
	}
	return y
}

// at returns points between the rows and beyond them.
func (p problem) at() *mat.Dense {
	if p.d == 1 {
		return mat.NewDense(5, 1, []float64{-1.9, -0.63, 0.05, 0.77, 1.6})
	}
	return points(rng.New(18), 5, p.d, -1.5, 1.5)
}

func (p problem) prior() gp.Prior {
	return gp.Prior{Kernel: p.kernel, Mean: p.mean, Jitter: p.jitter}
}

func (p problem) posterior(t testing.TB) *gp.Exact {
	t.Helper()
	post, err := p.prior().Condition(p.x(), p.y(), p.noise)
	if err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	return post
}

func draw(t testing.TB, s pathwise.Sampler, seed uint64, n int) *pathwise.Paths {
	t.Helper()
	paths, err := s.Draw(rng.New(seed), n)
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func rowNoise(n int) gp.NoiseVariance {
	v := make([]float64, n)
	for i := range v {
		v[i] = 0.01 * float64(1+i%4)
	}
	return gp.NoiseRows(v...)
}

var (
	rbf      = kernel.RBF{Variance: 1.3, Lengthscale: kernel.Shared(0.4)}
	matern32 = kernel.Matern32{Variance: 0.7, Lengthscale: kernel.Shared(0.6)}
	matern52 = kernel.Matern52{Variance: 0.9, Lengthscale: kernel.ARD(0.7, 1.4)}
	periodic = kernel.Periodic{Variance: 0.8, Lengthscale: kernel.Shared(0.9), Period: kernel.Shared(0.7)}
	linear   = kernel.Linear{Bias: 0.5, Variance: []float64{1.2}}
	white    = kernel.White{Variance: 0.03}
)

func problems() []problem {
	return []problem{
		{"zero mean", rbf, nil, 1, 7, gp.Noise(0.02), 0},
		{"constant mean", matern32, gp.Constant{Value: 2}, 1, 6, gp.Noise(0.01), 1e-6},
		{"linear mean, noise a row", rbf, gp.Linear{Intercept: 1, Slopes: []float64{0.7}}, 1, 6, rowNoise(6), 1e-3},
		{"white", kernel.Add(rbf, white), gp.Constant{Value: -1}, 1, 6, rowNoise(6), 1e-4},
		{"sum with product", kernel.Add(kernel.Mul(rbf, periodic), linear, white), gp.Constant{Value: 1}, 1, 7, gp.Noise(0.01), 0},
		{"linear times smooth", kernel.Add(kernel.Mul(linear, matern32), kernel.Scaled{Factor: 0.3, Kernel: periodic}), nil, 1, 6, gp.Noise(0.02), 0},
		{"two inputs", matern52, gp.Linear{Intercept: 1, Slopes: []float64{0.7, -0.2}}, 2, 9, rowNoise(9), 0},
		{"two inputs, active", kernel.Add(
			kernel.Active{Kernel: rbf, Columns: []int{0}},
			kernel.Mul(kernel.Active{Kernel: periodic, Columns: []int{1}}, kernel.Active{Kernel: matern32, Columns: []int{0}})), nil, 2, 8, gp.Noise(0.05), 0},
		{"five inputs", kernel.RationalQuadratic{Variance: 1.1, Lengthscale: kernel.Shared(1.2), Alpha: 0.8}, gp.Constant{Value: 2}, 5, 10, gp.Noise(0.05), 1e-6},
		{"polynomial", kernel.Polynomial{Variance: 0.6, Bias: 0.8, Degree: 3}, nil, 2, 6, gp.Noise(0.1), 0},
		{"rough", kernel.Matern12{Variance: 1, Lengthscale: kernel.Shared(0.8)}, nil, 1, 7, gp.Noise(0.01), 0},
	}
}

// near reports whether |a - b| <= tol max(1, |b|), the project's measure.
func near(a, b, tol float64) bool { return math.Abs(a-b) <= tol*math.Max(1, math.Abs(b)) }

// take returns the first n rows of x.
func take(x *mat.Dense, n int) *mat.Dense {
	_, d := x.Dims()
	return x.Slice(0, n, 0, d).(*mat.Dense)
}
