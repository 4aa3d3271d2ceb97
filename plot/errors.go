package plot

import "fmt"

// NotFinite reports a number that has no place on an axis: NaN, an infinity,
// or a magnitude beyond 1e300, where a range of two of them overflows; on a
// logarithmic axis also one that is not positive.
type NotFinite struct {
	Series string  // label of the series, or what it is when it has none
	Axis   string  // "x", "y", "lo", "hi", "value", "at"
	Path   int     // row of the matrix of paths; -1 for other series
	Index  int     // position within the series (or the path)
	Value  float64 // the number
	Why    string  // it cannot be drawn
}

func (e *NotFinite) Error() string {
	place := fmt.Sprintf("%s[%d]", e.Axis, e.Index)
	if e.Path >= 0 {
		place = fmt.Sprintf("path %d, %s[%d]", e.Path, e.Axis, e.Index)
	}
	return fmt.Sprintf("series %q, %s: cannot draw %g: %s", e.Series, place, e.Value, e.Why)
}

// UnknownFormat reports a file name whose ending names no format of figures.
type UnknownFormat struct {
	Path   string
	Ending string // with its dot; empty when the name has none
}

func (e *UnknownFormat) Error() string {
	if e.Ending == "" {
		return fmt.Sprintf("%s: a figure's name ends in .png or .svg", e.Path)
	}
	return fmt.Sprintf("%s: cannot write %s figures: the name must end in .png or .svg", e.Path, e.Ending)
}
