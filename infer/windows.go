package infer

import "fmt"

// Windows are the phases of a warm-up, in iterations: Initial, in which the step
// size alone is adapted and the chain finds the bulk of the density; windows of
// Base, twice Base and so on, after each of which the metric is estimated from
// that window alone; and Terminal, for the last step size. 0 means 75, 25 and 50,
// as in Stan. A warm-up that is too short for them gives 15% to the first, 10% to
// the last and one window to the rest; one below 20 iterations adapts the step
// size alone.
type Windows struct {
	Initial, Base, Terminal int
}

// ends returns the iterations, from 0, after which the metric is estimated, and
// the first iteration that counts for it, of a warm-up of n iterations.
func (w Windows) ends(n int) (first int, ends []int) {
	if w.Initial < 0 || w.Base < 0 || w.Terminal < 0 {
		panic(fmt.Sprintf("infer: negative windows %+v", w))
	}
	initial, base, terminal := orInt(w.Initial, 75), orInt(w.Base, 25), orInt(w.Terminal, 50)
	if n < 20 {
		return n, nil
	}
	if initial+base+terminal > n {
		initial, terminal = int(0.15*float64(n)), int(0.1*float64(n))
		base = n - initial - terminal
	}
	last := n - terminal - 1
	end, size := initial+base-1, base
	for end < last {
		ends = append(ends, end)
		size *= 2
		end += size
		// The window after this one would not fit: this one takes all that is left.
		if end+2*size > last {
			end = last
		}
	}
	return initial, append(ends, last)
}
