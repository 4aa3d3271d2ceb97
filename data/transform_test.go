package data

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/rng"
)

const eps = 0x1p-52

// Each transform with points of its domain, and the conditioning of the way
// there and back at each: how many eps the inverse may be off by.
var transforms = []struct {
	name   string
	t      Transform
	points []float64
	cond   func(x float64) float64
}{
	{"Affine", Affine{3, -0.25}, []float64{-1e9, -1, 0, 1e-9, 3, 4, 1e12},
		func(x float64) float64 { return math.Abs(x) + 3 }},
	{"Standardize", Standardize([]float64{1, 2, 4, 9}), []float64{-3, 0, 2.5, 4, 1e6},
		func(x float64) float64 { return math.Abs(x) + 4 }},
	{"Log", Log{}, []float64{1e-300, 0.5, 1, 2, 1e300},
		func(x float64) float64 { return x * (1 + math.Abs(math.Log(x))) }}, // d exp(y) = x dy
	{"Logit", Logit{-2, 5}, []float64{-2 + 1e-9, -1, 0, 1.5, 4, 5 - 1e-9},
		func(x float64) float64 { return 14 }}, // dT⁻¹/dy is at most 7/4 and |y| is under 23 where it is not small
	{"Chain", Chain{Log{}, Affine{1, 2}}, []float64{1e-5, 0.5, 1, 20, 1e5},
		func(x float64) float64 { return 2 * x * (2 + math.Abs(math.Log(x))) }},
	{"Chain from affine", Chain{Affine{1, 2}, Log{}}, []float64{1.5, 2, 20, 1e5},
		func(x float64) float64 { return x * (2 + math.Abs(math.Log(x))) }},
	{"empty Chain", Chain{}, []float64{-1, 0, 7}, func(x float64) float64 { return 0 }},
}

func TestTransforms(t *testing.T) {
	for _, c := range transforms {
		for _, x := range c.points {
			y := c.t.Apply(x)
			if back := c.t.Inverse(y); math.Abs(back-x) > 4*eps*c.cond(x) {
				t.Errorf("%s: Inverse(Apply(%v)) = %v", c.name, x, back)
			}
			// Central difference, with a step that is small beside the distance
			// to the ends of every domain above: error h² T'''/6 and eps |y|/h.
			room := math.Abs(x)
			if l, ok := c.t.(Logit); ok {
				room = min(x-l.Lower, l.Upper-x)
			}
			if room == 0 {
				room = 1
			}
			h := 1e-5 * room
			up, down := x+h, x-h
			want := (c.t.Apply(up) - c.t.Apply(down)) / (up - down)
			tol := 1e-9*math.Abs(want) + 8*eps*(math.Abs(y)+1)/h
			if _, ok := c.t.(Logit); ok {
				tol += 8 * eps * 7 / (room * h) // x - Lower itself is rounded
			}
			if got := c.t.Deriv(x); math.Abs(got-want) > tol {
				t.Errorf("%s: Deriv(%v) = %v, differences give %v", c.name, x, got, want)
			}
		}
	}
}

func TestTransformValues(t *testing.T) {
	for _, c := range []struct{ got, want float64 }{
		{Affine{3, 2}.Apply(7), 2},
		{Log{}.Apply(math.E), 1},
		{Logit{0, 1}.Apply(0.75), math.Log(3)},
		{Logit{-1, 1}.Apply(0), 0},
		{Logit{0, 10}.Inverse(math.Inf(1)), 10},
		{Logit{0, 10}.Inverse(math.Inf(-1)), 0},
		{Logit{0, 1}.Inverse(-40), 1 / (1 + math.Exp(40))},
		{Chain{Affine{1, 2}, Log{}}.Apply(5), math.Log(2)},
		{MinMax([]float64{3, 7, 5}).Apply(7), 1},
		{MinMax([]float64{3, 7, 5}).Apply(3), 0},
		{MinMax([]float64{3, 3}).Apply(3), 0},
		// numpy.std([1, 2, 4, 9]) = sqrt(38)/2, by hand: squares 9, 4, 0, 25 over 4.
		{Standardize([]float64{1, 2, 4, 9}).Scale, math.Sqrt(38) / 2},
		{Standardize([]float64{1, 2, 4, 9}).Shift, 4},
	} {
		if math.Abs(c.got-c.want) > 2*eps*math.Max(1, math.Abs(c.want)) {
			t.Errorf("got %v, want %v", c.got, c.want)
		}
	}
}

// slowMoments is the definition in 400-bit arithmetic.
func slowMoments(x []float64) (mean, sd float64) {
	f := func(v float64) *big.Float { return new(big.Float).SetPrec(400).SetFloat64(v) }
	n := f(float64(len(x)))
	sum, squares := f(0), f(0)
	for _, v := range x {
		sum.Add(sum, f(v))
	}
	m := f(0).Quo(sum, n)
	for _, v := range x {
		d := f(0).Sub(f(v), m)
		squares.Add(squares, d.Mul(d, d))
	}
	mean, _ = m.Float64()
	sd, _ = squares.Sqrt(squares.Quo(squares, n)).Float64()
	return mean, sd
}

func TestMoments(t *testing.T) {
	r := rng.New(4).Rand()
	noise := func(center, sd float64, n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = center + sd*r.NormFloat64()
		}
		return x
	}
	for name, x := range map[string][]float64{
		"unit":         noise(0, 1, 1000),
		"far off":      noise(1e9, 1e-3, 100_000), // the textbook formula has no digit right
		"year":         noise(1980, 12, 10_000),
		"huge":         noise(0, 1e307, 100),
		"tiny":         noise(0, 1e-300, 100),
		"one far away": append(noise(0, 1, 999), 1e12),
		"two":          {1, 2},
	} {
		a := Standardize(x)
		mean, sd := slowMoments(x)
		// n additions of rounded terms: a bound of n eps, relative to the size of
		// the values for the mean, and to the sd for the sd.
		most := 0.0
		for _, v := range x {
			most = max(most, math.Abs(v))
		}
		n := float64(len(x))
		if math.Abs(a.Shift-mean) > n*eps*sd+2*eps*most {
			t.Errorf("%s: mean %v, want %v", name, a.Shift, mean)
		}
		// A deviation is as good as the value that it comes from.
		if math.Abs(a.Scale-sd) > n*eps*sd+2*eps*most*eps*most/sd {
			t.Errorf("%s: sd %v, want %v", name, a.Scale, sd)
		}
	}
}

// 0.1+0.2 and 0.3 differ by one unit in the last place: such a column is
// constant, and dividing by its sd would make noise of rounding.
func TestConstantColumnIsOnlyCentred(t *testing.T) {
	tenth := 0.1
	for _, x := range [][]float64{{5, 5, 5}, {0, 0}, {-3}, {tenth + 0.2, 0.3, 0.3}, {math.MaxFloat64, math.MaxFloat64}} {
		a := Standardize(x)
		if a.Scale != 1 || math.Abs(a.Shift-x[0]) > 2*eps*math.Abs(x[0]) {
			t.Errorf("Standardize(%v) = %v", x, a)
		}
	}
	// A flat objective of 3 whose mean is 2.9999999999999996, and readings of it that
	// differ by such roundings.
	flat := make([]float64, 49)
	for i := range flat {
		flat[i] = math.Sqrt(3) * math.Sqrt(3)
	}
	for _, x := range [][]float64{flat, append([]float64{3, math.Nextafter(3, 4)}, flat...)} {
		if a := Standardize(x); a.Scale != 1 || math.Abs(a.Apply(flat[0])) > 1e-15 {
			t.Errorf("a flat column: %v", a)
		}
		if a := MinMax(x); a.Scale != 1 || math.Abs(a.Apply(3)) > 1e-15 {
			t.Errorf("MinMax of a flat column: %v", a)
		}
	}
	// Small, but no rounding error.
	if a := Standardize([]float64{1, 1 + 1e-12}); a.Scale > 1e-12 {
		t.Errorf("a small spread was lost: %v", a)
	}
}

func TestColumns(t *testing.T) {
	c := Columns{Log{}, nil, Affine{1, 2}}
	x := mat.NewDense(2, 3, []float64{1, -5, 3, math.E, 0, -1})
	want := mat.NewDense(2, 3, []float64{0, -5, 1, 1, 0, -1})
	y, err := c.Apply(nil, x)
	if err != nil || !mat.EqualApprox(y, want, eps) {
		t.Errorf("Apply: %v, %v", y, err)
	}
	if back := c.Inverse(nil, y); !mat.EqualApprox(back, x, 4*eps) {
		t.Errorf("Inverse: %v", back)
	}
	g := mat.NewDense(2, 3, []float64{2, 3, 4, math.E, 1, 1})
	want = mat.NewDense(2, 3, []float64{2, 3, 2, 1, 1, 0.5})
	if got := c.Grad(nil, g, x); !mat.EqualApprox(got, want, 2*eps) {
		t.Errorf("Grad: %v", got)
	}
	// In place, over either argument.
	over := mat.DenseCopyOf(x)
	if c.Grad(over, g, over); !mat.EqualApprox(over, want, 2*eps) {
		t.Errorf("Grad over x: %v", over)
	}
	over = mat.DenseCopyOf(x)
	if c.Apply(over, over); !mat.Equal(over, y) {
		t.Errorf("Apply in place: %v", over)
	}
	if c.Inverse(over, over); !mat.EqualApprox(over, x, 4*eps) {
		t.Errorf("Inverse in place: %v", over)
	}

	x.Set(1, 0, -2)
	_, err = c.Apply(nil, x)
	var domain *DomainError
	if !errors.As(err, &domain) || err.Error() != "row 2, column 1: -2 is outside the domain of data.Log" {
		t.Errorf("error %v", err)
	}
}

func testSet() *Set {
	r := rng.New(5).Rand()
	s := &Set{Inputs: []string{"year", "α \"β\"", "flat"}, Target: "y", X: mat.NewDense(50, 3, nil), Y: make([]float64, 50)}
	for i := range s.Y {
		s.X.SetRow(i, []float64{1980 + 10*r.NormFloat64(), 1e-3 * r.Float64(), 7})
		s.Y[i] = 350 + 20*r.NormFloat64()
	}
	return s
}

func TestScaling(t *testing.T) {
	s := testSet()
	c := Standardization(s)
	z := c.Apply(s)
	for j := range 3 {
		mean, sd := slowMoments(mat.Col(nil, j, z.X))
		want := 1.0
		if j == 2 {
			want = 0 // the constant column is only centred
		}
		// Rounding of the values: eps times |mean|/sd of the column, below 350.
		if math.Abs(mean) > 400*eps || math.Abs(sd-want) > 400*eps {
			t.Errorf("column %d: mean %v, sd %v", j, mean, sd)
		}
	}
	if mean, sd := slowMoments(z.Y); math.Abs(mean) > 400*eps || math.Abs(sd-1) > 400*eps {
		t.Errorf("target: mean %v, sd %v", mean, sd)
	}
	if !mat.EqualApprox(c.InverseInputs(nil, z.X), s.X, 1e-12) { // eps times 1980
		t.Error("inputs do not come back")
	}
	for i, y := range c.InverseMean(nil, z.Y) {
		if math.Abs(y-s.Y[i]) > 4*eps*400 {
			t.Errorf("target %v comes back as %v", s.Y[i], y)
		}
	}

	c = Scaling{Names: []string{"a", "b"}, Inputs: []Affine{{1, 2}, {0, 5}}, Target: Affine{100, 10}}
	for _, v := range []struct {
		name      string
		got, want float64
	}{
		{"mean", c.InverseMean(nil, []float64{0.5})[0], 105},
		{"sd", c.InverseSD(nil, []float64{0.5})[0], 5},
		{"variance", c.InverseVariance(nil, []float64{0.5})[0], 50},
		{"draw", c.InverseDraws(nil, mat.NewDense(1, 4, []float64{0, 0, 0, -1})).At(0, 3), 90},
		{"gradient a", c.InverseGrad(nil, mat.NewDense(1, 2, []float64{1, 1})).At(0, 0), 5},
		{"gradient b", c.InverseGrad(nil, mat.NewDense(1, 2, []float64{1, 1})).At(0, 1), 2},
		{"log density", c.InverseLogDensity(-3, 2), -3 - 2*math.Log(10)},
	} {
		if v.got != v.want {
			t.Errorf("%s: %v, want %v", v.name, v.got, v.want)
		}
	}
}

// The gradient that comes back is that of the function in the data's units.
func TestScalingGradient(t *testing.T) {
	c := Scaling{Inputs: []Affine{{3, 0.5}, {-2, 40}}, Target: Affine{7, 11}}
	f := func(z []float64) float64 { return math.Sin(z[0]) * math.Exp(z[1]/3) }
	inData := func(x, y float64) float64 {
		z := c.ApplyInputs(nil, mat.NewDense(1, 2, []float64{x, y}))
		return c.InverseMean(nil, []float64{f(z.RawRowView(0))})[0]
	}
	x, y := 3.3, 10.0
	z := c.ApplyInputs(nil, mat.NewDense(1, 2, []float64{x, y})).RawRowView(0)
	g := mat.NewDense(1, 2, []float64{math.Cos(z[0]) * math.Exp(z[1]/3), f(z) / 3})
	c.InverseGrad(g, g)
	const h = 1e-5 // central differences: h² times third derivatives below 100, and eps |f|/h
	for d, want := range []float64{(inData(x+h, y) - inData(x-h, y)) / (2 * h), (inData(x, y+h) - inData(x, y-h)) / (2 * h)} {
		if got := g.At(0, d); math.Abs(got-want) > 1e-8 {
			t.Errorf("gradient by input %d: %v, differences give %v", d, got, want)
		}
	}
}

func TestScalingJSON(t *testing.T) {
	c := Standardization(testSet())
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var back Scaling
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if len(back.Names) != 3 || back.Target != c.Target {
		t.Fatalf("%s reads back as %+v", text, back)
	}
	for j := range c.Names {
		if back.Names[j] != c.Names[j] || back.Inputs[j] != c.Inputs[j] {
			t.Errorf("input %d reads back as %q %v", j, back.Names[j], back.Inputs[j])
		}
	}
	for text, want := range map[string]string{
		`{}`:                                              `a standardisation must have "inputs" and "target"`,
		`{"inputs":{},"target":[1]}`:                      "a standardisation must be [mean, sd] with sd not 0, it is [1]",
		`{"inputs":{},"target":[1,0]}`:                    "a standardisation must be [mean, sd] with sd not 0, it is [1,0]",
		`{"inputs":[1],"target":[1,2]}`:                   `the "inputs" of a standardisation must be an object`,
		`{"inputs":null,"target":[1,2]}`:                  `the "inputs" of a standardisation must be an object`,
		`{"inputs":{"a":[1,2]},"target":[0,-1]}`:          "the standard deviation of the target is -1, which is negative",
		`{"inputs":{"a":[1,-2]},"target":[0,1]}`:          `the standard deviation of input "a" is -2, which is negative`,
		`{"inputs":{"a":[1,2],"a":[1,2]},"target":[1,2]}`: `input "a" is standardised twice`,
	} {
		if err := json.Unmarshal([]byte(text), &back); err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}
