package optimize

import "fmt"

// NotFinite is the error of a run whose start, or whose objective or gradient at
// the start, is NaN or infinite.
type NotFinite struct {
	What  string  // "start", "objective" or "gradient"
	Index int     // the component; -1 for the objective
	Value float64 // what was found
}

func (e *NotFinite) Error() string {
	switch {
	case e.Index < 0:
		return fmt.Sprintf("optimize: %s at the start is %g", e.What, e.Value)
	case e.What == "start":
		return fmt.Sprintf("optimize: start[%d] is %g", e.Index, e.Value)
	}
	return fmt.Sprintf("optimize: %s[%d] at the start is %g", e.What, e.Index, e.Value)
}

// InvalidBounds is the error of a box that is empty in one variable, or whose
// bound there is NaN or an infinity of the wrong sign.
type InvalidBounds struct {
	Index        int
	Lower, Upper float64
}

func (e *InvalidBounds) Error() string {
	return fmt.Sprintf("optimize: bounds[%d]: lower %g, upper %g", e.Index, e.Lower, e.Upper)
}

// NoSignChange is the error of [Root] when f(A) and f(B) have the same sign.
type NoSignChange struct {
	A, B   float64
	FA, FB float64
}

func (e *NoSignChange) Error() string {
	return fmt.Sprintf("optimize: root: no sign change: f(%g) = %g, f(%g) = %g", e.A, e.FA, e.B, e.FB)
}

// Undefined is the error of [Root] and [Roots] when f(X) is NaN.
type Undefined struct {
	X float64
}

func (e *Undefined) Error() string {
	return fmt.Sprintf("optimize: root: f(%g) is NaN", e.X)
}
