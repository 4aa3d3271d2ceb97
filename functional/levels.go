package functional

import (
	"context"
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/mat"

	"matheron/optimize"
)

// PathFunctions are functions of one input that are evaluated together on a grid
// and one at a time between its points.
type PathFunctions[P Function] interface {
	Functions
	Set[P]
}

// Levels is where each function crosses a level in an interval.
type Levels struct {
	Level        float64
	Lower, Upper float64     // the interval: the ends of the grid
	Roots        [][]float64 // of each function, ascending
	below        []bool      // whether each function is below the level before its first root
}

// Crossings returns where each function of one input crosses the level: the grid
// points where it is there, and between neighbours on opposite sides of it one
// point by Brent's method, to within tol of the crossing (0: all digits). Between
// neighbours on the same side there may be two: of functions that are a [Grader],
// where the slopes at both lead towards the level, the dip between them is searched
// for a point on the other side. Choose the grid finer than the functions turn, and
// finer still for functions without gradients.
//
// The error is that of ctx, which is asked before each evaluation of a function, with
// the crossings of the functions that were done; or the *PathError of an *optimize.Undefined. It panics if the grid has fewer than two
// points or does not ascend.
func Crossings[P Function](ctx context.Context, f PathFunctions[P], level float64, grid []float64, tol float64) (*Levels, error) {
	if len(grid) < 2 {
		panic("functional: a grid of fewer than two points")
	}
	for i, v := range grid[1:] {
		if !(v > grid[i]) {
			panic("functional: the grid does not ascend")
		}
	}
	y := evaluate(f, column(grid))
	slopes := slopesOf(f, grid)
	set := numbered[P]{f}
	out := &Levels{Level: level, Lower: grid[0], Upper: grid[len(grid)-1], below: make([]bool, f.Len())}
	for s := range out.below {
		out.below[s] = startsBelow(y.RawRowView(s), level)
	}
	roots, err := Each(ctx, set, func(ctx context.Context, p member[P]) ([]float64, error) {
		c := crosser{ctx, p.path, y.RawRowView(p.index), nil, level, grid, tol}
		if slopes != nil {
			c.slopes = slopes[p.index].RawMatrix().Data
		}
		return c.crossings()
	})
	if roots == nil {
		return nil, err
	}
	out.Roots = roots
	return out, err
}

// startsBelow reports whether the first value off the level is below it.
func startsBelow(values []float64, level float64) bool {
	for _, v := range values {
		if v != level {
			return v < level
		}
	}
	return false
}

// slopesOf returns the slopes of the functions on the grid, and nil of functions
// that have none.
func slopesOf(f Functions, grid []float64) []*mat.Dense {
	g, ok := f.(Grader)
	if !ok {
		return nil
	}
	slopes, err := g.Grad(column(grid))
	if err != nil {
		return nil
	}
	return slopes
}

// crosser finds the zeros of f - level, given f on the grid and its slopes there,
// nil if it has none.
type crosser struct {
	ctx    context.Context
	f      Function
	values []float64
	slopes []float64
	level  float64
	grid   []float64
	tol    float64
}

func (c *crosser) crossings() ([]float64, error) {
	var out []float64
	for i, v := range c.values {
		v -= c.level
		switch {
		case v != v:
			return nil, &optimize.Undefined{X: c.grid[i]}
		case v == 0:
			out = append(out, c.grid[i])
			continue
		case i == 0:
			continue
		}
		w := c.values[i-1] - c.level
		if w == 0 {
			continue
		}
		roots, err := c.between(c.grid[i-1], c.grid[i], w, v, i)
		if err := c.ctx.Err(); err != nil {
			return nil, err
		}
		if err != nil {
			return nil, err
		}
		out = append(out, roots...)
	}
	return out, nil
}

// between returns the zeros of f - level between grid points i-1 and i, at a and b,
// where it is w and v.
func (c *crosser) between(a, b, w, v float64, i int) ([]float64, error) {
	at := make([]float64, 1)
	over := func(x float64) float64 {
		// The ends are on their sides by the values at hand, which another evaluation
		// might round otherwise.
		switch x {
		case a:
			return w
		case b:
			return v
		}
		if c.ctx.Err() != nil {
			return math.NaN() // which ends the search
		}
		at[0] = x
		return c.f.At(at) - c.level
	}
	if (w < 0) != (v < 0) {
		root, err := optimize.Root(over, a, b, c.tol)
		return []float64{root}, err
	}
	if c.slopes == nil {
		return nil, nil
	}
	side := math.Copysign(1, w)
	ga, gb := side*c.slopes[i-1], side*c.slopes[i]
	if !(ga < 0 && gb > 0) {
		return nil, nil
	}
	x, found := dip(func(x float64) float64 { return side * over(x) }, a, b, side*w, side*v, ga, gb)
	if !found {
		return nil, nil
	}
	first, err := optimize.Root(over, a, x, c.tol)
	if err != nil {
		return nil, err
	}
	second, err := optimize.Root(over, x, b, c.tol)
	return []float64{first, second}, err
}

// member is one function of a set with its number.
type member[P any] struct {
	index int
	path  P
}

type numbered[P any] struct{ set Set[P] }

func (n numbered[P]) Len() int             { return n.set.Len() }
func (n numbered[P]) Path(i int) member[P] { return member[P]{index: i, path: n.set.Path(i)} }

// Count returns the number of crossings of each function.
func (l *Levels) Count() Sample {
	n := make([]float64, len(l.Roots))
	for s, r := range l.Roots {
		n[s] = float64(len(r))
	}
	return NewSample(n)
}

// All returns the crossings of all functions together, ascending.
func (l *Levels) All() []float64 {
	out := slices.Concat(l.Roots...)
	sort.Float64s(out)
	return out
}

// Within returns the probability that a function crosses the level in [a, b].
func (l *Levels) Within(a, b float64) Probability {
	return l.Count().chance(func(s int) bool {
		return slices.ContainsFunc(l.Roots[s], func(x float64) bool { return a <= x && x <= b })
	})
}

// Length returns, for each function, the length of the part of the interval where
// it is below the level: the sum of the stretches between crossings, at each of
// which it changes sides. A grid point that a function touches without crossing
// counts as a crossing, which a continuous law gives probability zero.
func (l *Levels) Length() Sample {
	out := make([]float64, len(l.Roots))
	for s, roots := range l.Roots {
		below, from := l.below[s], l.Lower
		for _, x := range roots {
			if x == l.Lower {
				continue // the side is that behind it
			}
			if below {
				out[s] += x - from
			}
			below, from = !below, x
		}
		if below {
			out[s] += l.Upper - from
		}
	}
	return NewSample(out)
}
