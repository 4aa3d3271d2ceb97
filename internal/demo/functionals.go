package demo

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/functional"
	"matheron/prob"
)

// Functionals is use 2: expectations and probabilities are averages over
// functions, with standard errors, beside the normal distribution's closed forms.
type Functionals struct {
	// Best is the least reading, Threshold what f is asked to be below, and
	// FeasibleLower to FeasibleUpper where it is feasible: half a scale around the
	// centre.
	Best          float64 `json:"best"`
	Threshold     float64 `json:"threshold"`
	FeasibleLower float64 `json:"feasible_lower"`
	FeasibleUpper float64 `json:"feasible_upper"`
	// Points are where the improvement is greatest on the grid; a point inside the
	// data, 0.3 of the worked example; and one just beyond them, 1.8.
	Points []Functional `json:"points"`

	X        []float64 `json:"-"` // the grid
	EI       Curve     `json:"-"`
	Below    Curve     `json:"-"`
	Feasible Curve     `json:"-"`
}

// Functional is the answers at a point.
type Functional struct {
	X             float64  `json:"x"`
	EI            Estimate `json:"ei"` // E max(Best - f, 0)
	EIExact       float64  `json:"ei_exact"`
	Below         Chance   `json:"below"` // P(f < Threshold)
	BelowExact    float64  `json:"below_exact"`
	Feasible      Chance   `json:"feasible"` // P(FeasibleLower < f < FeasibleUpper)
	FeasibleExact float64  `json:"feasible_exact"`
}

// Curve is an estimate along the grid and its closed form.
type Curve struct {
	Value, SE, Exact []float64
}

func (c *Curve) add(value, se, exact float64) {
	c.Value, c.SE, c.Exact = append(c.Value, value), append(c.SE, se), append(c.Exact, exact)
}

// Functionals computes use 2.
func (s *Example) Functionals(context.Context) (*Functionals, error) {
	f := &Functionals{
		Best:          slices.Min(s.Table.Y),
		Threshold:     s.Threshold,
		FeasibleLower: s.Center - s.Scale/2,
		FeasibleUpper: s.Center + s.Scale/2,
		X:             s.gridPoints(),
	}
	at := append(slices.Clone(f.X), s.place(1), s.place(6))
	x := column(at)
	ei := functional.ExpectationEach(s.Paths, x, functional.Improvement(f.Best))
	below := functional.Below(s.Paths, x, f.Threshold)
	feasible := functional.Feasible(x, functional.Constraint{Functions: s.Paths, Lower: f.FeasibleLower, Upper: f.FeasibleUpper})
	points := s.exactFunctionals(f, x)
	for i := range points {
		p := &points[i]
		p.EI, p.Below, p.Feasible = Estimate(ei[i]), chance(below[i]), chance(feasible[i])
		if i < len(f.X) {
			f.EI.add(p.EI.Value, p.EI.SE, p.EIExact)
			f.Below.add(p.Below.Value, p.Below.SE, p.BelowExact)
			f.Feasible.add(p.Feasible.Value, p.Feasible.SE, p.FeasibleExact)
		}
	}
	top := 0
	for i, v := range f.EI.Value {
		if v > f.EI.Value[top] {
			top = i
		}
	}
	f.Points = append([]Functional{points[top]}, points[len(f.X):]...)
	return f, nil
}

// exactFunctionals returns the closed forms for f(x) ~ N(mean, sd²), with
// u = (Best - mean)/sd:
//
//	E max(Best - f, 0) = sd (u Phi(u) + phi(u)),  P(f < c) = Phi((c - mean)/sd)
func (s *Example) exactFunctionals(f *Functionals, x *mat.Dense) []Functional {
	mean, sd := s.moments(x)
	out := make([]Functional, len(mean))
	for i, m := range mean {
		normal := prob.Normal{Mean: m, SD: sd[i]}
		u := (f.Best - m) / sd[i]
		out[i] = Functional{
			X:             x.At(i, 0),
			EIExact:       sd[i] * (u*normal.CDF(f.Best) + math.Exp(-u*u/2)/math.Sqrt(2*math.Pi)),
			BelowExact:    normal.CDF(f.Threshold),
			FeasibleExact: normal.CDF(f.FeasibleUpper) - normal.CDF(f.FeasibleLower),
		}
	}
	return out
}
