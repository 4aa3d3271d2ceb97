package ppl_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"matheron/ad"
	"matheron/infer"
	"matheron/ppl"
	"matheron/prob"
	"matheron/rng"
)

func TestPriorPredictiveMoments(t *testing.T) {
	const n = 4000
	s, err := ppl.Prior(context.Background(), pair, rng.New(1), n)
	if err != nil {
		t.Fatal(err)
	}
	// y = a + N(0, 2²) + N(0, 0.5²): variance 5.25, the three of a run correlated.
	y := s.Get("y")
	if r, c := y.Dims(); r != n || c != 3 {
		t.Fatalf("y is %d x %d", r, c)
	}
	col := mat.Col(nil, 1, y)
	mean, variance := stat.MeanVariance(col, nil)
	// Standard errors sqrt(5.25/n) and 5.25 sqrt(2/n), four of each.
	if math.Abs(mean) > 4*math.Sqrt(5.25/n) || math.Abs(variance-5.25) > 4*5.25*math.Sqrt(2.0/n) {
		t.Errorf("mean %v and variance %v, want 0 and 5.25", mean, variance)
	}
	// Run i is that of Split(i), whatever the number of processors.
	one := s.Get("b").At(17, 0)
	tr, err := ppl.TraceOf(pair, rng.New(1).Split(17))
	if err != nil {
		t.Fatal(err)
	}
	if r, _ := tr.Site("b"); r.Value[0] != one {
		t.Errorf("run 17 has b = %v, want %v", one, r.Value[0])
	}
	if s.Get("none") != nil {
		t.Error("values of a site that is not there")
	}
}

func TestPredictive(t *testing.T) {
	program := func(x ...float64) ppl.Model {
		return func(c *ppl.Context) {
			slope := c.Sample("slope", ppl.Of(unit))
			f := c.Deterministic("f", ad.Mul(slope, c.ConstVector(x...)))
			c.Observe("y", ppl.Normal(f, c.Const(0.1)), make([]float64, len(x))...)
		}
	}
	g := target(t, program(1, 2))
	draws := ppl.PointList{{1}, {-3}, {0.5}}
	s, err := ppl.Predictive(context.Background(), g.WithModel(program(10, 20, 30)), draws, rng.New(2))
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range draws {
		for j, x := range []float64{10, 20, 30} {
			if got := s.Get("f").At(i, j); got != d[0]*x {
				t.Errorf("f(%v) = %v at draw %d, want %v", x, got, i, d[0]*x)
			}
			// Ten standard deviations, and not the data (0), nor f itself.
			y, f := s.Get("y").At(i, j), d[0]*x
			if y == f || math.Abs(y-f) > 1 {
				t.Errorf("y = %v at draw %d, want %v within noise 0.1", y, i, f)
			}
		}
	}
	for _, v := range s.Sites {
		if v.Name == "y" && v.Kind != ppl.Observe {
			t.Errorf("y is a site of kind %v", v.Kind)
		}
	}
	none, err := ppl.Predictive(context.Background(), g, ppl.PointList(nil), rng.New(2))
	if err != nil || len(none.Sites) != 0 {
		t.Errorf("no draws: %v, %v", none, err)
	}
}

// A random variable that the target does not have is drawn from its distribution.
func TestPredictiveDrawsWhatIsNew(t *testing.T) {
	g := target(t, func(c *ppl.Context) { c.Sample("mu", ppl.Of(unit)) })
	s, err := ppl.Predictive(context.Background(), g.WithModel(func(c *ppl.Context) {
		mu := c.Sample("mu", ppl.Of(unit))
		c.Sample("next", ppl.Normal(mu, c.Const(1)))
	}), ppl.PointList{{100}, {100}}, rng.New(1))
	if err != nil {
		t.Fatal(err)
	}
	a, b := s.Get("next").At(0, 0), s.Get("next").At(1, 0)
	// Ten standard deviations around 100.
	if a == b || math.Abs(a-100) > 10 || math.Abs(b-100) > 10 {
		t.Errorf("new variables %v and %v around 100", a, b)
	}
	if v := s.Get("mu").At(0, 0); v != 100 {
		t.Errorf("mu = %v, want that of the draw", v)
	}
}

func TestPlatesAndConditionedDataAreDrawnAnew(t *testing.T) {
	s, err := ppl.Prior(context.Background(), schools, rng.New(1), 3, ppl.Condition(ppl.Values{"mu": {1000}}))
	if err != nil {
		t.Fatal(err)
	}
	if y := s.Get("y"); y.At(0, 0) == effects[0] || y.At(0, 0) == y.At(1, 0) {
		t.Errorf("data were not drawn anew: %v", mat.Formatted(y))
	}
	if mu := s.Get("mu").At(0, 0); mu == 1000 {
		t.Error("a conditioned variable is data, to be drawn anew")
	}
	masked, err := ppl.Prior(context.Background(), line, rng.New(1), 3)
	if err != nil {
		t.Fatal(err)
	}
	if y := masked.Get("y").At(0, 2); y == lineY[2] {
		t.Error("masked data were not drawn anew")
	}
}

// The terms of the data at each draw sum to what the trace has.
func TestLogLikelihood(t *testing.T) {
	m := func(c *ppl.Context) {
		mu := c.Sample("mu", ppl.Of(unit))
		c.With(ppl.Mask([]bool{true, false, true}), func() { c.Observe("y", ppl.Normal(mu, c.Const(0.5)), 1, math.NaN(), 3) })
		c.Plate("row", 2, func() {
			c.Observe("pair", ppl.MultivariateNormal(mu, c.Tape().ConstMatrix(matrix(2, 2, 1, 0, 0.5, 2))), 1, 2, 3, 4)
		})
	}
	g := target(t, m)
	draws := ppl.PointList{{0.5}, {-2}}
	s, err := ppl.LogLikelihood(context.Background(), g, draws)
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range draws {
		n := prob.Normal{Mean: d[0], SD: 0.5}
		if got := s.Get("y").RawRowView(i); len(got) != 2 || got[0] != n.LogProb(1) || got[1] != n.LogProb(3) {
			t.Errorf("draw %d: %v, want %v and %v", i, got, n.LogProb(1), n.LogProb(3))
		}
		tr, err := g.Trace(d)
		if err != nil {
			t.Fatal(err)
		}
		got := s.Get("pair").RawRowView(i)
		// The same two numbers, summed in the same order.
		if want := record(t, tr, "pair").LogProb; len(got) != 2 || got[0]+got[1] != want {
			t.Errorf("draw %d: %v, want the sum %v", i, got, want)
		}
	}
	other := func(c *ppl.Context) { c.Sample("new", ppl.Of(unit)) }
	if _, err := ppl.LogLikelihood(context.Background(), g.WithModel(other), draws); err == nil || !strings.HasPrefix(err.Error(), `site "new": no value`) {
		t.Errorf("error %v", err)
	}
}

// What runs a target's program at a point once ran it without the target's
// handlers, so that a variable with another parametrisation had no value.
func TestRunsAtAPointHaveTheTargetsHandlers(t *testing.T) {
	ctx := context.Background()
	g, err := ppl.NewTarget(schools, rng.New(1), ppl.NonCentered("theta"))
	if err != nil {
		t.Fatal(err)
	}
	values := ppl.Values{"mu": {4}, "tau": {3}, "theta_standard": {0, 1, -1, 2, -2, 0.5, 0.25, 3}}
	x, err := g.Unconstrain(values)
	if err != nil {
		t.Fatal(err)
	}
	draws := ppl.PointList{x}
	s, err := ppl.Predictive(ctx, g, draws, rng.New(2))
	if err != nil {
		t.Fatal(err)
	}
	l, err := ppl.LogLikelihood(ctx, g, draws)
	if err != nil {
		t.Fatal(err)
	}
	for i, z := range values["theta_standard"] {
		theta := 4 + 3*z
		// tau comes back through a logarithm.
		if got := s.Get("theta").At(0, i); math.Abs(got-theta) > 1e-14 {
			t.Errorf("theta[%d] = %v, want %v", i, got, theta)
		}
		want := prob.Normal{Mean: theta, SD: errors8[i]}.LogProb(effects[i])
		if got := l.Get("y").At(0, i); math.Abs(got-want) > 1e-13 {
			t.Errorf("log density %v of y[%d], want %v", got, i, want)
		}
	}

	// Handlers of the run are further out: they see values.
	var seen []string
	see := func(next ppl.Eval) ppl.Eval {
		return func(c *ppl.Context, s *ppl.Site) {
			if s.HasValue() {
				seen = append(seen, s.Name)
			}
			next(c, s)
		}
	}
	if err := g.Run(x, see); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(seen, " "), "mu tau theta_standard theta y"; got != want {
		t.Errorf("sites with a value: %s, want %s", got, want)
	}
	if err := g.WithHandlers().Run(x); err == nil || !strings.HasPrefix(err.Error(), `site "theta": no value`) {
		t.Errorf("without handlers: %v", err)
	}
}

// A target that is conditioned by a handler predicts at other inputs with others.
func TestPredictiveOfAConditionedTarget(t *testing.T) {
	program := func(x ...float64) ppl.Model {
		return func(c *ppl.Context) {
			slope := c.Sample("slope", ppl.Of(unit))
			c.Sample("y", ppl.Normal(ad.Mul(slope, c.ConstVector(x...)), c.Const(0.1)))
		}
	}
	g, err := ppl.NewTarget(program(1, 2), rng.New(1), ppl.Condition(ppl.Values{"y": {1, 2}}))
	if err != nil {
		t.Fatal(err)
	}
	s, err := ppl.Predictive(context.Background(), g.WithModel(program(10, 20, 30)).WithHandlers(), ppl.PointList{{5}}, rng.New(2))
	if err != nil {
		t.Fatal(err)
	}
	for j, want := range []float64{50, 100, 150} {
		if got := s.Get("y").At(0, j); math.Abs(got-want) > 1 { // ten standard deviations
			t.Errorf("y[%d] = %v, want %v", j, got, want)
		}
	}
}

// Data of the same shape need no second discovery of the variables.
func TestWithModelOfOtherDataIsADensity(t *testing.T) {
	program := func(y float64) ppl.Model {
		return func(c *ppl.Context) {
			c.Observe("y", ppl.Normal(c.Sample("mu", ppl.Of(unit)), c.Const(1)), y)
		}
	}
	want := target(t, program(3))
	got := target(t, program(1)).WithModel(program(3))
	a, b := []float64{0}, []float64{0}
	if x := []float64{0.7}; got.LogProbGrad(a, x) != want.LogProbGrad(b, x) || a[0] != b[0] {
		t.Errorf("gradient %v of the other data, want %v", a, b)
	}
}

// The draws of an approximation are points, too.
func TestPredictiveOfRows(t *testing.T) {
	g := target(t, func(c *ppl.Context) {
		c.Deterministic("twice", ad.Scale(c.Sample("scale", ppl.Of(prob.HalfNormal{SD: 1})), 2))
	})
	x := infer.NewDiagonalGaussian([]float64{1}, []float64{0.5}).Draw(rng.New(1), 5)
	s, err := ppl.Predictive(context.Background(), g, ppl.RowPoints(x), rng.New(2))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		if got, want := s.Get("twice").At(i, 0), 2*math.Exp(x.At(i, 0)); got != want {
			t.Errorf("draw %d: %v, want %v", i, got, want)
		}
	}
}
