package pathtest_test

import (
	"errors"
	"math"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
	"matheron/pathwise/pathtest"
	"matheron/rng"
)

// lines are random straight lines in two inputs, a_s + b_s.x with independent
// standard normal coefficients: E f = 0, Cov(f(x), f(y)) = 1 + x.y. They keep
// every promise.
type lines struct {
	coef *mat.Dense // S x 3
}

func newLines(n int) lines {
	c, r := mat.NewDense(n, 3, nil), rng.New(1).Rand()
	for s := range n {
		for j := range 3 {
			c.Set(s, j, r.NormFloat64())
		}
	}
	return lines{c}
}

func (l lines) Len() int    { n, _ := l.coef.Dims(); return n }
func (l lines) Inputs() int { return 2 }

func (l lines) Eval(x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	out := mat.NewDense(l.Len(), n, nil)
	for s := range l.Len() {
		c := l.coef.RawRowView(s)
		for i := range n {
			out.Set(s, i, c[0]+c[1]*x.At(i, 0)+c[2]*x.At(i, 1))
		}
	}
	return out
}

func (l lines) Grad(x *mat.Dense) ([]*mat.Dense, error) {
	xs := make([]*mat.Dense, l.Len())
	for s := range xs {
		xs[s] = x
	}
	return l.GradEach(xs)
}

func (l lines) GradEach(xs []*mat.Dense) ([]*mat.Dense, error) {
	out := make([]*mat.Dense, len(xs))
	for s, x := range xs {
		n, _ := x.Dims()
		out[s] = mat.NewDense(n, 2, nil)
		for i := range n {
			out[s].SetRow(i, l.coef.RawRowView(s)[1:])
		}
	}
	return out, nil
}

func (l lines) Moments(_ int, x *mat.Dense) ([]float64, *mat.SymDense, error) {
	n, _ := x.Dims()
	c := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			c.SetSym(i, j, 1+x.At(i, 0)*x.At(j, 0)+x.At(i, 1)*x.At(j, 1))
		}
	}
	return make([]float64, n), c, nil
}

var grid = mat.NewDense(4, 2, []float64{0, 0, 1, 0.5, -0.3, 2, 0.7, -1})

// options has the exact moments of lines.
func options() pathtest.Options {
	mean, cov, _ := lines{}.Moments(0, grid)
	return pathtest.Options{Points: grid, Mean: mean, Cov: cov}
}

func TestRightFunctionsPass(t *testing.T) {
	pathtest.Test(t, newLines(500), options())
	if err := pathtest.Check(newLines(1), options()); err != nil {
		t.Errorf("a single function: %v", err)
	}
}

// faulty overrides parts of lines.
type faulty struct {
	lines
	eval    func(x *mat.Dense) *mat.Dense
	grad    func(x *mat.Dense) ([]*mat.Dense, error)
	each    func(xs []*mat.Dense) ([]*mat.Dense, error)
	moments func(i int, x *mat.Dense) ([]float64, *mat.SymDense, error)
	more    int  // inputs
	add     bool // EvalTo adds to what is there
	shift   int  // EvalEach is of other functions
	half    bool // GradSum halves its last derivative
}

func (f faulty) Eval(x *mat.Dense) *mat.Dense {
	if f.eval != nil {
		return f.eval(x)
	}
	return f.lines.Eval(x)
}

func (f faulty) Grad(x *mat.Dense) ([]*mat.Dense, error) {
	if f.grad != nil {
		return f.grad(x)
	}
	return f.lines.Grad(x)
}

func (f faulty) GradEach(xs []*mat.Dense) ([]*mat.Dense, error) {
	if f.each != nil {
		return f.each(xs)
	}
	return f.lines.GradEach(xs)
}

func (f faulty) Moments(i int, x *mat.Dense) ([]float64, *mat.SymDense, error) {
	if f.moments != nil {
		return f.moments(i, x)
	}
	return f.lines.Moments(i, x)
}

func (f faulty) Inputs() int { return 2 + f.more }

// The other ways to evaluate are those of Eval and Grad, but for what is added.
func (f faulty) EvalTo(dst, x *mat.Dense) {
	v := f.Eval(x)
	dst.Apply(func(s, i int, was float64) float64 {
		if f.add {
			return was + v.At(s, i)
		}
		return v.At(s, i)
	}, dst)
}

func (f faulty) EvalEach(xs []*mat.Dense) [][]float64 {
	out := make([][]float64, len(xs))
	for s, x := range xs {
		out[s] = mat.Row(nil, (s+f.shift)%len(xs), f.Eval(x))
	}
	return out
}

func (f faulty) GradSum(dst, w, x []float64) ([]float64, error) {
	out, err := function.SumGradient(onlyGrad{f})(dst, w, x)
	if err == nil && f.half {
		out[1] /= 2
	}
	return out, err
}

// onlyGrad has values and gradients alone.
type onlyGrad struct{ function.GradFunctions }

// apply returns the lines' values changed element by element; row s, column i.
func apply(l lines, x *mat.Dense, f func(s, i int, v float64) float64) *mat.Dense {
	out := l.Eval(x)
	out.Apply(f, out)
	return out
}

// Each fault is found by the check that is there for it.
func TestFaultyFunctionsAreFound(t *testing.T) {
	l := newLines(500)
	var mu sync.Mutex
	noise, calls := rng.New(2).Rand(), 0
	buffer := map[int]*mat.Dense{}
	for name, c := range map[string]struct {
		check string
		f     faulty
	}{
		"transposed": {"shape", faulty{eval: func(x *mat.Dense) *mat.Dense { return mat.DenseCopyOf(l.Eval(x).T()) }}},
		"nil":        {"shape", faulty{eval: func(*mat.Dense) *mat.Dense { return nil }}},
		"not finite": {"shape", faulty{eval: func(x *mat.Dense) *mat.Dense {
			return apply(l, x, func(s, i int, v float64) float64 {
				if s == 3 && x.At(i, 0) == 1 {
					return math.NaN()
				}
				return v
			})
		}}},
		"modifies its points": {"shape", faulty{eval: func(x *mat.Dense) *mat.Dense {
			v := l.Eval(x)
			mu.Lock()
			defer mu.Unlock()
			x.Set(0, 0, x.At(0, 0)+1e-9)
			return v
		}}},
		"other inputs":         {"shape", faulty{more: 1}},
		"adds to the matrix":   {"ways", faulty{add: true}},
		"each of other points": {"ways", faulty{shift: 1}},
		"half a weighted sum":  {"gradient", faulty{half: true}},
		"panics":               {"shape", faulty{eval: func(*mat.Dense) *mat.Dense { panic("no") }}},
		"noise in f": {"repeatable", faulty{eval: func(x *mat.Dense) *mat.Dense {
			mu.Lock()
			defer mu.Unlock()
			return apply(l, x, func(_, _ int, v float64) float64 { return v + 1e-6*noise.NormFloat64() })
		}}},
		"hands out its buffer": {"repeatable", faulty{eval: func(x *mat.Dense) *mat.Dense {
			mu.Lock()
			defer mu.Unlock()
			n, _ := x.Dims()
			if buffer[n] == nil {
				buffer[n] = l.Eval(x)
			}
			return buffer[n]
		}}},
		"depends on the other points": {"rows", faulty{eval: func(x *mat.Dense) *mat.Dense {
			n, _ := x.Dims()
			return apply(l, x, func(_, _ int, v float64) float64 { return v * (1 + 1e-6/float64(n)) })
		}}},
		"depends on the place": {"rows", faulty{eval: func(x *mat.Dense) *mat.Dense {
			return apply(l, x, func(_, i int, v float64) float64 { return v + 1e-9*float64(i) })
		}}},
		"loses a tile": {"rows", faulty{eval: func(x *mat.Dense) *mat.Dense {
			return apply(l, x, func(_, i int, v float64) float64 {
				if i >= 512 {
					return 0
				}
				return v
			})
		}}},
		"state between calls": {"concurrent", faulty{eval: func(x *mat.Dense) *mat.Dense {
			mu.Lock()
			calls++
			wrong := calls > 12 // by then the checks on one goroutine are done
			mu.Unlock()
			return apply(l, x, func(_, _ int, v float64) float64 {
				if wrong {
					return v + 1e-3
				}
				return v
			})
		}}},
		"gradient half": {"gradient", faulty{grad: func(x *mat.Dense) ([]*mat.Dense, error) {
			g, err := l.Grad(x)
			g[7].Scale(0.5, g[7])
			return g, err
		}}},
		"gradient of another function": {"gradient", faulty{grad: func(x *mat.Dense) ([]*mat.Dense, error) {
			g, err := l.Grad(x)
			g[0], g[1] = g[1], g[0]
			return g, err
		}}},
		"gradient too small a matrix": {"gradient", faulty{grad: func(x *mat.Dense) ([]*mat.Dense, error) {
			g, err := l.Grad(x)
			g[2] = mat.NewDense(1, 2, nil)
			return g, err
		}}},
		"gradient refused": {"gradient", faulty{grad: func(*mat.Dense) ([]*mat.Dense, error) { return nil, errors.New("none") }}},
		"GradEach at common points": {"gradient", faulty{each: func(xs []*mat.Dense) ([]*mat.Dense, error) {
			g, err := l.GradEach(xs)
			g[5].Set(1, 0, 0)
			return g, err
		}}},
		"mean off": {"moments", faulty{eval: func(x *mat.Dense) *mat.Dense {
			return apply(l, x, func(_, _ int, v float64) float64 { return v + 0.5 })
		}}},
		"variance too large": {"moments", faulty{eval: func(x *mat.Dense) *mat.Dense {
			return apply(l, x, func(_, _ int, v float64) float64 { return 1.25 * v })
		}}},
		"one function for all": {"moments", faulty{eval: func(x *mat.Dense) *mat.Dense {
			v := l.Eval(x)
			for s := 1; s < l.Len(); s++ {
				v.SetRow(s, v.RawRowView(0))
			}
			return v
		}}},
		"uncorrelated": {"moments", faulty{eval: func(x *mat.Dense) *mat.Dense {
			// The right variance at each point, but other functions at x_0 > 0.5.
			v := l.Eval(x)
			n, _ := x.Dims()
			out := mat.DenseCopyOf(v)
			for s := range l.Len() {
				for i := range n {
					if x.At(i, 0) > 0.5 {
						out.Set(s, i, v.At((s+1)%l.Len(), i))
					}
				}
			}
			return out
		}}},
		"distribution of another variance": {"distribution", faulty{moments: func(i int, x *mat.Dense) ([]float64, *mat.SymDense, error) {
			m, c, err := l.Moments(i, x)
			c.ScaleSym(1.5, c)
			return m, c, err
		}}},
		"distribution of another mean": {"distribution", faulty{moments: func(i int, x *mat.Dense) ([]float64, *mat.SymDense, error) {
			m, c, err := l.Moments(i, x)
			m[2] += 1
			return m, c, err
		}}},
		"distribution too short": {"distribution", faulty{moments: func(i int, x *mat.Dense) ([]float64, *mat.SymDense, error) {
			m, c, err := l.Moments(i, x)
			return m[1:], c, err
		}}},
		"distribution refused": {"distribution", faulty{moments: func(int, *mat.Dense) ([]float64, *mat.SymDense, error) {
			return nil, nil, errors.New("none")
		}}},
	} {
		c.f.lines = l
		o := options()
		o.Points = mat.DenseCopyOf(grid)
		err := pathtest.Check(c.f, o)
		if err == nil {
			t.Errorf("%s: passed", name)
			continue
		}
		found := false
		for _, line := range strings.Split(err.Error(), "\n") {
			found = found || strings.HasPrefix(line, c.check+": ")
		}
		if !found {
			t.Errorf("%s: not found by the check %q, but: %v", name, c.check, err)
		}
	}
}

// Functions that are not smooth must refuse a gradient.
func TestRoughFunctionsMustRefuse(t *testing.T) {
	o := options()
	o.NotSmooth = true
	if err := pathtest.Check(newLines(500), o); err == nil || !strings.Contains(err.Error(), "not differentiable") {
		t.Errorf("a gradient of what is not smooth: %v", err)
	}
	f := faulty{lines: newLines(500), grad: func(*mat.Dense) ([]*mat.Dense, error) { return nil, errors.New("rough") }}
	if err := pathtest.Check(f, o); err != nil {
		t.Error(err)
	}
}

// onlyValues has no ability but the least.
type onlyValues struct{ function.Functions }

func TestFunctionsWithoutAbilitiesPass(t *testing.T) {
	pathtest.Test(t, onlyValues{newLines(3)}, pathtest.Options{Points: grid})
}

// Slack allows for moments that are truly off by that much, and no more.
func TestSlack(t *testing.T) {
	l := newLines(2000)
	off := onlyValues{faulty{lines: l, eval: func(x *mat.Dense) *mat.Dense {
		return apply(l, x, func(_, _ int, v float64) float64 { return 1.2 * v }) // variances off by 0.44
	}}}
	for slack, pass := range map[float64]bool{0: false, 0.05: false, 0.5: true} {
		o := options()
		o.Slack = slack
		if err := pathtest.Check(off, o); (err == nil) != pass {
			t.Errorf("slack %v: %v", slack, err)
		}
	}
}
