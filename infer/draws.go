package infer

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Draws are the draws of a run, as plain data: one Chain a chain. A run that was
// cancelled leaves chains of different lengths, some of them empty.
type Draws struct {
	Dim int
	// Names are those of the values of a draw: of a [Constrainer], such as a program,
	// its own; of another target, those of the coordinates: x[0], x[1] and so on.
	Names  []string
	Chains []Chain
}

// Chain is one chain of a run. Its slices have an entry a draw and share the
// arrays of the run, in which the chains follow each other.
type Chain struct {
	Dim int
	X   []float64 // coordinates, draws x Dim, row-major
	// Values are those that the names of the draws are of, draws x names, row-major.
	// nil means that they are the coordinates.
	Values []float64

	LogProb   []float64 // log density at the draw
	Energy    []float64 // H at the draw, for E-BFMI
	Accept    []float64 // mean acceptance probability of the step
	Depth     []int     // doublings of the trajectory
	Leapfrogs []int     // leapfrog steps, and so gradients
	Divergent []bool

	// Start is the point that the draws began at, the end of the warm-up. It is nil
	// where the warm-up did not end.
	Start  []float64
	Tuning Tuning // step size and metric of all draws
	// First counts the draws that the runs which this one continues have made.
	First int

	// What the warm-up did. Its draws are not part of the chain.
	WarmupIterations, WarmupLeapfrogs, WarmupDivergences int
}

// newDraws returns storage for n draws of t in each of the chains.
func newDraws(t Target, chains, n int) *Draws {
	dim := t.Dim()
	d := &Draws{Dim: dim, Chains: make([]Chain, chains)}
	var values []float64
	if c, ok := t.(Constrainer); ok {
		d.Names = c.Names()
		values = make([]float64, chains*n*len(d.Names))
	} else {
		for i := range dim {
			d.Names = append(d.Names, fmt.Sprintf("x[%d]", i))
		}
	}
	x := make([]float64, chains*n*dim)
	stats := make([]float64, 3*chains*n)
	counts := make([]int, 2*chains*n)
	divergent := make([]bool, chains*n)
	cut := func(i int) []float64 { return stats[i*n : i*n : (i+1)*n] }
	for c := range d.Chains {
		d.Chains[c] = Chain{
			Dim:       dim,
			X:         x[c*n*dim : c*n*dim : (c+1)*n*dim],
			LogProb:   cut(3 * c),
			Energy:    cut(3*c + 1),
			Accept:    cut(3*c + 2),
			Depth:     counts[2*c*n : 2*c*n : (2*c+1)*n],
			Leapfrogs: counts[(2*c+1)*n : (2*c+1)*n : (2*c+2)*n],
			Divergent: divergent[c*n : c*n : (c+1)*n],
		}
		if values != nil {
			k := n * len(d.Names)
			d.Chains[c].Values = values[c*k : c*k : (c+1)*k]
		}
	}
	return d
}

// append adds a draw, with its values where these are not the coordinates.
func (c *Chain) append(s State, values []float64, info Info) {
	c.X = append(c.X, s.X...)
	c.Values = append(c.Values, values...)
	c.LogProb = append(c.LogProb, s.LogProb)
	c.Energy = append(c.Energy, info.Energy)
	c.Accept = append(c.Accept, info.Accept)
	c.Depth = append(c.Depth, info.Depth)
	c.Leapfrogs = append(c.Leapfrogs, info.Leapfrogs)
	c.Divergent = append(c.Divergent, info.Divergent)
}

// Len returns the number of draws.
func (c *Chain) Len() int { return len(c.LogProb) }

// At returns draw i, in the storage of the chain.
func (c *Chain) At(i int) []float64 {
	return c.X[i*c.Dim : (i+1)*c.Dim : (i+1)*c.Dim]
}

// Points returns the draws one by one, in the storage of the chain.
func (c *Chain) Points() [][]float64 {
	out := make([][]float64, c.Len())
	for i := range out {
		out[i] = c.At(i)
	}
	return out
}

// Coordinate returns a copy of coordinate j of each draw.
func (c *Chain) Coordinate(j int) []float64 {
	if j < 0 || j >= c.Dim {
		panic("infer: no such coordinate")
	}
	out := make([]float64, c.Len())
	for i := range out {
		out[i] = c.X[i*c.Dim+j]
	}
	return out
}

// Divergences counts the divergent steps.
func (c *Chain) Divergences() int {
	n := 0
	for _, d := range c.Divergent {
		if d {
			n++
		}
	}
	return n
}

// Len returns the number of draws of all chains together.
func (d *Draws) Len() int {
	n := 0
	for i := range d.Chains {
		n += d.Chains[i].Len()
	}
	return n
}

// Even returns d with all chains cut to the length of the shortest, as diagnostics of
// a cancelled run need them. It shares the storage of d.
func (d *Draws) Even() *Draws {
	if len(d.Chains) == 0 {
		return d
	}
	n := d.Chains[0].Len()
	for i := range d.Chains {
		n = min(n, d.Chains[i].Len())
	}
	out := &Draws{Dim: d.Dim, Names: d.Names, Chains: append([]Chain(nil), d.Chains...)}
	for i := range out.Chains {
		c := &out.Chains[i]
		c.X = c.X[:n*c.Dim]
		if c.Values != nil {
			c.Values = c.Values[:n*len(d.Names)]
		}
		c.LogProb, c.Energy, c.Accept = c.LogProb[:n], c.Energy[:n], c.Accept[:n]
		c.Depth, c.Leapfrogs, c.Divergent = c.Depth[:n], c.Leapfrogs[:n], c.Divergent[:n]
	}
	return out
}

// Coordinate returns coordinate j, chains x draws: what the functions of infer/diag
// take.
func (d *Draws) Coordinate(j int) [][]float64 {
	out := make([][]float64, len(d.Chains))
	for i := range d.Chains {
		out[i] = d.Chains[i].Coordinate(j)
	}
	return out
}

// Coordinates returns all coordinates, Dim x chains x draws.
func (d *Draws) Coordinates() [][][]float64 {
	out := make([][][]float64, d.Dim)
	for j := range out {
		out[j] = d.Coordinate(j)
	}
	return out
}

// Values returns the values of all draws, names x chains x draws: what a summary
// takes, with the Names. Without names they are the coordinates.
func (d *Draws) Values() [][][]float64 {
	if d.Names == nil {
		return d.Coordinates()
	}
	out := make([][][]float64, len(d.Names))
	for k := range out {
		out[k] = make([][]float64, len(d.Chains))
		for c := range d.Chains {
			values := d.Chains[c].Values
			if values == nil {
				values = d.Chains[c].X
			}
			out[k][c] = make([]float64, d.Chains[c].Len())
			for i := range out[k][c] {
				out[k][c][i] = values[i*len(d.Names)+k]
			}
		}
	}
	return out
}

// At returns draw i of all chains one after the other, in its storage.
func (d *Draws) At(i int) []float64 {
	at := i
	for c := range d.Chains {
		if n := d.Chains[c].Len(); at < n {
			return d.Chains[c].At(at)
		} else {
			at -= n
		}
	}
	panic(fmt.Sprintf("infer: draw %d of %d", i, d.Len()))
}

// Points returns the draws of all chains one after the other, in their storage.
// [Chain.Points] are those of one.
func (d *Draws) Points() [][]float64 {
	out := make([][]float64, 0, d.Len())
	for c := range d.Chains {
		out = append(out, d.Chains[c].Points()...)
	}
	return out
}

// Energies returns the energies, chains x draws.
func (d *Draws) Energies() [][]float64 {
	out := make([][]float64, len(d.Chains))
	for i := range d.Chains {
		out[i] = append([]float64(nil), d.Chains[i].Energy...)
	}
	return out
}

// Rows returns a copy of all draws, one a row, chain after chain; nil if there is
// none.
func (d *Draws) Rows() *mat.Dense {
	n := d.Len()
	if n == 0 || d.Dim == 0 {
		return nil
	}
	x := make([]float64, 0, n*d.Dim)
	for i := range d.Chains {
		x = append(x, d.Chains[i].X...)
	}
	return mat.NewDense(n, d.Dim, x)
}

// Divergences counts the divergent steps of all chains, after their warm-up.
func (d *Draws) Divergences() int {
	n := 0
	for i := range d.Chains {
		n += d.Chains[i].Divergences()
	}
	return n
}

// Leapfrogs counts the leapfrog steps of all chains, after their warm-up.
func (d *Draws) Leapfrogs() int {
	n := 0
	for i := range d.Chains {
		for _, l := range d.Chains[i].Leapfrogs {
			n += l
		}
	}
	return n
}
