package demo_test

import (
	"context"
	"math"
	"testing"

	"matheron/emulate"
	"matheron/internal/demo"
)

// Both answers are those of a grid of 10,001 inputs, by the formula of the posterior.
func TestSurrogate(t *testing.T) {
	for seed := range uint64(4) {
		s := example(t, seed)
		u, err := s.Surrogate(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		within(t, "input", u.U, 0.4, 1e-15)
		within(t, "prior", u.PriorMean, 0.35, 1e-15)
		// The simulator is the truth, and its slope that of differences: f''' h²/6 is
		// below 1e-7 for |f'''| < 500 at h = 3e-5.
		const h = 3e-5
		for _, x := range []float64{-1.7, 0.2, 0.4, 1.1} {
			v := math.Sin(3*x) + 0.3*math.Cos(11*x)
			within(t, "simulator", u.Truth.At([]float64{x}), v, 1e-15)
			d := (u.Truth.At([]float64{x + h}) - u.Truth.At([]float64{x - h})) / (2 * h)
			within(t, "slope", u.Truth.Grad(make([]float64, 1), []float64{x})[0], d, 1e-7)
		}
		// The error of the reading is one normal number.
		within(t, "reading", u.Y, u.Truth.At([]float64{u.U}), sigmas*0.15)

		x, _ := fineGrid(s)
		likelihood := func(f float64) float64 { return math.Exp(-(u.Y - f) * (u.Y - f) / (2 * u.NoiseVariance)) }
		values := u.Draws.Eval(column(x...))
		surrogate := make([]float64, len(x))
		for j := range x {
			for i := range u.Paths {
				surrogate[j] += likelihood(values.At(i, j))
			}
		}
		truth := make([]float64, len(x))
		for j, v := range x {
			truth[j] = likelihood(math.Sin(3*v) + 0.3*math.Cos(11*v))
		}
		answer(t, "simulator", u, u.Simulator, x, truth)
		answer(t, "surrogate", u, u.Surrogate, x, surrogate)

		var w, square float64
		for i := range u.Paths {
			l := likelihood(u.Draws.Path(i).At([]float64{u.U}))
			w, square = w+l, square+l*l
		}
		within(t, "effective paths", u.EffectivePaths, w*w/square, 1e-9*w*w/square)
	}
}

// answer compares an answer with the posterior on a grid.
func answer(t *testing.T, name string, u *demo.Surrogate, a demo.Answer, x, likelihood []float64) {
	t.Helper()
	var total, mean, square, below05, below95 float64
	for j, v := range x {
		w := likelihood[j] * math.Exp(-(v-u.PriorMean)*(v-u.PriorMean)/(2*u.PriorSD*u.PriorSD))
		total, mean, square = total+w, mean+w*v, square+w*v*v
		if v <= a.Q05 {
			below05 += w
		}
		if v <= a.Q95 {
			below95 += w
		}
	}
	mean /= total
	sd := math.Sqrt(square/total - mean*mean)
	if !(a.ESS > 40) || !(a.RHat < 1.1) || a.Divergences != 0 {
		t.Errorf("%s: ESS %v, R-hat %v, %d divergences", name, a.ESS, a.RHat, a.Divergences)
	}
	within(t, name+" mean", a.Mean, mean, sigmas*a.MCSE)
	// The sd of ESS draws has a relative error of sqrt((kurtosis - 1)/(4 ESS)), which
	// counts an input far off that gives the same output; a share has one of
	// sqrt(p q/ESS).
	kurtosis := 0.0
	for j, v := range x {
		w := likelihood[j] * math.Exp(-(v-u.PriorMean)*(v-u.PriorMean)/(2*u.PriorSD*u.PriorSD))
		kurtosis += w / total * math.Pow((v-mean)/sd, 4)
	}
	within(t, name+" sd", a.SD/sd, 1, sigmas*math.Sqrt((kurtosis-1)/(4*a.ESS)))
	within(t, name+" 5%", below05/total, 0.05, sigmas*math.Sqrt(0.05*0.95/a.ESS))
	within(t, name+" 95%", below95/total, 0.95, sigmas*math.Sqrt(0.05*0.95/a.ESS))
}

// Draws are what the answers are of.
func TestSurrogateProblem(t *testing.T) {
	u := run(t, 0).Surrogate
	l := u.Problem.LogLikelihoods(column(0.3), u.Draws)
	want := make([]float64, u.Paths)
	for i := range want {
		f := u.Draws.Path(i).At([]float64{0.3})
		within(t, "log likelihood", l.At(i, 0), -(u.Y-f)*(u.Y-f)/(2*u.NoiseVariance)-math.Log(2*math.Pi*u.NoiseVariance)/2, 1e-9)
	}
	var _ emulate.Target = u.Target
	n := 0
	for _, c := range u.Surrogate.Draws {
		n += len(c)
	}
	if n != 400 {
		t.Errorf("%d draws", n)
	}
}
