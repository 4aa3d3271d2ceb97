package basis

import (
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// waves are the sines and cosines of the phases p_j = omega_j.x of m frequencies,
// which package asm goes along in vector code.
type waves struct {
	omega []float64 // number d of frequency j is omega[d*m+j]
	m     int
}

// Where there is scratch, frequencies are taken mostPart at a time; up to mostDims
// inputs sums over them are kept on the stack.
const (
	mostPart = 512
	mostDims = 16
)

// from returns the frequencies from lo on.
func (w waves) from(lo int) asm.Waves { return asm.Waves{Omega: w.omega[lo:], Stride: w.m} }

// shift is what phases are shifted by, with scratch.
type shift struct {
	by       []float64
	p        [mostPart]float64
	sin, cos [mostPart]float64
}

// sinCos returns the sines and cosines of the shifted phases lo to hi.
func (s *shift) sinCos(w waves, x []float64, lo, hi int) (sin, cos []float64) {
	n := hi - lo
	w.from(lo).Phases(s.p[:n], x)
	for j, v := range s.by[lo:hi] {
		s.p[j] += v
	}
	asm.SinCos(s.sin[:n], s.cos[:n], s.p[:n])
	return s.sin[:n], s.cos[:n]
}

// pull adds to row i of dst scale times sum_j h_j omega_j: the gradient to x_i of a
// function of the phases whose derivatives to phases lo to hi slopes sets h to.
func (w waves) pull(dst *mat.Dense, scale float64, slopes func(h []float64, i, lo, hi int)) {
	n, d := dst.Dims()
	var store [mostDims]float64
	sums := store[:]
	if d > mostDims {
		sums = make([]float64, d)
	}
	sums = sums[:d]
	var h [mostPart]float64
	for i := range n {
		clear(sums)
		for lo := 0; lo < w.m; lo += mostPart {
			hi := min(lo+mostPart, w.m)
			slopes(h[:hi-lo], i, lo, hi)
			asm.Products(sums, h[:hi-lo], w.omega[lo:], w.m)
		}
		row := dst.RawRowView(i)
		for c, v := range sums {
			row[c] += scale * v
		}
	}
}
