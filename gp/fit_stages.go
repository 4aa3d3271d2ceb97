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
	"matheron/rng"
)

// stage is one round of climbs on some rows, from the best of the round before.
type stage struct {
	rows       int
	starts     int
	iterations int
}

// The defaults of a fit; see [Fit].
const (
	defaultStarts     = 6
	defaultScreenRows = 300
	// candidates is the number of points of which the first starts are the best,
	// for each parameter.
	candidates    = 24
	maxCandidates = 256
	// memory is more than a kernel's parameters mostly are, so that the climb is
	// that of BFGS.
	memory = 30
	// relTol ends a climb whose step gains less than this part of the objective:
	// a thousandth of a nat on some thousand rows.
	relTol = 1e-7
	// middleFactor is how many times the screening rows the middle stage has.
	middleFactor = 3
)

// stages returns the rounds for n rows: one for a small table; screening and
// finish; or screening, a middle round and finish.
func (f Fit) stages(n int) []stage {
	starts, screen := f.Starts, f.ScreenRows
	if starts <= 0 {
		starts = defaultStarts
	}
	if screen <= 0 {
		screen = defaultScreenRows
	}
	switch {
	case n <= screen:
		return []stage{{n, starts, 200}}
	case n <= middleFactor*screen:
		return []stage{{screen, starts, 60}, {n, min(2, starts), 200}}
	default:
		return []stage{{screen, starts, 60}, {middleFactor * screen, min(2, starts), 30}, {n, 1, 200}}
	}
}

// climb runs the stages with l's jitter. It returns nil if no start could be
// evaluated.
func (f Fit) climb(ctx context.Context, l *layout, x *mat.Dense, y []float64) (*Fitted, error) {
	n, _ := x.Dims()
	order := f.Key.Named("rows").Rand().Perm(n)
	stages := f.stages(n)
	var reports []FitStart
	var points [][]float64
	var white []*whitening // of each point; nil where the climb is in the box
	best := -1
	for i, st := range stages {
		sx, sy, sub := take(x, y, order[:st.rows], l)
		if i == 0 {
			points = f.candidates(ctx, sub, sx, sy, st.starts)
			if len(points) == 0 {
				return nil, ctx.Err()
			}
		}
		ends, err := f.round(ctx, sub, sx, sy, points, white, st, i+1, len(stages))
		if err != nil {
			return nil, err
		}
		first := len(reports)
		for j, e := range ends {
			reports = append(reports, sub.report(e, points[j], st.rows))
		}
		rank := ranking(ends)
		if len(rank) == 0 {
			return nil, nil
		}
		best = first + rank[0]
		points = nil
		keep := 1
		if i+1 < len(stages) {
			keep = stages[i+1].starts
		}
		for _, r := range rank {
			if len(points) < keep && !slices.ContainsFunc(points, func(p []float64) bool { return same(p, ends[r].X) }) {
				points = append(points, ends[r].X)
			}
		}
		if i+1 < len(stages) {
			white = make([]*whitening, len(points))
			for j, z := range points {
				if sub.interior(z) {
					white[j] = sub.whiten(ctx, z, sx, sy, stages[i+1].rows)
				}
			}
		}
	}
	out, err := f.finish(l, points[0], x, y)
	if err != nil {
		return nil, err
	}
	out.Starts, out.Best = reports, best
	return out, nil
}

// round climbs from each of the points on the given rows.
func (f Fit) round(ctx context.Context, l *layout, x *mat.Dense, y []float64, points [][]float64, white []*whitening, st stage, index, of int) ([]optimize.Result, error) {
	box := optimize.Box{Lower: make([]float64, len(l.slots)), Upper: make([]float64, len(l.slots))}
	for i, s := range l.slots {
		box.Lower[i], box.Upper[i] = s.lower, s.upper
	}
	if len(l.slots) == 0 {
		v := l.objective(NewEvidence(x, y))(nil, nil)
		return []optimize.Result{{X: []float64{}, F: v, Evaluations: 1}}, ctx.Err()
	}
	// Small problems run side by side; a large one has its own goroutines.
	workers := min(runtime.GOMAXPROCS(0), len(points))
	if st.rows > 512 {
		workers = 1
	}
	ends := make([]optimize.Result, len(points))
	one := func(i int) (optimize.Result, error) {
		m := optimize.LBFGSB{Box: box, Memory: memory, MaxIterations: st.iterations, RelTol: relTol}
		if f.Progress != nil {
			m.Progress = func(it optimize.Iteration) {
				f.Progress(FitProgress{Stage: index, Stages: of, Rows: st.rows, Start: i + 1, Starts: len(points), Iteration: it.Iteration, Objective: -it.F})
			}
		}
		f := optimize.Objective(l.objective(evidenceAmong(workers, x, y)))
		if white != nil && white[i] != nil {
			return white[i].minimize(ctx, l, f, optimize.LBFGS{Memory: memory, MaxIterations: st.iterations, Progress: m.Progress})
		}
		return m.Minimize(ctx, f, points[i])
	}
	parallel.Do(workers, len(points), func(_, i int) {
		r, err := one(i)
		r.Err = err
		ends[i] = r
	})
	return ends, ctx.Err()
}

// ranking returns the indices of the ends that have a value, the lowest first.
func ranking(ends []optimize.Result) []int {
	var out []int
	for i, e := range ends {
		if e.X != nil && !math.IsNaN(e.F) && !math.IsInf(e.F, 1) {
			out = append(out, i)
		}
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(ends[a].F, ends[b].F) })
	return out
}

// same reports whether two climbs ended at the same place, to a hundredth in
// the logarithm of each parameter.
func same(a, b []float64) bool {
	for i := range a {
		if math.Abs(a[i]-b[i]) > 0.01 {
			return false
		}
	}
	return true
}

// take returns some of the rows, in their order in the table, and the layout
// for them.
func take(x *mat.Dense, y []float64, rows []int, l *layout) (*mat.Dense, []float64, *layout) {
	n, d := x.Dims()
	if len(rows) == n {
		return x, y, l
	}
	rows = slices.Clone(rows)
	slices.Sort(rows)
	sx, sy := mat.NewDense(len(rows), d, nil), make([]float64, len(rows))
	noise := make([]float64, len(rows))
	for i, r := range rows {
		sx.SetRow(i, x.RawRowView(r))
		sy[i] = y[r]
		noise[i] = l.noise.At(r)
	}
	sub := *l
	if l.noise.PerRow() {
		sub.noise = NoiseRows(noise...)
	}
	return sx, sy, &sub
}

// candidates returns the best starts: a scrambled Sobol sequence covers the
// roles' ranges, and the points of the highest objective are taken.
func (f Fit) candidates(ctx context.Context, l *layout, x *mat.Dense, y []float64, starts int) [][]float64 {
	free := 0
	for _, s := range l.slots {
		if !s.given && (s.role.high > s.role.low || len(s.role.choices) > 0) {
			free++
		}
	}
	count := min(maxCandidates, max(starts, candidates*free))
	if free == 0 {
		count = 1
	}
	var sobol *rng.Sobol
	if free > 0 {
		var err error
		if sobol, err = rng.NewSobol(free, f.Key.Named("starts")); err != nil {
			sobol = nil
		}
	}
	points, values := make([][]float64, count), make([]float64, count)
	for i := range points {
		u := make([]float64, free)
		if sobol != nil {
			sobol.Point(u, i)
		} else {
			r := f.Key.Named("starts").Split(i).Rand()
			for j := range u {
				u[j] = r.Float64()
			}
		}
		points[i] = l.start(u)
	}
	workers := min(runtime.GOMAXPROCS(0), count)
	evidence := make([]*Evidence, workers)
	parallel.Do(workers, count, func(w, i int) {
		values[i] = math.Inf(1)
		if ctx.Err() != nil {
			return
		}
		if evidence[w] == nil {
			evidence[w] = evidenceAmong(workers, x, y)
		}
		values[i] = l.objective(evidence[w])(points[i], nil)
	})
	order := make([]int, 0, count)
	for i, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	var out [][]float64
	for _, i := range order {
		if len(out) == starts {
			break
		}
		out = append(out, points[i])
	}
	return out
}

// start returns the start at a point of the unit cube.
func (l *layout) start(u []float64) []float64 {
	z := make([]float64, len(l.slots))
	for i, s := range l.slots {
		v := s.param.Value
		if !s.given && (s.role.high > s.role.low || len(s.role.choices) > 0) {
			v = s.role.draw(u[0])
			u = u[1:]
		}
		z[i] = math.Max(s.lower, math.Min(s.upper, s.onto.Unconstrain(l.clamp(s, v))))
	}
	return z
}

// draw returns the start at u of (0, 1): one of the choices, the first half of
// the time, or a number log-uniform over the range.
func (r role) draw(u float64) float64 {
	if n := len(r.choices); n > 0 && u < 0.9 {
		// Half for the first, a quarter for the second, and so on.
		for i, left := 0, u/0.9; i < n-1; i++ {
			if left < 0.5 {
				return r.choices[i]
			}
			left = 2*left - 1
		}
		return r.choices[n-1]
	}
	return r.low * math.Pow(r.high/r.low, u)
}

// clamp moves v inside of the slot's support, which a prior may have narrowed.
func (l *layout) clamp(s slot, v float64) float64 {
	if s.prior == nil {
		return v
	}
	o := s.prior.Support()
	if v <= o.Lower || v >= o.Upper {
		switch {
		case math.IsInf(o.Upper, 1):
			return o.Lower + math.Max(1e-3, 1e-3*math.Abs(o.Lower))
		case math.IsInf(o.Lower, -1):
			return o.Upper - math.Max(1e-3, 1e-3*math.Abs(o.Upper))
		}
		return 0.5 * (o.Lower + o.Upper)
	}
	return v
}

// report describes the end of a climb.
func (l *layout) report(e optimize.Result, from []float64, rows int) FitStart {
	out := FitStart{Rows: rows, From: l.theta(from), Objective: math.NaN(), LogEvidence: math.NaN(), Status: e.Status.String(), Evaluations: e.Evaluations}
	if e.X == nil {
		if e.Err != nil {
			out.Status = e.Err.Error()
		}
		return out
	}
	out.To, out.Objective = l.theta(e.X), -e.F
	lp, _ := l.logPrior(e.X, nil)
	out.LogEvidence = out.Objective - lp
	return out
}
