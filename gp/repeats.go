package gp

import (
	"errors"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// distinct returns the rows that remain when a row that repeats another is left out;
// nil stands for all. Row j repeats row i before it if their inputs and targets are
// equal and neither has anything on its diagonal: it adds no information, and makes H
// singular. first is that of [firstEqual], diag has noise and white noise.
//
// Such rows of different targets contradict each other, and the error is an
// [*EqualInputs] for the first two, unless jitter makes them legal.
func distinct(first []int, diag, y []float64, jitter bool) (kept []int, err error) {
	bare := make(map[int]int) // from a group of equal rows to its first row without noise
	for j, f := range first {
		repeats := false
		if diag[j] == 0 {
			i, ok := bare[f]
			switch {
			case !ok:
				bare[f] = j
			case y[i] == y[j]:
				repeats = true
			case !jitter:
				return nil, &EqualInputs{I: i, J: j}
			}
		}
		if repeats && kept == nil {
			kept = make([]int, j, len(first))
			for i := range kept {
				kept[i] = i
			}
		} else if !repeats && kept != nil {
			kept = append(kept, j)
		}
	}
	return kept, nil
}

// takeRows returns the given rows of x.
func takeRows(x *mat.Dense, rows []int) *mat.Dense {
	_, d := x.Dims()
	out := mat.NewDense(len(rows), d, nil)
	for i, r := range rows {
		out.SetRow(i, x.RawRowView(r))
	}
	return out
}

// pick returns the given elements of v.
func pick(v []float64, rows []int) []float64 {
	out := make([]float64, len(rows))
	for i, r := range rows {
		out[i] = v[r]
	}
	return out
}

// take returns the noise of the given rows.
func (v NoiseVariance) take(rows []int) NoiseVariance {
	if v.rows != nil {
		v.rows = pick(v.rows, rows)
	}
	return v
}

// countAll makes the rows that an error counts among those that are kept, nil being
// all, those of the data.
func countAll(err error, kept []int) error {
	var bad *NotFinite
	if kept != nil && errors.As(err, &bad) {
		bad.Row = kept[bad.Row]
		if bad.What == "covariance" {
			bad.Column = kept[bad.Column]
		}
	}
	return err
}

// evalDistinct is [Evidence.At] of the given rows alone. The derivative to the noise
// of other rows is 0.
func (e *Evidence) evalDistinct(g *Gradient, p Prior, theta []float64, noise NoiseVariance, kept []int) (float64, error) {
	if e.one == nil || !slices.Equal(e.kept, kept) {
		e.one, e.kept = NewEvidence(takeRows(e.x, kept), pick(e.y, kept)), kept
	}
	e.one.Workers = e.Workers
	v, err := e.one.At(g, p, theta, noise.take(kept))
	if err != nil {
		return 0, countAll(err, kept)
	}
	if g != nil && noise.PerRow() {
		own := slices.Clone(g.Noise)
		g.Noise = resize(g.Noise, noise.Len())
		for i, r := range kept {
			g.Noise[r] = own[i]
		}
	}
	return v, nil
}
