package kernel_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"matheron/internal/long"
	"matheron/kernel"
	"matheron/kernel/kerneltest"
	"matheron/rng"
)

// eachRandom runs f on count random kernels of depth up to 4.
func eachRandom(t *testing.T, name string, count int, f func(t *testing.T, k kernel.Kernel, d int, r *rand.Rand)) {
	t.Helper()
	for i := range count {
		r := rng.New(7).Named(name).Split(i).Rand()
		d := 1 + r.IntN(3)
		k := randomKernel(r, d, r.IntN(5))
		f(t, k, d, r)
		if t.Failed() {
			text, _ := kernel.Format(k, columnNames(d))
			t.Fatalf("random kernel %d of %d inputs: %s", i, d, text)
		}
	}
}

func columnNames(d int) []string { return []string{"year", "month", "wind speed"}[:d] }

func covOf(k kernel.Kernel, x, y *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	m, _ := y.Dims()
	dst := mat.NewDense(n, m, nil)
	k.Cov(dst, x, y)
	return dst
}

func TestRandomPositiveSemiDefinite(t *testing.T) {
	eachRandom(t, "psd", 300, func(t *testing.T, k kernel.Kernel, d int, r *rand.Rand) {
		const n = 12
		x := kerneltest.Points(rng.New(r.Uint64()), n, d)
		x.SetRow(n-1, x.RawRowView(0))
		cov, diag, sym := covOf(k, x, x), make([]float64, n), mat.NewSymDense(n, nil)
		k.Diag(diag, x)
		// |k(x, y)| is at most the geometric mean of the diagonal; a product of
		// some 80 leaves, the most of depth 4, rounds by some 100 eps of it.
		const tol = 1e-13
		for i := range n {
			if math.Abs(diag[i]-cov.At(i, i)) > tol*diag[i] {
				t.Errorf("Diag[%d] = %v, Cov has %v", i, diag[i], cov.At(i, i))
			}
			for j := range i + 1 {
				if math.Abs(cov.At(i, j)-cov.At(j, i)) > tol*math.Sqrt(diag[i]*diag[j]) {
					t.Errorf("k(x_%d, x_%d) = %v, the other way round %v", i, j, cov.At(i, j), cov.At(j, i))
				}
				sym.SetSym(i, j, cov.At(i, j))
			}
		}
		var eig mat.EigenSym
		if !eig.Factorize(sym, false) {
			t.Fatal("no eigenvalues")
		}
		if least, trace := floats.Min(eig.Values(nil)), floats.Sum(diag); least < -1e-10*trace {
			t.Errorf("eigenvalue %v of a trace of %v", least, trace)
		}
	})
}

func TestRandomWithParams(t *testing.T) {
	eachRandom(t, "params", 300, func(t *testing.T, k kernel.Kernel, d int, r *rand.Rand) {
		params := kernel.Params(k)
		theta := make([]float64, len(params))
		for i, p := range params {
			theta[i] = p.Value
		}
		if same := kernel.WithParams(k, theta); !reflect.DeepEqual(same, k) {
			t.Errorf("with its own parameters %+v is %+v", k, same)
		}
		other := randomTheta(r, params)
		for i, p := range kernel.Params(kernel.WithParams(k, other)) {
			if p.Name != params[i].Name || p.Value != other[i] {
				t.Errorf("parameter %d is %s = %v, want %s = %v", i, p.Name, p.Value, params[i].Name, other[i])
			}
		}
		if !slices.Equal(kernel.Params(k), params) {
			t.Error("WithParams changed the kernel")
		}
	})
}

// derivative returns f'(0) by the five-point stencil, whose error is h^4 f^(5)/30.
func derivative(f func(h float64) float64) float64 {
	const h = 1e-3
	return (8*(f(h)-f(-h)) - (f(2*h) - f(-2*h))) / (12 * h)
}

func TestRandomGradients(t *testing.T) {
	eachRandom(t, "gradients", 150, func(t *testing.T, k kernel.Kernel, d int, r *rand.Rand) {
		const n, m = 5, 4
		x, y := kerneltest.Points(rng.New(r.Uint64()), n, d), kerneltest.Points(rng.New(r.Uint64()), m, d)
		w, dx, dy := kerneltest.Points(rng.New(r.Uint64()), n, m), make([]float64, n), make([]float64, m)
		k.Diag(dx, x)
		k.Diag(dy, y)
		contract := func(k kernel.Kernel, x *mat.Dense) float64 {
			s := mat.NewDense(n, m, nil)
			s.MulElem(w, covOf(k, x, y))
			return mat.Sum(s)
		}
		// The scale of the sum and of its rounding: |k(x, y)| <= sqrt(k(x, x) k(y, y)).
		scale := 0.0
		for i := range n {
			for j := range m {
				scale += math.Abs(w.At(i, j)) * math.Sqrt(dx[i]*dy[j])
			}
		}
		// A period of 0.4 turns by 2 pi 2/0.4 = 31 over the inputs, so that the
		// fifth derivative is up to 31^5 = 3e7, and the stencil's error 1e-6, of the
		// scale for one factor; products of several go further. Rounding adds 1e-12.
		const tol = 1e-5
		params := kernel.Params(k)
		theta, grad := make([]float64, len(params)), make([]float64, len(params))
		for i, p := range params {
			theta[i] = p.Value
		}
		if len(params) > 0 {
			k.(kernel.ParamGrader).ParamGrad(grad, w, covOf(k, x, y), x, y)
		}
		for i, p := range params {
			want := derivative(func(h float64) float64 {
				at := slices.Clone(theta)
				at[i] *= math.Exp(h)
				return contract(kernel.WithParams(k, at), x)
			})
			if got := grad[i] * theta[i]; math.Abs(got-want) > tol*scale {
				t.Errorf("d/dlog %s = %v, differences give %v", p.Name, got, want)
			}
		}
		g, ok := k.(kernel.InputGrader)
		if !ok || kernel.CheckGrad(k) != nil {
			return
		}
		dst := mat.NewDense(n, d, nil)
		g.InputGrad(dst, w, covOf(k, x, y), x, y)
		for i := range n {
			for c := range d {
				want := derivative(func(h float64) float64 {
					at := mat.DenseCopyOf(x)
					at.Set(i, c, x.At(i, c)+h)
					return contract(k, at)
				})
				if got := dst.At(i, c); math.Abs(got-want) > tol*scale {
					t.Errorf("d/dx_%d,%d = %v, differences give %v", i, c, got, want)
				}
			}
		}
	})
}

// Whatever the depth, the prior basis of an expression has its covariance.
func TestRandomConformance(t *testing.T) {
	long.Only(t)
	for i := range 12 {
		r := rng.New(11).Split(i).Rand()
		d := 1 + r.IntN(2)
		k := randomKernel(r, d, 2)
		text, err := kernel.Format(k, columnNames(d))
		if err != nil {
			t.Fatal(err)
		}
		t.Run(text, func(t *testing.T) { kerneltest.Test(t, k, d) })
	}
}
