package optimize

import "math"

// Constants of the line search. The first three are those of L-BFGS-B (Zhu,
// Byrd, Lu, Nocedal 1997, section 3): a loose curvature condition, since the
// unit step of a quasi-Newton direction is usually good enough.
const (
	sufficient = 1e-3 // decrease: f(t) <= f(0) + sufficient t f'(0)
	curvature  = 0.9  // |f'(t)| <= curvature |f'(0)|
	resolution = 0.1  // relative width of the bracket at which the search gives up
	maxSearch  = 20   // evaluations a search
	maxStep    = 1e10 // of an unbounded direction
	minExtend  = 1.1  // without a bracket the next step lies between these two
	maxExtend  = 4.0  // multiples of the last move beyond the present step
	shrink     = 0.66 // the bracket shrinks by this much in two steps, or is halved
	cutBack    = 0.25 // an infeasible step is cut to this part of its move
)

// trial is one evaluated step of a line search: t, f(t) and f'(t).
type trial struct {
	t, f, g float64
}

type verdict int

const (
	searching verdict = iota
	accepted          // the step just evaluated will do
	exhausted         // no better step can be told apart; low is the best one
)

// lineSearch looks for a step that meets the strong Wolfe conditions, after
// More and Thuente, Line search algorithms with guaranteed sufficient decrease
// (ACM TOMS 20, 1994). It is driven from outside: begin proposes the first step,
// and next takes what was found at the step t and proposes another.
type lineSearch struct {
	f0, g0 float64
	t, max float64 // the step to be evaluated, and the longest allowed
	evals  int

	low       trial // best step so far
	high      trial // other end of the bracket
	bracketed bool
	first     bool // stage 1: no step of sufficient decrease and f' >= 0 yet

	lower, upper           float64 // limits of the next step
	width, widthTwoStepAgo float64
}

// begin starts a search from value f0 and slope g0 < 0 with the step t.
func (s *lineSearch) begin(f0, g0, t, longest float64) {
	start := trial{0, f0, g0}
	*s = lineSearch{
		f0: f0, g0: g0, t: t, max: longest,
		low: start, high: start, first: true,
		upper: t + maxExtend*t,
		width: longest, widthTwoStepAgo: 2 * longest,
	}
}

// decreased reports sufficient decrease at p.
func (s *lineSearch) decreased(p trial) bool {
	return p.f <= s.f0+sufficient*p.t*s.g0
}

// next takes value f and slope g at the step s.t. Unless the search has ended,
// s.t is then the step to be evaluated next.
func (s *lineSearch) next(f, g float64) verdict {
	s.evals++
	p := trial{s.t, f, g}
	if !feasible(f) || !feasible(g) {
		return s.cut()
	}
	down := s.decreased(p)
	if down && math.Abs(g) <= curvature*-s.g0 {
		return accepted
	}
	if p.t == s.max && down && g <= sufficient*s.g0 {
		return accepted
	}
	if s.first && down && g >= 0 {
		s.first = false
	}
	if s.first && f <= s.low.f && !down {
		// f is lower than before but not by enough: interpolate
		// psi(t) = f(t) - sufficient t f'(0), whose minimiser has it.
		slope := sufficient * s.g0
		psi := func(p trial) trial { return trial{p.t, p.f - p.t*slope, p.g - slope} }
		low, high := psi(s.low), psi(s.high)
		s.interpolate(&low, &high, psi(p))
		phi := func(p trial) trial { return trial{p.t, p.f + p.t*slope, p.g + slope} }
		s.low, s.high = phi(low), phi(high)
	} else {
		s.interpolate(&s.low, &s.high, p)
	}
	if s.bracketed {
		if math.Abs(s.high.t-s.low.t) >= shrink*s.widthTwoStepAgo {
			s.t = s.low.t + 0.5*(s.high.t-s.low.t)
		}
		s.widthTwoStepAgo = s.width
		s.width = math.Abs(s.high.t - s.low.t)
		s.lower, s.upper = min(s.low.t, s.high.t), max(s.low.t, s.high.t)
	} else {
		s.lower = s.t + minExtend*(s.t-s.low.t)
		s.upper = s.t + maxExtend*(s.t-s.low.t)
	}
	s.t = min(max(s.t, 0), s.max)
	if s.bracketed && (s.t <= s.lower || s.t >= s.upper || s.upper-s.lower <= resolution*s.upper) {
		return exhausted
	}
	return s.more()
}

// cut answers an infeasible step: it moves most of the way back to the best
// step, and remembers how far the search may go.
func (s *lineSearch) cut() verdict {
	move := s.t - s.low.t
	if !s.bracketed {
		s.max = s.low.t + 0.5*move
		s.lower, s.upper = s.low.t, s.max
	}
	t := s.low.t + cutBack*move
	if t == s.low.t || t == s.t {
		return exhausted
	}
	s.t = t
	return s.more()
}

func (s *lineSearch) more() verdict {
	if s.evals >= maxSearch {
		return exhausted
	}
	return searching
}

// interpolate chooses the next step from the ends low and high and the step p
// (section 4 of the paper), and replaces one end by p.
func (s *lineSearch) interpolate(low, high *trial, p trial) {
	var t float64
	opposite := p.g*math.Copysign(1, low.g) < 0
	switch {
	case p.f > low.f:
		// A higher value: there is a minimum between. The cubic, if it is nearer
		// to low than the quadratic, else half way.
		r, _ := cubic(*low, p)
		tc := low.t + r*(p.t-low.t)
		tq := low.t + low.g/((low.f-p.f)/(p.t-low.t)+low.g)/2*(p.t-low.t)
		if math.Abs(tc-low.t) < math.Abs(tq-low.t) {
			t = tc
		} else {
			t = tc + (tq-tc)/2
		}
		s.bracketed = true
	case opposite:
		// Lower, and the slope turned: between. The cubic or the secant,
		// whichever is farther from p.
		r, _ := cubic(p, *low)
		tc := p.t + r*(low.t-p.t)
		ts := secant(p, *low)
		if math.Abs(tc-p.t) > math.Abs(ts-p.t) {
			t = tc
		} else {
			t = ts
		}
		s.bracketed = true
	case math.Abs(p.g) < math.Abs(low.g):
		// Lower, and flatter: the minimum is beyond p. The cubic counts only if
		// it has its minimum there.
		r, gamma := cubic(p, *low)
		tc := s.upper
		switch {
		case r < 0 && gamma != 0:
			tc = p.t + r*(low.t-p.t)
		case p.t <= low.t:
			tc = s.lower
		}
		ts := secant(p, *low)
		nearer := math.Abs(tc-p.t) < math.Abs(ts-p.t)
		if s.bracketed {
			t = ts
			if nearer {
				t = tc
			}
			// Not too near to the far end, whose value is high.
			limit := p.t + shrink*(high.t-p.t)
			if p.t > low.t {
				t = min(limit, t)
			} else {
				t = max(limit, t)
			}
		} else {
			t = tc
			if nearer {
				t = ts
			}
			t = max(s.lower, min(s.upper, t))
		}
	case s.bracketed:
		// Lower, and as steep: the cubic through the far end.
		r, _ := cubic(p, *high)
		t = p.t + r*(high.t-p.t)
	case p.t > low.t:
		t = s.upper
	default:
		t = s.lower
	}
	if p.f > low.f {
		*high = p
	} else {
		if opposite {
			*high = *low
		}
		*low = p
	}
	if !feasible(t) { // values so far apart that the interpolation overflowed
		t = low.t + 0.5*(high.t-low.t)
	}
	s.t = t
}

// cubic returns r such that a.t + r (b.t - a.t) minimises the cubic with the
// values and slopes of a and b, and the root of its discriminant: zero if it has
// no minimum.
func cubic(a, b trial) (r, gamma float64) {
	theta := 3*(a.f-b.f)/(b.t-a.t) + a.g + b.g
	scale := max(math.Abs(theta), math.Abs(a.g), math.Abs(b.g))
	gamma = scale * math.Sqrt(max(0, (theta/scale)*(theta/scale)-(a.g/scale)*(b.g/scale)))
	if b.t < a.t {
		gamma = -gamma
	}
	return (gamma - a.g + theta) / (gamma - a.g + gamma + b.g), gamma
}

// secant returns the zero of the line through the slopes of a and b.
func secant(a, b trial) float64 {
	return a.t + a.g/(a.g-b.g)*(b.t-a.t)
}

// feasible reports that v is a number and finite.
func feasible(v float64) bool {
	return v-v == 0
}
