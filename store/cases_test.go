package store

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/gp"
	"matheron/gp/sparse"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/kernel/kerneltest"
	"matheron/pathwise"
	"matheron/rng"
)

// storedCase is a model and how paths are drawn from it.
type storedCase struct {
	name    string
	inputs  []string
	kernel  kernel.Kernel
	mean    gp.Mean
	perRow  bool
	scaled  bool
	sampler pathwise.Sampler
	jitter  float64
	kind    kind
	solver  gp.SolverKind
}

// kind says what paths are drawn from.
type kind int

const (
	exact kind = iota
	ofGuide
	mixed         // several posteriors on the same rows
	mixedRows     // and one on other rows
	mixedWithRest // and a guide
)

// guides reports whether some of the paths are those of a guide.
func (c storedCase) guides() bool { return c.kind == ofGuide || c.kind == mixedWithRest }

var (
	oneInput    = []string{"x"}
	threeInputs = []string{"wind speed", "ü, \"quoted\"", "c"}
)

// storedCases has every kernel with shared and with own numbers a input, every
// way to compose them, every kind of features, mean and noise.
func storedCases() []storedCase {
	sh, ard := kernel.Shared, kernel.ARD
	l3, p3 := ard(0.7, 1.3, 2), ard(1.9, 2.3, 3.1)
	rbf := kernel.RBF{Variance: 1.2, Lengthscale: sh(0.8)}
	periodic := kernel.Periodic{Variance: 0.9, Lengthscale: sh(1.4), Period: sh(1.7)}
	linear := kernel.Linear{Bias: 0.3, Variance: []float64{0.5, 0.2, 0.7}}
	active := func(k kernel.Kernel, columns ...int) kernel.Kernel { return kernel.Active{Kernel: k, Columns: columns} }
	white := kernel.White{Variance: 0.02}
	cos := pathwise.Sampler{Features: 20, Form: basis.CosPhase}
	each := pathwise.Sampler{Features: 15, PerPath: true, Frequencies: basis.Orthogonal}
	eachCos := pathwise.Sampler{Features: 9, PerPath: true, Form: basis.CosPhase, Frequencies: basis.Sobol}
	cases := []storedCase{
		{name: "rbf", inputs: oneInput, kernel: rbf},
		{name: "rbf ard", inputs: threeInputs, kernel: kernel.RBF{Variance: 2, Lengthscale: l3}, scaled: true},
		{name: "matern12", inputs: threeInputs, kernel: kernel.Matern12{Variance: 2, Lengthscale: l3}},
		{name: "matern32", inputs: threeInputs, kernel: kernel.Matern32{Variance: 2, Lengthscale: sh(0.6)}, mean: gp.Constant{Value: -3}},
		{name: "matern52", inputs: oneInput, kernel: kernel.Matern52{Variance: 2, Lengthscale: ard(0.6)}, mean: gp.Linear{Intercept: 1, Slopes: []float64{-2}}},
		{name: "rational quadratic", inputs: threeInputs, kernel: kernel.RationalQuadratic{Variance: 2, Lengthscale: l3, Alpha: 0.4}, perRow: true},
		{name: "periodic", inputs: oneInput, kernel: periodic, sampler: pathwise.Sampler{Features: 100}},
		{name: "periodic ard", inputs: threeInputs, kernel: kernel.Periodic{Variance: 0.9, Lengthscale: l3, Period: p3}, sampler: pathwise.Sampler{Features: 40000}},
		{name: "periodic sampled", inputs: threeInputs, kernel: kernel.Periodic{Variance: 0.9, Lengthscale: sh(0.9), Period: p3}},
		{name: "cosine", inputs: threeInputs, kernel: kernel.Cosine{Variance: 1.1, Period: p3}, scaled: true},
		{name: "linear", inputs: threeInputs, kernel: linear, mean: gp.Linear{Intercept: 1, Slopes: []float64{-2, 0.1, 3}}},
		{name: "polynomial", inputs: threeInputs, kernel: kernel.Polynomial{Variance: 0.1, Bias: 0.8, Degree: 3}},
		{name: "constant", inputs: oneInput, kernel: kernel.Constant{Variance: 2}},
		{name: "white", inputs: oneInput, kernel: white},
		{name: "sum", inputs: threeInputs, kernel: kernel.Add(rbf, white, linear, kernel.Constant{Variance: 3}), perRow: true, scaled: true},
		{name: "product", inputs: threeInputs, kernel: kernel.Mul(rbf, kernel.Matern32{Variance: 1, Lengthscale: l3}, linear)},
		{name: "product of columns", inputs: threeInputs, kernel: kernel.Mul(active(rbf, 2, 0), active(periodic, 1), active(kernel.Linear{Bias: 1, Variance: []float64{2}}, 2))},
		{name: "active sum", inputs: threeInputs, kernel: active(kernel.Add(rbf, active(periodic, 1)), 2, 1), mean: gp.Constant{Value: 2}},
		{name: "scaled sum", inputs: oneInput, kernel: kernel.Scaled{Factor: 2.5, Kernel: kernel.Add(rbf, kernel.Scaled{Factor: 0.4, Kernel: periodic})}},
		{name: "nested sum", inputs: oneInput, kernel: kernel.Sum{rbf, kernel.Sum{periodic, rbf}, kernel.Product{kernel.Product{rbf, periodic}, kernel.Add(rbf, periodic)}}},
		{name: "held", inputs: threeInputs, kernel: kernel.Fix(kernel.Sum{rbf, kernel.Mul(kernel.Sum{rbf, linear}, kernel.Fix(periodic, "period"))}, "sum.0.RBF.variance", "Linear.variance[1]")},
		{name: "held at 0", inputs: threeInputs, kernel: kernel.Add(rbf, kernel.Fix(kernel.Linear{Variance: []float64{1, 0, 2}}, "bias", "variance[1]"))},
		{name: "cos with phase", inputs: threeInputs, kernel: kernel.Add(rbf, kernel.Mul(rbf, linear)), sampler: cos, scaled: true},
		{name: "basis a path", inputs: threeInputs, kernel: kernel.Add(rbf, linear), sampler: each},
		{name: "cos, basis a path", inputs: oneInput, kernel: kernel.Mul(rbf, kernel.Cosine{Variance: 1, Period: sh(2)}), sampler: eachCos, perRow: true, jitter: 1e-3},
	}
	for i, k := range kerneltest.Leaves(3) {
		cases = append(cases, storedCase{name: fmt.Sprintf("leaf %d, %T", i, k), inputs: threeInputs, kernel: k, jitter: 1e-6})
	}
	sum := kernel.Add(rbf, linear)
	cases = append(cases,
		storedCase{name: "guide", inputs: oneInput, kernel: kernel.Add(rbf, periodic), mean: gp.Constant{Value: -3}, jitter: 1e-3, kind: ofGuide},
		storedCase{name: "guide scaled", inputs: threeInputs, kernel: kernel.Matern52{Variance: 2, Lengthscale: l3}, scaled: true, jitter: 1e-6, sampler: each, kind: ofGuide},
		storedCase{name: "mixture", inputs: threeInputs, kernel: sum, scaled: true, kind: mixed},
		storedCase{name: "mixture, noise a row", inputs: oneInput, kernel: rbf, perRow: true, sampler: eachCos, kind: mixed},
		storedCase{name: "mixture of rows", inputs: threeInputs, kernel: kernel.Fix(sum, "sum.0.RBF.variance"), mean: gp.Linear{Intercept: 1, Slopes: []float64{-2, 0.1, 3}}, kind: mixedRows},
		storedCase{name: "woodbury", inputs: threeInputs, kernel: kernel.Add(linear, kernel.Cosine{Variance: 1.1, Period: p3}), mean: gp.Constant{Value: 1}, solver: gp.Woodbury{}},
		storedCase{name: "woodbury, a basis a path", inputs: oneInput, kernel: kernel.Mul(kernel.Linear{Bias: 1, Variance: []float64{2}}, kernel.Cosine{Variance: 1, Period: sh(2)}), sampler: each, perRow: true, scaled: true, solver: gp.Woodbury{}},
		storedCase{name: "woodbury, mixture", inputs: threeInputs, kernel: linear, kind: mixedRows, solver: gp.Woodbury{}},
		storedCase{name: "mixture with a guide", inputs: oneInput, kernel: rbf, jitter: 1e-4, scaled: true, kind: mixedWithRest},
	)
	for i := range cases {
		if cases[i].sampler.Features == 0 {
			cases[i].sampler.Features = 24
		}
	}
	return cases
}

// grid returns n rows of d <= 3 numbers in (-2, 2), none repeated.
func grid(n, d int, shift float64) *mat.Dense {
	x := mat.NewDense(n, d, nil)
	for i := range n {
		for j := range d {
			_, f := math.Modf(shift + float64(i+1)*math.Sqrt([]float64{2, 3, 5}[j]))
			x.Set(i, j, 4*f-2)
		}
	}
	return x
}

// model returns the model of a case: exact, sparse, or with draws.
func (c storedCase) model(t testing.TB) *Model {
	t.Helper()
	m := c.base()
	switch c.kind {
	case exact:
	case ofGuide:
		post := c.sparse(t, m)
		s, err := SparseOf(post)
		if err != nil {
			t.Fatal(err)
		}
		s.NumRows, s.ELBO = 9, -30.5
		for i := range c.inputs {
			s.Inputs = append(s.Inputs, Extent{-2, 0.1 * float64(i), 2})
		}
		m.Kind = s
	default:
		params := kernel.Params(m.Prior.Kernel)
		names, values := []string{}, []float64{}
		if !c.perRow {
			names, values = append(names, gp.NoiseName), append(values, 0.01)
		}
		for _, p := range params[:len(params)-1] { // the last one keeps its number
			names, values = append(names, p.Name), append(values, p.Value)
		}
		draws := mat.NewDense(5, len(names), nil)
		for i := range 5 {
			for j, v := range values {
				draws.Set(i, j, v*(1+0.1*float64(i)))
			}
		}
		x, y := m.Kind.xy()
		m.Kind = &Mixture{x, y, &Draws{Names: names, Values: draws, Chains: []int{3, 2}, Warmup: 7, Divergences: 1}}
	}
	return m
}

func (c storedCase) base() *Model {
	const n = 9
	x, y := grid(n, len(c.inputs), 0), make([]float64, n)
	m := &Model{
		Prior:  gp.Prior{Kernel: c.kernel, Mean: c.mean, Jitter: c.jitter, Solver: c.solver},
		Noise:  gp.Noise(0.01),
		Inputs: c.inputs, Target: "y",
		Kind: &Exact{x, y},
		Fit:  FitInfo{Method: "map", LogEvidence: -12.25, NoiseFitted: true, Params: []ParamInfo{{"RBF.variance", 1.0 / 3}}, Seed: 1<<63 + 1, Program: "test", Created: "today"},
	}
	rows := make([]float64, n)
	for i := range y {
		y[i] = math.Sin(3*x.At(i, 0)) + 0.1
		rows[i] = 0.01 * float64(1+i)
	}
	if c.perRow {
		m.Noise = gp.NoiseRows(rows...)
	}
	if c.scaled {
		s := data.Standardization(&data.Set{Inputs: c.inputs, Target: "y", X: x, Y: y})
		s.Target.Shift += 30
		m.Scaling = &s
	}
	return m
}

func (c storedCase) paths(t testing.TB, n int) *PathSet {
	t.Helper()
	m := c.base()
	set := &PathSet{InputNames: m.Inputs, Target: m.Target, Scaling: m.Scaling}
	switch c.kind {
	case exact:
		set.InModelUnits = c.draw(t, m, 4, n)
	case ofGuide:
		set.InModelUnits = c.drawGuide(t, m, n)
	default:
		parts := []*pathwise.Paths{c.draw(t, m, 4, n-1)}
		theta := kernel.Params(m.Prior.Kernel)
		values := make([]float64, len(theta))
		for i, p := range theta {
			values[i] = 1.1*p.Value + 0.01
		}
		m.Prior.Kernel = kernel.WithParams(m.Prior.Kernel, values)
		parts = append(parts, c.draw(t, m, 5, 1))
		if c.kind == mixedRows {
			m.Kind = &Exact{grid(4, len(c.inputs), 0.9), []float64{1, 3, -1, 2}}
			parts = append(parts, c.draw(t, m, 6, 2))
		}
		if c.kind == mixedWithRest {
			parts = append(parts, c.drawGuide(t, m, 2), c.draw(t, m, 7, 1))
		}
		set.InModelUnits = pathwise.Join(parts...)
	}
	return set
}

// draw returns n paths of the exact posterior of a model, in its own units.
func (c storedCase) draw(t testing.TB, m *Model, key uint64, n int) *pathwise.Paths {
	t.Helper()
	s := c.sampler
	s.Posterior = exactOf(t, m)
	p, err := s.Draw(rng.New(key), n)
	if err != nil {
		t.Fatalf("%s: %v", c.name, err)
	}
	return p
}

// exactOf returns the exact posterior on the rows of a model, in its own units.
func exactOf(t testing.TB, m *Model) *gp.Exact {
	t.Helper()
	x, y := m.Kind.xy()
	post, err := m.Prior.Condition(x, y, m.Noise)
	if err != nil {
		t.Fatal(err)
	}
	return post
}

// drawGuide returns n paths of the optimal guide at a few inducing inputs.
func (c storedCase) drawGuide(t testing.TB, m *Model, n int) *pathwise.Paths {
	t.Helper()
	s := c.sampler
	s.Posterior = c.sparse(t, m)
	p, err := s.Draw(rng.New(4), n)
	if err != nil {
		t.Fatalf("%s: %v", c.name, err)
	}
	return p
}

// sparse returns the posterior of the optimal guide at a few inducing inputs.
func (c storedCase) sparse(t testing.TB, m *Model) *sparse.Posterior {
	t.Helper()
	prior := sparse.Prior{Prior: m.Prior, Z: grid(4, len(c.inputs), 0.3), Jitter: c.jitter}
	x, y := m.Kind.xy()
	post, _, err := prior.Condition(x, y, m.Noise)
	if err != nil {
		t.Fatalf("%s: %v", c.name, err)
	}
	return post
}
