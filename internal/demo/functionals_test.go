package demo_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestFunctionals(t *testing.T) {
	for _, seed := range []uint64{0, 1} {
		r := run(t, seed)
		s, f := r.Example, r.Functionals
		book := newTextbook(t, s, 1e-6)
		within(t, "best", f.Best, slices.Min(s.Table.Y), 0)
		if f.Threshold != -0.5 || f.FeasibleLower != -0.5 || f.FeasibleUpper != 0.5 {
			t.Errorf("settings %+v", f)
		}
		if f.Points[1].X != 0.3 || f.Points[2].X != 1.8 {
			t.Errorf("points at %v and %v", f.Points[1].X, f.Points[2].X)
		}
		for _, p := range f.Points {
			mean, sd := book.moments([]float64{p.X})
			m, c := mean[0], sd[0]
			// Closed forms beside integrals over the distribution of f, of 10,001
			// points on 16 sd: steps of 0.0016 sd with a kink or a jump in one of them.
			density := func(v float64) float64 { return phi((v-m)/c) / c }
			const h = 16.0 / (fine - 1)
			integral := func(g func(v float64) float64) float64 {
				return trapezoid(m-8*c, m+8*c, func(v float64) float64 { return density(v) * g(v) })
			}
			indicator := func(in bool) float64 {
				if in {
					return 1
				}
				return 0
			}
			within(t, "EI", p.EIExact, integral(func(v float64) float64 { return max(f.Best-v, 0) }), h*h*c)
			within(t, "below", p.BelowExact, integral(func(v float64) float64 { return indicator(v < f.Threshold) }), h)
			within(t, "feasible", p.FeasibleExact, integral(func(v float64) float64 { return indicator(f.FeasibleLower < v && v < f.FeasibleUpper) }), 2*h)

			// The estimates are those of the paths' own values.
			var ei, square, below, feasible float64
			for i := range 64 {
				v := s.Paths.Path(i).At([]float64{p.X})
				gain := max(f.Best-v, 0)
				ei, square = ei+gain/64, square+gain*gain/64
				below += indicator(v < f.Threshold) / 64
				feasible += indicator(f.FeasibleLower < v && v < f.FeasibleUpper) / 64
			}
			within(t, "estimate of EI", p.EI.Value, ei, 1e-12)
			within(t, "its error", p.EI.SE, math.Sqrt(max(0, square-ei*ei)/63), 1e-9)
			within(t, "estimate of below", p.Below.Value, below, 1e-12)
			within(t, "estimate of feasible", p.Feasible.Value, feasible, 1e-12)
			within(t, "its error", p.Feasible.SE, math.Sqrt(feasible*(1-feasible)/63), 1e-12)

			// They are within errors of the closed forms, the distribution's own
			// errors: those of the draws are 0 where none has hit. A basis changes the
			// sd by 3%.
			second := integral(func(v float64) float64 { return max(f.Best-v, 0) * max(f.Best-v, 0) })
			within(t, "EI of the paths", p.EI.Value, p.EIExact, sigmas*math.Sqrt(second/64)+0.03*c)
			for name, pair := range map[string][2]float64{"below": {p.Below.Value, p.BelowExact}, "feasible": {p.Feasible.Value, p.FeasibleExact}} {
				q := pair[1]
				within(t, name+" of the paths", pair[0], q, sigmas*math.Sqrt(q*(1-q)/64)+1./64+0.03)
			}
			if p.Below.Lower > p.Below.Value || p.Below.Upper < p.Below.Value || p.Below.Lower == p.Below.Upper {
				t.Errorf("interval %+v", p.Below)
			}
		}
		if top := mat.Max(mat.NewVecDense(200, f.EI.Value)); f.Points[0].EI.Value != top {
			t.Errorf("the first point has an EI of %v, the grid %v", f.Points[0].EI.Value, top)
		}
	}
}
