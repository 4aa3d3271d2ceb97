package gp

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// The evidence of many inputs has many optima: each of several inputs may matter, or
// not, or be a category. Where no prior draws them together, the search goes on from
// the best optimum by moving one lengthscale at a time to other places of its range and
// climbing from there, as long as that finds a higher one.
const (
	moveRows   = 1500 // more are too many to climb so often on
	moveRounds = 4
	moveClimbs = 10 // short ones of a round, of single moves
	moveSteps  = 6
	moveReach  = 3 // nats below the best, for an optimum to be moved from
)

// moves climbs from moved lengthscales on all rows, from the best optimum that has not
// been moved from.
func (s *search) moves(ctx context.Context) error {
	on := s.whole
	if len(on.y) > moveRows {
		return nil
	}
	var done []int
	for range moveRounds {
		tops := s.tops()
		next := slices.IndexFunc(tops, func(i int) bool {
			return !slices.ContainsFunc(done, func(j int) bool { return s.same(i, j) })
		})
		if next < 0 || s.ascents[tops[next]].F > s.ascents[tops[0]].F+moveReach {
			break
		}
		done = append(done, tops[next])
		from := s.ascents[tops[next]]
		single, joint := on.l.moved(from.X)
		points := lowest(single, on.l.values(ctx, single, on.x, on.y), moveClimbs, math.MaxFloat64)
		values := make([]float64, len(points))
		for i, r := range s.round(ctx, on, points, nil, moveSteps, nil) {
			values[i] = math.NaN()
			if r.X != nil && !math.IsInf(r.F, 0) {
				points[i], values[i] = r.X, r.F
			}
		}
		// A climb of a few steps has found most of what there is.
		points = append(joint, lowest(points, values, laterStarts, s.ascents[tops[0]].F+moveReach)...)
		for i, r := range s.round(ctx, on, points, nil, s.stages[0].iterations, s.f.Progress) {
			s.ascents = append(s.ascents, ascent{Result: r, on: on, from: points[i], root: from.root})
		}
		if ctx.Err() != nil {
			break
		}
	}
	return ctx.Err()
}

// moved returns z with one lengthscale at another place of its range, or far beyond,
// and with all that are beyond it back in it: two inputs may matter together alone.
func (l *layout) moved(z []float64) (single, joint [][]float64) {
	for _, place := range []float64{-0.5, 0, 0.35, 0.7, 1.3} {
		back, beyond := slices.Clone(z), 0
		for i, s := range l.slots {
			if s.role.kind != lengthscaleRole || !s.free() || s.role.column >= 0 && l.scales.inputs[s.role.column].constant {
				continue
			}
			to := s.onto.Unconstrain(l.clamp(s, s.role.low*math.Pow(s.role.high/s.role.low, place)))
			if math.Abs(to-z[i]) < 0.7 || to <= s.lower || to >= s.upper {
				continue
			}
			if place > 0 && place < 1 && s.place(z[i]) == 1 {
				back[i] = to
				beyond++
			}
			moved := slices.Clone(z)
			moved[i] = to
			single = append(single, moved)
		}
		if beyond > 1 {
			joint = append(joint, back)
		}
	}
	return single, joint
}

// lowest returns the points of the least values, none above a limit.
func lowest(points [][]float64, values []float64, most int, limit float64) [][]float64 {
	var order []int
	for i, v := range values {
		if !math.IsNaN(v) && v <= limit {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	var out [][]float64
	for _, i := range order[:min(most, len(order))] {
		out = append(out, points[i])
	}
	return out
}
