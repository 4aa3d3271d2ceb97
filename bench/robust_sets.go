package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/rng"
)

// madeSet is a regression problem whose truth is known:
//
//	y = offset + scale (sqrt(R2) g(x) + sqrt(1 - R2) z),  z ~ N(0, 1),
//
// with g of mean 0 and variance 1 over all rows, training and test. So R2 is the
// part of the target's variance that the inputs explain, scale is the target's
// standard deviation, and the noise variance is scale^2 (1 - R2).
type madeSet struct {
	id       int
	kind     string // of the truth, see truths
	rows     int
	inputs   int
	relevant int // inputs that the truth sees, the first ones; 0 means all
	r2       float64
	length   float64 // of the truth in the unit cube: lengthscale, period or width; see truths
	grid     bool    // one input, evenly spaced training rows
	offset   float64
	scale    float64 // 0 means 1
	span     float64 // inputs are in [0, span]; 0 means 1
}

// madeTestRows is the number of test rows of each set, from the distribution of the
// training rows.
const madeTestRows = 500

// madeSets returns the sets. Their numbers are part of what saved results mean:
// a set is added at the end and never changed.
func madeSets() []madeSet {
	out := []madeSet{
		// Smooth draws.
		{kind: "rbf", rows: 20, inputs: 1, r2: 0.95, length: 0.2, offset: 5, scale: 2},
		{kind: "rbf", rows: 30, inputs: 1, r2: 0.8, length: 0.1, offset: 293},
		{kind: "rbf", rows: 50, inputs: 1, r2: 0.99, length: 0.3, scale: 1e-3},
		{kind: "rbf", rows: 40, inputs: 2, r2: 0.5, length: 0.3, offset: -20, scale: 10},
		{kind: "rbf", rows: 60, inputs: 3, r2: 0.8, length: 0.4},
		{kind: "rbf", rows: 100, inputs: 2, r2: 0.95, length: 0.15, offset: 1e4, scale: 100, span: 1000},
		{kind: "rbf", rows: 100, inputs: 5, r2: 0.8, length: 0.5, offset: 1},
		{kind: "rbf", rows: 100, inputs: 5, r2: 0.1, length: 0.5, offset: -3, scale: 0.1},
		{kind: "rbf", rows: 150, inputs: 10, relevant: 4, r2: 0.95, length: 0.5, offset: 50, scale: 5},
		{kind: "rbf", rows: 200, inputs: 4, r2: 0.999, length: 0.5, offset: 3},
		{kind: "rbf", rows: 200, inputs: 8, r2: 0.5, length: 0.6, scale: 30},
		{kind: "rbf", rows: 300, inputs: 6, relevant: 2, r2: 0.3, length: 0.3, offset: 7, scale: 3},
		{kind: "rbf", rows: 500, inputs: 5, r2: 0.95, length: 0.4, offset: -100, scale: 20},
		{kind: "rbf", rows: 500, inputs: 3, r2: 0.1, length: 0.3, offset: 2},
		{kind: "rbf", rows: 1000, inputs: 5, r2: 0.3, length: 0.4, offset: 10, scale: 4},
		{kind: "rbf", rows: 1000, inputs: 20, relevant: 5, r2: 0.8, length: 0.5, offset: 1},
		{kind: "rbf", rows: 100, inputs: 1, r2: 0.8, length: 0.03, grid: true, offset: 12, scale: 3},
		{kind: "rbf", rows: 300, inputs: 1, r2: 0.3, length: 0.1, grid: true, span: 300},
		// Rough draws.
		{kind: "matern32", rows: 30, inputs: 1, r2: 0.95, length: 0.3, offset: -4, scale: 0.5},
		{kind: "matern32", rows: 80, inputs: 2, r2: 0.8, length: 0.3, offset: 100, scale: 10},
		{kind: "matern32", rows: 100, inputs: 6, r2: 0.95, length: 0.8, offset: 3},
		{kind: "matern32", rows: 200, inputs: 3, r2: 0.99, length: 0.4, scale: 7},
		{kind: "matern32", rows: 400, inputs: 10, relevant: 3, r2: 0.5, length: 0.5, offset: 8, scale: 2},
		{kind: "matern32", rows: 1000, inputs: 4, r2: 0.95, length: 0.5, offset: -30, scale: 6},
		{kind: "matern12", rows: 40, inputs: 1, r2: 0.8, length: 0.5, offset: 20, scale: 5},
		{kind: "matern12", rows: 200, inputs: 1, r2: 0.95, length: 0.2, grid: true, offset: 1},
		{kind: "matern12", rows: 100, inputs: 3, r2: 0.5, length: 0.8, scale: 50},
		{kind: "matern12", rows: 300, inputs: 2, r2: 0.99, length: 0.5, offset: 6},
		{kind: "matern12", rows: 500, inputs: 5, r2: 0.8, length: 1, offset: -1, scale: 0.2},
		// Nothing to find.
		{kind: "noise", rows: 20, inputs: 1, offset: 10, scale: 3},
		{kind: "noise", rows: 100, inputs: 5, offset: -2},
		{kind: "noise", rows: 400, inputs: 10, offset: 1000, scale: 20},
		{kind: "noise", rows: 200, inputs: 1, grid: true, offset: 5, scale: 0.1},
		// Functions that are no draws.
		{kind: "sine", rows: 300, inputs: 1, r2: 0.95, length: 1.0 / 60, grid: true, offset: 3, span: 300},
		{kind: "sines", rows: 60, inputs: 1, r2: 0.8, length: 0.5, offset: -7, scale: 2},
		{kind: "steps", rows: 80, inputs: 1, r2: 0.95, length: 0.2, offset: 40, scale: 8},
		{kind: "steps", rows: 200, inputs: 4, r2: 0.8, length: 0.5, offset: 1},
		{kind: "additive", rows: 200, inputs: 10, relevant: 5, r2: 0.8, offset: 15, scale: 4},
		{kind: "friedman", rows: 50, inputs: 10, relevant: 5, r2: 0.95, offset: 14, scale: 5},
		{kind: "friedman", rows: 400, inputs: 10, relevant: 5, r2: 0.95, offset: 14, scale: 5},
	}
	for i := range out {
		s := &out[i]
		s.id = i + 1
		if s.relevant == 0 {
			s.relevant = s.inputs
		}
		if s.scale == 0 {
			s.scale = 1
		}
		if s.span == 0 {
			s.span = 1
		}
	}
	return out
}

// name is the number of a set and its kind, such as 07-rbf.
func (s madeSet) name() string { return fmt.Sprintf("%02d-%s", s.id, s.kind) }

// noiseVariance is the true one, in the units of the target.
func (s madeSet) noiseVariance() float64 { return s.scale * s.scale * (1 - s.r2) }

// chooseSets returns the sets whose number or kind is given, or whose name begins
// so; all if nothing is given.
func chooseSets(all []madeSet, only names) ([]madeSet, error) {
	if len(only) == 0 {
		return all, nil
	}
	chosen := map[int]bool{}
	for _, want := range only {
		found := false
		number, err := strconv.Atoi(want)
		for _, s := range all {
			if number == s.id && err == nil || err != nil && want != "" && (s.kind == want || strings.HasPrefix(s.name(), want)) {
				chosen[s.id], found = true, true
			}
		}
		if !found {
			return nil, usagef("--only %q: no made set has this number, kind or name", want)
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(s madeSet) bool { return !chosen[s.id] }), nil
}

// make draws the set: the same numbers each time, up to the last bits in which
// processors of different vector instructions differ.
func (s madeSet) make() (split, error) {
	key := rng.New(20240).Named("made").Split(s.id)
	n := s.rows + madeTestRows
	x := mat.NewDense(n, s.inputs, nil)
	r := key.Named("inputs").Rand()
	for i := range n {
		for j := range s.inputs {
			x.Set(i, j, r.Float64())
		}
		if s.grid && i < s.rows {
			x.Set(i, 0, float64(i)/float64(s.rows-1))
		}
	}
	f := make([]float64, n)
	if s.r2 > 0 {
		var err error
		if f, err = s.truth(x.Slice(0, n, 0, s.relevant).(*mat.Dense), key.Named("truth")); err != nil {
			return split{}, fmt.Errorf("made set %s: %w", s.name(), err)
		}
		standardise(f)
	}
	signal, noise := math.Sqrt(s.r2), math.Sqrt(1-s.r2)
	r = key.Named("noise").Rand()
	y := make([]float64, n)
	for i := range y {
		y[i] = s.offset + s.scale*(signal*f[i]+noise*r.NormFloat64())
	}
	x.Scale(s.span, x)
	return split{train: s.part(x, y, 0, s.rows), test: s.part(x, y, s.rows, n)}, nil
}

// part is the set of some of the rows.
func (s madeSet) part(x *mat.Dense, y []float64, lo, hi int) *data.Set {
	out := &data.Set{Target: "y", X: mat.DenseCopyOf(x.Slice(lo, hi, 0, s.inputs)), Y: y[lo:hi]}
	for j := range s.inputs {
		out.Inputs = append(out.Inputs, fmt.Sprintf("x%d", j))
	}
	return out
}

// standardise gives f mean 0 and variance 1.
func standardise(f []float64) {
	var mean, square float64
	for _, v := range f {
		mean += v / float64(len(f))
	}
	for _, v := range f {
		square += (v - mean) * (v - mean) / float64(len(f))
	}
	sd := math.Sqrt(square)
	for i := range f {
		f[i] = (f[i] - mean) / sd
	}
}
