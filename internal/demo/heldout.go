package demo

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/pathwise"
)

// HeldOut is functions and rows that they have not seen: uses 10 and 12 are about
// them. In the worked example the rows are new readings of the truth, at places
// drawn evenly from the range of the data; of a user's table the functions see one
// row of two, and the others are held out.
type HeldOut struct {
	Posterior *gp.Exact
	Paths     *pathwise.Paths
	X         *mat.Dense
	Y         []float64
}

// heldRows is the number of rows held out, and the greatest number that is learned
// from of a user's table: scores and their gradients cost the cube of it.
const heldRows = 100

// heldOut makes the rows, and draws functions that have not seen them.
func (s *Example) heldOut() (*HeldOut, error) {
	key := s.Key.Named("held out")
	h := &HeldOut{Posterior: s.Posterior, Paths: s.Paths}
	if s.Truth != nil {
		r := key.Rand()
		x := make([]float64, heldRows)
		for i := range x {
			x[i] = s.Lower + (s.Upper-s.Lower)*r.Float64()
			h.Y = append(h.Y, s.Truth(x[i])+math.Sqrt(s.Noise)*r.NormFloat64())
		}
		h.X = column(x)
		return h, nil
	}
	var x, y, held []float64
	for _, i := range s.half() {
		x, y = append(x, s.Table.X[i]), append(y, s.Table.Y[i])
		if i+1 < len(s.Table.X) {
			held, h.Y = append(held, s.Table.X[i+1]), append(h.Y, s.Table.Y[i+1])
		}
	}
	h.X = column(held)
	var err error
	if h.Posterior, err = s.Prior.Condition(column(x), y, gp.Noise(s.Noise)); err != nil {
		return nil, err
	}
	h.Paths, err = pathwise.Sampler{Posterior: h.Posterior, Features: fixedFeatures}.Draw(key.Named("paths"), fixedPaths)
	return h, err
}

// half returns every second row of the table, from the first on, or of a long one
// fewer, evenly, so that the row after each is held out.
func (s *Example) half() []int {
	n := len(s.Table.X)
	count := min((n+1)/2, heldRows)
	rows := make([]int, count)
	for i := range rows {
		rows[i] = 2 * (i * ((n + 1) / 2) / count)
	}
	return rows
}

// predictive returns the Gaussian prediction of readings at the rows held out.
func (h *HeldOut) predictive(noise float64) (mean, sd []float64) {
	mean, sd = h.Posterior.Mean(nil, h.X), h.Posterior.Variance(nil, h.X)
	for i := range sd {
		sd[i] += noise
	}
	return mean, sqrts(sd)
}

// sqrts sets every number to its square root.
func sqrts(v []float64) []float64 {
	for i, e := range v {
		v[i] = math.Sqrt(e)
	}
	return v
}
