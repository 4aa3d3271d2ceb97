package infer

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
)

// InitError is the error of a chain that found no point to start from.
type InitError struct {
	Chain int
	Tries int       // points tried; 1 for a point that was given
	X     []float64 // the last of them
	// LogProb and Grad are what the target gave at X.
	LogProb float64
	Grad    []float64
	// Cause is what the target says of X, if it is an [Explainer]; else nil.
	Cause error
}

// initError returns the error of the last point tried.
func initError(t Target, chain, tries int, s State) *InitError {
	return &InitError{Chain: chain, Tries: tries, X: s.X, LogProb: s.LogProb, Grad: s.Grad, Cause: explain(t, s.X)}
}

// Unwrap returns the cause.
func (e *InitError) Unwrap() error { return e.Cause }

// Error names the chain, the log density, the first bad component of the gradient,
// and the cause.
func (e *InitError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "chain %d: no start: ", e.Chain)
	if e.Tries == 1 {
		b.WriteString("at the given point ")
	} else {
		fmt.Fprintf(&b, "in %d points of [-2, 2]^%d, at the last of which ", e.Tries, len(e.X))
	}
	fmt.Fprintf(&b, "the log density is %v", e.LogProb)
	for i, g := range e.Grad {
		if g-g != 0 {
			fmt.Fprintf(&b, " and its gradient %v in component %d", g, i)
			break
		}
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %v", e.Cause)
	}
	return b.String()
}

// StepSizeError is the error of a warm-up that finds no step size: each one is too
// small (a density that cannot be normalised) or too large (a density that jumps, or
// a gradient that is not its derivative).
type StepSizeError struct {
	Chain    int
	StepSize float64 // where the search ended
}

// Error says which of the two it is.
func (e *StepSizeError) Error() string {
	why := "is small enough: is the gradient that of the log density?"
	if e.StepSize > 1 {
		why = "is too large: the density is improper"
	}
	return fmt.Sprintf("chain %d: no step size %s (stopped at %s)", e.Chain, why, strconv.FormatFloat(e.StepSize, 'g', 3, 64))
}

// Explainer is a Target that can say why its density is zero at a point, as a program
// names the site. An [*InitError] has it as its cause.
type Explainer interface {
	Explain(x []float64) error
}

// explain returns why the density of t is zero at x, or nil if t is no [Explainer].
func explain(t Target, x []float64) error {
	if p, ok := t.(evaluator); ok {
		t = p.ParallelTarget
	}
	if e, ok := t.(Explainer); ok {
		return e.Explain(x)
	}
	return nil
}

// recoverTo is deferred around work on a target. A target that cannot be evaluated
// panics with an error, as a program does whose sites change: recoverTo sets *err to
// it, after a prefix. Any other panic is a mistake in the code and goes on.
func recoverTo(err *error, prefix string) {
	switch r := recover().(type) {
	case nil:
	case runtime.Error:
		panic(r)
	case error:
		*err = fmt.Errorf("%s%w", prefix, r)
	default:
		panic(r)
	}
}
