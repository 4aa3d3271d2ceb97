package ppl_test

import (
	"math"
	"testing"

	"matheron/ppl"
	"matheron/prob"
)

// The storage of a run is that of the next, call by call; it is new for a call of
// another type, and without a context.
func TestScratchOf(t *testing.T) {
	type count struct{ n int }
	type other struct{ n int }
	var first, second []int
	swap := false
	m := func(c *ppl.Context) {
		c.Sample("x", c.Of(prob.Normal{SD: 1}))
		if swap {
			ppl.ScratchOf[other](c).n++
			return
		}
		a, b := ppl.ScratchOf[count](c), ppl.ScratchOf[count](c)
		if a == b {
			t.Error("two calls have the same storage")
		}
		a.n++
		b.n += 2
		first, second = append(first, a.n), append(second, b.n)
	}
	evaluate := target(t, m).Evaluator(1)
	first, second = nil, nil
	grad := make([]float64, 1)
	for range 3 {
		evaluate(grad, []float64{0})
	}
	swap = true
	evaluate(grad, []float64{0})
	swap = false
	evaluate(grad, []float64{0})
	for i, want := range []int{1, 2, 3, 1} {
		if first[i] != want || second[i] != 2*want {
			t.Errorf("run %d: counts %d and %d, want %d and %d", i, first[i], second[i], want, 2*want)
		}
	}
	if a, b := ppl.ScratchOf[count](nil), ppl.ScratchOf[count](nil); a == b || a.n != 0 {
		t.Error("without a context storage is not new")
	}
}

// Context.Of has the parameters of this run, and not those of the run before.
func TestOfTheContext(t *testing.T) {
	sd := 1.0
	m := func(c *ppl.Context) {
		c.Sample("x", c.Of(prob.Normal{SD: sd}))
		c.Sample("y", c.Of(prob.Normal{Mean: 1, SD: 2}))
	}
	tg := target(t, m)
	at, grad := []float64{0.3, -0.7}, make([]float64, 2)
	for _, sd = range []float64{1, 3} {
		want := prob.Normal{SD: sd}.LogProb(at[0]) + prob.Normal{Mean: 1, SD: 2}.LogProb(at[1])
		if got := tg.LogProbGrad(grad, at); math.Abs(got-want) > 1e-14*math.Abs(want) {
			t.Errorf("sd %v: log density %v, want %v", sd, got, want)
		}
		if want := -at[0] / (sd * sd); math.Abs(grad[0]-want) > 1e-15 {
			t.Errorf("sd %v: gradient %v, want %v", sd, grad[0], want)
		}
	}
}
