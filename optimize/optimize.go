package optimize

import "context"

// Objective is a function to minimise: it returns f(x) and, unless grad is nil,
// sets grad to the gradient there, in the same call. x is n long and read only;
// neither slice may be kept after the call. A value of NaN or +Inf, or a
// gradient that is not finite, says that x is infeasible: a line search then
// cuts its step back. -Inf ends a run as [Unbounded].
type Objective func(x, grad []float64) float64

// Minimizer finds a local minimum of f from x0. Its settings are read only, so
// that one value serves any number of runs at the same time.
//
// The error is ctx.Err() if ctx was cancelled (the Result is then the best point
// so far), or says why no run was possible. Why a run stopped is the Status of
// its Result, not an error. x0 is not modified and not kept.
type Minimizer interface {
	Minimize(ctx context.Context, f Objective, x0 []float64) (Result, error)
}

// Result is the end of a run.
type Result struct {
	X    []float64 // the minimiser; on an early stop the best point evaluated
	F    float64   // f(X); NaN if nothing was evaluated
	Grad []float64 // gradient at X

	Status      Status
	Iterations  int
	Evaluations int // calls of the Objective, each with its gradient

	// Err is what Minimize returned with this Result. Only MultiStart sets it.
	Err error
}

// Iteration is what Progress is told after each iteration.
type Iteration struct {
	Iteration   int // from 1
	Evaluations int // so far
	F           float64
	GradNorm    float64   // largest component of the projected gradient
	Step        float64   // line-search step, as a multiple of the direction
	X           []float64 // a copy, overwritten by the next iteration
}
