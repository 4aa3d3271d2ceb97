package optimize

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestRoot(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		f    func(float64) float64
		a, b float64
		want float64
	}{
		"line":        {func(x float64) float64 { return 3*x - 1 }, -1e6, 1e6, 1.0 / 3},
		"backwards":   {func(x float64) float64 { return 3*x - 1 }, 5, -5, 1.0 / 3},
		"at a":        {func(x float64) float64 { return x }, 0, 1, 0},
		"at b":        {func(x float64) float64 { return x }, -1, 0, 0},
		"jump":        {func(x float64) float64 { return math.Copysign(1, x-0.3) }, 0, 1, 0.3},
		"infinite":    {func(x float64) float64 { return math.Log(x) }, 0, 10, 1},
		"all inf":     {func(x float64) float64 { return math.Copysign(inf, x-0.3) }, 0, 1, 0.3},
		"huge":        {func(x float64) float64 { return x - 1e300 }, -math.MaxFloat64, math.MaxFloat64, 1e300},
		"large slope": {func(x float64) float64 { return 1e300 * (x - 2) }, 0, 7, 2},
	} {
		calls := 0
		x, err := Root(func(x float64) float64 { calls++; return c.f(x) }, c.a, c.b, 0)
		if err != nil || math.Abs(x-c.want) > 4*epsilon*math.Abs(c.want) { // as documented
			t.Errorf("%s: %v, want %v, %v", name, x, c.want, err)
		}
		if calls > 1200 { // a bisection of all of float64 halves 2^1024 to 2^-1074 at worst
			t.Errorf("%s: %d evaluations", name, calls)
		}
	}
	x, err := Root(func(x float64) float64 { return x*x - 2 }, 0, 2, 1e-3)
	if err != nil || math.Abs(x-math.Sqrt2) > 1e-3 {
		t.Errorf("tolerance 1e-3: %v, %v", x, err)
	}
}

func TestRootErrors(t *testing.T) {
	_, err := Root(func(x float64) float64 { return x*x + 1 }, -1, 2, 0)
	var same *NoSignChange
	if !errors.As(err, &same) || *same != (NoSignChange{-1, 2, 2, 5}) {
		t.Errorf("%v", err)
	}
	if want := "optimize: root: no sign change: f(-1) = 2, f(2) = 5"; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
	_, err = Root(math.Sqrt, -1, 2, 0)
	var undefined *Undefined
	if !errors.As(err, &undefined) || undefined.X != -1 {
		t.Errorf("%v", err)
	}
	_, err = Root(func(x float64) float64 {
		if x > -0.9 && x < 1.9 {
			return math.NaN()
		}
		return x
	}, -1, 2, 0)
	if !errors.As(err, &undefined) || undefined.X < -0.9 || undefined.X > 1.9 {
		t.Errorf("%v", err)
	}
	for _, c := range [][3]float64{{math.NaN(), 1, 0}, {0, math.Inf(1), 0}, {0, 1, -1}, {0, 1, math.NaN()}} {
		panics(t, "optimize: root: ", func() { Root(math.Sin, c[0], c[1], c[2]) })
	}
}

func TestRoots(t *testing.T) {
	grid := make([]float64, 50)
	for i := range grid {
		grid[i] = 0.5 + 0.37*float64(i)
	}
	got, err := Roots(math.Sin, grid, 0)
	if err != nil || len(got) != 5 { // pi to 5 pi below 18.63
		t.Fatalf("%v, %v", got, err)
	}
	for i, x := range got {
		// sin's zero nearest to float64's k pi, to 4 eps of its size.
		if want := float64(i+1) * math.Pi; math.Abs(x-want) > 4*epsilon*want {
			t.Errorf("root %d at %v, want %v", i, x, want)
		}
	}
	// Zeros on the grid count once, whether or not the sign changes there.
	got, err = Roots(func(x float64) float64 { return x * (x - 1) * (x - 1) * (x - 2.5) }, []float64{-1, 0, 1, 2, 3}, 1e-12)
	if err != nil || len(got) != 3 || got[0] != 0 || got[1] != 1 || math.Abs(got[2]-2.5) > 1e-12+4*epsilon*2.5 {
		t.Errorf("%v, %v", got, err)
	}
	got, err = Roots(math.Sqrt, []float64{1, 0, 2}[:1], 0)
	if err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
	_, err = Roots(math.Sqrt, []float64{-1, 1}, 0)
	var undefined *Undefined
	if !errors.As(err, &undefined) || undefined.X != -1 {
		t.Errorf("%v", err)
	}
	panics(t, "optimize: roots: grid[2]", func() { Roots(math.Cos, []float64{0, 1, 1}, 0) })
	panics(t, "optimize: roots: to within", func() { Roots(math.Cos, []float64{0, 1}, -1) })
}

// panics checks that f panics with a text of that beginning.
func panics(t *testing.T, prefix string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if s, _ := recover().(string); !strings.HasPrefix(s, prefix) {
			t.Errorf("panic %q, want %q...", s, prefix)
		}
	}()
	f()
}

func BenchmarkRoot(b *testing.B) {
	for b.Loop() {
		if _, err := Root(func(x float64) float64 { return math.Cos(x) - x }, 0, 1, 0); err != nil {
			b.Fatal(err)
		}
	}
}
