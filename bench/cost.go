package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/pathwise"
	"matheron/rng"
)

// work is the size of an evaluation.
type work struct {
	Points   int `json:"points"`
	Paths    int `json:"paths"`
	Features int `json:"features"`
}

// costRow is what an evaluation costs.
type costRow struct {
	work
	Seconds float64 `json:"seconds"`
	Scratch int     `json:"scratch_bytes"` // allocated by the call, beside its result
}

// costBase is the size that is doubled.
var costBase = work{Points: 10000, Paths: 64, Features: 1024}

// costDoublings is how often each part of the size is doubled.
const costDoublings = 3

// runCost shows how the cost of evaluation grows: each part of its size is doubled
// in turn.
func (o *options) runCost(ctx context.Context, out, log io.Writer) error {
	s := &session{runs: o.runs, quick: o.quick}
	post, err := s.posterior(s.problem(mid))
	if err != nil {
		return err
	}
	base := work{s.of(costBase.Points), s.of(costBase.Paths), s.of(costBase.Features)}
	var rows []costRow
	for _, part := range []func(*work) *int{
		func(w *work) *int { return &w.Points },
		func(w *work) *int { return &w.Paths },
		func(w *work) *int { return &w.Features },
	} {
		for i := range costDoublings + 1 {
			w := base
			*part(&w) <<= i
			say(log, "measuring %d points, %d paths, %d features", w.Points, w.Paths, w.Features)
			row, err := s.cost(ctx, post, w)
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
	}
	return o.printTable(out, "cost", rows, func() string { return costMarkdown(rows) })
}

// cost measures one evaluation.
func (s *session) cost(ctx context.Context, post *gp.Exact, w work) (costRow, error) {
	drawn, err := pathwise.Sampler{Posterior: post, Features: w.Features}.Draw(rng.New(1), w.Paths)
	if err != nil {
		return costRow{}, err
	}
	_, d := post.X().Dims()
	x, dst := uniform(w.Points, d, rng.New(2)), mat.NewDense(w.Paths, w.Points, nil)
	row := costRow{work: w}
	row.Seconds, err = best(ctx, s.runs, nil, func() error { drawn.EvalTo(dst, x); return nil })
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	drawn.EvalTo(dst, x)
	runtime.ReadMemStats(&after)
	row.Scratch = int(after.TotalAlloc - before.TotalAlloc)
	return row, err
}

// costMarkdown returns the rows as a table. The times of the last column are over
// that of the row before, where a part of the size is half.
func costMarkdown(rows []costRow) string {
	var b strings.Builder
	b.WriteString("| points | paths | features | seconds | scratch, MB | times the row before |\n| ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for i, r := range rows {
		ratio := ""
		if i%(costDoublings+1) > 0 {
			ratio = fmt.Sprintf("%.2f", r.Seconds/rows[i-1].Seconds)
		}
		fmt.Fprintf(&b, "| %d | %d | %d | %s | %s | %s |\n", r.Points, r.Paths, r.Features, number(r.Seconds), number(float64(r.Scratch)/1e6), ratio)
	}
	return b.String()
}
