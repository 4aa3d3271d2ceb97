package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// isTerminal reports whether w is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// bar shows how far long work is, on standard error if that is a terminal; a nil
// bar shows nothing. Its methods are safe for concurrent use.
type bar struct{ bar *progressbar.ProgressBar }

// newBar starts a bar over total units, -1 for an unknown number.
func newBar(total int, text, unit string) *bar {
	if !isTerminal(os.Stderr) {
		return nil
	}
	options := []progressbar.Option{
		progressbar.OptionSetWriter(os.Stderr),
		progressbar.OptionSetDescription(text),
		progressbar.OptionThrottle(100 * time.Millisecond),
		progressbar.OptionSpinnerType(14),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetWidth(20),
	}
	if unit != "" {
		options = append(options, progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString(unit))
	}
	return &bar{progressbar.NewOptions(total, options...)}
}

// add moves the bar by n units.
func (b *bar) add(n int) {
	if b != nil {
		_ = b.bar.Add(n) // a terminal that is gone is no reason to stop
	}
}

// describe changes the text beside the bar and moves it by one unit.
func (b *bar) describe(text string) {
	if b != nil {
		b.bar.Describe(text)
		_ = b.bar.Add(1)
	}
}

// done removes the bar.
func (b *bar) done() {
	if b != nil {
		_ = b.bar.Finish()
		_ = b.bar.Clear()
	}
}
