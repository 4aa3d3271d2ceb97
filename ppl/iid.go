package ppl

import (
	"fmt"
	"math/rand/v2"

	"matheron/ad"
)

// Iid returns the distribution of n independent values of d: a vector of scalars, or a
// matrix with a vector a row. It panics if a value of d is a matrix.
func Iid(d Distribution, n int) Distribution {
	from := d.Shape()
	var to Shape
	switch from.rank {
	case 0:
		to = VectorShape(n)
	case 1:
		to = MatrixShape(n, from.cols)
	default:
		panic(fmt.Sprintf("ppl: Iid of values of shape %v", from))
	}
	if e, ok := d.(Expander); ok {
		if out, ok := e.Expand(to); ok {
			return out
		}
	}
	return &iid{d, n}
}

// iid is n independent values of a distribution that cannot be expanded itself.
type iid struct {
	of Distribution
	n  int
}

// Shape returns that of n values below each other.
func (d *iid) Shape() Shape {
	if s := d.of.Shape(); s.rank == 1 {
		return MatrixShape(d.n, s.cols)
	}
	return VectorShape(d.n)
}

// Terms returns those of all values.
func (d *iid) Terms() int { return d.n * d.of.Terms() }

// LogProb returns the sum over the values.
func (d *iid) LogProb(s *Scratch, x ad.Value, mask []bool) ad.Value {
	total := x.Tape().Const(0)
	each := d.of.Terms()
	for i := range d.n {
		var k []bool
		if mask != nil {
			k = mask[i*each : (i+1)*each]
		}
		xi := ad.Value{}
		if x.Rank() == 2 {
			xi = ad.Row(x, i)
		} else {
			xi = ad.At(x, i)
		}
		total = ad.Add(total, d.of.LogProb(s, xi, k))
	}
	return total
}

// Pointwise gives the terms of one value after the other.
func (d *iid) Pointwise(dst, x []float64) bool {
	p, ok := d.of.(Pointwiser)
	terms, n := d.of.Terms(), d.of.Shape().Len()
	for i := 0; ok && i < d.n; i++ {
		ok = p.Pointwise(dst[i*terms:(i+1)*terms], x[i*n:(i+1)*n])
	}
	return ok
}

// Draw draws one value after the other.
func (d *iid) Draw(dst []float64, r *rand.Rand) {
	each := d.of.Shape().Len()
	for i := range d.n {
		d.of.Draw(dst[i*each:(i+1)*each], r)
	}
}

// Validate validates the distribution of one value.
func (d *iid) Validate() error { return validate(d.of) }

// Bijection applies that of one value to each.
func (d *iid) Bijection() (Bijection, error) {
	b, err := bijection(d.of)
	if err != nil {
		return nil, err
	}
	return &stacked{b, d.n, d.Shape()}, nil
}

// stacked is a bijection repeated n times.
type stacked struct {
	of Bijection
	n  int
	to Shape
}

// Dim returns the coordinates of all values.
func (b *stacked) Dim() int { return b.n * b.of.Dim() }

// Constrain maps one value after the other.
func (b *stacked) Constrain(s *Scratch, y ad.Value) (x, logJacobian ad.Value) {
	parts := make([]ad.Value, b.n)
	logJacobian = y.Tape().Const(0)
	each := b.of.Dim()
	for i := range parts {
		xi, lj := b.of.Constrain(s, ad.Slice(y, i*each, (i+1)*each))
		parts[i] = xi
		logJacobian = ad.Add(logJacobian, lj)
	}
	return ad.Stack(0, parts...), logJacobian
}

// Apply maps one value after the other.
func (b *stacked) Apply(x, y []float64) {
	ny, nx := b.of.Dim(), b.to.Len()/max(b.n, 1)
	for i := range b.n {
		b.of.Apply(x[i*nx:(i+1)*nx], y[i*ny:(i+1)*ny])
	}
}

// Unconstrain maps one value after the other back.
func (b *stacked) Unconstrain(y, x []float64) {
	ny, nx := b.of.Dim(), b.to.Len()/max(b.n, 1)
	for i := range b.n {
		b.of.Unconstrain(y[i*ny:(i+1)*ny], x[i*nx:(i+1)*nx])
	}
}

// Equal compares the parts.
func (b *stacked) Equal(other Bijection) bool {
	o, ok := other.(*stacked)
	return ok && b.n == o.n && b.to == o.to && b.of.Equal(o.of)
}
