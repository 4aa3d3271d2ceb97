package gram

import (
	"matheron/internal/asm"
)

// Angles turns differences of points into sines and cosines by the addition theorem:
// with a = rate (x-o) and b = rate (y-o),
//
//	sin(a-b) = sin a cos b - cos a sin b,  cos(a-b) = cos a cos b + sin a sin b,
//
// so that a block of n x m needs n + m evaluations of sin and cos and not n m. The
// origin o is the first of the points y: angles stay as small as differences are.
type Angles struct {
	*Points
	Rate     []float64 // of each column; 0 before the first Turn
	Sin, Cos []float64 // of b, by column as Values
	angle    []float64
}

// NewAngles returns the angles of y, at no rate yet.
func NewAngles(y *Points) *Angles {
	store := make([]float64, 2*len(y.Values))
	return &Angles{
		Points: y, Rate: make([]float64, y.Dims), angle: make([]float64, y.N),
		Sin: store[:len(y.Values)], Cos: store[len(y.Values):],
	}
}

// Turn sets the sines and cosines of column d to those at a rate, unless they are.
func (a *Angles) Turn(d int, rate float64) {
	if rate == a.Rate[d] {
		return
	}
	a.Rate[d] = rate
	col, at := a.Column(d), d*a.N
	for j, v := range col {
		a.angle[j] = (v - col[0]) * rate
	}
	asm.SinCos(a.Sin[at:at+a.N], a.Cos[at:at+a.N], a.angle)
}

// Of returns the sines and cosines of the points of the rows of b, row by row.
func (a *Angles) Of(b Block, x Matrix, s *Scratch) (sin, cos Matrix) {
	n, d := b.Hi-b.Lo, a.Dims
	store := s.Floats(2 * n * d)
	sin, cos = Matrix{b.Lo, b.Hi, d, d, store[:n*d]}, Matrix{b.Lo, b.Hi, d, d, store[n*d:]}
	if b.Triangle() { // the points y themselves
		for i := b.Lo; i < b.Hi; i++ {
			si, ci := sin.Row(i), cos.Row(i)
			for c := range d {
				si[c], ci[c] = a.Sin[c*a.N+i], a.Cos[c*a.N+i]
			}
		}
		return sin, cos
	}
	angle := s.Floats(n * d)
	for i := b.Lo; i < b.Hi; i++ {
		row := angle[(i-b.Lo)*d:][:d]
		for c, v := range x.Row(i) {
			row[c] = (v - a.Values[c*a.N]) * a.Rate[c]
		}
	}
	asm.SinCos(sin.Data, cos.Data, angle)
	return sin, cos
}
