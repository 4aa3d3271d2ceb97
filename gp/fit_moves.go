package gp

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
)

// The evidence of many inputs has many optima: each of several inputs may matter, or
// not, or be a category. So the search goes on from the best optimum by moving one
// lengthscale at a time to other places of its range, and climbing from there, as long
// as that finds a higher one.
const (
	moveRows   = 1000 // more are too many to climb so often on
	moveRounds = 6
	moveClimbs = 10 // short ones of a round, of single moves
	moveSteps  = 6
	moveReach  = 3 // nats below the best, for an optimum to be moved from
)

// moves climbs from moved lengthscales on all rows, from the best optimum that has not
// been moved from. Priors draw optima together: by [MAP] it looks only at inputs that
// the best optimum has dropped, and climbs only where one that is back is no worse.
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
		from, best := s.ascents[tops[next]], s.ascents[tops[0]].F
		single, joint := on.l.moved(from.X)
		count, limit, reach := moveClimbs, math.MaxFloat64, float64(moveReach)
		if s.f.Method == MAP {
			if next > 0 {
				break
			}
			single, joint = on.l.dropped(from.X, single), nil
			count, limit, reach = laterStarts, best, 0
		}
		points := lowest(single, on.l.values(ctx, single, on.x, on.y), count, limit)
		values := s.steps(ctx, on, points, moveSteps)
		// A climb of a few steps has found most of what there is.
		points = append(joint, lowest(points, values, laterStarts, best+reach)...)
		for i, r := range s.round(ctx, on, points, nil, s.stages[0].iterations, s.f.Progress) {
			s.ascents = append(s.ascents, ascent{Result: r, on: on, from: points[i], root: from.root})
		}
		if ctx.Err() != nil {
			break
		}
	}
	return ctx.Err()
}

// dropped returns those of the moved points whose lengthscale was beyond its range in z
// and is back in it.
func (l *layout) dropped(z []float64, moved [][]float64) [][]float64 {
	return slices.DeleteFunc(moved, func(m []float64) bool {
		for i, s := range l.slots {
			if m[i] != z[i] {
				at := s.place(m[i])
				return s.place(z[i]) < 1 || at == 0 || at == 1
			}
		}
		return true
	})
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
			if place >= 0 && place < 1 && s.place(z[i]) == 1 {
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

// swapReach is how many nats below the best of a part a swap may be after some steps,
// to be climbed to the end.
const swapReach = 20

// swaps goes on from the best of the climbs on a part, the given one and those after
// it, with the scales of two terms of the kernel exchanged. A climb seldom changes which
// of two terms is the trend and which the detail.
func (s *search) swaps(ctx context.Context, on *part, first int) {
	best := -1
	for i, a := range s.ascents[first:] {
		if a.X != nil && !math.IsNaN(a.F) && (best < 0 || a.F < s.ascents[best].F) {
			best = first + i
		}
	}
	if best < 0 {
		return
	}
	points := on.l.swapped(s.ascents[best].X)
	values := s.steps(ctx, on, points, firstSteps)
	points = lowest(points, values, 1, s.ascents[best].F+swapReach)
	for i, r := range s.round(ctx, on, points, nil, s.stages[0].iterations, s.f.Progress) {
		s.ascents = append(s.ascents, ascent{Result: r, on: on, from: points[i], root: len(s.ascents)})
	}
}

// swapped returns z with the variances and lengthscales of two terms exchanged, for
// each two that are not alike.
func (l *layout) swapped(z []float64) [][]float64 {
	type scale struct{ variance, length int }
	var order []string
	terms := map[string]scale{}
	for i, s := range l.slots {
		t, ok := terms[s.role.term]
		if !ok {
			t = scale{-1, -1}
		}
		switch {
		case !s.free():
			continue
		case s.role.kind == varianceRole && t.variance < 0:
			t.variance = i
		case s.role.kind == lengthscaleRole && t.length < 0:
			t.length = i
		default:
			continue
		}
		if !ok {
			order = append(order, s.role.term)
		}
		terms[s.role.term] = t
	}
	var out [][]float64
	for i, a := range order {
		for _, b := range order[:i] {
			p, q := terms[a], terms[b]
			if p.variance < 0 || p.length < 0 || q.variance < 0 || q.length < 0 || alike(a, b) {
				continue
			}
			moved := slices.Clone(z)
			moved[p.variance], moved[q.variance] = z[q.variance], z[p.variance]
			moved[p.length], moved[q.length] = z[q.length], z[p.length]
			out = append(out, moved)
		}
	}
	return out
}

// alike reports whether two terms are of one kind, and in no product: then to exchange
// them changes nothing.
func alike(a, b string) bool {
	kind := func(s string) string { return s[strings.LastIndexByte(s, '.')+1:] }
	return kind(a) == kind(b) && !strings.Contains(a+b, "product.")
}
