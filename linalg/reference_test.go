package linalg

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// The slow, obvious forms that the package is compared with.

func random(seed uint64, r, c int) *mat.Dense {
	g := rand.New(rand.NewPCG(seed, 7))
	m := mat.NewDense(r, c, nil)
	for i := range m.RawMatrix().Data {
		m.RawMatrix().Data[i] = g.NormFloat64()
	}
	return m
}

// randomView is a random matrix that is a window of a larger one, so that its
// stride is not its width.
func randomView(seed uint64, r, c int) *mat.Dense {
	return random(seed, r+3, c+5).Slice(1, r+1, 2, c+2).(*mat.Dense)
}

// spd is A Aᵀ/n + I: its eigenvalues lie in [1, 5+), so cond < 10 whatever n.
func spd(seed uint64, n int) *mat.Dense {
	a := random(seed, n, n)
	k := mat.NewDense(n, n, nil)
	k.Mul(a, a.T())
	k.Scale(1/float64(n), k)
	for i := range n {
		k.Set(i, i, k.At(i, i)+1)
	}
	return k
}

func slowMul(a, b mat.Matrix) *mat.Dense {
	m, k := a.Dims()
	_, n := b.Dims()
	c := mat.NewDense(m, n, nil)
	for i := range m {
		for j := range n {
			var s float64
			for l := range k {
				s += a.At(i, l) * b.At(l, j)
			}
			c.Set(i, j, s)
		}
	}
	return c
}

// slowCholesky is the textbook loop.
func slowCholesky(k mat.Matrix) *mat.Dense {
	n, _ := k.Dims()
	l := mat.NewDense(n, n, nil)
	for i := range n {
		for j := 0; j <= i; j++ {
			s := k.At(i, j)
			for q := range j {
				s -= l.At(i, q) * l.At(j, q)
			}
			if i == j {
				l.Set(i, i, math.Sqrt(s))
			} else {
				l.Set(i, j, s/l.At(j, j))
			}
		}
	}
	return l
}

func wantClose(t *testing.T, what string, got, want mat.Matrix, tol float64) {
	t.Helper()
	r, c := want.Dims()
	if gr, gc := got.Dims(); gr != r || gc != c {
		t.Fatalf("%s is %d x %d, want %d x %d", what, gr, gc, r, c)
	}
	for i := range r {
		for j := range c {
			if g, w := got.At(i, j), want.At(i, j); !(math.Abs(g-w) <= tol*math.Max(1, math.Abs(w))) {
				t.Fatalf("%s[%d][%d] = %v, want %v within %g", what, i, j, g, w, tol)
			}
		}
	}
}

func wantSameBits(t *testing.T, what string, got, want mat.Matrix) {
	t.Helper()
	r, c := want.Dims()
	if gr, gc := got.Dims(); gr != r || gc != c {
		t.Fatalf("%s is %d x %d, want %d x %d", what, gr, gc, r, c)
	}
	for i := range r {
		for j := range c {
			if g, w := got.At(i, j), want.At(i, j); math.Float64bits(g) != math.Float64bits(w) {
				t.Fatalf("%s[%d][%d] = %v, want the bits of %v", what, i, j, g, w)
			}
		}
	}
}

// sumTol bounds the rounding of a sum of k products of standard normals: each
// of 2k roundings is at most eps/2 of a partial sum, and partial sums stay under
// 10 sqrt(k).
func sumTol(k int) float64 { return 10 * math.Pow(float64(k), 1.5) * 0x1p-52 }

func wantPanic(t *testing.T, message string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if r := recover(); r != message {
			t.Errorf("panic %v, want %q", r, message)
		}
	}()
	f()
}

// eachProcs runs f under several GOMAXPROCS.
func eachProcs(t *testing.T, f func(procs int)) {
	t.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, p := range []int{1, 2, 4} {
		runtime.GOMAXPROCS(p)
		f(p)
	}
}
