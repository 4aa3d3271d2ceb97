package ppl_test

import (
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"matheron/ad"
	"matheron/ppl"
	"matheron/ppl/ppltest"
	"matheron/prob"
	"matheron/rng"
)

func trace(t testing.TB, m ppl.Model, handlers ...ppl.Handler) *ppl.Trace {
	t.Helper()
	out, err := ppl.TraceOf(m, rng.New(3), handlers...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func record(t testing.TB, tr *ppl.Trace, name string) ppl.Record {
	t.Helper()
	r, ok := tr.Site(name)
	if !ok {
		t.Fatalf("no site %q", name)
	}
	return r
}

// pair is two variables and data.
func pair(c *ppl.Context) {
	a := c.Sample("a", ppl.Of(prob.Normal{SD: 1}))
	b := c.Sample("b", ppl.Normal(a, c.Const(2)))
	c.Observe("y", ppl.Normal(b, c.Const(0.5)), 1, 2, 3)
}

func TestHandlersObeyTheirLaws(t *testing.T) {
	for name, h := range map[string]ppl.Handler{
		"seed":        ppl.Seed(rng.New(9)),
		"substitute":  ppl.Substitute(ppl.Values{"mu": {1}}),
		"condition":   ppl.Condition(ppl.Values{"mu": {1}, "y": {1, 2, 3, 4, 5, 6, 7, 8}}),
		"block":       ppl.Block("theta", "y"),
		"replay":      ppl.Replay(trace(t, schools)),
		"mask":        ppl.Mask([]bool{true, true, false, true, true, true, false, true}, "y"),
		"scale":       ppl.Scale(3, "y"),
		"non-centred": ppl.NonCentered("theta"),
	} {
		t.Run(name, func(t *testing.T) { ppltest.TestHandler(t, h, schools, rng.New(2)) })
	}
}

// What a site draws depends on its name and the key, not on the sites before it.
func TestSeedGoesByName(t *testing.T) {
	alone := trace(t, func(c *ppl.Context) { c.Sample("b", ppl.Of(prob.Normal{SD: 1})) })
	after := trace(t, func(c *ppl.Context) {
		c.Sample("a", ppl.Of(prob.Normal{SD: 1}))
		c.Sample("b", ppl.Of(prob.Normal{SD: 1}))
	})
	b := record(t, after, "b").Value[0]
	if a := record(t, after, "a").Value[0]; a == b {
		t.Error("two sites drew the same")
	}
	if got := record(t, alone, "b").Value[0]; got != b {
		t.Errorf("b is %v alone and %v after another site", got, b)
	}
}

func TestSubstituteKeepsDensityConditionMakesData(t *testing.T) {
	sub := trace(t, pair, ppl.Substitute(ppl.Values{"b": {1.5}, "y": {9, 9, 9}}))
	r := record(t, sub, "b")
	a := record(t, sub, "a").Value[0]
	if r.Observed || r.Value[0] != 1.5 || r.LogProb != (prob.Normal{Mean: a, SD: 2}).LogProb(1.5) {
		t.Errorf("substituted: %+v", r)
	}
	if y := record(t, sub, "y"); !slices.Equal(y.Value, []float64{1, 2, 3}) {
		t.Errorf("substitution changed data to %v", y.Value)
	}
	given := trace(t, pair, ppl.Condition(ppl.Values{"b": {1.5}, "y": {4, 5, 6}}))
	if r := record(t, given, "b"); !r.Observed || r.Kind != ppl.Sample || r.Value[0] != 1.5 {
		t.Errorf("conditioned: %+v", r)
	}
	if y := record(t, given, "y"); !slices.Equal(y.Value, []float64{4, 5, 6}) {
		t.Errorf("data are %v, want those conditioned on", y.Value)
	}
	// The handler further in has made the site data, which the one further out leaves
	// alone.
	both := trace(t, pair, ppl.Condition(ppl.Values{"b": {1.5}}), ppl.Substitute(ppl.Values{"b": {7}}))
	if r := record(t, both, "b"); !r.Observed || r.Value[0] != 1.5 {
		t.Errorf("substituted after conditioning: %+v", r)
	}
	if g := target(t, pair, ppl.Condition(ppl.Values{"b": {1.5}})); !slices.Equal(g.Names(), []string{"a"}) {
		t.Errorf("variables %v, want a", g.Names())
	}
}

func TestBlockHidesFromOuterHandlersOnly(t *testing.T) {
	hidden := trace(t, pair, ppl.Scale(2), ppl.Block("b"), ppl.Scale(5, "b"))
	if _, ok := hidden.Site("b"); ok {
		t.Error("a blocked site is in the trace")
	}
	if len(hidden.Sites) != 2 || record(t, hidden, "a").Scale != 2 {
		t.Errorf("sites %+v", hidden.Sites)
	}
}

func TestReplay(t *testing.T) {
	first := trace(t, pair)
	again, err := ppl.TraceOf(pair, rng.New(99), ppl.Replay(first))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range first.Sites {
		if got := record(t, again, r.Name); !slices.Equal(got.Value, r.Value) || got.LogProb != r.LogProb {
			t.Errorf("site %q: %v, want %v", r.Name, got, r)
		}
	}
}

func TestMasksAndScales(t *testing.T) {
	values := ppl.Substitute(ppl.Values{"a": {0}, "b": {1}})
	n := prob.Normal{Mean: 1, SD: 0.5}
	for name, c := range map[string]struct {
		handlers []ppl.Handler
		want     float64
	}{
		"all":       {nil, n.LogProb(1) + n.LogProb(2) + n.LogProb(3)},
		"mask":      {[]ppl.Handler{ppl.Mask([]bool{true, false, true}, "y")}, n.LogProb(1) + n.LogProb(3)},
		"two masks": {[]ppl.Handler{ppl.Mask([]bool{true, false, true}, "y"), ppl.Mask([]bool{true, true, false}, "y")}, n.LogProb(1)},
		"one mark":  {[]ppl.Handler{ppl.Mask([]bool{false}, "y")}, 0},
		"scale":     {[]ppl.Handler{ppl.Scale(3), ppl.Scale(0.5, "y"), ppl.Scale(7, "a")}, 1.5 * (n.LogProb(1) + n.LogProb(2) + n.LogProb(3))},
		"both":      {[]ppl.Handler{ppl.Scale(4), ppl.Mask([]bool{false, true, false}, "y")}, 4 * n.LogProb(2)},
	} {
		tr := trace(t, pair, append(c.handlers, values)...)
		// Sums of the same terms in the same order, scaled at the end: 2 roundings.
		if got := record(t, tr, "y").LogProb; math.Abs(got-c.want) > 4e-15*math.Abs(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	plated := func(c *ppl.Context) {
		c.Plate("n", 3, func() {
			c.With(ppl.Mask([]bool{false}), func() { c.Sample("x", ppl.Of(unit)) })
			c.With(ppl.Mask([]bool{true}), func() {
				c.With(ppl.Mask([]bool{true, false, true}), func() { c.Observe("y", ppl.Of(unit), 1, 2, 3) })
			})
		})
	}
	tr := trace(t, plated)
	if x, y := record(t, tr, "x").LogProb, record(t, tr, "y").LogProb; x != 0 || y != unit.LogProb(1)+unit.LogProb(3) {
		t.Errorf("masks in a plate: %v and %v", x, y)
	}
	missing := trace(t, pair, values, ppl.Condition(ppl.Values{"y": {1, math.NaN(), 3}}), ppl.Mask([]bool{true, false, true}, "y"))
	if got, want := record(t, missing, "y").LogProb, n.LogProb(1)+n.LogProb(3); got != want {
		t.Errorf("masked NaN: %v, want %v", got, want)
	}
}

func TestPlates(t *testing.T) {
	m := func(c *ppl.Context) {
		c.Plate("n", 3, func() {
			c.Sample("number", ppl.Of(prob.Normal{SD: 1}))
			c.Sample("vector", ppl.Normal(c.ConstVector(1, 2, 3), c.Const(1)))
			c.Sample("matrix", ppl.Normal(c.Tape().ConstMatrix(matrix(3, 2, 1, 2, 3, 4, 5, 6)), c.Const(1)))
			c.Plate("m", 2, func() {
				c.Sample("inner", ppl.Normal(c.ConstVector(1, 2), c.Const(1)))
				c.Sample("outer", ppl.Normal(c.Tape().ConstMatrix(matrix(3, 1, 1, 2, 3)), c.Const(1)))
			})
		})
		c.Plate("one", 1, func() { c.Observe("single", ppl.Of(unit), 4) })
		c.Plate("rows", 2, func() {
			c.Observe("pairs", ppl.MultivariateNormal(c.Const(0), c.Tape().ConstMatrix(matrix(2, 2, 1, 0, 0, 1))), 1, 2, 3, 4)
			c.Plate("cols", 3, func() { c.Observe("grid", ppl.Of(unit), 1, 2, 3, 4, 5, 6) })
		})
		c.Subplate("batch", 2, 10, func() {
			c.Observe("y", ppl.Of(prob.Normal{SD: 1}), 0, 1)
		})
	}
	tr := trace(t, m)
	for name, want := range map[string]ppl.Shape{
		"number": ppl.VectorShape(3), "vector": ppl.VectorShape(3), "matrix": ppl.MatrixShape(3, 2),
		"inner": ppl.MatrixShape(3, 2), "outer": ppl.MatrixShape(3, 2), "y": ppl.VectorShape(2),
		"single": ppl.VectorShape(1), "pairs": ppl.MatrixShape(2, 2), "grid": ppl.MatrixShape(2, 3),
	} {
		if r := record(t, tr, name); r.Shape != want {
			t.Errorf("%s has shape %v, want %v", name, r.Shape, want)
		}
	}
	if r := record(t, tr, "inner"); len(r.Plates) != 2 || r.Plates[0].Name != "n" || r.Plates[1].Name != "m" {
		t.Errorf("plates %v", r.Plates)
	}
	r := record(t, tr, "y")
	n := prob.Normal{SD: 1}
	if want := 5 * (n.LogProb(0) + n.LogProb(1)); r.Scale != 5 || r.LogProb != want {
		t.Errorf("subsample: scale %v, log density %v, want %v", r.Scale, r.LogProb, want)
	}
	v := record(t, tr, "number").Value
	if v[0] == v[1] || v[1] == v[2] {
		t.Errorf("entries of a plate are not independent: %v", v)
	}
}

// A subsampled density averages to the full one over all subsamples.
func TestSubplateIsUnbiased(t *testing.T) {
	data := []float64{0.3, -1, 2, 0.7}
	density := func(rows ...float64) float64 {
		tr := trace(t, func(c *ppl.Context) {
			c.Subplate("row", len(rows), len(data), func() { c.Observe("y", ppl.Of(prob.Normal{SD: 2}), rows...) })
		})
		return tr.LogProb()
	}
	mean := 0.0
	for i, a := range data {
		for _, b := range data[i+1:] {
			mean += density(a, b) / 6
		}
	}
	if want := density(data...); math.Abs(mean-want) > 1e-14*math.Abs(want) {
		t.Errorf("mean over subsamples %v, want %v", mean, want)
	}
}

func TestNonCenteredGivesTheDistribution(t *testing.T) {
	m := func(c *ppl.Context) {
		c.Plate("n", 4, func() {
			c.Sample("x", ppl.StudentT(c.Const(5), c.Const(3), c.ConstVector(1, 2, 3, 4)))
		})
	}
	tr := trace(t, m, ppl.NonCentered("x"))
	z, x := record(t, tr, "x_standard"), record(t, tr, "x")
	if z.Kind != ppl.Sample || x.Kind != ppl.Deterministic || x.LogProb != 0 {
		t.Errorf("kinds %v and %v", z.Kind, x.Kind)
	}
	for i, zi := range z.Value {
		if want := 3 + float64(i+1)*zi; x.Value[i] != want {
			t.Errorf("x[%d] = %v, want %v", i, x.Value[i], want)
		}
	}
}

func TestUntransform(t *testing.T) {
	m := func(c *ppl.Context) {
		mu := c.Sample("mu", ppl.Of(prob.Normal{SD: 1}))
		c.Plate("n", 3, func() {
			x := c.Sample("x", ppl.Transformed(ppl.Normal(mu, c.Const(0.5)), prob.LogAbove{}))
			c.Observe("y", ppl.Normal(x, c.Const(1)), 1, 2, 3)
		})
	}
	direct := func(c *ppl.Context) {
		mu := c.Sample("mu", ppl.Of(prob.Normal{SD: 1}))
		c.Plate("n", 3, func() {
			x := c.Sample("x", ppl.LogNormal(mu, c.Const(0.5)))
			c.Observe("y", ppl.Normal(x, c.Const(1)), 1, 2, 3)
		})
	}
	ppltest.TestModel(t, m, rng.New(6))
	ppltest.TestModel(t, m, rng.New(6), ppl.Untransform("x"))
	ppltest.TestModel(t, m, rng.New(6), ppl.Untransform("x"), ppl.NonCentered("x_base"))
	want := target(t, direct)
	x := []float64{0.3, -0.2, 0.8, 1.1}
	for name, g := range map[string]*ppl.Target{"transformed": target(t, m), "untransformed": target(t, m, ppl.Untransform())} {
		// In coordinates all three are the same density, up to some roundings.
		if got, w := g.LogProbGrad(nil, x), want.LogProbGrad(nil, x); math.Abs(got-w) > 1e-13*math.Abs(w) {
			t.Errorf("%s: log density %v, want %v", name, got, w)
		}
	}
	// exp(mu + 0.5 z): the coordinates of x are mu + 0.5 z.
	z := []float64{0.3, -1, 1, 1.6}
	got := target(t, m, ppl.Untransform(), ppl.NonCentered("x_base")).LogProbGrad(nil, z)
	if w := want.LogProbGrad(nil, x) + 3*math.Log(0.5); math.Abs(got-w) > 1e-13*math.Abs(w) {
		t.Errorf("non-centred: log density %v, want %v", got, w)
	}
}

// The handlers of With are for its body only, and a handler may add sites by the
// statements of a program.
func TestWithAndOwnHandlers(t *testing.T) {
	m := func(c *ppl.Context) {
		c.Sample("a", ppl.Of(prob.Normal{SD: 1}))
		once := true
		own := func(next ppl.Eval) ppl.Eval {
			return func(c *ppl.Context, s *ppl.Site) {
				next(c, s)
				if once {
					once = false
					c.Factor("penalty", ad.Scale(ad.Square(s.Value), -0.5))
				}
			}
		}
		c.With(own, func() { c.Sample("b", ppl.Of(prob.Normal{SD: 1})) })
		c.Sample("d", ppl.Of(prob.Normal{SD: 1}))
	}
	tr := trace(t, m)
	var names []string
	for _, r := range tr.Sites {
		names = append(names, r.Name)
	}
	if got := strings.Join(names, " "); got != "a b penalty d" {
		t.Errorf("sites %q", got)
	}
	b := record(t, tr, "b").Value[0]
	if got := record(t, tr, "penalty").LogProb; got != -0.5*(b*b) {
		t.Errorf("penalty %v of %v", got, b)
	}
	ppltest.TestModel(t, m, rng.New(2))
}

// One program, many goroutines, each with a context: for the race detector.
func TestRunsInParallel(t *testing.T) {
	want := trace(t, schools, ppl.NonCentered())
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 10 {
				got, err := ppl.TraceOf(schools, rng.New(3), ppl.NonCentered())
				if err != nil || got.LogProb() != want.LogProb() {
					t.Errorf("%v, %v", got, err)
					return
				}
			}
		})
	}
	wg.Wait()
}
