package prob

import (
	"math"
	"strconv"
)

// Support is the open interval between Lower and Upper, either of which may be
// infinite. The zero value is empty.
type Support struct {
	Lower, Upper float64
}

// Real returns the real line.
func Real() Support { return Support{math.Inf(-1), math.Inf(1)} }

// Positive returns the numbers above 0.
func Positive() Support { return Support{0, math.Inf(1)} }

// Interval returns the numbers between two bounds.
func Interval(lower, upper float64) Support { return Support{lower, upper} }

// Contains reports whether x is strictly between the bounds; NaN and the infinities are
// not.
func (s Support) Contains(x float64) bool { return s.Lower < x && x < s.Upper }

// String prints real, positive, or the interval as (lower, upper).
func (s Support) String() string {
	switch s {
	case Real():
		return "real"
	case Positive():
		return "positive"
	}
	return "(" + strconv.FormatFloat(s.Lower, 'g', -1, 64) + ", " + strconv.FormatFloat(s.Upper, 'g', -1, 64) + ")"
}

// inside returns x, or, if x was rounded to a bound or beyond, the number next to that
// bound. NaN stays NaN.
func (s Support) inside(x float64) float64 {
	if x <= s.Lower {
		return math.Nextafter(s.Lower, s.Upper)
	}
	if x >= s.Upper {
		return math.Nextafter(s.Upper, s.Lower)
	}
	return x
}

// outside returns the log density at a number that s does not contain.
func outside(x float64) float64 {
	if math.IsNaN(x) {
		return x
	}
	return math.Inf(-1)
}

// outsideGrad returns a derivative at a number that the support does not contain.
func outsideGrad(x float64) float64 {
	if math.IsNaN(x) {
		return x
	}
	return 0
}

// fill sets all of dst to v and returns it.
func fill(dst []float64, v float64) []float64 {
	for i := range dst {
		dst[i] = v
	}
	return dst
}
