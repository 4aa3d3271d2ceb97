package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"time"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
)

// A fit that is expected to take more seconds than these says so before it starts.
const (
	longFit  = 120
	longNUTS = 60
)

// The evaluations of the evidence with its gradient on all rows that a fit by map
// mostly takes, and the leapfrogs of an iteration of a chain in its warm-up and later:
// by the posteriors of three tables with the kernel rbf(ard), where 500 iterations of
// warm-up took 12 to 25 and draws 5 to 8.
const (
	fitEvaluations  = 40
	warmupLeapfrogs = 20
	drawLeapfrogs   = 6
)

// An evaluation is timed on at most timedRows, and that of more rows taken to grow as
// the cube: a step of a long fit is not spent on finding out that it is long. No fit by
// map of less than shortRows is long.
const (
	shortRows = 2_000
	timedRows = 3_000
	timedFor  = 100 * time.Millisecond
)

// evaluation returns the seconds that the evidence and its gradient take on all rows,
// as one of so many evaluations at a time. It times some.
func (t task) evaluation(atOnce int) (float64, error) {
	rows := len(t.units.Y)
	n := min(rows, timedRows)
	_, d := t.units.X.Dims()
	x := mat.NewDense(n, d, nil)
	for i := range n {
		x.SetRow(i, t.units.X.RawRowView(i*rows/n))
	}
	// Where the parameters are does not matter, so long as the covariance can be
	// factorised: a noise as large as the function sees to that.
	variance := make([]float64, n)
	t.expr.Kernel.Diag(variance, x)
	noise := max(1, slices.Max(variance))
	e := gp.NewEvidence(x, make([]float64, n))
	if atOnce > 1 {
		e.Workers = max(1, runtime.GOMAXPROCS(0)/atOnce)
	}
	growth := float64(rows) / float64(n)
	// The least of some, as long as they take no time: the first has storage to get, and
	// a busy machine may stop any.
	least, began := math.Inf(1), time.Now()
	for range 5 {
		start := time.Now()
		if _, _, err := e.EvalGrad(gp.Prior{Kernel: t.expr.Kernel}, gp.Noise(noise)); err != nil {
			return 0, err
		}
		least = math.Min(least, time.Since(start).Seconds())
		if time.Since(began) > timedFor {
			break
		}
	}
	return least * growth * growth * growth, nil
}

// sayTime says, before a fit starts, how long so many evaluations take if that is long.
// The error is that of ctx.
func (t task) sayTime(ctx context.Context, evaluations float64) error {
	rows := len(t.units.Y)
	if t.options.quiet || rows < shortRows {
		return nil
	}
	one, err := await(ctx, func() (float64, error) { return t.evaluation(1) })
	if err != nil {
		return ctx.Err() // the fit meets any other, and says what is wrong
	}
	all := evaluations * one
	if all > longFit {
		say("a fit of %d rows takes about %s here: --method sparse takes less", rows, about(all))
	}
	return nil
}

// sayDrawingTime is sayTime for the method nuts.
func (t task) sayDrawingTime(ctx context.Context, o *nutsOptions) error {
	if t.options.quiet {
		return nil
	}
	rows := len(t.units.Y)
	chains := int(o.chains)
	evaluations := warmupLeapfrogs*float64(o.warmup) + drawLeapfrogs*float64(o.draws)
	one, err := await(ctx, func() (float64, error) { return t.evaluation(chains) })
	if err != nil {
		return ctx.Err()
	}
	processors := float64(runtime.GOMAXPROCS(0))
	// Chains beyond the processors wait for each other; fewer share them out.
	byMAP := fitEvaluations * one * math.Max(1, math.Floor(processors/float64(chains))) / processors
	all := byMAP + evaluations*one*math.Max(1, float64(chains)/processors)
	if all > longNUTS {
		say("%d chains of %d iterations on %d rows take about %s here: --method map takes about %s, and fewer --chains, --warmup or --draws take less",
			chains, int(o.warmup)+int(o.draws), rows, about(all), about(byMAP))
	}
	return nil
}

// say tells of what is about to happen, on standard error.
func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "matheron: note: "+format+"\n", args...)
}

// about is a time as a person would say it.
func about(seconds float64) string {
	for _, u := range []struct {
		size, upTo float64 // seconds
		name       string
	}{{1, 90, "second"}, {60, 5400, "minute"}, {3600, 48 * 3600, "hour"}, {86400, math.Inf(1), "day"}} {
		if seconds < u.upTo {
			n := math.Max(1, math.Round(seconds/u.size))
			if n == 1 {
				return "1 " + u.name
			}
			return fmt.Sprintf("%.0f %ss", n, u.name)
		}
	}
	return "forever" // NaN is below nothing
}
