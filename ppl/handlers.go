package ppl

import (
	"fmt"
	"math"
	"slices"

	"matheron/rng"
)

// Values are the elements of values by the names of their sites, row by row.
type Values map[string][]float64

// Substitute gives random variables values, which are read, not copied. They stay
// random variables: their density counts. Data are left alone.
func Substitute(values Values) Handler {
	return func(next Eval) Eval {
		return func(c *Context, s *Site) {
			if s.Kind == Sample && !s.Observed {
				if x, ok := values[s.Name]; ok {
					c.set(s, x)
				}
			}
			next(c, s)
		}
	}
}

// set gives the site a value, in the shape of its distribution.
func (c *Context) set(s *Site, x []float64) {
	shape := Shape{}
	if s.Dist != nil {
		shape = s.Dist.Shape()
	}
	if len(x) != shape.Len() {
		c.Fail(s, fmt.Errorf("%d numbers for a value of shape %v", len(x), shape))
	}
	s.Value = shape.constant(c.tape, x)
}

// Condition turns random variables into data, and replaces data of a program by
// others. The numbers are read, not copied.
func Condition(data Values) Handler {
	return func(next Eval) Eval {
		return func(c *Context, s *Site) {
			if x, ok := data[s.Name]; ok && (s.Kind == Sample || s.Kind == Observe) {
				if s.Kind == Observe && s.HasValue() && len(x) == s.Value.Len() {
					s.Value = ShapeOf(s.Value).constant(c.tape, x)
				} else {
					c.set(s, x)
				}
				s.Observed = true
			}
			next(c, s)
		}
	}
}

// Replay gives random variables the values that they had in a trace. Variables
// that are not in it, and data, are left alone.
func Replay(t *Trace) Handler {
	return func(next Eval) Eval {
		return func(c *Context, s *Site) {
			if s.Kind == Sample && !s.Observed {
				if r, ok := t.Site(s.Name); ok && r.Kind == Sample {
					c.set(s, r.Value)
				}
			}
			next(c, s)
		}
	}
}

// Seed gives every site the child of the key that has its name, so that what a
// site draws does not depend on the sites before it. A site with a key keeps it.
func Seed(key rng.Key) Handler {
	return func(next Eval) Eval {
		return func(c *Context, s *Site) {
			if s.Key == nil {
				s.SetKey(key.Named(s.Name))
			}
			next(c, s)
		}
	}
}

// applies reports whether a handler for the given names, none of which means all,
// is for the site.
func applies(names []string, s *Site) bool {
	return len(names) == 0 || slices.Contains(names, s.Name)
}

// Mask lets only the marked terms of the log density count, at the named sites or
// at all. mask has an entry for each term, which is an element or, of a matrix of
// vectors, a row; a single entry is for all terms. A term counts if the masks of all
// handlers mark it. A value that is masked may be NaN.
func Mask(mask []bool, names ...string) Handler {
	if len(mask) == 0 {
		panic("ppl: Mask: no marks")
	}
	return func(next Eval) Eval {
		return func(c *Context, s *Site) {
			if (s.Kind == Sample || s.Kind == Observe) && applies(names, s) {
				c.mask(s, mask)
			}
			next(c, s)
		}
	}
}

// mask joins mask to the mask of the site. A mask of one entry is not expanded, since
// a plate may still repeat the distribution.
func (c *Context) mask(s *Site, mask []bool) {
	switch n := len(s.Mask); {
	case n == 0:
		s.Mask = mask
		return
	case n == 1 || len(mask) == 1:
		one, other := s.Mask, mask
		if n != 1 {
			one, other = mask, s.Mask
		}
		s.Mask = other
		if !one[0] {
			s.Mask = one
		}
		return
	case n != len(mask):
		c.Fail(s, fmt.Errorf("masks of %d and of %d", n, len(mask)))
	}
	both := make([]bool, len(mask))
	for i := range both {
		both[i] = s.Mask[i] && mask[i]
	}
	s.Mask = both
}

// Scale multiplies log densities by a positive number, at the named sites or at
// all. Several such numbers are multiplied.
func Scale(by float64, names ...string) Handler {
	if !(by > 0) || math.IsInf(by, 1) {
		panic(fmt.Sprintf("ppl: Scale by %v", by))
	}
	return func(next Eval) Eval {
		return func(c *Context, s *Site) {
			if applies(names, s) {
				s.Scale *= by
			}
			next(c, s)
		}
	}
}

// Block hides sites from the handlers further out: they neither change nor record
// them, and their density does not count. Without names it hides all. A hidden
// site that is drawn needs its key from a handler further in.
func Block(names ...string) Handler {
	return BlockFunc(func(s *Site) bool { return applies(names, s) })
}

// BlockFunc hides the sites for which hide returns true.
func BlockFunc(hide func(s *Site) bool) Handler {
	return func(next Eval) Eval {
		return func(c *Context, s *Site) {
			if hide(s) {
				Default(c, s)
				return
			}
			next(c, s)
		}
	}
}

// Plate runs the body in a dimension of n independent entries: the distributions of
// its sites are repeated to it. The plates that a site is in, at most two, are the
// first dimensions of its value, the outermost plate first. Distributions of numbers
// repeat their parameters as [ad.Add] its operands, aligned at the last plate; a
// distribution of vectors gives each entry a row.
//
//	plates     distribution value
//	(n)        () or (n)    (n)
//	(n)        (n, k)       (n, k)
//	(n)        vector (k)   (n, k)
//	(n), (m)   (), (m), (n, 1), (n, m)   (n, m)
func (c *Context) Plate(name string, n int, body func()) {
	c.Subplate(name, n, n, body)
}

// Subplate is [Context.Plate] for n entries that are a subsample of a larger
// number: log densities in it are scaled by of/n.
func (c *Context) Subplate(name string, n, of int, body func()) {
	p := Plate{name, n, of}
	if n < 1 || of < n {
		panic(abort{&SiteError{name, fmt.Errorf("a plate of %d out of %d", n, of)}})
	}
	for _, q := range c.plates {
		if q.Name == name {
			panic(abort{&SiteError{name, errPlateInside}})
		}
	}
	if len(c.plates) == 2 {
		panic(abort{&SiteError{name, errThirdPlate}})
	}
	c.plates = append(c.plates, p)
	defer func() { c.plates = c.plates[:len(c.plates)-1] }()
	c.With(plate(p), body)
}

// plate is the handler of one plate. That of the innermost plate sees a site first and
// repeats its distribution to all plates.
func plate(p Plate) Handler {
	return func(next Eval) Eval {
		return func(c *Context, s *Site) {
			if len(s.Plates) == 0 {
				s.Plates = append(s.Plates, c.plates...)
				if s.Dist != nil {
					c.expandToPlates(s)
				}
			}
			if p.Of != p.Size && s.Kind != Deterministic {
				s.Scale *= float64(p.Of) / float64(p.Size)
			}
			next(c, s)
		}
	}
}

// expandToPlates repeats the distribution of the site to its plates.
func (c *Context) expandToPlates(s *Site) {
	d, from := s.Dist, s.Dist.Shape()
	n := s.Plates[0].Size
	to := VectorShape(n)
	_, numbers := d.(Expander)
	switch {
	case len(s.Plates) == 2:
		to = MatrixShape(n, s.Plates[1].Size)
	case numbers && from.rank == 2:
		to = MatrixShape(n, from.cols)
	case !numbers && from.rank == 1 && d.Terms() == 1:
		to = MatrixShape(n, from.cols)
	case !numbers && from.rank == 2 && d.Terms() == n:
		to = from
	}
	if !numbers && len(s.Plates) == 2 && from.rank > 0 {
		c.Fail(s, fmt.Errorf("values of shape %v in two plates", from))
	}
	out, ok := expand(d, to)
	if !ok && !numbers && from.rank == 0 && to.rank == 2 {
		out, ok = &iid{&iid{d, to.cols}, to.rows}, true
	}
	if !ok {
		c.Fail(s, &ShapeError{from, to})
	}
	s.Dist = out
	if s.HasValue() && ShapeOf(s.Value) != to && s.Value.Len() == to.Len() {
		s.Value = reshape(s.Value, to)
	}
}
