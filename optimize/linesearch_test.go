package optimize

import (
	"math"
	"testing"
)

// searchLine drives a search along f, which gives value and slope.
func searchLine(f func(t float64) (float64, float64), first, longest float64) (s lineSearch, v verdict, evaluated []float64) {
	f0, g0 := f(0)
	s.begin(f0, g0, first, longest)
	for {
		t := s.t
		evaluated = append(evaluated, t)
		if v = s.next(f(t)); v != searching {
			if v == accepted {
				s.t = t
			}
			return s, v, evaluated
		}
	}
}

// The functions of More and Thuente (1994), section 5, and others that are hard.
var lines = map[string]func(t float64) (float64, float64){
	"quotient": func(t float64) (float64, float64) { // (5.1), beta 2
		return -t / (t*t + 2), (t*t - 2) / ((t*t + 2) * (t*t + 2))
	},
	"power": func(t float64) (float64, float64) { // (5.2), beta 0.004
		a := t + 0.004
		return math.Pow(a, 5) - 2*math.Pow(a, 4), 5*math.Pow(a, 4) - 8*math.Pow(a, 3)
	},
	"steep":     func(t float64) (float64, float64) { return math.Exp(-1000*t) + t, 1 - 1000*math.Exp(-1000*t) },
	"quartic":   func(t float64) (float64, float64) { a := t - 3; return a * a * a * a, 4 * a * a * a },
	"oscillate": func(t float64) (float64, float64) { return t*t - 10*t + 3*math.Sin(8*t), 2*t - 10 + 24*math.Cos(8*t) },
}

func TestLineSearch(t *testing.T) {
	for name, f := range lines {
		f0, g0 := f(0)
		if g0 >= 0 { // make it downhill by a tilt
			tilt := -g0 - 1
			old := f
			f = func(t float64) (float64, float64) { v, g := old(t); return v + tilt*t, g + tilt }
			f0, g0 = f(0)
		}
		for _, first := range []float64{1e-3, 1e-1, 10, 1e3} {
			s, v, evaluated := searchLine(f, first, 1e10)
			if v == exhausted {
				// Where the slope at 0 is small beside the curvature: the minimum is
				// known to a tenth, and the best step must have enough decrease.
				ft, _ := f(s.low.t)
				if s.upper-s.lower > resolution*s.upper || s.low.t < s.lower || s.low.t > s.upper || ft > f0+sufficient*s.low.t*g0 || ft >= f0 {
					t.Errorf("%s from %g: best step %g in [%g, %g] after %v", name, first, s.low.t, s.lower, s.upper, evaluated)
				}
				continue
			}
			ft, gt := f(s.t)
			if ft > f0+sufficient*s.t*g0 || math.Abs(gt) > curvature*math.Abs(g0) {
				t.Errorf("%s from %g: step %g does not meet the strong Wolfe conditions", name, first, s.t)
			}
			if len(evaluated) > 15 { // the paper's tables have up to 12 at curvature 0.1
				t.Errorf("%s from %g: %d evaluations", name, first, len(evaluated))
			}
		}
	}
}

func TestLineSearchLongest(t *testing.T) {
	// Downhill all along: the longest step is taken.
	s, v, _ := searchLine(func(t float64) (float64, float64) { return -t, -1 }, 1, 7)
	if v != accepted || s.t != 7 {
		t.Errorf("verdict %d at %g", v, s.t)
	}
	// Uphill everywhere in spite of the slope at 0: nothing to be found.
	s, v, _ = searchLine(func(t float64) (float64, float64) {
		if t == 0 {
			return 0, -1
		}
		return t, 1
	}, 1, 7)
	if v != exhausted || s.low.t != 0 {
		t.Errorf("verdict %d with best step %g", v, s.low.t)
	}
}

// A wall of NaN, +Inf, or a NaN slope beyond t = wall: no step beyond may be
// returned, and the wall must not be run into for ever.
func TestLineSearchInfeasible(t *testing.T) {
	for name, bad := range map[string][2]float64{
		"NaN": {math.NaN(), 1}, "+Inf": {math.Inf(1), 1}, "slope": {-1e9, math.NaN()}, "infinite slope": {-1e9, math.Inf(-1)},
	} {
		for _, wall := range []float64{1e-6, 1e-2, 0.7, 2} {
			f := func(t float64) (float64, float64) {
				if t > wall {
					return bad[0], bad[1]
				}
				return -t + 0.1*t*t, -1 + 0.2*t // minimum at 5, beyond every wall
			}
			s, v, evaluated := searchLine(f, 1, 1e10)
			if v != accepted || !(s.t > 0) || s.t > wall {
				t.Errorf("%s at %g: verdict %d, step %g, after %v", name, wall, v, s.t, evaluated)
			}
		}
		// Nothing feasible at all.
		s, v, evaluated := searchLine(func(t float64) (float64, float64) {
			if t > 0 {
				return bad[0], bad[1]
			}
			return 0, -1
		}, 1, 1e10)
		if v != exhausted || s.low.t != 0 || len(evaluated) != maxSearch {
			t.Errorf("%s everywhere: verdict %d, best step %g, after %d", name, v, s.low.t, len(evaluated))
		}
	}
}
