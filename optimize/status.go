package optimize

import "strconv"

// Status is the reason why a run stopped.
type Status int

const (
	NotStarted        Status = iota // no iteration was made, the error says why
	GradientSmall                   // projected gradient within GradTol: a stationary point
	FunctionConverged               // relative reduction within RelTol
	IterationLimit                  // MaxIterations made
	EvaluationLimit                 // MaxEvaluations made
	LineSearchFailed                // no decrease found, not even along the gradient
	Unbounded                       // the objective was -Inf
	Cancelled                       // the context was cancelled
)

// abandoned is that of a run that quit.
const abandoned Status = -1

var statusNames = [...]string{
	NotStarted:        "not started",
	GradientSmall:     "gradient small",
	FunctionConverged: "function converged",
	IterationLimit:    "iteration limit",
	EvaluationLimit:   "evaluation limit",
	LineSearchFailed:  "line search failed",
	Unbounded:         "unbounded",
	Cancelled:         "cancelled",
}

// String returns the status in words.
func (s Status) String() string {
	if s < 0 || int(s) >= len(statusNames) {
		return "Status(" + strconv.Itoa(int(s)) + ")"
	}
	return statusNames[s]
}

// Converged reports whether a tolerance was met.
func (s Status) Converged() bool {
	return s == GradientSmall || s == FunctionConverged
}
