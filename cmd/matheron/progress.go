package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"matheron/progress"
)

// isTerminal reports whether w is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// bar shows how far long work is, on standard error if that is a terminal; a nil
// bar shows nothing.
type bar struct {
	bar    *progressbar.ProgressBar
	name   string
	counts map[stagePart]int // the units that are done
}

// stagePart is what a bar counts apart.
type stagePart struct {
	stage string
	part  int
}

// newBar starts a bar over total units, -1 for an unknown number.
func newBar(total int, name, unit string) *bar {
	if !isTerminal(os.Stderr) {
		return nil
	}
	return newBarOn(os.Stderr, total, name, unit)
}

func newBarOn(w io.Writer, total int, name, unit string) *bar {
	options := []progressbar.Option{
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription(name),
		progressbar.OptionThrottle(100 * time.Millisecond),
		progressbar.OptionSpinnerType(14),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetWidth(20),
	}
	if unit != "" {
		options = append(options, progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString(unit))
	}
	return &bar{progressbar.NewOptions(total, options...), name, map[stagePart]int{}}
}

// update moves the bar by the units that are new since the last update of the same
// stage and part, and shows where the work stands: it is a [progress.Func]. A stage
// that begins anew counts on.
func (b *bar) update(u progress.Update) {
	if b == nil {
		return
	}
	at := stagePart{u.Stage, u.Part}
	last := b.counts[at]
	if u.Done < last {
		last = 0
	}
	b.counts[at] = u.Done
	b.bar.Describe(b.name + ": " + u.String())
	_ = b.bar.Add(u.Done - last) // a terminal that is gone is no reason to stop
}

// add moves the bar by n units.
func (b *bar) add(n int) {
	if b != nil {
		_ = b.bar.Add(n) // as in update
	}
}

// done removes the bar.
func (b *bar) done() {
	if b != nil {
		_ = b.bar.Finish() // as in update
		_ = b.bar.Clear()  // as in update
	}
}
