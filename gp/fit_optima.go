package gp

import (
	"cmp"
	"math"
	"slices"
)

// Optimum is a local maximum of a fit's objective on all rows.
type Optimum struct {
	Params                 []float64 // in the order of [Fitted].Params
	LogEvidence, Objective float64
	// Weight is the part of the posterior of the parameters around it, among the optima
	// that were found, by Laplace's method: exp(Objective) times the volume of a standard
	// deviation. It is NaN where the curvature is not known, and by maximum evidence,
	// which has no posterior.
	Weight float64
	// Starts is how many of the starts led to it.
	Starts int
}

// optima returns the ends of climbs at different optima on all rows, the one to keep
// first, and what they are. By maximum evidence they are in the order of the
// objective. By [MAP] they are in the order of their weights, where these are known:
// of a posterior with a wide optimum and a narrow one that is a nat higher, most is
// around the wide one.
func (s *search) optima() (ends []int, out []Optimum) {
	ends = s.tops()
	masses, top := map[int]float64{}, math.Inf(-1)
	for _, i := range ends {
		if volume, ok := s.volume(i); ok {
			masses[i] = volume - s.ascents[i].F
			top = math.Max(top, masses[i])
		}
	}
	if _, ok := masses[ends[0]]; ok && s.f.Method == MAP {
		mass := func(i int) float64 {
			if m, ok := masses[i]; ok {
				return m
			}
			return math.Inf(-1)
		}
		slices.SortStableFunc(ends, func(i, j int) int { return cmp.Compare(mass(j), mass(i)) })
	}
	total := 0.0
	for _, i := range ends {
		a := s.ascents[i]
		o := Optimum{Params: s.whole.l.theta(a.X), Objective: -a.F, Weight: math.NaN(), Starts: s.agreed(i)}
		o.LogEvidence = o.Objective - s.whole.l.params.LogPriorGrad(nil, a.X)
		if m, ok := masses[i]; ok && s.f.Method == MAP {
			o.Weight = math.Exp(m - top)
			total += o.Weight
		}
		out = append(out, o)
	}
	for i := range out {
		out[i].Weight /= total
	}
	return ends, out
}

// volume returns the log volume around the end of a climb, from the climb there whose
// coordinates the curvature gave.
func (s *search) volume(i int) (float64, bool) {
	if w := s.around(i); w != nil {
		return w.volume, true
	}
	return 0, false
}

// around returns the coordinates of a climb that ended where the one did; nil if none
// was in whitened ones.
func (s *search) around(i int) *whitening {
	for j, a := range s.ascents {
		if a.white != nil && a.X != nil && s.same(i, j) {
			return a.white
		}
	}
	return nil
}

// agreed returns how many of the starts led to the optimum where a climb ended: those of
// the first climbs that it and others which ended there go on from, and those that a
// later stage left out as being in the basin of one of these.
func (s *search) agreed(i int) int {
	var roots []int
	for j, a := range s.ascents {
		if a.root >= 0 && s.same(i, j) {
			roots = append(roots, a.root)
		}
	}
	n := 0
	for j, a := range s.ascents {
		into := j
		for s.ascents[into].into > 0 {
			into = s.ascents[into].into - 1
		}
		if a.root == j && slices.ContainsFunc(roots, func(r int) bool { return r == into || s.same(into, r) }) {
			n += a.count
		}
	}
	return n
}

// tried returns the number of starts that were climbed.
func (s *search) tried() int {
	n := 0
	for _, a := range s.ascents {
		n += a.count
	}
	return n
}

// closeRise is how many nats the curvature is trusted for between contenders.
const closeRise = 20

// close reports whether the curvature around one of the contenders that have gone some
// steps gives the value of another, not far below: then both are in one basin.
func (s *search) close(gone []contender, c contender) bool {
	for _, g := range gone {
		if g.white == nil || g.gain == 0 {
			continue
		}
		by, rise := g.white.rise(c.z, g.z), c.value-g.value
		if by < closeRise && agree(by, rise) {
			s.join(c.root, g.root)
			return true
		}
	}
	return false
}

// known reports whether the curvature around the end of a climb on a part gives the
// value of a contender: then that is in the basin of that optimum.
func (s *search) known(on *part, c contender) bool {
	for _, a := range s.ascents {
		if a.on == on && a.white != nil && a.X != nil && agree(a.white.rise(c.z, a.X), c.value-a.F) {
			s.join(c.root, a.root)
			return true
		}
	}
	return false
}

// agree reports whether two differences of values are alike.
func agree(a, b float64) bool { return a < 2*b+0.5 && b < 2*a+0.5 }

// join notes that one first climb is in the basin of another.
func (s *search) join(root, into int) {
	if root >= 0 && into >= 0 && root != into {
		s.ascents[root].into = into + 1
	}
}

// ends returns the climbs from the given one on that ended at different places, the
// highest first.
func (s *search) ends(first int) []int {
	var order, out []int
	for i, a := range s.ascents {
		if i >= first && a.X != nil && !math.IsNaN(a.F) && !math.IsInf(a.F, 0) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s.ascents[a].F, s.ascents[b].F) })
	for _, i := range order {
		same := slices.ContainsFunc(out, func(j int) bool { return s.same(i, j) })
		if !same {
			out = append(out, i)
		}
	}
	return out
}

// tops returns the climbs on all rows that ended at different optima, the highest
// first.
func (s *search) tops() []int {
	return slices.DeleteFunc(s.ends(0), func(i int) bool { return s.ascents[i].on != s.whole })
}

// top returns the least value on all rows, +Inf if there is none.
func (s *search) top() float64 {
	if tops := s.tops(); len(tops) > 0 {
		return s.ascents[tops[0]].F
	}
	return math.Inf(1)
}

// agreement is how near, in nats, two climbs end that have found one optimum.
const agreement = 0.05

// same reports whether two climbs on one part ended at the same optimum: at the same
// place, or as high and near. Terms of a sum that change places make no other optimum.
func (s *search) same(i, j int) bool {
	a, b, l := s.ascents[i], s.ascents[j], s.whole.l
	if a.on != b.on {
		return false
	}
	return !apart(a.X, b.X, 0.02) || math.Abs(a.F-b.F) < agreement && (l.distance(a.X, b.X) < 0.05 || math.Abs(a.F-b.F) < 1e-4)
}
