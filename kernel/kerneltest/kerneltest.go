// Package kerneltest checks that a kernel keeps the promises of package
// kernel: a user's own kernel that passes can be conditioned, fitted and drawn
// from as the kernels of the package are.
//
//	func TestMyKernel(t *testing.T) {
//		kerneltest.Test(t, MyKernel{Variance: 2}, 3)
//	}
package kerneltest

import (
	"errors"
	"math"
	"slices"
	"sync"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"matheron/internal/gram"
	"matheron/kernel"
	"matheron/rng"
)

// Test runs every check that k's abilities allow on inputs of d columns, drawn
// from [-1, 1]: the type (which embeds no kernel of package kernel), values (symmetry, positive semi-definiteness, diagonal, rows
// that do not depend on each other), parameters, both gradients against
// central differences, and the prior basis against the kernel.
func Test(t *testing.T, k kernel.Kernel, d int) {
	t.Helper()
	for _, c := range checks(k, d) {
		t.Run(c.name, func(t *testing.T) { c.run(t) })
	}
}

// reporter is what a check needs of a *testing.T.
type reporter interface {
	Error(args ...any)
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

type check struct {
	name string
	run  func(t reporter)
}

// checks returns those that k's abilities allow.
func checks(k kernel.Kernel, d int) []check {
	x, y := Points(rng.New(1), 7, d), Points(rng.New(2), 5, d)
	// A shared point and a repeated one: zero distances are where kernels break.
	y.SetRow(0, x.RawRowView(0))
	x.SetRow(6, x.RawRowView(5))
	out := []check{
		{"type", func(t reporter) { testType(t, k) }},
		{"engine", func(t reporter) { testEngine(t, k, x, y) }},
		{"values", func(t reporter) { testValues(t, k, x, y) }},
		{"parameters", func(t reporter) { testParams(t, k, x, y) }},
	}
	if g, ok := k.(kernel.ParamGrader); ok {
		out = append(out, check{"parameter gradient", func(t reporter) { testParamGrad(t, k, g, x, y) }})
	}
	if g, ok := k.(kernel.InputGrader); ok && kernel.CheckGrad(k) == nil {
		out = append(out, check{"input gradient", func(t reporter) { testInputGrad(t, k, g, x, y) }})
	}
	if b, ok := k.(kernel.Based); ok {
		out = append(out, check{"basis", func(t reporter) { testBasis(t, k, b, x) }})
	}
	return out
}

// Points returns n points of d columns, uniform on [-1, 1].
func Points(key rng.Key, n, d int) *mat.Dense {
	r, m := key.Rand(), mat.NewDense(n, d, nil)
	for i := range n {
		for j := range d {
			m.Set(i, j, 2*r.Float64()-1)
		}
	}
	return m
}

func cov(k kernel.Kernel, x, y *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	m, _ := y.Dims()
	dst := mat.NewDense(n, m, nil)
	for i := range n {
		for j := range m {
			dst.Set(i, j, math.NaN()) // Cov must set, not add
		}
	}
	k.Cov(dst, x, y)
	return dst
}

// testType fails for a type that embeds a kernel of package kernel: Go gives it all
// methods of that kernel, so that those it does not override answer for another one.
func testType(t reporter, k kernel.Kernel) {
	var outside *kernel.ParamError
	if err := kernel.CheckParams(k); err != nil && !errors.As(err, &outside) {
		t.Error(err)
	}
}

// testEngine checks that what evaluates k at fixed points again and again gives the
// values of Cov.
func testEngine(t reporter, k kernel.Kernel, x, y *mat.Dense) {
	n, _ := x.Dims()
	plan, theta := kernel.Compile(k, nil, nil)
	whole, got := cov(k, x, x), mat.NewDense(n, n, nil)
	triangle := plan.Triangle(x)
	triangle.MustSet(theta)
	triangle.Cov(got.RawMatrix(), 0, 0)
	for i := range n {
		for j := range i + 1 {
			if got.At(i, j) != whole.At(i, j) {
				t.Errorf("at fixed points k(x_%d, x_%d) = %v, Cov has %v", i, j, got.At(i, j), whole.At(i, j))
			}
		}
	}
	want := cov(k, x, y)
	at := mat.NewDense(want.RawMatrix().Rows, want.RawMatrix().Cols, nil)
	gram.Against(plan, theta, y).Cov(at, x, nil)
	if !mat.Equal(at, want) {
		t.Error("against fixed points the values differ from those of Cov")
	}
}

func testValues(t reporter, k kernel.Kernel, x, y *mat.Dense) {
	n, d := x.Dims()
	kx, before := cov(k, x, x), mat.DenseCopyOf(x)
	scale := mat.Max(kx)
	diag := make([]float64, n)
	k.Diag(diag, x)
	sym := mat.NewSymDense(n, nil)
	for i := range n {
		// The diagonal and the block round differently.
		if math.Abs(diag[i]-kx.At(i, i)) > 1e-14*math.Max(1, scale) {
			t.Errorf("Diag[%d] = %v, Cov has %v", i, diag[i], kx.At(i, i))
		}
		for j := range n {
			if math.Abs(kx.At(i, j)-kx.At(j, i)) > 1e-14*math.Max(1, scale) {
				t.Errorf("k(x_%d, x_%d) = %v, the other way round %v", i, j, kx.At(i, j), kx.At(j, i))
			}
			if math.IsNaN(kx.At(i, j)) || math.IsInf(kx.At(i, j), 0) {
				t.Fatalf("k(x_%d, x_%d) = %v", i, j, kx.At(i, j))
			}
			if j <= i {
				sym.SetSym(i, j, kx.At(i, j))
			}
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(sym, false) {
		t.Fatal("the eigenvalues of K did not converge")
	}
	// Rounding moves the eigenvalues of an n x n matrix by some n eps |K|.
	if least := floats.Min(eig.Values(nil)); least < -1e-13*float64(n)*math.Max(1, scale) {
		t.Errorf("K has the eigenvalue %v: not positive semi-definite", least)
	}
	if !mat.Equal(x, before) {
		t.Error("Cov changed its input")
	}
	whole := cov(k, x, y)
	for i := range n {
		row := cov(k, x.Slice(i, i+1, 0, d).(*mat.Dense), y)
		if !slices.Equal(row.RawRowView(0), whole.RawRowView(i)) {
			t.Errorf("row %d alone differs from row %d of a block", i, i)
		}
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if !mat.Equal(cov(k, x, y), whole) {
				t.Error("Cov on several goroutines differs")
			}
		})
	}
	wg.Wait()
}

func testParams(t reporter, k kernel.Kernel, x, y *mat.Dense) {
	params := kernel.Params(k)
	theta := make([]float64, len(params))
	seen := map[string]bool{}
	for i, p := range params {
		if p.Name == "" || seen[p.Name] {
			t.Errorf("parameter %d has the name %q, empty or repeated", i, p.Name)
		}
		seen[p.Name] = true
		if !(p.Value > p.Lower && p.Value < p.Upper) {
			t.Errorf("%s = %v is outside of (%v, %v)", p.Name, p.Value, p.Lower, p.Upper)
		}
		theta[i] = p.Value
	}
	if err := kernel.CheckParams(k); err != nil {
		t.Error(err)
	}
	before := cov(k, x, y)
	if !mat.Equal(cov(kernel.WithParams(k, theta), x, y), before) {
		t.Error("WithParams with the values of Params gives another kernel")
	}
	for i := range theta {
		moved := slices.Clone(theta)
		moved[i] = inside(params[i], 0.1)
		other := kernel.WithParams(k, moved)
		moved[i] = math.NaN() // a kernel must not keep the caller's slice
		for j, p := range kernel.Params(other) {
			want := theta[j]
			if j == i {
				want = inside(params[i], 0.1)
			}
			if p.Value != want || p.Name != params[j].Name {
				t.Errorf("after setting %s: %s = %v, want %s = %v", params[i].Name, p.Name, p.Value, params[j].Name, want)
			}
		}
	}
	if !mat.Equal(cov(k, x, y), before) {
		t.Error("WithParams changed the kernel that it was called on")
	}
}

// inside returns the parameter's value moved by a relative step, in its support.
func inside(p kernel.Param, step float64) float64 {
	v := p.Value + step*math.Max(math.Abs(p.Value), 1e-3)
	if v >= p.Upper {
		v = p.Value - step*math.Min(math.Abs(p.Value), p.Value-p.Lower)
	}
	return v
}

func weights(n, m int) *mat.Dense {
	r, w := rng.New(3).Rand(), mat.NewDense(n, m, nil)
	for i := range n {
		for j := range m {
			w.Set(i, j, r.NormFloat64())
		}
	}
	return w
}

func contract(w, k *mat.Dense) float64 {
	s := 0.0
	n, _ := w.Dims()
	for i := range n {
		s += floats.Dot(w.RawRowView(i), k.RawRowView(i))
	}
	return s
}

// near reports whether an analytic derivative agrees with a central difference
// of a function of that size with the step h: the truncation error is about
// h^2 and the rounding error eps size/h.
func near(got, want, size, h float64) bool {
	return math.Abs(got-want) <= 1e3*(h*h+1e-16/h)*math.Max(1, math.Max(size, math.Abs(want)))
}

const step = 1e-5

func testParamGrad(t reporter, k kernel.Kernel, g kernel.ParamGrader, x, y *mat.Dense) {
	n, _ := x.Dims()
	m, _ := y.Dims()
	w, kv := weights(n, m), cov(k, x, y)
	params := kernel.Params(k)
	got := make([]float64, len(params))
	for i := range got {
		got[i] = 10 // the gradient is added
	}
	g.ParamGrad(got, w, kv, x, y)
	alone := make([]float64, len(params))
	g.ParamGrad(alone, w, nil, x, y)
	theta := make([]float64, len(params))
	for i, p := range params {
		theta[i] = p.Value
	}
	for i, p := range params {
		h := step * math.Max(math.Abs(p.Value), 1e-3)
		at := func(v float64) float64 {
			moved := slices.Clone(theta)
			moved[i] = v
			return contract(w, cov(kernel.WithParams(k, moved), x, y))
		}
		want := (at(p.Value+h) - at(p.Value-h)) / (2 * h)
		// Relative to the parameter, the step is always the same.
		if s := math.Max(math.Abs(p.Value), 1e-3); !near((got[i]-10)*s, want*s, mat.Norm(kv, 2), step) {
			t.Errorf("d/d %s = %v, central difference %v", p.Name, got[i]-10, want)
		}
		if math.Abs(alone[i]-(got[i]-10)) > 1e-12*math.Max(10, math.Abs(got[i])) {
			t.Errorf("d/d %s is %v with the block of values and %v without", p.Name, got[i]-10, alone[i])
		}
	}
}

func testInputGrad(t reporter, k kernel.Kernel, g kernel.InputGrader, x, y *mat.Dense) {
	n, d := x.Dims()
	m, _ := y.Dims()
	w, kv := weights(n, m), cov(k, x, y)
	got := mat.NewDense(n, d, nil)
	got.Apply(func(int, int, float64) float64 { return 10 }, got)
	g.InputGrad(got, w, kv, x, y)
	alone := mat.NewDense(n, d, nil)
	g.InputGrad(alone, w, nil, x, y)
	moved := mat.DenseCopyOf(x)
	for i := range n {
		for c := range d {
			at := func(v float64) float64 {
				moved.Set(i, c, v)
				return contract(w, cov(k, moved, y))
			}
			v := x.At(i, c)
			want := (at(v+step) - at(v-step)) / (2 * step)
			moved.Set(i, c, v)
			if !near(got.At(i, c)-10, want, mat.Norm(kv, 2), step) {
				t.Errorf("point %d, input %d: %v, central difference %v", i, c, got.At(i, c)-10, want)
			}
			if math.Abs(alone.At(i, c)-(got.At(i, c)-10)) > 1e-12*math.Max(10, math.Abs(got.At(i, c))) {
				t.Errorf("point %d, input %d: %v with the block of values and %v without", i, c, got.At(i, c)-10, alone.At(i, c))
			}
		}
	}
}
