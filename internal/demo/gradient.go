package demo

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/functional"
	"matheron/pathwise"
)

// Gradient is use 3: the expected improvement of the functions has an exact
// gradient through them, and its maximum is found by it.
type Gradient struct {
	// Points are one inside the data, 0.3 of the worked example, where nothing
	// improves and the gradient is exactly 0; and the grid point whose improvement is
	// nearest to half of the greatest.
	Points  []Slope `json:"points"`
	Maximum Maximum `json:"maximum"`
}

// Slope is the derivative of the Monte Carlo expected improvement at a point.
type Slope struct {
	X        float64  `json:"x"`
	EI       Estimate `json:"ei"`
	Gradient Estimate `json:"gradient"`
	// Difference is the central difference on the same functions with the step, and
	// Error how far it is from Gradient.Value.
	Difference float64 `json:"central_difference"`
	Step       float64 `json:"step"`
	Error      float64 `json:"error"`
}

// Maximum is where the expected improvement is greatest: the best by value of the
// ends of several searches.
type Maximum struct {
	X        float64  `json:"x"`
	EI       Estimate `json:"ei"`
	Starts   int      `json:"starts"`
	Gradient float64  `json:"gradient"` // there: 0, unless it is an end of the interval
	// Ends are where the searches ended.
	Ends []Proposal `json:"-"`
}

// Gradient computes use 3 for the improvement of use 2.
func (s *Example) Gradient(ctx context.Context, f *Functionals) (*Gradient, error) {
	utility := functional.Improvement(f.Best)
	half, top := 0, f.Points[0].EI.Value
	for i, v := range f.EI.Value {
		if v > 0 && math.Abs(v-top/2) < math.Abs(f.EI.Value[half]-top/2) {
			half = i
		}
	}
	g := &Gradient{}
	for _, x := range []float64{s.place(1), f.X[half]} {
		slope, err := s.slope(x, f.Best, utility)
		if err != nil {
			return nil, err
		}
		g.Points = append(g.Points, slope)
	}
	m, err := functional.Maximize{Box: s.Box, Screen: screen, Starts: 2 * starts, Key: s.Key.Named("gradient")}.Run(ctx, s.Paths, utility)
	if err != nil {
		return nil, err
	}
	g.Maximum = Maximum{X: m.X[0], EI: Estimate(m.Estimate), Starts: len(m.Ends)}
	for _, e := range m.Ends {
		g.Maximum.Ends = append(g.Maximum.Ends, Proposal{X: e.X[0], Value: -e.F})
		if e.X[0] == g.Maximum.X {
			g.Maximum.Gradient = -e.Grad[0]
		}
	}
	return g, nil
}

// slope returns the gradient at x beside the central difference. The improvement of
// a function has a kink where the function passes best: the step is one that none
// passes it within.
func (s *Example) slope(x, best float64, utility functional.Utility) (Slope, error) {
	at := column([]float64{x})
	e, g, err := functional.ExpectationGrad(s.Paths, at, utility)
	if err != nil {
		return Slope{}, err
	}
	out := Slope{X: x, EI: Estimate(e), Gradient: Estimate{g.Value.At(0, 0), g.SE.At(0, 0)}}
	// The error is of order step²/lengthscale³, and rounding 1e-16/step. Far from zero
	// a step is a thousand roundings of x at least.
	out.Step = max(1e-5*(s.Upper-s.Lower)/3, 0x1p-42*math.Abs(x))
	for range 10 {
		ends := column([]float64{x - out.Step, x + out.Step})
		if !kink(s.Paths, ends, best) {
			break
		}
		out.Step /= 2
	}
	ends := functional.ExpectationEach(s.Paths, column([]float64{x - out.Step, x + out.Step}), utility)
	out.Difference = (ends[1].Value - ends[0].Value) / (2 * out.Step)
	out.Error = math.Abs(out.Difference - out.Gradient.Value)
	return out, nil
}

// kink reports whether a path is on different sides of the level at the two points.
func kink(p *pathwise.Paths, ends *mat.Dense, level float64) bool {
	v := p.Eval(ends)
	for i := range p.Len() {
		if (v.At(i, 0) < level) != (v.At(i, 1) < level) {
			return true
		}
	}
	return false
}
