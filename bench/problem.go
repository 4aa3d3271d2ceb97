package main

import (
	"encoding/binary"
	"io"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/rng"
)

// What the work has in common, ours and the peers'.
const (
	features      = 1024
	lengthscale   = 0.7
	noiseVariance = 0.01
)

// size is the shape of a table.
type size struct{ rows, inputs int }

// problem is a table of inputs x ~ U(0,1) and targets
//
//	y = sin(3 sum_d x_d) + 0.1 z,  z ~ N(0, 1).
type problem struct {
	x *mat.Dense
	y []float64
}

// problem returns the table of a size; its rows are divided by --quick.
func (s *session) problem(of size) problem {
	n, key := s.of(of.rows), rng.New(0)
	p := problem{x: uniform(n, of.inputs, key.Named("x")), y: make([]float64, n)}
	noise := key.Named("noise").Rand()
	for i := range p.y {
		sum := 0.0
		for _, v := range p.x.RawRowView(i) {
			sum += v
		}
		p.y[i] = math.Sin(3*sum) + 0.1*noise.NormFloat64()
	}
	return p
}

// uniform returns n points of the unit cube.
func uniform(n, d int, key rng.Key) *mat.Dense {
	r, v := key.Rand(), make([]float64, n*d)
	for i := range v {
		v[i] = r.Float64()
	}
	return mat.NewDense(n, d, v)
}

// write writes the table as raw float64 in little-endian order, a row of inputs
// and its target after the other.
func (p problem) write(w io.Writer) error {
	for i, y := range p.y {
		row := append(append([]float64(nil), p.x.RawRowView(i)...), y)
		if err := binary.Write(w, binary.LittleEndian, row); err != nil {
			return err
		}
	}
	return nil
}
