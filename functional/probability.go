package functional

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/mathext"

	"matheron/function"
)

// Probability is the estimate of a probability from a number of functions, some of
// which have hit.
type Probability struct {
	// Value is the part of the functions that have hit, and SE its standard error
	// sqrt(p (1-p) / (N-1)): 0 where all or none have, which Interval is not.
	Value, SE float64
	// N is the effective number of functions.
	N float64
}

func newProbability(p, n float64) Probability {
	q := Probability{Value: p, N: n, SE: math.NaN()}
	if n > 1 {
		q.SE = math.Sqrt(p * (1 - p) / (n - 1))
	}
	return q
}

// Interval returns the interval of Wilson (1927) at a level such as 0.95: the
// probabilities q that the hits are within z sd of, (p - q)^2 <= z^2 q (1-q) / N.
// It has a width where all or none of the functions have hit, too. It panics if
// the level is not in (0, 1).
func (p Probability) Interval(level float64) (lower, upper float64) {
	if !(level > 0 && level < 1) {
		panic(fmt.Sprintf("functional: an interval of level %g", level))
	}
	z := mathext.NormalQuantile((1 + level) / 2)
	zz := z * z / p.N
	centre := (p.Value + zz/2) / (1 + zz)
	half := math.Sqrt(zz*(p.Value*(1-p.Value)+zz/4)) / (1 + zz)
	return math.Max(0, centre-half), math.Min(1, centre+half)
}

// Below returns P(f(x) < c) for each row of x. Cost: one evaluation.
func Below(f function.Functions, x *mat.Dense, c float64) []Probability {
	return Feasible(x, Constraint{Functions: f, Lower: math.Inf(-1), Upper: c})
}

// Constraint asks functions to be in the open interval (Lower, Upper), either end
// of which may be infinite.
type Constraint struct {
	Functions    function.Functions
	Lower, Upper float64
}

// Feasible returns, for each row of x, the probability that all constraints hold.
// Function s of each constraint is taken together with function s of the others,
// so that outputs that were drawn jointly are counted jointly, and their numbers
// must be the same. It panics if they are not, or if there is no constraint.
// Cost: one evaluation a constraint.
func Feasible(x *mat.Dense, constraints ...Constraint) []Probability {
	if len(constraints) == 0 {
		panic("functional: no constraints")
	}
	n, _ := x.Dims()
	paths := constraints[0].Functions.Len()
	holds := make([]bool, paths*n)
	for i := range holds {
		holds[i] = true
	}
	for k, c := range constraints {
		if c.Functions.Len() != paths {
			panic(fmt.Sprintf("functional: constraint 0 has %d functions and constraint %d has %d", paths, k, c.Functions.Len()))
		}
		y := function.Eval(c.Functions, x)
		for s := range paths {
			for i, v := range y.RawRowView(s) {
				holds[s*n+i] = holds[s*n+i] && v > c.Lower && v < c.Upper
			}
		}
	}
	out := make([]Probability, n)
	for i := range out {
		hits := 0
		for s := range paths {
			if holds[s*n+i] {
				hits++
			}
		}
		out[i] = newProbability(float64(hits)/float64(paths), float64(paths))
	}
	return out
}

// Chance returns the probability of an event that depends on the values of a
// function at all rows of x at once, such as that it rises from each to the next.
// The event must not keep its argument.
func Chance(f function.Functions, x *mat.Dense, event func(values []float64) bool) Probability {
	y := function.Eval(f, x)
	hits := 0
	for s := range f.Len() {
		if event(y.RawRowView(s)) {
			hits++
		}
	}
	return newProbability(float64(hits)/float64(f.Len()), float64(f.Len()))
}
