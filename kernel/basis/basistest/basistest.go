package basistest

import (
	"fmt"
	"math"
	"runtime"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel/basis"
	"matheron/rng"
)

// points is more than a tile of rows, whatever power of two up to 128 a tile
// is, and no multiple of one.
const points = 151

// Test runs every check on b with standard normal inputs of d columns. The
// features must be smooth on scales of 1e-3 and more, or the finite differences
// do not see their derivative.
func Test(t *testing.T, b basis.Basis, d int) {
	t.Helper()
	if b.Len() < 1 {
		t.Fatalf("Len is %d", b.Len())
	}
	s := subject{b, d, gaussian(points, d, "x")}
	t.Run("eval", s.eval)
	t.Run("gradient", s.gradient)
	t.Run("broadcast", s.broadcast)
	t.Run("rows", s.rows)
	t.Run("concurrent", s.concurrent)
	t.Run("shapes", s.shapes)
}

type subject struct {
	b basis.Basis
	d int
	x *mat.Dense
}

// gaussian returns an n x d matrix of standard normal numbers.
func gaussian(n, d int, name string) *mat.Dense {
	r := rng.New(0).Named(name).Rand()
	a := mat.NewDense(n, d, nil)
	for i := range n {
		for j := range d {
			a.Set(i, j, r.NormFloat64())
		}
	}
	return a
}

func (s subject) features(x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	phi := mat.NewDense(n, s.b.Len(), nil)
	s.b.Eval(phi, x)
	return phi
}

func (s subject) inputGrad(w, x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	g := mat.NewDense(n, s.d, nil)
	s.b.InputGrad(g, w, x)
	return g
}

// eval: all of dst is set to finite numbers, also where dst is a view of a
// wider matrix; what is around the view, and x, stay as they are.
func (s subject) eval(t *testing.T) {
	f := s.b.Len()
	x := mat.DenseCopyOf(s.x)
	want := s.features(x)
	wide := mat.NewDense(points+2, f+2, nil)
	for i := range points + 2 {
		for j := range f + 2 {
			wide.Set(i, j, math.NaN())
		}
	}
	s.b.Eval(wide.Slice(1, points+1, 1, f+1).(*mat.Dense), x)
	for i := range points + 2 {
		for j := range f + 2 {
			v := wide.At(i, j)
			inside := i > 0 && i <= points && j > 0 && j <= f
			switch {
			case !inside && !math.IsNaN(v):
				t.Fatalf("Eval wrote outside of dst, at row %d, column %d", i-1, j-1)
			case inside && (math.IsNaN(v) || math.IsInf(v, 0)):
				t.Fatalf("feature %d of row %d is %v", j-1, i-1, v)
			case inside && v != want.At(i-1, j-1):
				t.Fatalf("feature %d of row %d is %v in a view, %v otherwise", j-1, i-1, v, want.At(i-1, j-1))
			}
		}
	}
	mustEqual(t, "x after Eval", x, s.x)
}

// gradient: InputGrad against finite differences of Eval, for a few features
// alone and for random weights, added to what dst holds.
func (s subject) gradient(t *testing.T) {
	const n = 5
	x := rowsOf(s.x, 0, n)
	f := s.b.Len()
	weights := []*mat.Dense{gaussian(n, f, "w")}
	for j := 0; j < f; j += max(1, f/16) {
		w := mat.NewDense(n, f, nil)
		for i := range n {
			w.Set(i, j, 1)
		}
		weights = append(weights, w)
	}
	for c, w := range weights {
		keepW, keepX := mat.DenseCopyOf(w), mat.DenseCopyOf(x)
		start := gaussian(n, s.d, "dst")
		g := mat.DenseCopyOf(start)
		s.b.InputGrad(g, w, x)
		mustEqual(t, "w after InputGrad", w, keepW)
		mustEqual(t, "x after InputGrad", x, keepX)
		var size float64
		for i := range n {
			for _, v := range s.features(x).RawRowView(i) {
				size = max(size, math.Abs(v))
			}
			for k := range s.d {
				size = max(size, math.Abs(g.At(i, k)-start.At(i, k)))
			}
		}
		// The best step leaves h^4 f'''''/30 + eps |f|/h: below 1e-8 of the
		// function and its slope at h = 1e-3 even where features oscillate
		// with 10 rad a unit. 1e-7 leaves room for faster ones.
		tol := 1e-7 * size * math.Sqrt(float64(f))
		for i := range n {
			for k := range s.d {
				got := g.At(i, k) - start.At(i, k)
				best := math.Inf(1)
				for _, h := range []float64{1e-2, 1e-3, 1e-4, 1e-5} {
					best = min(best, math.Abs(got-s.difference(x, w, i, k, h)))
				}
				if !(best <= tol) {
					t.Fatalf("weights %d, row %d: derivative to input %d is %v, finite differences are %v away (%v allowed)", c, i, k, got, best, tol)
				}
			}
		}
	}
}

// difference is the five-point derivative of sum_j w_ij phi_j(x_i) to x_ik.
func (s subject) difference(x, w *mat.Dense, i, k int, h float64) float64 {
	p := mat.NewDense(4, s.d, nil)
	steps := [4]float64{-2 * h, -h, h, 2 * h}
	for r, step := range steps {
		p.SetRow(r, x.RawRowView(i))
		p.Set(r, k, x.At(i, k)+step)
	}
	phi := s.features(p)
	var sum float64
	for j, v := range w.RawRowView(i) {
		sum += v * (phi.At(0, j) - 8*phi.At(1, j) + 8*phi.At(2, j) - phi.At(3, j))
	}
	return sum / (12 * h)
}

// broadcast: one row of weights is the same as that row for every point.
func (s subject) broadcast(t *testing.T) {
	one := gaussian(1, s.b.Len(), "one")
	all := mat.NewDense(points, s.b.Len(), nil)
	for i := range points {
		all.SetRow(i, one.RawRowView(0))
	}
	mustEqual(t, "gradient with one row of weights", s.inputGrad(one, s.x), s.inputGrad(all, s.x))
}

// rows: the same bits however the rows are cut.
func (s subject) rows(t *testing.T) {
	f := s.b.Len()
	w := gaussian(points, f, "w")
	phi, g := s.features(s.x), s.inputGrad(w, s.x)
	for _, size := range []int{1, 2, 7, 64, 100} {
		for i := 0; i < points; i += size {
			k := min(i+size, points)
			x := rowsOf(s.x, i, k)
			mustEqual(t, fmt.Sprintf("features of rows %d to %d", i, k), s.features(x), rowsOf(phi, i, k))
			mustEqual(t, fmt.Sprintf("gradient of rows %d to %d", i, k), s.inputGrad(rowsOf(w, i, k), x), rowsOf(g, i, k))
		}
	}
}

// concurrent: calls from many goroutines, and with one processor, agree.
func (s subject) concurrent(t *testing.T) {
	w := gaussian(points, s.b.Len(), "w")
	old := runtime.GOMAXPROCS(1)
	phi, g := s.features(s.x), s.inputGrad(w, s.x)
	runtime.GOMAXPROCS(max(old, 4))
	defer runtime.GOMAXPROCS(old)
	const workers = 8
	var wg sync.WaitGroup
	phis, gs := make([]*mat.Dense, workers), make([]*mat.Dense, workers)
	for k := range workers {
		wg.Go(func() { phis[k], gs[k] = s.features(s.x), s.inputGrad(w, s.x) })
	}
	wg.Wait()
	for k := range workers {
		mustEqual(t, "features made concurrently", phis[k], phi)
		mustEqual(t, "gradient made concurrently", gs[k], g)
	}
}

// shapes: what does not fit panics.
func (s subject) shapes(t *testing.T) {
	f := s.b.Len()
	x := rowsOf(s.x, 0, 3)
	for name, call := range map[string]func(){
		"Eval with a column too many":        func() { s.b.Eval(mat.NewDense(3, f+1, nil), x) },
		"Eval with a row too many":           func() { s.b.Eval(mat.NewDense(4, f, nil), x) },
		"InputGrad with dst of another size": func() { s.b.InputGrad(mat.NewDense(3, s.d+1, nil), mat.NewDense(3, f, nil), x) },
		"InputGrad with a weight too many":   func() { s.b.InputGrad(mat.NewDense(3, s.d, nil), mat.NewDense(3, f+1, nil), x) },
		"InputGrad with two rows of weights": func() { s.b.InputGrad(mat.NewDense(3, s.d, nil), mat.NewDense(2, f, nil), x) },
	} {
		if !panics(call) {
			t.Errorf("%s does not panic", name)
		}
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

func rowsOf(a *mat.Dense, i, k int) *mat.Dense {
	_, c := a.Dims()
	return a.Slice(i, k, 0, c).(*mat.Dense)
}

// mustEqual compares bits, but for the sign of zero.
func mustEqual(t *testing.T, what string, got, want *mat.Dense) {
	t.Helper()
	n, c := want.Dims()
	for i := range n {
		for j := range c {
			if got.At(i, j) != want.At(i, j) {
				t.Fatalf("%s: row %d, column %d is %v, want %v", what, i, j, got.At(i, j), want.At(i, j))
			}
		}
	}
}
