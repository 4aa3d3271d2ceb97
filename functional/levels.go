package functional

import (
	"context"
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
	"matheron/optimize"
)

// Levels is where each function crosses a level in an interval.
type Levels struct {
	Level        float64
	Lower, Upper float64     // the interval: the ends of the grid
	Roots        [][]float64 // of each function, ascending
	Below        []bool      // whether each function is below the level before its first root
}

// Crossings returns where each function of one input crosses the level: the grid
// points where it is there, and between neighbours on opposite sides of it one
// point by Brent's method, to within tol of the crossing (0: all digits). Between
// neighbours on the same side there may be two: of functions that are a [function.Grader],
// where the slopes at both lead towards the level, the dip between them is searched
// for a point on the other side. Choose the grid finer than the functions turn, and
// finer still for functions without gradients.
//
// The error is that of ctx, which is asked before each evaluation of a function, with
// the crossings of the functions that were done; or the *PathError of an
// *optimize.Undefined. It panics if the grid has fewer than two points or does not
// ascend.
func Crossings[F function.Function](ctx context.Context, f interface {
	function.Functions
	function.Set[F]
}, level float64, grid []float64, tol float64) (*Levels, error) {
	if len(grid) < 2 {
		panic("functional: a grid of fewer than two points")
	}
	for i, v := range grid[1:] {
		if !(v > grid[i]) {
			panic("functional: the grid does not ascend")
		}
	}
	y := function.Eval(f, column(grid))
	slopes := slopesOf(f, grid)
	set := numbered[F]{f}
	out := &Levels{Level: level, Lower: grid[0], Upper: grid[len(grid)-1], Below: make([]bool, f.Len())}
	for s := range out.Below {
		out.Below[s] = startsBelow(y.RawRowView(s), level)
	}
	roots, err := Each(ctx, set, func(ctx context.Context, p member[F]) ([]float64, error) {
		c := crosser{ctx, p.f, y.RawRowView(p.index), nil, level, grid, tol}
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

// slopesOf returns the slopes of the functions on the grid, and nil of functions that
// have none or say so by an error.
func slopesOf(f function.Functions, grid []float64) []*mat.Dense {
	g, ok := f.(function.GradFunctions)
	if !ok {
		return nil
	}
	slopes, err := function.Grad(g, column(grid))
	if err != nil {
		return nil
	}
	return slopes
}

// crosser finds the zeros of f - level, given f on the grid and its slopes there,
// nil if it has none.
type crosser struct {
	ctx    context.Context
	f      function.Function
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

// dip looks for a place between a and b where a function that is above zero at both
// ends, with the values va and vb, dips below it, its slopes there being ga < 0 and
// gb > 0. f is called only if the tangents cross below zero: a function that is
// convex in between is above both.
//
// It is the golden section search, ended as soon as f is below zero, the interval
// is 1e-9 of what it was, or there are no numbers left inside it: far from zero
// that is sooner.
func dip(f func(float64) float64, a, b, va, vb, ga, gb float64) (x float64, found bool) {
	at := (va - vb + gb*b - ga*a) / (gb - ga)
	if va+ga*(at-a) > 0 {
		return 0, false
	}
	ratio := (math.Sqrt(5) - 1) / 2
	low, high := a, b
	left, right := high-ratio*(high-low), low+ratio*(high-low)
	fl, fr := f(left), f(right)
	for high-low > 1e-9*(b-a) && low < left && left < right && right < high {
		switch {
		case fl < 0:
			return left, true
		case fr < 0:
			return right, true
		case fl < fr:
			high, right, fr = right, left, fl
			left = high - ratio*(high-low)
			fl = f(left)
		default:
			low, left, fl = left, right, fr
			right = low + ratio*(high-low)
			fr = f(right)
		}
	}
	return 0, false
}

// member is one function of a set with its number.
type member[F any] struct {
	index int
	f     F
}

type numbered[F any] struct{ set function.Set[F] }

func (n numbered[F]) Len() int             { return n.set.Len() }
func (n numbered[F]) Path(i int) member[F] { return member[F]{i, n.set.Path(i)} }

// column returns the inputs x as an N x 1 matrix.
func column(x []float64) *mat.Dense {
	m := mat.NewDense(len(x), 1, nil)
	for i, v := range x {
		m.Set(i, 0, v)
	}
	return m
}

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
// counts as a crossing, which a continuous distribution gives probability zero.
func (l *Levels) Length() Sample {
	out := make([]float64, len(l.Roots))
	for s, roots := range l.Roots {
		below, from := l.Below[s], l.Lower
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
