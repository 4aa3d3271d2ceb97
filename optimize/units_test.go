package optimize

import (
	"math"
	"slices"
	"testing"

	"matheron/rng"
)

// The same function in a box of other sides, and of other values, is the same
// function in its units.
func TestUnitsUndoScales(t *testing.T) {
	unit := Box{Lower: []float64{0, 0, 2}, Upper: []float64{1, 1, 2}}
	wide := Box{Lower: []float64{-500, 3, 2}, Upper: []float64{500, 3.001, 2}}
	f := hills(3, rng.New(5))
	side := func(d int) float64 { return wide.Upper[d] - wide.Lower[d] }
	g := func(x, grad []float64) float64 {
		u := []float64{(x[0] - wide.Lower[0]) / side(0), (x[1] - wide.Lower[1]) / side(1), x[2]}
		v := f(u, grad)
		for d := range grad {
			grad[d] *= 1e6
			if d < 2 {
				grad[d] /= side(d)
			}
		}
		return 1e6 * v
	}
	a, _, _, _ := screened(f, unit, 256, 1)
	b, _, _, _ := screened(g, wide, 256, 1)
	fa, gb := a.Objective(f), b.Objective(g)
	ga, gw := make([]float64, 3), make([]float64, 3)
	for _, x := range SobolStarts(a.Box(), 20, rng.New(2)) {
		va, vb := fa(x, ga), gb(x, gw)
		// 3.001 - 3 has lost three digits, and a thousandth of a length 12 bits.
		if math.Abs(va-vb) > 1e-9 {
			t.Errorf("at %v: %v and %v", x, va, vb)
		}
		for d := range 2 {
			if math.Abs(ga[d]-gw[d]) > 1e-9 {
				t.Errorf("gradients at %v: %v and %v", x, ga, gw)
			}
		}
	}
	// There and back; bounds to the bit.
	x := make([]float64, 3)
	for _, want := range [][]float64{wide.Lower, wide.Upper} {
		if b.Out(x, b.In(want)); !slices.Equal(x, want) {
			t.Errorf("%v came back as %v", want, x)
		}
	}
}

// In its units a function has the variance and the slopes that they say.
func TestUnitsOfWaves(t *testing.T) {
	box := Box{Lower: []float64{0, 0}, Upper: []float64{20, 20}}
	f := func(x, grad []float64) float64 {
		if grad != nil {
			grad[0], grad[1] = 6*math.Cos(2*x[0]), 15*math.Cos(5*x[1])
		}
		return 3*math.Sin(2*x[0]) + 3*math.Sin(5*x[1])
	}
	points := SobolStarts(box, 4096, rng.New(3))
	values := make([]float64, len(points))
	for i, x := range points {
		values[i] = f(x, nil)
	}
	u := NewUnits(box, f, points, values)
	// Each sine has variance 9/2, and each slope 36/2 and 225/2; that many points tell
	// them within a hundredth.
	near := func(what string, got, want float64) {
		if math.Abs(got/want-1) > 0.02 {
			t.Errorf("%s %v, want %v", what, got, want)
		}
	}
	near("scale", u.Scale(), deep*3)
	near("first side", u.Box().Upper[0], 20*math.Sqrt(18)/3)
	near("second side", u.Box().Upper[1], 20*math.Sqrt(112.5)/3)
	// What does not vary has the shortest sides.
	flat := NewUnits(box, func(_, grad []float64) float64 { clear(grad); return 7 }, points[:4], []float64{7, 7, math.NaN(), math.Inf(1)})
	if flat.Scale() != deep || flat.Box().Upper[0] != shortSide {
		t.Errorf("of a constant: scale %v, box %v", flat.Scale(), flat.Box())
	}
}
