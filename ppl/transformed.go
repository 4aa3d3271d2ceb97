package ppl

import (
	"math"
	"math/rand/v2"

	"matheron/ad"
	"matheron/prob"
)

// Transformed returns the distribution of x = b(z), element by element, for z with
// the distribution base, whose support is the real line:
//
//	log p(x) = log p_base(z) - sum_i log |dx_i/dz_i|,  z = b^-1(x)
//
// The terms are those of base.
func Transformed(base Distribution, b prob.Bijector) Distribution {
	if base == nil || b == nil {
		panic("ppl: Transformed: no distribution or no bijector")
	}
	d := &transformed{base, transform{b, slopeSign(b)}}
	if _, ok := base.(Expander); ok {
		return expandableTransformed{d}
	}
	return d
}

type transformed struct {
	base Distribution
	transform
}

// transform is x = b(z) on a tape.
type transform struct {
	b    prob.Bijector
	sign float64
}

// Shape returns that of the base.
func (d *transformed) Shape() Shape { return d.base.Shape() }

// Terms returns those of the base.
func (d *transformed) Terms() int { return d.base.Terms() }

// LogProb is the density of the base after the change of variable.
func (d *transformed) LogProb(s *Scratch, x ad.Value, mask []bool) ad.Value {
	t, n := x.Tape(), x.Len()
	terms := d.base.Terms()
	z, g := s.Floats(n), s.Floats(n)
	total, outside := 0.0, false
	for i, v := range x.Data() {
		if mask != nil && !mask[i*terms/n] {
			continue // z = 0, which does not count
		}
		z[i] = d.b.Unconstrain(v)
		if math.IsInf(z[i], 0) || math.IsNaN(z[i]) {
			outside = true
			break
		}
		lj, dz := d.b.LogJacobian(z[i])
		total -= lj
		// d(-lj)/dx = -(dlj/dz) / (dx/dz)
		g[i] = -dz * d.sign * math.Exp(-lj)
	}
	if outside {
		for _, v := range x.Data() {
			if math.IsNaN(v) {
				return t.Const(math.NaN())
			}
		}
		return t.Const(math.Inf(-1))
	}
	inputs, grads := s.arguments()
	inputs, grads = append(inputs, x), append(grads, g)
	volume := ad.WithGradient(total, grads, inputs...)
	s.keepArguments(inputs, grads)
	at := reshape(ad.CustomVector(z, d.back, x), ShapeOf(x))
	return ad.Add(d.base.LogProb(s, at, mask), volume)
}

// back is the derivative of z = b^-1(x).
func (t transform) back(dx [][]float64, dy []float64, _ [][]float64, z []float64) {
	if dx[0] == nil {
		return
	}
	for i, zi := range z {
		if dy[i] != 0 {
			lj, _ := t.b.LogJacobian(zi)
			dx[0][i] += dy[i] * t.sign * math.Exp(-lj)
		}
	}
}

// forward returns b(z).
func (t transform) forward(z ad.Value) ad.Value {
	x := make([]float64, z.Len())
	for i, zi := range z.Data() {
		x[i] = t.b.Constrain(zi)
	}
	out := ad.CustomVector(x, func(dx [][]float64, dy []float64, z [][]float64, _ []float64) {
		if dx[0] == nil {
			return
		}
		for i, zi := range z[0] {
			if dy[i] != 0 {
				lj, _ := t.b.LogJacobian(zi)
				dx[0][i] += dy[i] * t.sign * math.Exp(lj)
			}
		}
	}, z)
	return reshape(out, ShapeOf(z))
}

// Draw draws z and maps it.
func (d *transformed) Draw(dst []float64, r *rand.Rand) {
	d.base.Draw(dst, r)
	for i, z := range dst {
		dst[i] = d.b.Constrain(z)
	}
}

// Validate validates the base.
func (d *transformed) Validate() error { return validate(d.base) }

// Bijection is b, element by element, after that of the base.
func (d *transformed) Bijection() (Bijection, error) {
	of, err := bijection(d.base)
	if err != nil {
		return nil, err
	}
	if e, ok := of.(*elementwiseBijection); !ok || !e.identity() {
		return nil, errNotLine
	}
	return bijectionBy(d.Shape(), []prob.Bijector{d.b}), nil
}

// expandableTransformed is a transformed whose base has parameters that can be
// repeated.
type expandableTransformed struct{ *transformed }

// Expand expands the base.
func (d expandableTransformed) Expand(to Shape) (Distribution, bool) {
	base, ok := d.base.(Expander).Expand(to)
	if !ok {
		return nil, false
	}
	return expandableTransformed{&transformed{base, d.transform}}, true
}
