package gp

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/optimize"
	"matheron/rng"
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
	// laterSteps is the number of steps after which the ends of a stage are compared.
	laterSteps = 8
	// middleSteps is that number where another stage follows.
	middleSteps = 5
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
	// roughTol is that of climbs on a part of the rows.
	roughTol = 1e-6
)

// stages returns the rounds for n rows: one for a small table; screening and
// finish; or screening, a middle round and finish.
func (f Fit) stages(n int) []stage {
	starts, screen := f.starts(), f.ScreenRows
	if screen <= 0 {
		screen = defaultScreenRows
	}
	later := min(laterStarts, starts)
	if f.Method == MaximumEvidence {
		later = min(laterStarts+1, starts)
	}
	switch {
	case n <= screen:
		return []stage{{n, starts, 200}}
	case float64(n) <= middleFrom*float64(screen):
		return []stage{{screen, starts, 60}, {n, later, 200}}
	default:
		return []stage{{screen, starts, 60}, {middleFactor * screen, later, 20}, {n, later, 200}}
	}
}

func (f Fit) starts() int {
	switch {
	case f.Starts > 0:
		return f.Starts
	case f.Method == MaximumEvidence:
		return 2 * defaultStarts
	}
	return defaultStarts
}

// part is some of the rows, and the layout for them.
type part struct {
	x *mat.Dense
	y []float64
	l *layout
}

// ascent is one climb.
type ascent struct {
	optimize.Result
	on    *part
	from  []float64
	root  int        // the first stage's climb that it goes on from, -1 for none
	count int        // of a first climb: the starts that came near to it
	into  int        // of a first climb whose basin is another's: one more than the index of that
	white *whitening // its coordinates, nil for a climb in the box
}

// search is the climbs of a fit on all stages.
type search struct {
	f       Fit
	whole   *part
	given   float64 // jitter of the prior
	stages  []stage
	at      int // stage
	ascents []ascent
}

// screens is the number of parts on which the first stage of a large table works: what
// 300 rows show depends on which they are.
const screens = 3

// climb runs the stages with l's jitter and returns the climbs. It returns nil if no
// start could be evaluated. The last stage climbs from the points, too.
func (f Fit) climb(ctx context.Context, l *layout, x *mat.Dense, y []float64, points [][]float64) (*search, error) {
	s := &search{f: f, whole: &part{x, y, l}, stages: f.stages(len(y))}
	key := f.Key.Named("rows")
	some := func(rows int, key rng.Key) *part {
		if rows >= len(y) {
			return s.whole
		}
		px, py, pl := take(x, y, rowOrder(x, l.scales.inputs, rows, key), l)
		return &part{px, py, pl}
	}
	first := []*part{s.whole}
	if rows := s.stages[0].rows; rows < len(y) {
		first = nil
		for i := range min(screens, s.f.starts()) {
			first = append(first, some(rows, key.Split(i)))
		}
	}
	for i, p := range first {
		if err := s.first(ctx, p, i, len(first)); err != nil {
			return nil, err
		}
	}
	ends := s.ends(0)
	for s.at = 1; s.at < len(s.stages) && len(ends) > 0; s.at++ {
		before := len(s.ascents)
		var also [][]float64
		if s.at == len(s.stages)-1 {
			also = points
		}
		if err := s.further(ctx, some(s.stages[s.at].rows, key), ends, also); err != nil {
			return nil, err
		}
		ends = s.ends(before)
	}
	if len(ends) == 0 {
		return nil, ctx.Err()
	}
	if len(s.stages) == 1 {
		s.stages = append(s.stages, s.stages[0])
		if err := s.further(ctx, s.whole, ends, points); err != nil {
			return nil, err
		}
	}
	if err := s.moves(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// first screens candidates on a part, one of so many among which starts are shared
// out. It climbs a few steps from the best that differ, and to the end from the best of
// these.
func (s *search) first(ctx context.Context, on *part, index, of int) error {
	st := s.stages[0]
	l := on.l
	points, values := s.f.candidates(ctx, on, index, of)
	from := points // where each began
	keep := func(want int) {
		var p, f [][]float64
		for _, i := range l.different(points, values, want) {
			p, f = append(p, points[i]), append(f, from[i])
		}
		points, from = p, f
	}
	starts := (st.starts + of - 1) / of
	keep(widening * starts)
	var counts []int
	if len(l.slots) > 0 && len(points) > starts {
		values = s.steps(ctx, on, points, firstSteps)
		tried := points
		keep(starts)
		counts = make([]int, len(points))
		for i, z := range tried {
			if !math.IsNaN(values[i]) {
				counts[l.nearest(z, points)]++
			}
		}
	}
	first := len(s.ascents)
	for i, r := range s.round(ctx, on, points, nil, st.iterations, s.f.Progress) {
		a := ascent{Result: r, on: on, from: from[i], root: len(s.ascents), count: 1}
		if counts != nil {
			a.count = counts[i]
		}
		s.ascents = append(s.ascents, a)
	}
	s.swaps(ctx, on, first)
	return ctx.Err()
}

// contender is a point that a later stage may climb from.
type contender struct {
	from, z []float64 // at first, and now
	value   float64   // at z
	gain    float64   // of the steps from from to z
	root    int
	must    bool // it is climbed from whatever its value
	white   *whitening
}

// further goes on from ends of the stage before, which are the indices of their climbs,
// and from other points. Where a climb takes its time, on many rows, the best go a few
// steps first, and of these only what may still overtake the best goes on to the end.
func (s *search) further(ctx context.Context, on *part, ends []int, also [][]float64) error {
	st := s.stages[min(s.at, len(s.stages)-1)]
	all := s.contenders(ctx, on, ends, also)
	byValue := func(a, b contender) int { return cmp.Compare(a.value, b.value) }
	slices.SortStableFunc(all, byValue)
	if s.at > 1 {
		all = s.bothBest(all, ends)
	}
	// The number counts for those that come from ends.
	all = slices.DeleteFunc(all, func(c contender) bool {
		if c.must {
			return false
		}
		st.starts--
		return st.starts < 0
	})
	if len(on.y) <= together || len(all) == 1 {
		for i := range all {
			s.whiten(ctx, on, &all[i])
		}
		s.finish(ctx, on, all, st.iterations)
		return ctx.Err()
	}
	best, reach, steps := math.Inf(1), 0.0, laterSteps
	if s.at+1 < len(s.stages) {
		steps = middleSteps
	}
	for i := range all {
		c := &all[i]
		far := s.at == 1 && c.value > best+2*reach+3
		if !c.must && (far || s.close(all[:i], *c)) {
			continue
		}
		s.whiten(ctx, on, c)
		r := s.round(ctx, on, [][]float64{c.z}, []*whitening{c.white}, steps, s.f.Progress)[0]
		if r.X == nil || math.IsNaN(r.F) {
			continue
		}
		best, reach = math.Min(best, r.F), math.Max(reach, c.value-r.F)
		c.z, c.value, c.gain = r.X, r.F, c.value-r.F
		if c.white != nil {
			c.white = &whitening{c.z, c.white.t, c.white.volume}
		}
	}
	slices.SortStableFunc(all, byValue)
	best, reach = math.Inf(1), 0.0
	for _, c := range all {
		if ctx.Err() != nil || !c.must && (c.value > best+c.gain/4+reach+1 || s.known(on, c)) {
			continue
		}
		f := s.finish(ctx, on, []contender{c}, st.iterations)
		best, reach = math.Min(best, f), math.Max(reach, c.value-f)
	}
	return ctx.Err()
}

// bothBest returns, of contenders in the order of their values on all rows that come
// from climbs on one part, the best by its value and the best by what its climb reached:
// the first is wrong where a climb has not ended, and the second where the part says
// something else than all rows.
func (s *search) bothBest(all []contender, ends []int) []contender {
	best := 0
	for i, c := range all {
		if !c.must && slices.Equal(c.z, s.ascents[ends[0]].X) {
			best = i
		}
	}
	var out []contender
	for i, c := range all {
		if i == 0 || i == best || c.must {
			out = append(out, c)
		}
	}
	return out
}

// whiten gives a contender the coordinates in which the curvature is round, by that on
// the part of the first stage that it comes from.
func (s *search) whiten(ctx context.Context, on *part, c *contender) {
	before := on
	if c.root >= 0 {
		before = s.ascents[c.root].on
	}
	if len(c.z) > 0 && on.l.interior(c.z) {
		c.white = before.l.whiten(ctx, c.z, before.x, before.y)
	}
}

// contenders returns the ends of climbs and other points, with their values on a part.
func (s *search) contenders(ctx context.Context, on *part, ends []int, also [][]float64) []contender {
	var all []contender
	var points [][]float64
	for _, e := range ends {
		all = append(all, contender{root: s.ascents[e].root})
		points = append(points, s.ascents[e].X)
	}
	for _, z := range also {
		// It must not be lost: the result is no lower.
		all, points = append(all, contender{root: -1, must: true}), append(points, z)
	}
	for i, v := range on.l.values(ctx, points, on.x, on.y) {
		all[i].from, all[i].z, all[i].value = points[i], points[i], v
	}
	return slices.DeleteFunc(all, func(c contender) bool { return math.IsNaN(c.value) })
}

// finish climbs from contenders to the end, and returns the least value.
func (s *search) finish(ctx context.Context, on *part, all []contender, iterations int) float64 {
	points, white, best := make([][]float64, len(all)), make([]*whitening, len(all)), math.Inf(1)
	for i, c := range all {
		points[i], white[i] = c.z, c.white
	}
	for i, r := range s.round(ctx, on, points, white, iterations, s.f.Progress) {
		s.ascents = append(s.ascents, ascent{Result: r, on: on, from: all[i].from, root: all[i].root, white: white[i]})
		if r.X != nil && !math.IsNaN(r.F) {
			best = math.Min(best, r.F)
		}
	}
	return best
}
