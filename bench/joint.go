package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"gonum.org/v1/gonum/mat"

	"matheron/pathwise"
	"matheron/rng"
)

// jointPoints are the numbers of test points of --joint.
var jointPoints = []int{200, 500, 1000, 2000, 5000, 10000}

// jointRow is what function draws and exact joint draws cost at some test points.
type jointRow struct {
	Points int     `json:"points"`
	Draw   float64 `json:"draw_s"`  // of the functions, once for any points
	Eval   float64 `json:"eval_s"`  // of the functions at the points
	Joint  float64 `json:"joint_s"` // covariance, its factor, and as many draws
}

// runJoint sets functions beside joint draws from the exact posterior, both given
// a posterior that is factorised already:
//
//	functions  O(N (F + N) S) once, then O((F + N)(D + S)) a point
//	joint      O(N T (N + T) + T^3/3) for T points, and again for other points
func (o *options) runJoint(ctx context.Context, out, log io.Writer) error {
	s := &session{runs: o.runs, quick: o.quick}
	const paths = 256
	n := s.of(paths)
	post, err := s.posterior(s.problem(large))
	if err != nil {
		return err
	}
	sampler := pathwise.Sampler{Posterior: post, Features: s.of(features)}
	var drawn *pathwise.Paths
	draw, err := best(ctx, s.runs, nil, func() error {
		drawn, err = sampler.Draw(rng.New(1), n)
		return err
	})
	if err != nil {
		return err
	}
	var rows []jointRow
	for _, points := range jointPoints {
		t := s.of(points)
		say(log, "measuring %d test points", t)
		x := uniform(t, large.inputs, rng.New(2))
		dst := mat.NewDense(n, t, nil)
		row := jointRow{Points: t, Draw: draw}
		if row.Eval, err = best(ctx, s.runs, nil, func() error { drawn.EvalTo(dst, x); return nil }); err != nil {
			return err
		}
		row.Joint, err = best(ctx, s.runs, nil, func() error {
			_, _, err := post.Draw(rng.New(1), n, x)
			return err
		})
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	return o.printTable(out, "joint", rows, func() string { return jointMarkdown(rows) })
}

// jointMarkdown returns the rows as a table, and where functions begin to cost less.
func jointMarkdown(rows []jointRow) string {
	var b strings.Builder
	b.WriteString("| test points | draw functions, s | evaluate them, s | exact joint draws, s | joint / functions |\n| ---: | ---: | ---: | ---: | ---: |\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %d | %s | %s | %s | %.2f |\n", r.Points, number(r.Draw), number(r.Eval), number(r.Joint), r.Joint/(r.Draw+r.Eval))
	}
	b.WriteString("\n" + crossover(rows) + "\n")
	return b.String()
}

// crossover says between which numbers of points the two cost the same.
func crossover(rows []jointRow) string {
	for i, r := range rows {
		if r.Joint > r.Draw+r.Eval {
			if i == 0 {
				return fmt.Sprintf("Functions cost less from %d points on, the fewest that were measured.", r.Points)
			}
			return fmt.Sprintf("The two cost the same between %d and %d points.", rows[i-1].Points, r.Points)
		}
	}
	return "Joint draws cost less at all of these."
}
