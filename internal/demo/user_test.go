package demo_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"

	"matheron/internal/demo"
)

// The example of a user's table: every second motorcycle reading, in their own units.
func TestUsersTable(t *testing.T) {
	all, table := motorcycle(t), &demo.Table{Input: "time_ms", Target: "acceleration_g"}
	for i := 0; i < len(all.X); i += 2 {
		table.X, table.Y = append(table.X, all.X[i]), append(table.Y, all.Y[i])
	}
	r, err := demo.Run(context.Background(), demo.Options{Data: table}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := r.Example
	if s.Truth != nil || r.Baseline.RMSE != nil || r.Thompson.Batch[0].Truth != nil {
		t.Error("a truth of a user's table")
	}
	low, high := slices.Min(table.X), slices.Max(table.X)
	within(t, "lower end", s.Box.Lower[0], low-(high-low)/6, 1e-12)
	within(t, "upper end", s.Box.Upper[0], high+(high-low)/6, 1e-12)
	mean, sd := stat.PopMeanStdDev(table.Y, nil)
	within(t, "level", r.LevelSet.Level, mean, 1e-12)
	within(t, "threshold", r.Functionals.Threshold, mean-sd/2, 1e-12)

	// Readings of an acceleration in g that scatters by some 20 between -134 and 75
	// (Silverman 1985): noise and scale are of that size.
	if v := math.Sqrt(r.Baseline.NoiseVariance); !(v > 15 && v < 30) {
		t.Errorf("a noise of %v", v)
	}
	if v := math.Sqrt(r.Baseline.Variance); !(v > 20 && v < 120) {
		t.Errorf("a scale of %v", v)
	}
	if l := r.Baseline.Lengthscale; !(l > 1 && l < 20) {
		t.Errorf("a lengthscale of %v ms", l)
	}
	// Rows 2.4 ms on: nothing happens before 14 ms, and the head goes back most at
	// about 21 ms.
	for _, p := range r.Thompson.Batch {
		if p.X > s.Lower && p.X < s.Upper && (p.X < 15 || p.X > 30) {
			t.Errorf("a least value within the data at %v ms", p.X)
		}
	}
	for _, p := range r.Gradient.Points {
		// 1e-6 of the scale of the improvement's slope, in g/ms.
		within(t, "gradient", p.Gradient.Value, p.Difference, 1e-6*sd)
	}
	for _, p := range r.Functionals.Points {
		within(t, "EI", p.EI.Value, p.EIExact, sigmas*p.EI.SE+0.1*sd)
	}
	if b := r.Bayesian; b.Divergences > 2 || len(b.Summary) != 2 {
		t.Errorf("%d divergences, %d parameters", b.Divergences, len(b.Summary))
	}
	for _, row := range r.Bayesian.Summary {
		if !(row.RHat < 1.1) {
			t.Errorf("%s has an R-hat of %v", row.Name, row.RHat)
		}
	}
	if kl := r.Decoupled.SVI.KL; !(kl < 0.01) {
		t.Errorf("SVI is %v from the optimum", kl)
	}
	if len(marshal(t, r)) == 0 { // fails on a number that JSON does not have
		t.Error("no summary")
	}
}

// The example does not change with the units of the table: twice the input, and the
// target in other units from another zero.
func TestUnitsDoNotMatter(t *testing.T) {
	a := motorcycle(t)
	b := &demo.Table{Input: a.Input, Target: a.Target}
	for i := range a.X {
		b.X = append(b.X, 2*a.X[i]-7)
		b.Y = append(b.Y, 4*a.Y[i]+100)
	}
	ctx := context.Background()
	s, err := demo.New(ctx, demo.Options{Data: a})
	if err != nil {
		t.Fatal(err)
	}
	u, err := demo.New(ctx, demo.Options{Data: b})
	if err != nil {
		t.Fatal(err)
	}
	base, err := s.Baseline(ctx)
	if err != nil {
		t.Fatal(err)
	}
	other, err := u.Baseline(ctx)
	if err != nil {
		t.Fatal(err)
	}
	// The fit ends within its tolerance, 1e-5 of a gradient in nats, of the same place.
	within(t, "lengthscale", other.Lengthscale/(2*base.Lengthscale), 1, 1e-3)
	within(t, "variance", other.Variance/(16*base.Variance), 1, 1e-3)
	within(t, "noise", other.NoiseVariance/(16*base.NoiseVariance), 1, 1e-3)
	within(t, "width", other.Exact.Beyond/(4*base.Exact.Beyond), 1, 1e-3)
}

// The whole example works in any units: of nanometres and terametres, far from zero,
// and of a table with few different values, whose functions improve on nothing.
func TestAnyUnits(t *testing.T) {
	for name, c := range map[string]struct{ x, y func(i int) float64 }{
		"far":  {func(i int) float64 { return 1e6 + float64(i) }, func(i int) float64 { return 1e9 + math.Sin(float64(i)/4) }},
		"tiny": {func(i int) float64 { return 1e-9 * float64(i) }, func(i int) float64 { return 1e-12 * math.Sin(float64(i)) }},
		"huge": {func(i int) float64 { return 1e12 * float64(i) }, func(i int) float64 { return 1e15 * math.Sin(float64(i)) }},
		"few":  {func(i int) float64 { return float64(i % 4) }, func(i int) float64 { return float64(i * i % 7 % 2) }},
	} {
		table := &demo.Table{Input: "x", Target: "y"}
		for i := range 30 {
			table.X, table.Y = append(table.X, c.x(i)), append(table.Y, c.y(i))
		}
		r, err := demo.Run(context.Background(), demo.Options{Data: table}, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		marshal(t, r) // every number is one that JSON has
		if k := r.Bayesian.Summary[1]; name != "few" && !(k.Mean > 0.1*r.Baseline.Lengthscale && k.Mean < 10*r.Baseline.Lengthscale) {
			t.Errorf("%s: lengthscale %g of NUTS, %g of the fit", name, k.Mean, r.Baseline.Lengthscale)
		}
	}
}

// Inputs one unit in the last place apart, or too large to be squared, ended in a
// panic, and inputs with an outlier in an error of quadrature.
func TestInputsThatCannotBeToldApart(t *testing.T) {
	y := func(i int) float64 { return math.Sin(float64(i) / 4) }
	for name, c := range map[string]struct {
		x, y   func(i int) float64
		column string // of the error
		advice string
	}{
		"ulp":        {func(i int) float64 { return 1e16 + 2*float64(i) }, y, "x", "subtract 1e+16"},
		"x1e300":     {func(i int) float64 { return 1e300 * float64(i) }, y, "x", "other units"},
		"x1e-300":    {func(i int) float64 { return 1e-300 * float64(i) }, y, "x", "other units"},
		"y1e200":     {func(i int) float64 { return float64(i) }, func(i int) float64 { return 1e200 * y(i) }, "y", "other units"},
		"y1e-200":    {func(i int) float64 { return float64(i) }, func(i int) float64 { return 1e-200 * y(i) }, "y", "other units"},
		"far target": {func(i int) float64 { return float64(i) }, func(i int) float64 { return 1e16 + 8*math.Round(4*y(i)) }, "", ""},
		"unix":       {func(i int) float64 { return 1.7e9 + float64(i) }, y, "", ""},
		"unix ms":    {func(i int) float64 { return 1.7e12 + 1000*float64(i) }, y, "", ""},
		"nearly ulp": {func(i int) float64 { return 1e13 + float64(i) }, y, "", ""},
		"outlier":    {func(i int) float64 { return float64(i/29*999) + float64(i)/29 }, y, "", ""},
		"far out":    {func(i int) float64 { return float64(i/29*99999) + float64(i)/29 }, y, "x", "leave out rows"},
		"large":      {func(i int) float64 { return 1e28 * float64(i) }, func(i int) float64 { return 1e29 * y(i) }, "", ""},
		"small":      {func(i int) float64 { return 1e-29 * float64(i) }, func(i int) float64 { return 1e-29 * y(i) }, "", ""},
	} {
		table := &demo.Table{Input: "x", Target: "y"}
		for i := range 30 {
			table.X, table.Y = append(table.X, c.x(i)), append(table.Y, c.y(i))
		}
		r, err := demo.Run(context.Background(), demo.Options{Data: table}, nil)
		var bad *demo.TableError
		switch {
		case c.column == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.column == "":
			marshal(t, r)
		case !errors.As(err, &bad) || bad.Column != c.column || !strings.Contains(bad.Reason, c.advice):
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// Four rows are enough for an example.
func TestFourRows(t *testing.T) {
	table := &demo.Table{Input: "x", Target: "y", X: []float64{0, 1, 2, 3}, Y: []float64{0.1, 0.7, 1, 0.2}}
	r, err := demo.Run(context.Background(), demo.Options{Data: table}, nil)
	if err != nil {
		t.Fatal(err)
	}
	marshal(t, r)
	if r.Decoupled.Inducing != 4 || len(r.Decoupled.Optimum) != 0 || r.Calibration.Rows != 2 {
		t.Errorf("%d inducing inputs, %d numbers of them, %d rows held out", r.Decoupled.Inducing, len(r.Decoupled.Optimum), r.Calibration.Rows)
	}
}
