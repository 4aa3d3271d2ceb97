package kernel

import (
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// angles turns differences into sines and cosines by the addition theorem:
// with a = c (x-o)/p and b = c (y-o)/p,
//
//	sin(a-b) = sin a cos b - cos a sin b,  cos(a-b) = cos a cos b + sin a sin b,
//
// so that a block of n x m needs n + m evaluations of sin and cos and not n m.
// The origin o is the first of the points y: angles stay as small as differences are.
type angles struct {
	columns            // the points y
	rate     []float64 // c/p_d
	origin   []float64
	sin, cos []float64 // of b, by column
}

func newAngles(y *mat.Dense, c float64, period PerInput, owner string) angles {
	g := angles{columns: newColumns(y), origin: y.RawRowView(0)}
	g.rate = period.broadcast(g.dims, owner, "period")
	b := make([]float64, 3*len(g.values))
	b, g.sin, g.cos = b[:len(g.values)], b[len(g.values):2*len(g.values)], b[2*len(g.values):]
	for d, p := range g.rate {
		g.rate[d] = c / p
		angle(b[d*g.n:(d+1)*g.n], g.at(d), g.origin[d], g.rate[d])
	}
	asm.SinCos(g.sin, g.cos, b)
	return g
}

// angle sets dst[j] to (x[j] - origin) rate.
func angle(dst, x []float64, origin, rate float64) {
	for j, v := range x {
		dst[j] = (v - origin) * rate
	}
}

// of returns the sines and cosines of a, row by row.
func (g angles) of(x *mat.Dense) (sin, cos *mat.Dense) {
	n, d := x.Dims()
	a := make([]float64, 3*n*d)
	for i := range n {
		row := a[i*d : (i+1)*d]
		for c, v := range x.RawRowView(i) {
			row[c] = (v - g.origin[c]) * g.rate[c]
		}
	}
	sines, cosines := a[n*d:2*n*d], a[2*n*d:]
	asm.SinCos(sines, cosines, a[:n*d])
	return mat.NewDense(n, d, sines), mat.NewDense(n, d, cosines)
}

// column returns the sines and cosines of b for column c.
func (g angles) column(c int) (sin, cos []float64) {
	return g.sin[c*g.n : (c+1)*g.n], g.cos[c*g.n : (c+1)*g.n]
}

// turning holds the sines and cosines of fixed points, by column, at rates that
// change: those of angles, whose both sides are the same points.
type turning struct {
	points
	rate     []float64 // of each column; 0 before the first turn
	angle    []float64
	sin, cos []float64
}

func newTurning(p points) turning {
	return turning{
		points: p, rate: make([]float64, p.dims), angle: make([]float64, p.n),
		sin: make([]float64, len(p.values)), cos: make([]float64, len(p.values)),
	}
}

// turn sets the sines and cosines of column d to those at a rate, unless they are.
func (t *turning) turn(d int, rate float64) {
	if rate == t.rate[d] {
		return
	}
	t.rate[d] = rate
	col, at := t.at(d), d*t.n
	angle(t.angle, col, col[0], rate)
	asm.SinCos(t.sin[at:at+t.n], t.cos[at:at+t.n], t.angle)
}
