package kernel

import (
	"fmt"
	"slices"
)

// PerInput is a positive number a input, or one that all inputs share: a
// lengthscale or a period. Make it by [Shared] or [ARD]; it is immutable.
type PerInput struct {
	shared float64
	each   []float64 // nil where shared
}

// Shared returns one number for all inputs, whatever their number.
func Shared(v float64) PerInput { return PerInput{shared: v} }

// ARD returns a number for each input (automatic relevance determination).
func ARD(v ...float64) PerInput {
	if len(v) == 0 {
		panic("kernel: ARD needs a number for each input")
	}
	return PerInput{each: slices.Clone(v)}
}

// IsARD reports whether there is a number for each input.
func (p PerInput) IsARD() bool { return p.each != nil }

// Len returns the number of free numbers: 1 where shared.
func (p PerInput) Len() int {
	if p.each == nil {
		return 1
	}
	return len(p.each)
}

// At returns the number of input d.
func (p PerInput) At(d int) float64 {
	if p.each == nil {
		return p.shared
	}
	return p.each[d]
}

// Values returns the free numbers: one where shared.
func (p PerInput) Values() []float64 {
	if p.each == nil {
		return []float64{p.shared}
	}
	return slices.Clone(p.each)
}

// broadcast returns the number of each of d inputs.
func (p PerInput) broadcast(d int, owner, what string) []float64 {
	out := make([]float64, d)
	if p.each == nil {
		for i := range out {
			out[i] = p.shared
		}
		return out
	}
	mustFit(owner, what, len(p.each), d)
	copy(out, p.each)
	return out
}

// count returns how many numbers there are where each input has one, and 0 where they
// share one.
func (p PerInput) count() int { return len(p.each) }

// mustFit panics unless all inputs share a number, or there is one for each.
func mustFit(owner, what string, count, dims int) {
	if count > 0 && count != dims {
		panic(fmt.Sprintf("kernel: %s has %d %ss for inputs of %d columns", owner, count, what, dims))
	}
}
