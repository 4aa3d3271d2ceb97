package ppl

import (
	"errors"
	"math"

	"matheron/ad"
	"matheron/prob"
)

// Bijection maps the whole of R^Dim onto the support of a distribution, x = c(y).
type Bijection interface {
	// Dim returns the number of free coordinates.
	Dim() int
	// Constrain returns x and log |det dx/dy|, a scalar, for the vector y.
	Constrain(s *Scratch, y ad.Value) (x, logJacobian ad.Value)
	// Apply sets the elements of x for the coordinates y.
	Apply(x, y []float64)
	// Unconstrain sets y for the elements of x, which are in the support.
	Unconstrain(y, x []float64)
	// Equal reports whether the other is the same map.
	Equal(other Bijection) bool
}

// bijection returns that of d.
func bijection(d Distribution) (Bijection, error) {
	u, ok := d.(Unconstrainer)
	if !ok {
		return nil, errors.New("its distribution has no map from the whole space to its support")
	}
	return u.Bijection()
}

// elementwiseBijection is a bijection element by element.
type elementwiseBijection struct {
	of   []prob.Bijector // one for all, or one an element
	sign []float64
	to   Shape
	back ad.VJP // made once: a closure in the program would be allocated
}

// bijectionOf returns the element-wise bijection to values of a shape, whose supports
// support(i) gives.
func bijectionOf(to Shape, support func(i int) prob.Support) (*elementwiseBijection, error) {
	of := make([]prob.Bijector, to.Len())
	same := true
	var first prob.Support
	for i := range of {
		s := support(i)
		if !(s.Lower < s.Upper) {
			return nil, errors.New("its support is empty: " + s.String())
		}
		if i == 0 {
			first = s
		}
		same = same && s == first
		of[i] = s.Bijector()
	}
	if same && len(of) > 1 {
		of = of[:1]
	}
	return bijectionBy(to, of), nil
}

// bijectionBy returns the bijection that maps each element by one of the given, or all
// by a single one.
func bijectionBy(to Shape, of []prob.Bijector) *elementwiseBijection {
	b := &elementwiseBijection{to: to, of: of, sign: make([]float64, len(of))}
	for i, f := range of {
		b.sign[i] = slopeSign(f)
	}
	b.back = func(dx [][]float64, dy []float64, x [][]float64, _ []float64) {
		if dx[0] == nil {
			return
		}
		for i, y := range x[0] {
			if dy[i] != 0 {
				f, sign := b.at(i)
				lj, _ := f.LogJacobian(y)
				dx[0][i] += dy[i] * sign * math.Exp(lj)
			}
		}
	}
	return b
}

// slopeSign returns -1 for a falling map, which the logarithm of the Jacobian
// does not tell, and else 1.
func slopeSign(f prob.Bijector) float64 {
	if f.Constrain(1) < f.Constrain(0) {
		return -1
	}
	return 1
}

func (b *elementwiseBijection) at(i int) (prob.Bijector, float64) {
	if len(b.of) == 1 {
		i = 0
	}
	return b.of[i], b.sign[i]
}

// identity reports whether x is y.
func (b *elementwiseBijection) identity() bool {
	return len(b.of) == 0 || len(b.of) == 1 && b.of[0] == prob.Bijector(prob.Identity{})
}

// Dim returns the number of elements.
func (b *elementwiseBijection) Dim() int { return b.to.Len() }

// Constrain maps each element.
func (b *elementwiseBijection) Constrain(s *Scratch, y ad.Value) (x, logJacobian ad.Value) {
	if b.identity() {
		return b.to.slice(y, 0), y.Tape().Const(0)
	}
	n := y.Len()
	total, xs, g := 0.0, s.Floats(n), s.Floats(n)
	for i, yi := range y.Data() {
		f, _ := b.at(i)
		xs[i] = f.Constrain(yi)
		lj, d := f.LogJacobian(yi)
		total += lj
		g[i] = d
	}
	x = b.to.slice(ad.CustomVector(xs, b.back, y), 0)
	inputs, grads := s.arguments()
	inputs, grads = append(inputs, y), append(grads, g)
	logJacobian = ad.WithGradient(total, grads, inputs...)
	s.keepArguments(inputs, grads)
	return x, logJacobian
}

// Apply maps each element.
func (b *elementwiseBijection) Apply(x, y []float64) {
	for i, yi := range y {
		f, _ := b.at(i)
		x[i] = f.Constrain(yi)
	}
}

// Unconstrain maps each element back.
func (b *elementwiseBijection) Unconstrain(y, x []float64) {
	for i, xi := range x {
		f, _ := b.at(i)
		y[i] = f.Unconstrain(xi)
	}
}

// Equal compares shapes and maps.
func (b *elementwiseBijection) Equal(other Bijection) bool {
	o, ok := other.(*elementwiseBijection)
	if !ok || b.to != o.to || len(b.of) != len(o.of) {
		return false
	}
	for i := range b.of {
		if b.of[i] != o.of[i] {
			return false
		}
	}
	return true
}
