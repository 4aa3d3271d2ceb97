package prob_test

import (
	"math"
	"testing"

	"matheron/prob"
)

func supports() []prob.Support {
	inf := math.Inf(1)
	return []prob.Support{
		prob.Real(),
		prob.Positive(),
		prob.Interval(-3, inf),
		prob.Interval(-inf, 0),
		prob.Interval(-inf, 2.5),
		prob.Interval(0, 1),
		prob.Interval(-2, 7),
		prob.Interval(100, 100.5),
	}
}

// TestBijectorRoundTrip goes from the line to the support and back. The error is that
// of rounding x: half an ulp of x divided by dx/dy.
func TestBijectorRoundTrip(t *testing.T) {
	for _, s := range supports() {
		b := s.Bijector()
		for y := -20.0; y <= 20; y += 0.37 {
			x := b.Constrain(y)
			if !s.Contains(x) {
				t.Fatalf("%v: Constrain(%v) = %v is outside", s, y, x)
			}
			l, _ := b.LogJacobian(y)
			tol := 0x1p-50 * (1 + math.Abs(y) + math.Abs(x)*math.Exp(-l))
			if back := b.Unconstrain(x); math.Abs(back-y) > tol {
				t.Errorf("%v: %v goes to %v and back to %v", s, y, x, back)
			}
		}
	}
}

// TestBijectorJacobian compares with central differences of fourth order at a
// step of 1/512: h^4/30 of a fifth derivative of the size of the first is 5e-13,
// and the rounding of x gives eps |x| / h relative to dx/dy.
func TestBijectorJacobian(t *testing.T) {
	const h = 1.0 / 512
	difference := func(f func(float64) float64, y float64) float64 {
		return (8*(f(y+h)-f(y-h)) - (f(y+2*h) - f(y-2*h))) / (12 * h)
	}
	for _, s := range supports() {
		b := s.Bijector()
		for y := -6.0; y <= 6; y += 0.37 {
			l, dy := b.LogJacobian(y)
			rounding := 0x1p-52 / h * math.Abs(b.Constrain(y)) * math.Exp(-l)
			if fd := math.Log(math.Abs(difference(b.Constrain, y))); math.Abs(fd-l) > 1e-10+rounding {
				t.Errorf("%v at %v: log Jacobian %v, differences have %v", s, y, l, fd)
			}
			fd := difference(func(y float64) float64 { l, _ := b.LogJacobian(y); return l }, y)
			if math.Abs(fd-dy) > 1e-10 {
				t.Errorf("%v at %v: its derivative %v, differences have %v", s, y, dy, fd)
			}
		}
	}
}

// TestBijectorExtremes goes so far out that x rounds to the end of the support,
// or overflows.
func TestBijectorExtremes(t *testing.T) {
	for _, s := range supports() {
		b := s.Bijector()
		for _, y := range []float64{-1e300, -1000, -750, -40, 40, 708, 750, 1000, 1e300} {
			if x := b.Constrain(y); !s.Contains(x) {
				t.Errorf("%v: Constrain(%v) = %v is outside", s, y, x)
			}
			if l, dy := b.LogJacobian(y); math.IsNaN(l) || math.IsInf(l, 0) || math.IsNaN(dy) {
				t.Errorf("%v: LogJacobian(%v) = %v, %v", s, y, l, dy)
			}
		}
		if x := b.Constrain(math.NaN()); !math.IsNaN(x) {
			t.Errorf("%v: Constrain(NaN) = %v", s, x)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a bijector from the empty support")
		}
	}()
	prob.Support{}.Bijector()
}

func TestSupportString(t *testing.T) {
	for s, want := range map[prob.Support]string{
		prob.Real():                    "real",
		prob.Positive():                "positive",
		prob.Interval(-0.5, 1e9):       "(-0.5, 1e+09)",
		prob.Interval(math.Inf(-1), 0): "(-Inf, 0)",
	} {
		if s.String() != want {
			t.Errorf("%s, want %s", s, want)
		}
	}
}

func BenchmarkConstrain(b *testing.B) {
	for _, s := range []prob.Support{prob.Positive(), prob.Interval(0, 1)} {
		b.Run(s.String(), func(b *testing.B) {
			m := s.Bijector()
			for range b.N {
				m.Constrain(0.3)
			}
		})
	}
}

// The slope against a central difference of second order: its error is h²/6 of the
// third derivative, which for these maps is as large as the slope, and the rounding
// of x over h.
func TestSlope(t *testing.T) {
	const h = 1e-4
	for _, s := range supports() {
		b := s.Bijector()
		for y := -3.0; y <= 3; y += 0.7 {
			x := b.Constrain(y)
			want := (b.Constrain(y+h) - b.Constrain(y-h)) / (2 * h)
			tol := h*h*math.Abs(want) + 0x1p-50*math.Abs(x)/h
			if got := prob.Slope(b, y); math.Abs(got-want) > tol {
				t.Errorf("%v at %v: slope %v, difference %v", s, y, got, want)
			}
		}
	}
}
