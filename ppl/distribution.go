package ppl

import (
	"math/rand/v2"

	"matheron/ad"
)

// Distribution is that of the value of a site. Its parameters are numbers or values on
// the tape of the program; x is on that tape as well.
type Distribution interface {
	// Shape returns the shape of one value.
	Shape() Shape
	// Terms returns the number of independent parts that the log density is a sum
	// over: the elements of the value, its rows, or 1.
	Terms() int
	// LogProb returns the log density of x, which has that shape, as a scalar on
	// the tape: the sum over the terms that mask marks, or over all if it is nil. It
	// is -Inf outside of the support and NaN if the parameters are invalid.
	LogProb(s *Scratch, x ad.Value, mask []bool) ad.Value
	// Draw sets dst to the elements of a value.
	Draw(dst []float64, r *rand.Rand)
}

// Unconstrainer is a [Distribution] that a latent site of a [Target] can have.
type Unconstrainer interface {
	// Bijection returns the map from R^n to the support, or an error if there is
	// none, as for counts.
	Bijection() (Bijection, error)
}

// Validator is a [Distribution] that tells what is wrong with its parameters.
type Validator interface {
	Validate() error
}

// Expander is a [Distribution] whose parameters are repeated to give a value of
// another shape, as [ad.Add] repeats its operands; false if they cannot be.
type Expander interface {
	Expand(to Shape) (Distribution, bool)
}

// Pointwiser is a [Distribution] that has the log density of each term, which
// leave-one-out cross-validation needs.
type Pointwiser interface {
	// Pointwise sets dst to the log densities of the terms at the elements of x, or
	// returns false if it cannot.
	Pointwise(dst, x []float64) bool
}

// LocationScaler is a [Distribution] of x = location + scale z.
type LocationScaler interface {
	// Standardized returns location and scale, which broadcast to the shape of x,
	// and the distribution of z; false if it has none.
	Standardized(t *ad.Tape) (location, scale ad.Value, standard Distribution, ok bool)
}

// Scratch is storage for the computation of a log density, reused from call to call.
// A nil *Scratch allocates.
type Scratch struct {
	buf         []float64
	used        int
	inputs      []ad.Value
	grads       [][]float64
	broadcaster broadcaster
}

// Floats returns n zeros, valid until the log density returns.
func (s *Scratch) Floats(n int) []float64 {
	if s == nil {
		return make([]float64, n)
	}
	if s.used+n > len(s.buf) {
		s.buf = make([]float64, max(2*len(s.buf), s.used+n))
		s.used = 0
	}
	out := s.buf[s.used : s.used+n : s.used+n]
	s.used += n
	clear(out)
	return out
}

// arguments returns empty lists of inputs and gradients for [ad.WithGradient].
func (s *Scratch) arguments() ([]ad.Value, [][]float64) {
	if s == nil {
		return nil, nil
	}
	return s.inputs[:0], s.grads[:0]
}

// keepArguments returns the lists, which may have grown, for the next call.
func (s *Scratch) keepArguments(inputs []ad.Value, grads [][]float64) {
	if s != nil {
		s.inputs, s.grads = inputs, grads
	}
}

func (s *Scratch) reset() { s.used = 0 }

// expand returns d for values of another shape: d itself, d with repeated parameters,
// or independent values of d.
func expand(d Distribution, to Shape) (Distribution, bool) {
	from := d.Shape()
	if from == to {
		return d, true
	}
	if e, ok := d.(Expander); ok {
		return e.Expand(to)
	}
	switch {
	case from.rank == 0 && to.rank == 1:
		return &iid{d, to.cols}, true
	case from.rank == 1 && to.rank == 2 && from.cols == to.cols:
		return &iid{d, to.rows}, true
	}
	return nil, false
}

// validate returns what is wrong with the parameters of d.
func validate(d Distribution) error {
	if v, ok := d.(Validator); ok {
		return v.Validate()
	}
	return nil
}
