package pathwise_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/rng"
)

// Rows that repeat another without noise are no rows of the paths either: their noise
// and their functions are those of a draw without the repeats, and stay so when
// they learn a row again and after a restore.
func TestPathsOfRepeats(t *testing.T) {
	prior := gp.Prior{Kernel: kernel.Matern52{Variance: 1, Lengthscale: kernel.Shared(0.7)}}
	condition := func(x, y []float64, noise gp.NoiseVariance) *gp.Exact {
		t.Helper()
		post, err := prior.Condition(mat.NewDense(len(x), 1, x), y, noise)
		if err != nil {
			t.Fatal(err)
		}
		return post
	}
	once := condition([]float64{0, 1, 2}, []float64{1, -1, 0.5}, gp.NoiseRows(0, 0, 0.1))
	twice := condition([]float64{0, 1, 0, 2, 1}, []float64{1, -1, 1, 0.5, -1}, gp.NoiseRows(0, 0, 0, 0.1, 0))
	x := points(rng.New(1), 40, 1, -1, 3)
	want := draw(t, pathwise.Sampler{Posterior: once, Features: 30}, 5, 4)
	got := draw(t, pathwise.Sampler{Posterior: twice, Features: 30}, 5, 4)
	same := func(what string, p *pathwise.Paths) {
		t.Helper()
		if v := p.Eval(x); !mat.Equal(v, want.Eval(x)) {
			t.Errorf("%s: differs by %.2g", what, maxDiff(v, want.Eval(x)))
		}
	}
	same("repeats", got)
	again, err := got.Condition(mat.NewDense(1, 1, []float64{1}), []float64{-1}, gp.Noise(0))
	if err != nil {
		t.Fatal(err)
	}
	same("a row learned again", again)
	back, err := pathwise.Restore(got.States()[0])
	if err != nil {
		t.Fatal(err)
	}
	same("restored", back)
	if post, err := back.Posterior(); err != nil || post.(*gp.Exact).Len() != 3 {
		t.Errorf("posterior of restored paths: %v, %v", post, err)
	}
}

// A kernel of finite rank without noise: the paths have their jitter, go through the
// least-squares line, and their gradients are its slope.
func TestPathsOfALineThroughPointsOffIt(t *testing.T) {
	x, y := mat.NewDense(5, 1, []float64{1, 2, 3, 4, 5}), []float64{1, 3, 2, 5, 4}
	prior := gp.Prior{Kernel: kernel.Linear{Variance: []float64{1}, Bias: 1}}
	post, err := prior.Condition(x, y, gp.Noise(0))
	if err != nil {
		t.Fatal(err)
	}
	// The mean of the diagonal of K is 1 + 11.
	if j := post.Jitter(); !(j >= 12e-10) {
		t.Fatalf("jitter %g", j)
	}
	paths := draw(t, pathwise.Sampler{Posterior: post}, 1, 20)
	at := mat.NewDense(3, 1, []float64{-2, 3.3, 7})
	value := paths.Eval(at)
	grad, err := paths.Grad(at)
	if err != nil {
		t.Fatal(err)
	}
	// The fit is y = 0.6 + 0.8 x. A draw's slope and height have a standard deviation of
	// some sqrt(jitter), 4e-5, here; rounding of weights of 1/jitter is ε 36/jitter, 7e-6.
	const tol = 10 * 4e-5
	for s := range paths.Len() {
		for i := range 3 {
			if v, want := value.At(s, i), 0.6+0.8*at.At(i, 0); v < want-tol || v > want+tol {
				t.Errorf("path %d at %g is %v, want %v within %g", s, at.At(i, 0), v, want, tol)
			}
			if g := grad[s].At(i, 0); g < 0.8-tol || g > 0.8+tol {
				t.Errorf("gradient of path %d at %g is %v, want 0.8 within %g", s, at.At(i, 0), g, tol)
			}
		}
	}
}
