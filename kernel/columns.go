package kernel

import "gonum.org/v1/gonum/mat"

// columns are points by column, as the rows of package asm take them.
type columns struct {
	values  []float64 // number d of point j is values[d*n+j]
	n, dims int
}

func newColumns(y *mat.Dense) columns {
	n, d := y.Dims()
	c := columns{make([]float64, n*d), n, d}
	for j := range n {
		for i, v := range y.RawRowView(j) {
			c.values[i*n+j] = v
		}
	}
	return c
}

// at returns column d.
func (c columns) at(d int) []float64 { return c.values[d*c.n : (d+1)*c.n] }

// mostPart is the most points of a part.
const mostPart = 512

// part returns how many points the rows of a block are given at a time: those
// whose numbers stay in the first-level cache from row to row. It depends on the
// number of columns alone, so that sums are cut at the same places at all times.
func (c columns) part() int { return max(64, min(mostPart, 4096/c.dims&^63)) }
