package docs_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/prob"
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
	moments := func(v []float64) (mean, variance, square float64) {
		for _, e := range v {
			mean += e / float64(len(v))
		}
		for _, e := range v {
			variance += (e - mean) * (e - mean) / float64(len(v))
			square += e * e / float64(len(v))
		}
		return mean, variance, square
	}
	column := func(d int) []float64 { return mat.Col(nil, d, x) }
	// The quartiles of 25 rows are the 7th and the 19th.
	width := func(d int) float64 {
		v := column(d)
		slices.Sort(v)
		return math.Min(v[rows-1]-v[0], 2*(v[18]-v[6]))
	}
	median := func(m, sigma float64) prob.Distribution { return prob.LogNormal{Mu: math.Log(m), Sigma: sigma} }
	lengthscale := func(w float64, seen int, g float64) prob.Distribution {
		m, sigma := 0.6*w*float64(seen*seen), math.Sqrt(3)
		if seen == 1 {
			sigma = math.Max(sigma, math.Log(m/g)/1.5)
		}
		return median(m, sigma)
	}
	gap := func(d int) float64 {
		v := column(d)
		slices.Sort(v)
		gaps := make([]float64, rows-1)
		for i := range gaps {
			gaps[i] = v[i+1] - v[i]
		}
		slices.Sort(gaps)
		return gaps[(rows-1)/2]
	}
	level, s, _ := moments(y)
	m0, v0, q0 := moments(column(0))
	m1, v1, q1 := moments(column(1))
	w, g, both := width(0), gap(0), math.Sqrt(width(0)*width(1))
	noise, mean := prob.Gamma{Shape: 0.5, Rate: 0.5 / s}, prob.Normal{Mean: level, SD: math.Sqrt(s)}

	// The mean's prior stands where the kernel has no level of its own.
	for text, want := range map[string][]prob.Distribution{
		"rbf(ard)":             {median(2*s, 1.5), lengthscale(width(0), 2, 0), lengthscale(width(1), 2, 0), mean},
		"matern32":             {median(2*s, 1.5), lengthscale(both, 2, 0), mean},
		"matern52(dims=1)":     {median(2*s, 1.5), lengthscale(width(1), 1, gap(1)), mean},
		"rational_quadratic":   {median(2*s, 1.5), lengthscale(both, 2, 0), median(1, 1), mean},
		"constant + linear":    {median(2*s, 1.5), median(2*s*(1+m0*m0/v0+m1*m1/v1), 1.5), median(2*s/v0, 1.5), median(2*s/v1, 1.5)},
		"periodic(dims=0)":     {median(2*s, 1.5), median(1, 1), median(math.Sqrt(2*g*w), math.Max(1, 0.25*math.Log(w/(2*g)))), mean},
		"polynomial(degree=2)": {median(2*s/math.Pow(2*(q0+q1), 2)*math.Max(1, (q0+q1)/(v0+v1)), 1.5), median(2*(q0+q1), 1.5)},
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
			if want[i] != prob.Distribution(mean) {
				sum += math.Log(p.Value) // on the logarithm
			}
		}
		// Objective and evidence are some hundreds: their difference loses three digits.
		if got := fitted.Objective - fitted.LogEvidence; math.Abs(got-sum) > 1e-9*math.Max(1, math.Abs(sum)) {
			t.Errorf("%s: the log prior is %v, by the table %v", text, got, sum)
		}
	}
}
