package bayesopt_test

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/bayesopt"
	"matheron/kernel"
)

// acquisitions are those of the worked example's paths.
func acquisitions() map[string]bayesopt.Acquisition {
	paths := worked()
	at, _ := readings()
	over := func(s bayesopt.Score) bayesopt.MonteCarlo { return bayesopt.NewMonteCarlo(paths, s) }
	least := []float64{lowest()}
	noisy := bayesopt.Incumbents(paths, at, bayesopt.Minimize)
	return map[string]bayesopt.Acquisition{
		"EI":       over(bayesopt.ExpectedImprovement{Incumbents: least}),
		"noisy EI": over(bayesopt.ExpectedImprovement{Incumbents: noisy}),
		"log EI":   over(bayesopt.LogExpectedImprovement{Incumbents: least, Smoothing: 0.05}),
		"PI":       over(bayesopt.ProbabilityOfImprovement{Incumbents: least, Smoothing: 0.1}),
		"bound":    over(bayesopt.ConfidenceBound{Beta: 4}),
		"product": bayesopt.Product{
			over(bayesopt.ExpectedImprovement{Incumbents: []float64{0}}),
			over(bayesopt.Feasibility{Threshold: 0.2, Smoothing: 0.1}),
			over(bayesopt.Feasibility{Threshold: 0.5, Smoothing: 0.3}),
		},
		"sum": bayesopt.Sum{
			over(bayesopt.LogExpectedImprovement{Incumbents: least, Smoothing: 0.05}),
			over(bayesopt.LogFeasibility{Threshold: 0.2, Smoothing: 0.1}),
		},
	}
}

func TestGradientsAreThoseOfTheSamePaths(t *testing.T) {
	for name, a := range acquisitions() {
		value := func(x []float64) float64 { return a.Eval(point(x...))[0] }
		g := make([]float64, 1)
		for _, x := range []float64{-1.95, -1.6, -0.9, -0.35, 0.31, 1.2, 1.65, 1.93} {
			v, err := a.Grad(g, []float64{x})
			if err != nil {
				t.Fatal(err)
			}
			near(t, name, v, value([]float64{x}), 1e-14)
			near(t, name+"'s gradient", g[0], slope(value, []float64{x}, 0), 1e-6)
		}
	}
}

// Where no path improves there is nothing, not a small number.
func TestImprovementIsFlatWhereNoPathImproves(t *testing.T) {
	ei := acquisitions()["EI"]
	g := []float64{math.NaN()}
	v, err := ei.Grad(g, []float64{0.3})
	if v != 0 || g[0] != 0 || err != nil {
		t.Errorf("value %g, gradient %g, error %v", v, g[0], err)
	}
	// Its logarithm, smoothed, slopes there.
	if _, err := acquisitions()["log EI"].Grad(g, []float64{0.3}); g[0] == 0 || err != nil {
		t.Errorf("log EI: gradient %g, error %v", g[0], err)
	}
}

// The Monte Carlo EI of 64 paths is the closed form of their distribution at a point
// within 4 standard errors.
func TestImprovementOfPathsIsTheClosedForm(t *testing.T) {
	paths := worked()
	best := lowest()
	ei := bayesopt.NewMonteCarlo(paths, bayesopt.ExpectedImprovement{Incumbents: []float64{best}})
	for _, x := range []float64{-1.8, -0.4, 0.3, 1.7, 2} {
		mean, cov, err := paths.Moments(0, point(x))
		if err != nil {
			t.Fatal(err)
		}
		sd := math.Sqrt(cov.At(0, 0))
		u := (best - mean[0]) / sd
		phi, cdf := math.Exp(-u*u/2)/math.Sqrt(2*math.Pi), math.Erfc(-u/math.Sqrt2)/2
		want := (best-mean[0])*cdf + sd*phi
		square := ((best-mean[0])*(best-mean[0])+sd*sd)*cdf + (best-mean[0])*sd*phi
		se := math.Sqrt(max(0, square-want*want) / 64)
		// The variance is that of these paths, features and all: there is no other error.
		if got := ei.Eval(point(x))[0]; math.Abs(got-want) > 4*se {
			t.Errorf("EI(%g) = %g, want %g with standard error %g", x, got, want, se)
		}
	}
}

func TestIncumbents(t *testing.T) {
	paths := worked()
	x := mat.NewDense(3, 1, []float64{-0.5, 0.2, 1.4})
	f := paths.Eval(x)
	least, most := bayesopt.Incumbents(paths, x, bayesopt.Minimize), bayesopt.Incumbents(paths, x, bayesopt.Maximize)
	for s := range paths.Len() {
		if lo, hi := mat.Min(f.RowView(s)), mat.Max(f.RowView(s)); least[s] != lo || most[s] != hi {
			t.Errorf("path %d: %g and %g, want %g and %g", s, least[s], most[s], lo, hi)
		}
	}
	// Noisy EI is never negative and vanishes at the points themselves.
	nei := bayesopt.NewMonteCarlo(paths, bayesopt.ExpectedImprovement{Incumbents: least})
	for i, v := range nei.Eval(x) {
		if v != 0 {
			t.Errorf("row %d: improves by %g on itself", i, v)
		}
	}
}

func TestScaleIsTheDeviationOfTheDraws(t *testing.T) {
	paths := worked()
	x := mat.NewDense(200, 1, nil)
	for i := range 200 {
		x.Set(i, 0, -2+4*float64(i)/199)
	}
	_, cov, err := paths.Moments(0, x)
	if err != nil {
		t.Fatal(err)
	}
	// A sample variance of 64 draws has the relative standard error
	// sqrt(2/63) = 0.18, a deviation half of that: two of these at a single point,
	// and more at 200 that move together in part only.
	want := math.Sqrt(mat.Trace(cov) / 200)
	near(t, "scale", bayesopt.Scale(paths, x)/want, 1, 0.18)
}

// Matern12 has no derivative: the error names it.
func TestDrawsWithoutGradient(t *testing.T) {
	paths := draw(kernel.Matern12{Variance: 1, Lengthscale: kernel.Shared(0.5)})
	ei := bayesopt.NewMonteCarlo(paths, bayesopt.ExpectedImprovement{Incumbents: []float64{0}})
	want := paths.CheckGrad()
	if _, err := ei.Grad(make([]float64, 1), []float64{0}); err == nil || err.Error() != want.Error() {
		t.Errorf("%v, want %v", err, want)
	}
	if _, err := (bayesopt.Search{Space: line()}).Maximize(t.Context(), ei); err == nil || err.Error() != want.Error() {
		t.Errorf("%v, want %v", err, want)
	}
}

// The mean of 49 draws of one value is not that value, to the last bit: their deviation
// was 4e-16, and the slope of the bound in it of the size of the bound's own.
func TestConfidenceBoundOfDrawsThatAgree(t *testing.T) {
	f := make([]float64, 49)
	for i := range f {
		f[i] = math.Sqrt(3) * math.Sqrt(3)
	}
	f[7] = 3
	w := make([]float64, len(f))
	v := bayesopt.ConfidenceBound{Beta: 4, Goal: bayesopt.Maximize}.Of(w, f)
	if math.Abs(v-3) > 1e-15 {
		t.Errorf("bound %v, want 3", v)
	}
	for s, slope := range w {
		if want := 1.0 / 49; math.Abs(slope-want) > 1e-15 {
			t.Fatalf("slope %v to draw %d, want %v", slope, s, want)
		}
	}
}

// roughlyFlat is 3 up to the rounding of its last place.
type roughlyFlat struct{}

func (roughlyFlat) Eval(x *mat.Dense) []float64 {
	n, _ := x.Dims()
	out := make([]float64, n)
	for i := range out {
		out[i] = 3 - 0x1p-51*math.Round(math.Abs(math.Sin(1e3*x.At(i, 0))))
	}
	return out
}

func (f roughlyFlat) Grad(g, x []float64) (float64, error) {
	g[0] = 1e-16 * math.Cos(1e3*x[0]) // rounding, too
	return f.Eval(mat.NewDense(1, len(x), x))[0], nil
}

// The search scaled such a criterion by its range of 4e-16, to a value of 7e15 with
// slopes to follow. There are none: each of 8 local searches ends after two evaluations.
func TestSearchOfAFlatCriterion(t *testing.T) {
	space, err := bayesopt.NewSpace(bayesopt.Input{Name: "a", Lower: 0, Upper: 1})
	if err != nil {
		t.Fatal(err)
	}
	best, err := bayesopt.Search{Space: space}.Maximize(context.Background(), roughlyFlat{})
	if err != nil || best.Value != 3 || best.Evaluations > 16 {
		t.Errorf("optimum %v, error %v, want 3 after at most 16 evaluations", best, err)
	}
}
