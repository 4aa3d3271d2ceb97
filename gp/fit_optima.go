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
	// Weight is its share of the posterior of the parameters, among the optima that
	// were found, by Laplace's method: exp(Objective) times the volume of a standard
	// deviation around it. NaN where the curvature is not known, and by maximum
	// evidence, which has no posterior.
	Weight float64
	// Starts is how many of the starts led to it.
	Starts int
}

// optima returns the ends of climbs at different optima on all rows, the one to keep
// first, and what they are. By maximum evidence they are in the order of the
// objective. By [MAP] they are in the order of their weights, where these are known:
// a narrow optimum that is a nat higher than a wide one is not what a posterior has
// to say. NUTS would hardly ever go there.
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
