package ppltest

import (
	"math"
	"slices"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/ppl"
	"matheron/rng"
)

// points is how many draws from the prior a program is checked at.
const points = 3

// TestModel checks a program that starts at draws from its prior:
//
//   - runs with one key are the same, and a replay of a trace has its values;
//   - the density of a trace is the sum over its sites, and substitution of its
//     values, or conditioning on them, leaves it the same;
//   - hidden sites leave the trace;
//   - a target's density is that of the trace plus the logarithm of the Jacobian
//     of Constrain, found by differences, and its gradient that of differences;
//   - Unconstrain goes back;
//   - runs at the same time give the same bits.
func TestModel(t testing.TB, m ppl.Model, key rng.Key, handlers ...ppl.Handler) {
	t.Helper()
	target, err := ppl.NewTarget(m, key, handlers...)
	if err != nil {
		t.Errorf("NewTarget: %v", err)
		return
	}
	for i := range points {
		trace, err := ppl.TraceOf(m, key.Split(i), handlers...)
		if err != nil {
			t.Errorf("TraceOf: %v", err)
			return
		}
		traces(t, m, trace, key.Split(i), handlers)
		x, err := target.Unconstrain(trace.Values())
		if err != nil {
			t.Errorf("Unconstrain: %v", err)
			return
		}
		density(t, target, trace, x)
		gradient(t, target, x)
		parallel(t, target, x)
	}
}

// traces checks the properties of handlers on one trace.
func traces(t testing.TB, m ppl.Model, trace *ppl.Trace, key rng.Key, handlers []ppl.Handler) {
	t.Helper()
	run := func(what string, more ...ppl.Handler) *ppl.Trace {
		out, err := ppl.TraceOf(m, key, append(slices.Clone(handlers), more...)...)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			return new(ppl.Trace)
		}
		return out
	}
	if again := run("second run"); !equal(again, trace) {
		t.Errorf("a second run with the key is another:\n%v\n%v", again.Sites, trace.Sites)
	}
	other := key.Named("other")
	for what, h := range map[string]ppl.Handler{"replay": ppl.Replay(trace), "substitution": ppl.Substitute(trace.Values())} {
		out, err := ppl.TraceOf(m, other, append(slices.Clone(handlers), h)...)
		if err != nil {
			t.Errorf("%s: %v", what, err)
		} else if !equal(out, trace) {
			t.Errorf("%s gives another trace:\n%v\n%v", what, out.Sites, trace.Sites)
		}
	}
	given := run("condition", ppl.Condition(trace.Values()))
	if !same(given.LogProb(), trace.LogProb()) {
		t.Errorf("log density %v with all variables as data, want %v", given.LogProb(), trace.LogProb())
	}
	if n := len(given.Values()); n != 0 {
		t.Errorf("%d random variables are left after conditioning on all", n)
	}
	for _, r := range trace.Sites {
		hidden := run("block", ppl.Block(r.Name))
		if _, ok := hidden.Site(r.Name); ok || len(hidden.Sites) != len(trace.Sites)-1 {
			t.Errorf("site %q: blocked, and %d of %d sites in the trace", r.Name, len(hidden.Sites), len(trace.Sites))
		}
		if !same(hidden.LogProb(), trace.LogProb()-r.LogProb) {
			t.Errorf("site %q: log density %v without it, want %v", r.Name, hidden.LogProb(), trace.LogProb()-r.LogProb)
		}
	}
	twice := run("scale", ppl.Scale(2))
	if !same(twice.LogProb(), 2*trace.LogProb()) {
		t.Errorf("log density %v scaled by 2, want %v", twice.LogProb(), 2*trace.LogProb())
	}
}

// equal reports whether two traces have the same values and densities.
func equal(a, b *ppl.Trace) bool {
	return slices.EqualFunc(a.Sites, b.Sites, func(x, y ppl.Record) bool {
		return x.Name == y.Name && x.Kind == y.Kind && x.Observed == y.Observed && x.LogProb == y.LogProb && slices.Equal(x.Value, y.Value)
	})
}

// density checks that of the target against that of the trace.
func density(t testing.TB, target *ppl.Target, trace *ppl.Trace, x []float64) {
	t.Helper()
	back := target.Constrain(nil, x)
	for i, name := range target.Names() {
		want := element(target, trace, i)
		// A value near an edge of its support is known no better through the
		// coordinates than the rounding of their inverse.
		if math.Abs(back[i]-want) > 1e-8*math.Max(1, math.Abs(want)) {
			t.Errorf("%s: %v after Unconstrain and Constrain, want %v", name, back[i], want)
		}
	}
	if len(back) != target.Dim() {
		return // a support of lower dimension: its distribution is checked for itself
	}
	jacobian := mat.NewDense(len(x), len(x), nil)
	for j := range x {
		for i := range back {
			jacobian.Set(i, j, derivative(func() float64 { return target.Constrain(nil, x)[i] }, x, j))
		}
	}
	logDet, _ := mat.LogDet(jacobian)
	want := trace.LogProb() + logDet
	if got := target.LogProbGrad(nil, x); math.Abs(got-want) > tolerance*math.Max(1, math.Abs(want)) {
		t.Errorf("log density %v, want %v of the trace and the Jacobian", got, want)
	}
}

// element returns element i of the variables in the trace.
func element(target *ppl.Target, trace *ppl.Trace, i int) float64 {
	for _, v := range target.Variables() {
		if k := i - v.Offset; k >= 0 && k < v.Shape.Len() {
			r, _ := trace.Site(v.Name)
			return r.Value[k]
		}
	}
	return math.NaN()
}

// gradient checks that of the target.
func gradient(t testing.TB, target *ppl.Target, x []float64) {
	t.Helper()
	grad := make([]float64, len(x))
	target.LogProbGrad(grad, x)
	for i := range x {
		want := derivative(func() float64 { return target.LogProbGrad(nil, x) }, x, i)
		if !near(grad[i], want) {
			t.Errorf("derivative to coordinate %d: %v, want %v by differences", i, grad[i], want)
		}
	}
}

// parallel runs the target on several goroutines.
func parallel(t testing.TB, target *ppl.Target, x []float64) {
	t.Helper()
	want := make([]float64, len(x))
	lp := target.LogProbGrad(want, x)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			grad := make([]float64, len(x))
			for range 10 {
				if got := target.LogProbGrad(grad, x); got != lp || !slices.Equal(grad, want) {
					t.Errorf("log density %v and gradient %v beside other runs, want %v and %v", got, grad, lp, want)
					return
				}
			}
		})
	}
	wg.Wait()
}
