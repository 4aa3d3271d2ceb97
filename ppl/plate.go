package ppl

import "fmt"

// Plate runs the body in a dimension of n independent entries: the laws of its
// sites are repeated to it. The dimensions of the plates that a site is in, at
// most two, are the first ones of its value, the outermost plate the first; laws
// of numbers repeat their parameters as [ad.Add] its operands, aligned at the
// last plate; a vector law gives a row an entry.
//
//	plates     law          value
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

// plate is the handler of one plate. The innermost sees a site first and repeats
// its law to all of them.
func plate(p Plate) Handler {
	return func(next Eval) Eval {
		return func(c *Context, s *Site) {
			if len(s.Plates) == 0 {
				s.Plates = append(s.Plates, c.plates...)
				if s.Dist != nil {
					c.spread(s)
				}
			}
			if p.Of != p.Size && s.Kind != Deterministic {
				s.Scale *= float64(p.Of) / float64(p.Size)
			}
			next(c, s)
		}
	}
}

// spread repeats the law of the site to its plates.
func (c *Context) spread(s *Site) {
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
