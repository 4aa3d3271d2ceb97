package docs_test

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/dist"
	"matheron/gp"
	"matheron/kernel"
	"matheron/rng"
)

// The default priors are those of the table in fitting.md: a fit's objective less
// the log evidence is the sum of their log densities.
func TestDefaultPriorsAreAsDocumented(t *testing.T) {
	const rows, inputs = 25, 2
	r := rng.New(1).Rand()
	x, y := mat.NewDense(rows, inputs, nil), make([]float64, rows)
	for i := range y {
		x.Set(i, 0, 3+float64(i)/4)
		x.Set(i, 1, -7*r.Float64())
		y[i] = 2*math.Sin(x.At(i, 0)) + 0.5*x.At(i, 1) + 0.3*r.NormFloat64()
	}
	square := func(v []float64) (q float64) {
		for _, e := range v {
			q += e * e / float64(len(v))
		}
		return q
	}
	column := func(d int) []float64 { return mat.Col(nil, d, x) }
	width := func(d int) float64 { return mat.Max(x.ColView(d)) - mat.Min(x.ColView(d)) }
	mode := func(m, sigma float64) dist.Distribution {
		return dist.LogNormal{Mu: math.Log(m) + sigma*sigma, Sigma: sigma}
	}
	lengthscale := func(w float64, seen int) dist.Distribution {
		return dist.LogNormal{Mu: math.Sqrt2 + math.Log(w*math.Sqrt(float64(seen))), Sigma: math.Sqrt(3)}
	}
	s, q := square(y), []float64{square(column(0)), square(column(1))}
	w, g := width(0), width(0)/(rows-1) // all inputs of column 0 are distinct
	noise := dist.LogNormal{Mu: math.Log(s) - 4, Sigma: 2}

	for text, want := range map[string][]dist.Distribution{
		"rbf(ard)":             {mode(10*s, 1.5), lengthscale(width(0), 2), lengthscale(width(1), 2)},
		"matern32":             {mode(10*s, 1.5), lengthscale(math.Sqrt(width(0)*width(1)), 2)},
		"matern52(dims=1)":     {mode(10*s, 1.5), lengthscale(width(1), 1)},
		"rational_quadratic":   {mode(10*s, 1.5), lengthscale(math.Sqrt(width(0)*width(1)), 2), mode(1, 1)},
		"constant + linear":    {mode(10*s, 1.5), mode(10*s, 1.5), mode(10*s/q[0], 1.5), mode(10*s/q[1], 1.5)},
		"periodic(dims=0)":     {mode(10*s, 1.5), mode(1, 1), dist.LogNormal{Mu: 0.5 * math.Log(2*g*w), Sigma: math.Max(1, 0.25*math.Log(w/(2*g)))}},
		"polynomial(degree=2)": {mode(10*s/math.Pow(2*(q[0]+q[1]), 2), 1.5), mode(10*(q[0]+q[1]), 1.5)},
	} {
		expr, err := kernel.Parse(text, []string{"a", "b"})
		if err != nil {
			t.Fatal(err)
		}
		fitted, err := gp.Fit{Starts: 1}.Run(context.Background(), gp.Prior{Kernel: expr.Kernel}, x, y)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, noise)
		if len(want) != len(fitted.Params) {
			t.Fatalf("%s: %d parameters, want %d", text, len(fitted.Params), len(want))
		}
		sum := 0.0
		for i, p := range fitted.Params {
			sum += want[i].LogProb(p.Value)
		}
		// Objective and evidence are some hundreds: their difference loses three digits.
		if got := fitted.Objective - fitted.LogEvidence; math.Abs(got-sum) > 1e-9*math.Max(1, math.Abs(sum)) {
			t.Errorf("%s: the log prior is %v, by the table %v", text, got, sum)
		}
	}
}
