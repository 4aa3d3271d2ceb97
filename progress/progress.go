// Package progress is the one shape in which long work says how far it is: fits,
// chains, roll-outs, nested estimates. What runs long has a field Progress of type
// [Func]; a bar on a terminal, a log or a test takes it.
//
//	fit.Progress = func(u progress.Update) { log.Println(u) }
package progress

import (
	"fmt"
	"math"
	"strings"
)

// Update is where the work stands. Only Stage and Done are always set.
type Update struct {
	// Stage is what is being done, in the words of the work: "warm-up", "draws".
	Stage string
	// Part counts, from 1, the chains or starts that run beside each other, of
	// which there are Parts; 0 where there is one.
	Part, Parts int
	// Done are the units of the stage that are done, of Total, which is 0 where
	// nobody knows it.
	Done, Total int
	// Value is what the work makes larger, such as a log evidence; NaN where there
	// is nothing of the kind.
	Value float64
	// Divergences are those of the stage, for a sampler.
	Divergences int
}

// Func is told of each step. It changes nothing of the work, and its work is
// the caller's: calls come one at a time.
type Func func(Update)

// Report tells f, unless it is nil.
func (f Func) Report(u Update) {
	if f != nil {
		f(u)
	}
}

// String returns u as a line such as "draws, 2 of 4: 120 of 1000, value -3.2".
func (u Update) String() string {
	var b strings.Builder
	b.WriteString(u.Stage)
	if u.Parts > 1 {
		fmt.Fprintf(&b, ", %d of %d", u.Part, u.Parts)
	}
	fmt.Fprintf(&b, ": %d", u.Done)
	if u.Total > 0 {
		fmt.Fprintf(&b, " of %d", u.Total)
	}
	if !math.IsNaN(u.Value) {
		fmt.Fprintf(&b, ", value %.6g", u.Value)
	}
	switch {
	case u.Divergences == 1:
		b.WriteString(", 1 divergence")
	case u.Divergences > 1:
		fmt.Fprintf(&b, ", %d divergences", u.Divergences)
	}
	return b.String()
}
