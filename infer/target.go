package infer

import (
	"math"
	"runtime"
)

// Target is a log density on R^Dim, up to a constant, with its gradient.
//
// LogProbGrad returns log p(x) and sets grad, Dim long like x, to the gradient
// there. It must not write to x and not retain either slice. -Inf means that x is
// outside of the support; NaN, +Inf and a gradient that is not finite count as
// outside too. A step of a sampler that ends outside is a divergence. A target that
// cannot be evaluated at all panics with an error, which the algorithms of this
// package return.
//
// A Target is called from several goroutines at once, one a chain, unless it is a
// [ParallelTarget] as well.
type Target interface {
	Dim() int
	LogProbGrad(grad, x []float64) float64
}

// ParallelTarget is a Target that has evaluators: one for each chain, with scratch
// of its own, that may use several goroutines. Evaluator returns LogProbGrad for
// the use of one goroutine at a time, which may use up to the given number of
// goroutines; 0 means as many as there are processors. No bit may depend on it. It
// is called once a chain, from one goroutine and before the chains start.
type ParallelTarget interface {
	Target
	Evaluator(workers int) func(grad, x []float64) float64
}

// Constrainer is a Target whose coordinates stand for named values on scales of
// their own, as those of a program do. [Draws] keep names and values.
type Constrainer interface {
	Target
	// Names returns the names of the values.
	Names() []string
	// Constrain sets dst to the values at x, one a name, and returns it. It is called
	// by several goroutines at once.
	Constrain(dst, x []float64) []float64
}

// evaluator is a ParallelTarget by one of its evaluators.
type evaluator struct {
	ParallelTarget
	evaluate func(grad, x []float64) float64
}

// LogProbGrad implements [Target].
func (s evaluator) LogProbGrad(grad, x []float64) float64 { return s.evaluate(grad, x) }

// evaluators returns a target for each of n goroutines, of which atOnce run at the
// same time and share the processors.
func evaluators(t Target, n, atOnce int) []Target {
	workers := 0
	if atOnce > 1 {
		workers = max(1, runtime.GOMAXPROCS(0)/atOnce)
	}
	out := make([]Target, n)
	p, ok := t.(ParallelTarget)
	for i := range out {
		out[i] = t
		if ok {
			out[i] = evaluator{p, p.Evaluator(workers)}
		}
	}
	return out
}

// State is a point of a chain with the log density and its gradient there.
type State struct {
	X       []float64
	LogProb float64
	Grad    []float64
}

// NewState evaluates t at a copy of x.
func NewState(t Target, x []float64) State {
	if len(x) != t.Dim() {
		panic("infer: a state is not as long as the target's Dim")
	}
	s := State{X: append([]float64(nil), x...), Grad: make([]float64, len(x))}
	s.LogProb = logProbGrad(t, s.Grad, s.X)
	return s
}

// set copies a point into s, reusing its storage.
func (s *State) set(x, grad []float64, logProb float64) {
	s.X = append(s.X[:0], x...)
	s.Grad = append(s.Grad[:0], grad...)
	s.LogProb = logProb
}

// finite reports whether a chain can start at s.
func (s State) finite() bool {
	return !math.IsInf(s.LogProb, 0) && allFinite(s.X) && allFinite(s.Grad)
}

// logProbGrad evaluates t and returns -Inf for NaN and +Inf.
func logProbGrad(t Target, grad, x []float64) float64 {
	lp := t.LogProbGrad(grad, x)
	if lp <= math.MaxFloat64 { // neither NaN nor +Inf
		return lp
	}
	return math.Inf(-1)
}

func allFinite(x []float64) bool {
	for _, v := range x {
		if v-v != 0 { // NaN for NaN and infinities
			return false
		}
	}
	return true
}
