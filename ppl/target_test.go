package ppl_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"matheron/ad"
	"matheron/ppl"
	"matheron/ppl/ppltest"
	"matheron/prob"
	"matheron/rng"
)

func target(t testing.TB, m ppl.Model, handlers ...ppl.Handler) *ppl.Target {
	t.Helper()
	out, err := ppl.NewTarget(m, rng.New(1), handlers...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Values by SciPy (testdata/golden.py): two implementations of the same densities
// agree to some tens of roundings of the largest term, which is below 1e3.
func TestTargetGolden(t *testing.T) {
	data, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	golden := map[string][]struct {
		X       []float64
		LogProb float64
	}{}
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	targets := map[string]*ppl.Target{
		"centred":    target(t, schools),
		"noncentred": target(t, schools, ppl.NonCentered("theta")),
		"regression": target(t, line),
		"counts":     target(t, counts),
	}
	for name, target := range targets {
		if len(golden[name]) == 0 {
			t.Errorf("%s: no golden values", name)
		}
		for _, g := range golden[name] {
			if got := target.LogProbGrad(nil, g.X); math.Abs(got-g.LogProb) > 1e-11*math.Abs(g.LogProb) {
				t.Errorf("%s at %v: log density %v, want %v", name, g.X, got, g.LogProb)
			}
		}
	}
}

func TestModels(t *testing.T) {
	for name, m := range map[string]ppl.Model{"schools": schools, "line": line, "counts": counts} {
		t.Run(name, func(t *testing.T) { ppltest.TestModel(t, m, rng.New(4)) })
	}
	t.Run("non-centred", func(t *testing.T) { ppltest.TestModel(t, schools, rng.New(5), ppl.NonCentered()) })
}

// With theta = mu + tau z, p(mu, tau, z) = p(mu, tau, theta) tau^8: both forms are
// the same posterior.
func TestNonCenteredIsTheSamePosterior(t *testing.T) {
	centred, nonCentred := target(t, schools), target(t, schools, ppl.NonCentered())
	r := rng.New(7).Rand()
	for range 20 {
		z := make([]float64, 10)
		for i := range z {
			z[i] = r.NormFloat64()
		}
		theta := slices.Clone(z)
		mu, tau := z[0], math.Exp(z[1])
		for i := range 8 {
			theta[2+i] = mu + tau*z[2+i]
		}
		got := nonCentred.LogProbGrad(nil, z)
		want := centred.LogProbGrad(nil, theta) + 8*z[1]
		// Rounding of theta - mu, relative to tau, is squared and summed.
		if math.Abs(got-want) > 1e-11*math.Abs(want) {
			t.Errorf("log density %v, want %v", got, want)
		}
	}
}

func TestTargetLayout(t *testing.T) {
	g := target(t, func(c *ppl.Context) {
		c.Sample("RBF.lengthscale", ppl.Iid(ppl.Of(prob.LogNormal{Sigma: 1}), 2))
		c.Sample("w", ppl.Normal(c.Tape().ConstMatrix(matrix(2, 2, 1, 2, 3, 4)), c.Const(1)))
		c.Sample("u", ppl.Of(prob.Uniform{Lower: -1, Upper: 3}))
	})
	want := []string{"RBF.lengthscale[0]", "RBF.lengthscale[1]", "w[0,0]", "w[0,1]", "w[1,0]", "w[1,1]", "u"}
	if !slices.Equal(g.Names(), want) || g.Dim() != 7 {
		t.Errorf("names %v of %d coordinates, want %v", g.Names(), g.Dim(), want)
	}
	x := []float64{0, math.Log(2), 5, 6, 7, 8, 0}
	// exp(log 2) is 2 to a rounding.
	for i, v := range g.Constrain(nil, x) {
		if w := []float64{1, 2, 5, 6, 7, 8, 1}[i]; math.Abs(v-w) > 1e-15*w {
			t.Errorf("%s: %v, want %v", want[i], v, w)
		}
	}
	values := g.Values(x)
	back, err := g.Unconstrain(values)
	if err != nil {
		t.Fatal(err)
	}
	for i := range x {
		if math.Abs(back[i]-x[i]) > 1e-15 {
			t.Errorf("coordinate %d: %v, want %v", i, back[i], x[i])
		}
	}
	if v := g.Variables()[2]; v.Name != "u" || v.Offset != 6 || v.Coordinate != 6 || v.Shape != ppl.ScalarShape() {
		t.Errorf("variable %+v", v)
	}
}

// Where the program has no density the target is -Inf with a gradient of zero.
func TestTargetWithoutDensity(t *testing.T) {
	g := target(t, func(c *ppl.Context) {
		x := c.Sample("x", ppl.Of(prob.Normal{SD: 1}))
		scale := ad.Shift(ad.Exp(ad.Neg(x)), -1e-3) // negative for x > 6.9
		c.Observe("y", ppl.Normal(x, scale), 1)
		k := ad.AddDiag(c.Tape().ConstMatrix(matrix(2, 2, 1, 0, 0, 1)), ad.Shift(x, 5)) // no factor for x < -6
		c.Factor("factor", ad.LogDet(ad.Cholesky(k)))
	})
	grad := make([]float64, 1)
	if lp := g.LogProbGrad(grad, []float64{1}); math.IsInf(lp, 0) || grad[0] == 0 {
		t.Errorf("log density %v, gradient %v", lp, grad)
	}
	for _, x := range []float64{8, -7, math.Inf(1), math.NaN()} {
		grad[0] = 9
		if lp := g.LogProbGrad(grad, []float64{x}); !math.IsInf(lp, -1) || grad[0] != 0 {
			t.Errorf("at %v: log density %v, gradient %v, want -Inf and 0", x, lp, grad)
		}
	}
	// The evaluator has recovered.
	if lp := g.LogProbGrad(grad, []float64{1}); math.IsInf(lp, 0) {
		t.Errorf("log density %v after failures", lp)
	}
}

// A density costs a few allocations a site, for its distribution, and none an element.
func TestTargetAllocations(t *testing.T) {
	regression := func(n int) *ppl.Target {
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i] = float64(i) / float64(n)
			y[i] = 1 + 2*x[i]
		}
		return target(t, func(c *ppl.Context) {
			a := c.Sample("a", ppl.Of(prob.Normal{SD: 1}))
			s := c.Sample("s", ppl.Of(prob.HalfNormal{SD: 1}))
			c.Observe("y", ppl.Normal(ad.Mul(a, c.ConstVector(x...)), s), y...)
		})
	}
	var allocations [2]float64
	for i, n := range []int{10, 1000} {
		g := regression(n)
		x, grad := []float64{1, 0.1}, make([]float64, 2)
		allocations[i] = testing.AllocsPerRun(20, func() { g.LogProbGrad(grad, x) })
	}
	if allocations[0] != allocations[1] {
		t.Errorf("%v allocations for 10 rows, %v for 1,000", allocations[0], allocations[1])
	}
	// Two for the distributions of the fixed sites, one for that of the data, and
	// those of the handlers' closures.
	if allocations[0] > 8 {
		t.Errorf("%v allocations, want at most 8", allocations[0])
	}
	t.Log(allocations[0])
}

func TestTargetMisusePanics(t *testing.T) {
	g := target(t, schools)
	for name, f := range map[string]func(){
		"point":     func() { g.LogProbGrad(nil, make([]float64, 3)) },
		"gradient":  func() { g.LogProbGrad(make([]float64, 3), make([]float64, 10)) },
		"constrain": func() { g.Constrain(make([]float64, 3), make([]float64, 10)) },
		"model":     func() { ppl.NewTarget(nil, rng.New(1)) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
