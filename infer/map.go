package infer

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"runtime"
	"strconv"

	"matheron/internal/parallel"
	"matheron/optimize"
	"matheron/rng"
)

// MAP looks for the point of highest density, from several starts. A target made
// of a program is the density of the unconstrained coordinates, Jacobian included:
// its mode is not that of the parameters on their own scales.
//
// The zero value is ready for use.
type MAP struct {
	// Minimizer minimises -log p. nil means optimize.LBFGS{}.
	Minimizer optimize.Minimizer
	// Starts is the number of random starts, uniform on [-2, 2]^Dim as in [Run]. 0
	// means 4. With Init it is ignored.
	Starts int
	// Init holds the starts; nil means random ones.
	Init [][]float64
	// Workers bounds the goroutines. 0 means GOMAXPROCS.
	Workers int
	// Key decides the random starts.
	Key rng.Key
}

// Mode is the result of [MAP].
type Mode struct {
	State // the mode, its log density and gradient
	// Start is which of the starts led there.
	Start int
	// Status says why that search stopped.
	Status optimize.Status
	// Ends holds the log density at the end of each search, NaN for one that failed.
	Ends []float64
	// Evaluations counts the gradients of all searches.
	Evaluations int
}

// Run returns the best of the modes found. When ctx is cancelled it returns the best
// point so far with ctx.Err(). If no search could start the error is the
// [*InitError] of the first; the error that a target panics with is returned too.
func (m MAP) Run(ctx context.Context, t Target) (*Mode, error) {
	n := len(m.Init)
	if n == 0 {
		n = cmp.Or(m.Starts, 4)
	}
	if n < 0 || m.Workers < 0 {
		panic(fmt.Sprintf("infer: MAP with %d starts and %d workers", m.Starts, m.Workers))
	}
	targets := evaluators(t, n, min(n, cmp.Or(m.Workers, runtime.GOMAXPROCS(0))))
	starts := make([][]float64, n)
	errs, failures := make([]error, n), make([]error, n)
	parallel.Do(m.Workers, n, func(_, i int) {
		var given []float64
		if len(m.Init) > 0 {
			given = m.Init[i]
		}
		defer recoverTo(&failures[i], "start "+strconv.Itoa(i)+": ")
		s, err := initial(ctx, targets[i], i, given, m.Key.Split(i))
		starts[i], errs[i] = s.X, err
	})
	if err := first(failures); err != nil {
		return nil, err
	}
	// A search must not begin outside of the support.
	var from []int
	var points [][]float64
	for i, err := range errs {
		if err == nil {
			from = append(from, i)
			points = append(points, starts[i])
		}
	}
	if len(from) == 0 {
		return nil, errs[0]
	}
	minimizer := m.Minimizer
	if minimizer == nil {
		minimizer = optimize.LBFGS{}
	}
	ends, best, err := optimize.MultiStart(ctx, minimizer, func(i int) optimize.Objective {
		return negated(targets[from[i]], from[i], &failures[from[i]])
	}, points, m.Workers)
	if err := first(failures); err != nil {
		return nil, err
	}
	if best < 0 {
		return nil, err
	}
	mode := &Mode{
		State:  NewState(targets[from[best]], ends[best].X),
		Start:  from[best],
		Status: ends[best].Status,
		Ends:   make([]float64, n),
	}
	for i := range mode.Ends {
		mode.Ends[i] = math.NaN()
	}
	for i, e := range ends {
		mode.Ends[from[i]] = -e.F
		mode.Evaluations += e.Evaluations
	}
	return mode, err
}

// first returns the first error that is not nil.
func first(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// negated returns -log p with its gradient as an objective. Once the target has
// panicked with an error it returns NaN, and *fail is that error.
func negated(t Target, start int, fail *error) optimize.Objective {
	scratch := make([]float64, t.Dim())
	return func(x, grad []float64) (value float64) {
		if *fail != nil {
			return math.NaN()
		}
		value = math.NaN()
		defer recoverTo(fail, "start "+strconv.Itoa(start)+": ")
		if grad == nil {
			return -logProbGrad(t, scratch, x)
		}
		lp := logProbGrad(t, grad, x)
		for i := range grad {
			grad[i] = -grad[i]
		}
		return -lp
	}
}
