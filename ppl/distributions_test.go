package ppl_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"matheron/ad"
	"matheron/ppl"
	"matheron/ppl/ppltest"
	"matheron/prob"
	"matheron/rng"
)

// Every constructor against the numbers of prob, by the kit: gradients to value
// and parameters, terms, bijections, scalars beside vectors and matrices.
func TestDistributions(t *testing.T) {
	at, slice := ad.At, ad.Slice
	for name, c := range map[string]struct {
		with   func(p ad.Value) ppl.Distribution
		params []float64
	}{
		"normal":       {func(p ad.Value) ppl.Distribution { return ppl.Normal(slice(p, 0, 3), at(p, 3)) }, []float64{1, -2, 0.5, 1.5}},
		"normal rows":  {func(p ad.Value) ppl.Distribution { return ppl.Normal(ad.Reshape(slice(p, 0, 2), 2, 1), slice(p, 2, 5)) }, []float64{1, -2, 0.5, 1.5, 2}},
		"lognormal":    {func(p ad.Value) ppl.Distribution { return ppl.LogNormal(at(p, 0), slice(p, 1, 3)) }, []float64{0.3, 0.6, 1.1}},
		"halfnormal":   {func(p ad.Value) ppl.Distribution { return ppl.HalfNormal(p) }, []float64{0.3, 2}},
		"gamma":        {func(p ad.Value) ppl.Distribution { return ppl.Gamma(at(p, 0), slice(p, 1, 3)) }, []float64{2.5, 0.7, 2}},
		"inversegamma": {func(p ad.Value) ppl.Distribution { return ppl.InverseGamma(at(p, 0), at(p, 1)) }, []float64{3, 2}},
		"uniform": {func(p ad.Value) ppl.Distribution {
			return ppl.Iid(ppl.Uniform(p.Tape().Const(-1), p.Tape().Const(2)), 3)
		}, []float64{0}},
		"cauchy":      {func(p ad.Value) ppl.Distribution { return ppl.Cauchy(slice(p, 0, 2), at(p, 2)) }, []float64{0.1, 2, 0.8}},
		"halfcauchy":  {func(p ad.Value) ppl.Distribution { return ppl.HalfCauchy(at(p, 0)) }, []float64{1.5}},
		"studentt":    {func(p ad.Value) ppl.Distribution { return ppl.StudentT(at(p, 0), at(p, 1), slice(p, 2, 4)) }, []float64{4, 1, 0.5, 2}},
		"exponential": {func(p ad.Value) ppl.Distribution { return ppl.Exponential(p) }, []float64{0.5, 3}},
		"beta":        {func(p ad.Value) ppl.Distribution { return ppl.Beta(at(p, 0), slice(p, 1, 3)) }, []float64{2, 3, 1.5}},
		"of":          {func(p ad.Value) ppl.Distribution { return ppl.Of(prob.Gamma{}, at(p, 0), slice(p, 1, 3)) }, []float64{2.5, 0.7, 2}},
		"of integers": {func(p ad.Value) ppl.Distribution { return ppl.Of(prob.Binomial{Trials: 7}, slice(p, 0, 2)) }, []float64{0.3, 0.6}},
		"of categories": {func(p ad.Value) ppl.Distribution {
			return ppl.Iid(ppl.Of(prob.Categorical{Weights: make([]float64, 2)}, at(p, 0), at(p, 1)), 3)
		}, []float64{0.3, 0.6}},
		"constant":       {func(ad.Value) ppl.Distribution { return ppl.Iid(ppl.Of(prob.Gamma{Shape: 2, Rate: 3}), 3) }, []float64{0}},
		"bernoulli":      {func(p ad.Value) ppl.Distribution { return ppl.Bernoulli(p) }, []float64{0.3, 0.8}},
		"bernoullilogit": {func(p ad.Value) ppl.Distribution { return ppl.BernoulliLogit(p) }, []float64{0.3, -0.8}},
		"poisson":        {func(p ad.Value) ppl.Distribution { return ppl.Poisson(p) }, []float64{0.3, 4}},
		"binomial": {func(p ad.Value) ppl.Distribution {
			return ppl.Binomial(p.Tape().ConstVector([]float64{3, 9}), at(p, 0))
		}, []float64{0.3}},
		"transformed": {func(p ad.Value) ppl.Distribution {
			return ppl.Transformed(ppl.Normal(slice(p, 0, 2), at(p, 2)), prob.LogBelow{Upper: 2})
		}, []float64{0.5, -0.3, 0.4}},
		"categorical":          {func(p ad.Value) ppl.Distribution { return ppl.Iid(ppl.Categorical(p), 4) }, []float64{0.3, 2, 1}},
		"categorical rows":     {func(p ad.Value) ppl.Distribution { return ppl.Categorical(ad.Reshape(p, 2, 2)) }, []float64{0.3, 2, 1, 1}},
		"categorical by logit": {func(p ad.Value) ppl.Distribution { return ppl.CategoricalLogit(ad.Reshape(p, 3, 2)) }, []float64{0.3, 2, 1, 1, -4, 0.5}},
		"dirichlet":            {func(p ad.Value) ppl.Distribution { return ppl.Dirichlet(p) }, []float64{1.5, 2, 3}},
		"dirichlet rows":       {func(p ad.Value) ppl.Distribution { return ppl.Iid(ppl.Dirichlet(p), 2) }, []float64{1.5, 2, 3}},
		"constant dirichlet": {func(ad.Value) ppl.Distribution {
			return ppl.OfVector(prob.Dirichlet{Concentration: []float64{2, 3}})
		}, []float64{0}},
		"multivariate normal": {func(p ad.Value) ppl.Distribution {
			return ppl.MultivariateNormal(slice(p, 0, 2), ad.Reshape(slice(p, 2, 6), 2, 2))
		}, []float64{0.3, -1, 1.2, 7, 0.4, 0.8}},
		"multivariate normal from covariance": {func(p ad.Value) ppl.Distribution {
			return ppl.Iid(ppl.MultivariateNormalCovariance(at(p, 0), ad.Reshape(slice(p, 2, 6), 2, 2)), 2)
		}, []float64{0.3, -1, 1.2, 7, 0.4, 0.8}},
		"multivariate normal from precision": {func(p ad.Value) ppl.Distribution {
			return ppl.MultivariateNormalPrecision(slice(p, 0, 2), ad.Reshape(slice(p, 2, 6), 2, 2))
		}, []float64{0.3, -1, 1.2, 7, 0.4, 0.8}},
		"lkj": {func(p ad.Value) ppl.Distribution { return ppl.LKJCholesky(3, at(p, 0)) }, []float64{1.7}},
	} {
		t.Run(name, func(t *testing.T) { ppltest.TestDistribution(t, c.with, c.params, rng.New(11)) })
	}
}

// The adapter has the numbers of prob, element by element.
func TestElementwiseIsDist(t *testing.T) {
	tape := ad.NewTape()
	d := ppl.Gamma(tape.ConstVector([]float64{1, 2, 3}), tape.ConstMatrix(matrix(2, 1, 4, 5)))
	if d.Shape() != ppl.MatrixShape(2, 3) {
		t.Fatalf("shape %v", d.Shape())
	}
	x := matrix(2, 3, 1, 2, 3, 4, 5, 6)
	want := 0.0
	for i := range 2 {
		for j := range 3 {
			want += prob.Gamma{Shape: float64(j + 1), Rate: float64(i + 4)}.LogProb(x.At(i, j))
		}
	}
	if got := d.LogProb(nil, tape.ConstMatrix(x), nil).Float(); got != want {
		t.Errorf("log density %v, want %v", got, want)
	}
}

// Hierarchical: correlated effects through a Cholesky factor of correlations, and
// shares of groups.
func hierarchical(c *ppl.Context) {
	shares := c.Sample("shares", ppl.Dirichlet(c.ConstVector(2, 2, 3)))
	sd := c.Sample("sd", ppl.Iid(ppl.Of(prob.HalfNormal{SD: 1}), 2))
	l := c.Sample("L", ppl.LKJCholesky(2, c.Const(2)))
	z := c.Sample("z", ppl.Iid(ppl.Of(prob.Normal{SD: 1}), 2))
	effect := c.Deterministic("effect", ad.MatMul(ad.Mul(ad.Reshape(sd, 2, 1), l), z))
	level := ad.Dot(shares, c.ConstVector(-1, 0, 1))
	c.Observe("y", ppl.Normal(ad.Add(effect, level), c.Const(0.3)), 0.4, -0.2)
}

func TestHierarchicalModel(t *testing.T) {
	ppltest.TestModel(t, hierarchical, rng.New(8))
	g := target(t, hierarchical)
	// 2 free shares of 3, 2 scales, 1 free correlation of 4 elements, 2 effects.
	if g.Dim() != 7 || len(g.Names()) != 11 {
		t.Errorf("%d coordinates, names %v", g.Dim(), g.Names())
	}
}

// A covariance that has no factor is no density for a target, and the pivot in an
// error for a trace.
func TestMultivariateNormalWithoutFactor(t *testing.T) {
	m := func(c *ppl.Context) {
		r := c.Sample("r", ppl.Of(prob.Uniform{Lower: -0.5, Upper: 2}))
		k := ad.AddDiag(ad.Mul(r, c.Tape().ConstMatrix(matrix(2, 2, 0, 1, 1, 0))), c.Const(1))
		c.Observe("y", ppl.MultivariateNormalCovariance(c.Const(0), k), 1, 2)
	}
	g := target(t, m)
	at := func(r float64) []float64 {
		x, err := g.Unconstrain(ppl.Values{"r": {r}})
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	if lp := g.LogProbGrad(nil, at(0.9)); math.IsInf(lp, 0) {
		t.Errorf("log density %v, want a number", lp)
	}
	if lp := g.LogProbGrad(nil, at(1.1)); !math.IsInf(lp, -1) {
		t.Errorf("log density %v, want -Inf", lp)
	}
	_, err := g.Trace(at(1.1))
	var pivot *prob.NotPositiveDefinite
	if !errors.As(err, &pivot) || pivot.Pivot != 1 || !strings.HasPrefix(err.Error(), `site "y": `) {
		t.Errorf("error %v", err)
	}
}

// Weights are validated even where the first category is masked.
func TestMaskedCategoryDoesNotHideWeights(t *testing.T) {
	tape := ad.NewTape()
	d := ppl.Iid(ppl.Categorical(tape.ConstVector([]float64{1, -0.5})), 2)
	if lp := d.LogProb(nil, tape.ConstVector([]float64{0, 0}), []bool{false, true}).Float(); !math.IsNaN(lp) {
		t.Errorf("log density %v, want NaN", lp)
	}
}

// Of with values for the parameters is the constructor of the family.
func TestOfIsTheConstructor(t *testing.T) {
	tape := ad.NewTape()
	p, x := tape.Vector([]float64{0.2, 0.7}), tape.ConstVector([]float64{1, 0})
	if got, want := ppl.Of(prob.Bernoulli{}, p).LogProb(nil, x, nil).Float(), ppl.Bernoulli(p).LogProb(nil, x, nil).Float(); got != want {
		t.Errorf("log density %v, want %v", got, want)
	}
}

func TestOfPanicsOnMisuse(t *testing.T) {
	tape := ad.NewTape()
	one := tape.Scalar(1)
	for want, f := range map[string]func(){
		"ppl: Of: no distribution":                                         func() { ppl.Of(nil) },
		"ppl: Of: 1 parameters for a prob.Normal, which has 2":             func() { ppl.Of(prob.Normal{}, one) },
		"ppl: Of: 2 parameters for a prob.Poisson, which has 1":            func() { ppl.Of(prob.Poisson{}, one, one) },
		"ppl: Of: a *prob.NormalMixture has no parameters to replace":      func() { ppl.Of(&prob.NormalMixture{}, one) },
		"ppl: OfVector: no distribution":                                   func() { ppl.OfVector(nil) },
		"ppl: OfVector: a ppl_test.pointMass has no parameters to replace": func() { ppl.OfVector(pointMass{prob.Dirichlet{Concentration: []float64{1, 1}}}, one) },
	} {
		func() {
			defer func() {
				if got := recover(); got != want {
					t.Errorf("panic %v, want %s", got, want)
				}
			}()
			f()
		}()
	}
}

// pointMass is a distribution of vectors without parameters.
type pointMass struct{ prob.Vector }
