package ppl

import (
	"matheron/ad"
	"matheron/rng"
)

// Kind says what a site is.
type Kind uint8

// The kinds of sites.
const (
	Sample        Kind = iota + 1 // a random variable
	Observe                       // data
	Factor                        // a term of the log density
	Deterministic                 // a value to be recorded
)

// String returns the name of the kind.
func (k Kind) String() string {
	switch k {
	case Sample:
		return "sample"
	case Observe:
		return "observe"
	case Factor:
		return "factor"
	case Deterministic:
		return "deterministic"
	}
	return "invalid kind"
}

// Site is one statement of a program on its way through the handlers, which may
// change all but its name. It is valid until the run ends.
type Site struct {
	Kind Kind
	Name string
	// Dist is the law of Value; nil for Factor and Deterministic.
	Dist Distribution
	// Value is the value, the zero Value while it has none. A factor's is the term.
	Value ad.Value
	// Observed tells that Value is data: no random variable of the program.
	Observed bool
	// Scale multiplies the log density. It starts as 1.
	Scale float64
	// Mask marks the terms of the log density that count, one a term of Dist, or a
	// single one for all; nil is all of them.
	Mask []bool
	// Plates are those that the site is in, from the outermost.
	Plates []Plate
	// Key is what the value is drawn with, where there is none; nil is no key.
	Key *rng.Key
	// LogProb is the log density, scaled and masked, once a handler has computed
	// it ([Trace.Handler], or a [Target]).
	LogProb ad.Value
	// Info is what a library attaches to a site of its own for handlers of its own.
	Info any

	key rng.Key
}

// HasValue reports whether the site has a value.
func (s *Site) HasValue() bool { return s.Value.Tape() != nil }

// Latent reports whether the site is a random variable without a value so far.
func (s *Site) Latent() bool { return s.Kind == Sample && !s.Observed && !s.HasValue() }

// SetKey gives the site a key.
func (s *Site) SetKey(k rng.Key) { s.key = k; s.Key = &s.key }

// Plate is a dimension of independent sites.
type Plate struct {
	Name string
	// Size is the number of entries here, Of the number that they stand for: a
	// subsample of 10 out of 1,000 scales log densities by 100.
	Size, Of int
}
