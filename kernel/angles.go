package kernel

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// angles turns differences into sines and cosines by the addition theorem:
// with a = c (x-o)/p and b = c (y-o)/p,
//
//	sin(a-b) = sin a cos b - cos a sin b,  cos(a-b) = cos a cos b + sin a sin b,
//
// so that a block of n x m needs n + m evaluations of sin and cos and not n m.
// The origin o is the first of the points y: angles stay as small as differences are.
type angles struct {
	rate     []float64 // c/p_d
	origin   []float64
	columns              // the points y
	sin, cos [][]float64 // of b, by column
}

func newAngles(y *mat.Dense, c float64, period PerInput, owner string) angles {
	_, d := y.Dims()
	g := angles{rate: period.broadcast(d, owner, "period"), origin: y.RawRowView(0), columns: newColumns(y)}
	g.sin, g.cos = make([][]float64, d), make([][]float64, d)
	for i, p := range g.rate {
		g.rate[i] = c / p
		g.sin[i], g.cos[i] = make([]float64, len(g.at(i))), make([]float64, len(g.at(i)))
		for j, v := range g.at(i) {
			g.sin[i][j], g.cos[i][j] = math.Sincos((v - g.origin[i]) * g.rate[i])
		}
	}
	return g
}

// of returns the sine and cosine of a for column d of a point.
func (g angles) of(d int, x float64) (s, c float64) {
	return math.Sincos((x - g.origin[d]) * g.rate[d])
}
