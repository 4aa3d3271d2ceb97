package emulate_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/emulate"
	"matheron/function"
	"matheron/gp"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/rng"
)

var _ emulate.Rows = (*data.Rows)(nil)

// draw returns paths through the points.
func draw(t testing.TB, k kernel.Kernel, x *mat.Dense, y []float64, noise float64, features, n int, seed uint64) *pathwise.Paths {
	t.Helper()
	post, err := gp.Prior{Kernel: k}.Condition(x, y, gp.Noise(noise))
	if err != nil {
		t.Fatal(err)
	}
	paths, err := pathwise.Sampler{Posterior: post, Features: features}.Draw(rng.New(seed), n)
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// wave returns paths of one input, from eight runs of sin 2x.
func wave(t testing.TB, n int) *pathwise.Paths {
	x := grid(-2, 2, 8)
	y := make([]float64, 8)
	for i := range y {
		y[i] = math.Sin(2 * x.At(i, 0))
	}
	return draw(t, kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.6)}, x, y, 0.01, 64, n, 3)
}

func grid(a, b float64, n int) *mat.Dense {
	x := mat.NewDense(n, 1, nil)
	for i := range n {
		x.Set(i, 0, a+(b-a)*float64(i)/float64(n-1))
	}
	return x
}

// slopes are the functions x -> a x of one input, without abilities but a gradient.
type slopes struct {
	a  []float64
	at int // function i is that of (i + at): for a fresh draw at each step
}

func (l *slopes) Len() int    { return len(l.a) }
func (l *slopes) Inputs() int { return 1 }

func (l *slopes) Eval(x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	dst := mat.NewDense(len(l.a), n, nil)
	for s := range l.a {
		for i := range n {
			dst.Set(s, i, l.a[(s+l.at)%len(l.a)]*x.At(i, 0))
		}
	}
	return dst
}

func (l *slopes) Path(s int) function.GradFunction {
	return function.Func{
		Value:    func(x []float64) float64 { return l.a[s] * x[0] },
		Gradient: func(dst, _ []float64) { dst[0] = l.a[s] },
	}
}

func TestByPathIsTheSetItself(t *testing.T) {
	paths := wave(t, 5)
	by := emulate.ByPath(paths, 1)
	x := grid(-1, 1, 7)
	want, got := paths.Eval(x), mat.NewDense(5, 7, nil)
	function.EvaluatorTo(by)(got, x)
	// Two orders of the same sums.
	if !mat.EqualApprox(got, want, 1e-12) {
		t.Errorf("got %v, want %v", mat.Formatted(got), mat.Formatted(want))
	}
	xs := make([]*mat.Dense, 5)
	for s := range xs {
		xs[s] = grid(float64(s)-2, float64(s)-1, 3)
	}
	each := by.(function.EachEvaler).EvalEach(xs)
	for s, x := range xs {
		for i, v := range each[s] {
			if w := paths.Path(s).At(x.RawRowView(i)); math.Abs(v-w) > 1e-12 {
				t.Errorf("path %d at %v: %v, want %v", s, x.At(i, 0), v, w)
			}
		}
	}
}

// panics reports the message of a panic of f, "" if there is none.
func panics(f func()) (message string) {
	defer func() {
		if r := recover(); r != nil {
			message, _ = r.(string)
		}
	}()
	f()
	return ""
}
