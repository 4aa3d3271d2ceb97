package demo_test

import (
	"context"
	"math"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/internal/demo"
)

// example returns the worked example of a seed.
func example(t testing.TB, seed uint64) *demo.Example {
	t.Helper()
	s, err := demo.New(context.Background(), demo.Options{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var (
	mutex sync.Mutex
	runs  = map[uint64]*demo.Results{}
)

// run returns all results of a seed, computed once.
func run(t testing.TB, seed uint64) *demo.Results {
	t.Helper()
	mutex.Lock()
	defer mutex.Unlock()
	if runs[seed] == nil {
		r, err := demo.Run(context.Background(), demo.Options{Seed: seed}, nil)
		if err != nil {
			t.Fatal(err)
		}
		runs[seed] = r
	}
	return runs[seed]
}

// motorcycle is a user's table of one input.
func motorcycle(t testing.TB) *demo.Table {
	t.Helper()
	set, err := data.Load(context.Background(), "../../examples/data/mcycle.csv", "acceleration_g", nil)
	if err != nil {
		t.Fatal(err)
	}
	return &demo.Table{Input: set.Inputs[0], Target: set.Target, X: set.X.RawMatrix().Data, Y: set.Y}
}

// fine is the number of points that answers are compared on.
const fine = 10001

// fineGrid returns 10,001 points evenly on the interval of the example.
func fineGrid(s *demo.Example) (x []float64, step float64) {
	x = make([]float64, fine)
	step = (s.Box.Upper[0] - s.Box.Lower[0]) / (fine - 1)
	for i := range x {
		x[i] = s.Box.Lower[0] + float64(i)*step
	}
	return x, step
}

func column(x ...float64) *mat.Dense { return mat.NewDense(len(x), 1, x) }

// sigmas is how many standard errors a Monte Carlo estimate may be off.
const sigmas = 5

// rbf is the kernel of the worked example, written out.
func rbf(a, b float64) float64 { return math.Exp(-(a - b) * (a - b) / (2 * 0.3 * 0.3)) }

func cov(a, b []float64) *mat.Dense {
	k := mat.NewDense(len(a), len(b), nil)
	for i, x := range a {
		for j, y := range b {
			k.Set(i, j, rbf(x, y))
		}
	}
	return k
}

// textbook is the posterior of the worked example by the formulas of a textbook and
// nothing of the project: for independent comparison.
type textbook struct {
	x, y []float64
	chol mat.Cholesky
	a    mat.VecDense // H⁻¹ y
}

func newTextbook(t testing.TB, s *demo.Example, jitter float64) *textbook {
	t.Helper()
	b := &textbook{x: s.Table.X, y: s.Table.Y}
	n := len(b.x)
	h := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			h.SetSym(i, j, rbf(b.x[i], b.x[j]))
		}
		h.SetSym(i, i, 1+0.15*0.15+jitter)
	}
	if !b.chol.Factorize(h) {
		t.Fatal("not positive definite")
	}
	if err := b.chol.SolveVecTo(&b.a, mat.NewVecDense(n, b.y)); err != nil {
		t.Fatal(err)
	}
	return b
}

// joint returns the mean and the covariance of f at the points.
func (b *textbook) joint(x []float64) (mean []float64, c *mat.Dense) {
	k := cov(x, b.x)
	var m mat.VecDense
	m.MulVec(k, &b.a)
	var solved, q mat.Dense
	if err := b.chol.SolveTo(&solved, k.T()); err != nil {
		panic(err)
	}
	q.Mul(k, &solved)
	c = cov(x, x)
	c.Sub(c, &q)
	return m.RawVector().Data, c
}

// moments returns the mean and the sd of f at the points.
func (b *textbook) moments(x []float64) (mean, sd []float64) {
	sd = make([]float64, len(x))
	for i, v := range x {
		m, c := b.joint([]float64{v})
		mean = append(mean, m[0])
		sd[i] = math.Sqrt(c.At(0, 0))
	}
	return mean, sd
}

// trapezoid integrates f over [a, b] with 10,001 points.
func trapezoid(a, b float64, f func(float64) float64) float64 {
	h := (b - a) / (fine - 1)
	sum := (f(a) + f(b)) / 2
	for i := 1; i < fine-1; i++ {
		sum += f(a + float64(i)*h)
	}
	return sum * h
}

func phi(z float64) float64 { return math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) }

func cdf(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }
