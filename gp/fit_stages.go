package gp

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/parallel"
	"matheron/optimize"
)

// stage is one round of climbs on some rows, from the best of the round before.
type stage struct {
	rows       int
	starts     int // at most
	iterations int
}

// The defaults of a fit; see [Fit].
const (
	defaultStarts     = 6
	defaultScreenRows = 300
	// middleFactor is how many times the screening rows the middle stage has, and
	// middleFrom how many the table has for which there is one.
	middleFactor = 3
	middleFrom   = 4.5
	// laterStarts is how many of the ends of a stage the next one goes on from.
	laterStarts = 3
	// together is the number of rows up to which climbs run side by side: a larger
	// covariance keeps all processors busy by itself.
	together = 512
	// memory is more than a kernel's parameters mostly are, so that the climb is
	// that of BFGS.
	memory = 30
	// relTol ends a climb whose step gains less than this part of the objective:
	// a thousandth of a nat on some thousand rows.
	relTol = 1e-7
)

// stages returns the rounds for n rows: one for a small table; screening and
// finish; or screening, a middle round and finish.
func (f Fit) stages(n int) []stage {
	starts, screen := f.starts(), f.ScreenRows
	if screen <= 0 {
		screen = defaultScreenRows
	}
	later := min(laterStarts, starts)
	switch {
	case n <= screen:
		return []stage{{n, starts, 200}}
	case float64(n) <= middleFrom*float64(screen):
		return []stage{{screen, starts, 60}, {n, later, 200}}
	default:
		return []stage{{screen, starts, 60}, {middleFactor * screen, later, 30}, {n, later, 200}}
	}
}

func (f Fit) starts() int {
	if f.Starts <= 0 {
		return defaultStarts
	}
	return f.Starts
}

// ascent is one climb.
type ascent struct {
	optimize.Result
	from       []float64
	rows       int
	root       int // the first stage's climb that it goes on from
	*whitening     // its coordinates, nil for a climb in the box
}

// search is the climbs of a fit on all stages.
type search struct {
	f       Fit
	l       *layout
	x       *mat.Dense
	y       []float64
	stages  []stage
	at      int // stage
	ascents []ascent
}

// climb runs the stages with l's jitter and returns the optima on all rows. It
// returns nil if no start could be evaluated. The ends of the last stage are
// climbed from the points, too.
func (f Fit) climb(ctx context.Context, l *layout, x *mat.Dense, y []float64, points [][]float64) (*search, error) {
	s := &search{f: f, l: l, x: x, y: y, stages: f.stages(len(y))}
	most := s.stages[max(0, len(s.stages)-2)].rows
	order := rowOrder(x, l.scales.inputs, most, f.Key.Named("rows"))
	part := func(i int) (*mat.Dense, []float64, *layout) {
		if rows := s.stages[i].rows; rows < len(y) {
			return take(x, y, order[:rows], l)
		}
		return x, y, l
	}
	sx, sy, sub := part(0)
	if err := s.first(ctx, sub, sx, sy); err != nil || len(s.ascents) == 0 {
		return nil, err
	}
	ends := s.ends(s.stages[0].rows)
	for s.at = 1; s.at < len(s.stages); s.at++ {
		px, py, plain := sx, sy, sub
		sx, sy, sub = part(s.at)
		var also [][]float64
		if s.at == len(s.stages)-1 {
			also = points
		}
		if err := s.further(ctx, plain, px, py, sub, sx, sy, ends, also); err != nil {
			return nil, err
		}
		if ends = s.ends(s.stages[s.at].rows); len(ends) == 0 {
			return nil, nil
		}
	}
	if len(s.stages) == 1 {
		s.stages = append(s.stages, s.stages[0])
		if err := s.further(ctx, l, x, y, l, x, y, ends, points); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// first screens candidates, climbs a few steps from many, and to the end from the
// best of these that differ.
func (s *search) first(ctx context.Context, l *layout, x *mat.Dense, y []float64) error {
	st := s.stages[0]
	points, values := s.f.candidates(ctx, l, x, y)
	pick := func(want int) [][]float64 {
		var out [][]float64
		for _, i := range l.different(points, values, want) {
			out = append(out, points[i])
		}
		return out
	}
	points = pick(widening * st.starts)
	if len(l.slots) > 0 && len(points) > st.starts {
		values = make([]float64, len(points))
		for i, r := range s.round(ctx, l, x, y, points, nil, firstSteps, nil) {
			values[i] = math.NaN()
			if r.X != nil && !math.IsInf(r.F, 0) {
				points[i], values[i] = r.X, r.F
			}
		}
		points = pick(st.starts)
	}
	for i, r := range s.round(ctx, l, x, y, points, nil, st.iterations, s.f.Progress) {
		s.ascents = append(s.ascents, ascent{Result: r, from: points[i], rows: len(y), root: i})
	}
	return ctx.Err()
}

// further goes on from ends of the stage before on px, which are the indices of
// their climbs, and from other points, in the order of the objective on all rows of
// the stage. Where a climb on many rows has its time, one that would have to gain
// more than those before have gained is left out.
func (s *search) further(ctx context.Context, plain *layout, px *mat.Dense, py []float64, l *layout, x *mat.Dense, y []float64, ends []int, also [][]float64) error {
	st := s.stages[s.at]
	var points [][]float64
	var roots []int
	for _, e := range ends {
		points, roots = append(points, s.ascents[e].X), append(roots, s.ascents[e].root)
	}
	for _, z := range also {
		points, roots = append(points, z), append(roots, -1)
	}
	values := l.values(ctx, points, x, y)
	order := make([]int, 0, len(points))
	for i, v := range values {
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	best, reach, climbed := math.Inf(1), 0.0, 0
	for len(order) > 0 && ctx.Err() == nil {
		var batch []int
		for _, i := range order {
			// A point from elsewhere is always climbed on from: it may be what must
			// not be lost.
			worth := climbed+len(batch) < st.starts && values[i] < best+2*reach+3
			if worth || roots[i] < 0 {
				batch = append(batch, i)
			}
			if len(batch) > 0 && len(y) > together {
				break
			}
		}
		if len(batch) == 0 {
			break
		}
		order = slices.DeleteFunc(order, func(i int) bool { return slices.Contains(batch, i) })
		from, white := make([][]float64, len(batch)), make([]*whitening, len(batch))
		for k, i := range batch {
			from[k] = points[i]
			if plain.interior(points[i]) {
				white[k] = plain.whiten(ctx, points[i], px, py, len(y))
			}
		}
		for k, r := range s.round(ctx, l, x, y, from, white, st.iterations, s.f.Progress) {
			s.ascents = append(s.ascents, ascent{r, from[k], len(y), roots[batch[k]], white[k]})
			if r.X != nil && !math.IsNaN(r.F) {
				best, reach = math.Min(best, r.F), math.Max(reach, values[batch[k]]-r.F)
			}
		}
		climbed += len(batch)
		if len(y) <= together {
			break
		}
	}
	return ctx.Err()
}

// ends returns the climbs that ended at different places on so many rows, the
// highest first.
func (s *search) ends(rows int) []int {
	var order, out []int
	for i, a := range s.ascents {
		if a.rows == rows && a.X != nil && !math.IsNaN(a.F) && !math.IsInf(a.F, 0) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s.ascents[a].F, s.ascents[b].F) })
	for _, i := range order {
		same := slices.ContainsFunc(out, func(j int) bool { return s.l.same(s.ascents[i], s.ascents[j]) })
		if !same {
			out = append(out, i)
		}
	}
	return out
}

// agreement is how near, in nats, two climbs end that have found one optimum.
const agreement = 0.05

// same reports whether two climbs ended at the same optimum: at the same place, or as
// high and near. Terms of a sum that change places make no other optimum.
func (l *layout) same(a, b ascent) bool {
	return !apart(a.X, b.X, 0.02) || math.Abs(a.F-b.F) < agreement && (l.distance(a.X, b.X) < 0.05 || math.Abs(a.F-b.F) < 1e-4)
}

// round climbs from each of the points on the given rows.
func (s *search) round(ctx context.Context, l *layout, x *mat.Dense, y []float64, points [][]float64, white []*whitening, iterations int, progress func(FitProgress)) []optimize.Result {
	if len(l.slots) == 0 {
		v := l.objective(NewEvidence(x, y))(nil, nil)
		return []optimize.Result{{X: []float64{}, F: v, Evaluations: 1}}
	}
	box := optimize.Box{Lower: make([]float64, len(l.slots)), Upper: make([]float64, len(l.slots))}
	for i, s := range l.slots {
		box.Lower[i], box.Upper[i] = s.lower, s.upper
	}
	workers := min(runtime.GOMAXPROCS(0), len(points))
	if len(y) > together {
		workers = 1
	}
	ends := make([]optimize.Result, len(points))
	one := func(i int) (optimize.Result, error) {
		m := optimize.LBFGSB{Box: box, Memory: memory, MaxIterations: iterations, RelTol: relTol}
		if progress != nil {
			m.Progress = func(it optimize.Iteration) {
				progress(FitProgress{Stage: s.at + 1, Stages: len(s.stages), Rows: len(y), Start: i + 1, Starts: len(points), Iteration: it.Iteration, Objective: -it.F})
			}
		}
		f := optimize.Objective(l.objective(evidenceAmong(workers, x, y)))
		if white != nil && white[i] != nil {
			return white[i].minimize(ctx, l, f, optimize.LBFGS{Memory: memory, MaxIterations: iterations, Progress: m.Progress})
		}
		return m.Minimize(ctx, f, points[i])
	}
	parallel.Do(workers, len(points), func(_, i int) {
		r, err := one(i)
		r.Err = err
		ends[i] = r
	})
	return ends
}

// report describes a climb.
func (l *layout) report(a ascent) FitStart {
	out := FitStart{Rows: a.rows, From: l.theta(a.from), Objective: math.NaN(), LogEvidence: math.NaN(), Status: a.Status.String(), Evaluations: a.Evaluations}
	if a.X == nil {
		if a.Err != nil {
			out.Status = a.Err.Error()
		}
		return out
	}
	out.To, out.Objective = l.theta(a.X), -a.F
	out.LogEvidence = out.Objective - l.logPrior(a.X, nil)
	return out
}
