package demo_test

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/demo"
)

func linear(t *testing.T) *demo.Linear {
	t.Helper()
	u, err := shared().Linear(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func bump(x float64) float64 { return math.Exp(-x * x / (2 * 0.15 * 0.15)) }

// On each path, the integrals are those of Simpson's rule on 10,001 points, whose
// error is (b - a) h⁴/180 |f””| < 1e-11 and whose rounding is as small; and -f”
// that of a central difference of the gradient, with an error of h²/6 |f””|.
func TestLinearOfEachPath(t *testing.T) {
	s, u := shared(), linear(t)
	grid := func(a, b float64) (*mat.Dense, float64) {
		x := evenly(a, b, 10001)
		return mat.NewDense(len(x), 1, x), x[1] - x[0]
	}
	x, h := grid(-1.5, 1.5)
	wide, hw := grid(-2, 2)
	f, g := s.Paths.Eval(x), s.Paths.Eval(wide)
	g.Apply(func(_, j int, v float64) float64 { return v * bump(wide.At(j, 0)) }, g)
	const step = 1e-4
	for i := range s.Paths.Len() {
		within(t, "integral", u.IntegralValues[i], simpson(f.RawRowView(i), h), 1e-10)
		within(t, "inner product", u.InnerValues[i], simpson(g.RawRowView(i), hw), 1e-10)
		for j, z := range u.Places {
			path := s.Paths.Path(i)
			d := (path.Grad(nil, []float64{z - step})[0] - path.Grad(nil, []float64{z + step})[0]) / (2 * step)
			// |f''''| is six sd of sqrt(105)/lengthscale⁴ = 1265 at most.
			within(t, "curvature", u.Operator.At(i, j), d, step*step/6*6*1265)
		}
	}
}

// The closed forms are those of quadrature and differences over the posterior's
// mean and covariance.
func TestLinearClosedForms(t *testing.T) {
	s, u := shared(), linear(t)
	// Simpson's rule in two dimensions: h⁴/180 times fourth derivatives of 1e3, h = 0.01.
	for name, c := range map[string]struct {
		a, b float64
		w    func(float64) float64
		got  demo.LinearFunctional
	}{
		"integral":      {-1.5, 1.5, func(float64) float64 { return 1 }, u.Integral},
		"inner product": {-1.2, 1.2, bump, u.Inner}, // eight sd of the weight
	} {
		x := evenly(c.a, c.b, 301)
		h := x[1] - x[0]
		at := mat.NewDense(len(x), 1, x)
		mean, cov := s.Posterior.Mean(nil, at), s.Posterior.Covariance(nil, at)
		rows := make([]float64, len(x))
		for i := range x {
			mean[i] *= c.w(x[i])
			row := mat.Row(nil, i, cov)
			for j := range row {
				row[j] *= c.w(x[i]) * c.w(x[j])
			}
			rows[i] = simpson(row, h)
		}
		within(t, name+", mean", c.got.ExactMean, simpson(mean, h), 1e-7)
		within(t, name+", variance", c.got.ExactSD*c.got.ExactSD, simpson(rows, h), 1e-7)
	}
	// Second differences of fourth order: h⁴/90 of sixth derivatives of 1e5, and
	// rounding of 1e-16 16/h⁴.
	const h = 0.01
	weights := []float64{1. / 12, -4. / 3, 5. / 2, -4. / 3, 1. / 12}
	for j, z := range u.Places {
		at := mat.NewDense(5, 1, []float64{z - 2*h, z - h, z, z + h, z + 2*h})
		mean, cov := s.Posterior.Mean(nil, at), s.Posterior.Covariance(nil, at)
		m, v := 0.0, 0.0
		for a, wa := range weights {
			m += wa * mean[a] / (h * h)
			for b, wb := range weights {
				v += wa * wb * cov.At(a, b) / (h * h * h * h)
			}
		}
		within(t, "curvature, mean", u.OperatorMean[j], m, 1e-4*math.Max(1, math.Abs(m)))
		within(t, "curvature, sd", u.OperatorSD[j], math.Sqrt(v), 1e-4*math.Sqrt(v))
		within(t, "curvature of the truth", u.OperatorTruth[j], 9*math.Sin(3*z)+36.3*math.Cos(11*z), 1e-12)
	}
}

// What the paths say is the closed form within four standard errors; the sd of 64
// functions has one of 1/sqrt(126), and their basis of 1,024 features adds some
// 1/sqrt(1024).
func TestLinearWithinMonteCarloError(t *testing.T) {
	u := linear(t)
	for name, f := range map[string]demo.LinearFunctional{"integral": u.Integral, "inner product": u.Inner, "curvature": u.Curvature} {
		within(t, name, f.Mean.Value, f.ExactMean, 4*f.Mean.SE)
		within(t, name+", sd", f.SD/f.ExactSD, 1, 4*math.Hypot(1/math.Sqrt(126), 1/math.Sqrt(1024)))
		if math.Abs(*f.Truth-f.ExactMean) > 4*f.ExactSD {
			t.Errorf("%s: the truth %g is beyond four sd of %g", name, *f.Truth, f.ExactMean)
		}
	}
	if u.CurvatureError > 1e-8 {
		t.Errorf("error of differences %g", u.CurvatureError)
	}
	x := evenly(-1.5, 1.5, 10001)
	for i := range x {
		x[i] = shared().Truth(x[i])
	}
	within(t, "integral of the truth", *u.Integral.Truth, simpson(x, 3e-4), 1e-10)
}
