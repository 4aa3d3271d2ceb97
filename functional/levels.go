package functional

import (
	"context"
	"slices"
	"sort"

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
// point by Brent's method, to within tol of the crossing (0: all digits). Two
// crossings between neighbours are not seen: choose the grid finer than the
// functions turn. The error is that of ctx, with the crossings of the functions that
// were done; or the *PathError of an *optimize.Undefined. It panics if the grid has
// fewer than two points or does not ascend.
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
	set := numbered[P]{f}
	out := &Levels{Level: level, Lower: grid[0], Upper: grid[len(grid)-1], below: make([]bool, f.Len())}
	for s := range out.below {
		out.below[s] = startsBelow(y.RawRowView(s), level)
	}
	roots, err := Each(ctx, set, func(_ context.Context, p member[P]) ([]float64, error) {
		return crossings(p.path, y.RawRowView(p.index), level, grid, tol)
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

// crossings returns the zeros of f - level, whose values on the grid are known.
func crossings(f Function, values []float64, level float64, grid []float64, tol float64) ([]float64, error) {
	var out []float64
	at := make([]float64, 1)
	for i, v := range values {
		v -= level
		switch {
		case v != v:
			return nil, &optimize.Undefined{X: grid[i]}
		case v == 0:
			out = append(out, grid[i])
			continue
		case i == 0:
			continue
		}
		if w := values[i-1] - level; w == 0 || (w < 0) == (v < 0) {
			continue
		}
		a, b := grid[i-1], grid[i]
		root, err := optimize.Root(func(x float64) float64 {
			// The ends are on opposite sides by the values at hand, which another
			// evaluation might round otherwise.
			switch x {
			case a:
				return values[i-1] - level
			case b:
				return v
			}
			at[0] = x
			return f.At(at) - level
		}, a, b, tol)
		if err != nil {
			return nil, err
		}
		out = append(out, root)
	}
	return out, nil
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
