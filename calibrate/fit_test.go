package calibrate_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/calibrate"
	"matheron/gp"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/rng"
)

// affine is the model X_si = mean + exp(logSD) z_si with fixed z.
func affine(z *mat.Dense) calibrate.Model {
	s, n := z.Dims()
	return func(theta []float64) (*mat.Dense, func(dst []float64, w *mat.Dense), error) {
		sd := math.Exp(theta[1])
		x := mat.NewDense(s, n, nil)
		x.Apply(func(_, _ int, v float64) float64 { return theta[0] + sd*v }, z)
		pull := func(dst []float64, w *mat.Dense) {
			var wz mat.Dense
			wz.MulElem(w, z)
			dst[0], dst[1] = mat.Sum(w), sd*mat.Sum(&wz)
		}
		return x, pull, nil
	}
}

// paths28 is the worked example as a model of theta, the logarithms of variance and
// lengthscale: paths conditioned on the even rows, observed at the odd ones.
type paths28 struct {
	x, held         *mat.Dense // conditioned on, and scored at
	y, target       []float64
	paths, features int
}

const noiseSD = 0.15

func newPaths28(paths, features int) paths28 {
	const n = 28
	noise := rng.New(0).Named("data").Rand()
	p := paths28{x: mat.NewDense(n/2, 1, nil), held: mat.NewDense(n/2, 1, nil), paths: paths, features: features}
	for i := range n {
		x := -1.5 + 3*float64(i)/(n-1)
		y := math.Sin(3*x) + 0.3*math.Cos(11*x) + noiseSD*noise.NormFloat64()
		if i%2 == 0 {
			p.x.Set(i/2, 0, x)
			p.y = append(p.y, y)
		} else {
			p.held.Set(i/2, 0, x)
			p.target = append(p.target, y)
		}
	}
	return p
}

// model is draws of the observations as a calibrate.Model: paths drawn again with
// the same key have the same base randomness.
func (p paths28) model() calibrate.Model {
	return func(theta []float64) (*mat.Dense, func(dst []float64, w *mat.Dense), error) {
		k := kernel.RBF{Variance: math.Exp(theta[0]), Lengthscale: kernel.Shared(math.Exp(theta[1]))}
		post, err := gp.Prior{Kernel: k, Jitter: 1e-6}.Condition(p.x, p.y, gp.Noise(noiseSD*noiseSD))
		if err != nil {
			return nil, nil, err
		}
		paths, err := pathwise.Sampler{Posterior: post, Features: p.features}.Draw(rng.New(0), p.paths)
		if err != nil {
			return nil, nil, err
		}
		draws := calibrate.Observe(paths.Eval(p.held), rng.New(1), noiseSD*noiseSD)
		pull := func(dst []float64, w *mat.Dense) {
			g, err := paths.ParamGrad(w, p.held)
			if err != nil {
				panic(err) // of a kernel whose features cannot be differentiated
			}
			for i, v := range theta {
				dst[i] = g[i] * math.Exp(v)
			}
		}
		return draws, pull, nil
	}
}

func TestGradientToHyperparametersAgainstDifferences(t *testing.T) {
	p := newPaths28(64, 1024)
	m := p.model()
	for name, score := range map[string]calibrate.Score{
		"energy": calibrate.EnergyScore(calibrate.Fair), "crps": calibrate.MeanCRPS(calibrate.Fair), "log": calibrate.MeanLog(0.0225),
	} {
		for _, theta := range [][]float64{{0, math.Log(0.3)}, {0.5, math.Log(0.5)}} {
			grad := make([]float64, 2)
			if _, err := calibrate.Eval(m, score, p.target, theta, grad); err != nil {
				t.Fatal(err)
			}
			x := mat.NewDense(1, 2, append([]float64(nil), theta...))
			for j := range grad {
				// CRPS is piecewise linear in the draws: steps so small that no rank
				// changes, with 1e-15/1e-5 of rounding.
				d := difference(x, 0, j, 1e-5, func() float64 {
					v, err := calibrate.Eval(m, score, p.target, x.RawRowView(0), nil)
					if err != nil {
						t.Fatal(err)
					}
					return v
				})
				tol := 1e-6
				if name == "crps" {
					// A rank that does change moves the slope by 1/(S N) of two draws'.
					tol = 1e-3
				}
				within(t, name, grad[j], d, tol*math.Max(1, math.Abs(d)))
			}
		}
	}
}

// Fitting draws of N(mean, sd^2) to many observations finds their mean and sd, as
// closely as both samples tell.
func TestFitFindsTheLaw(t *testing.T) {
	const n, s, mean, sd = 1000, 40, 3, 0.5
	y := normals(1, 1, n, mean, sd).RawRowView(0)
	m := affine(normals(2, s, n, 0, 1))
	for name, score := range map[string]calibrate.Score{"crps": calibrate.MeanCRPS(calibrate.Fair), "energy": nil} {
		r, err := calibrate.Fit{Score: score}.Run(context.Background(), m, y, []float64{0, 0})
		if err != nil {
			t.Fatal(err)
		}
		// Standard errors sd/sqrt(n) = 0.016 and 1/sqrt(2n) = 0.022 by likelihood; the
		// scores are less efficient, and the draws add theirs.
		within(t, name+" mean", r.X[0], mean, 0.08)
		within(t, name+" log sd", r.X[1], math.Log(sd), 0.12)
	}
}

func TestFitOfHyperparameters(t *testing.T) {
	p := newPaths28(64, 256)
	from := []float64{0, math.Log(0.6)}
	r, err := calibrate.Fit{}.Run(context.Background(), p.model(), p.target, from)
	if err != nil {
		t.Fatal(err)
	}
	score := calibrate.EnergyScore(calibrate.Fair)
	start, _ := calibrate.Eval(p.model(), score, p.target, from, nil)
	grad := make([]float64, 2)
	end, _ := calibrate.Eval(p.model(), score, p.target, r.X, grad)
	if !r.Status.Converged() || end >= start {
		t.Errorf("from %g to %g: %v", start, end, r.Status)
	}
	within(t, "gradient", math.Hypot(grad[0], grad[1]), 0, 1e-3)
	// No better point on a grid around it.
	for _, a := range []float64{-0.05, 0, 0.05} {
		for _, b := range []float64{-0.05, 0, 0.05} {
			v, err := calibrate.Eval(p.model(), score, p.target, []float64{r.X[0] + a, r.X[1] + b}, nil)
			if err != nil || v < end-1e-9 {
				t.Errorf("score %g at (%g, %g) from the end's %g: %v", v, a, b, end, err)
			}
		}
	}
}

func TestFitFails(t *testing.T) {
	y, ctx := []float64{1}, context.Background()
	broken := errors.New("broken")
	none := func([]float64) (*mat.Dense, func([]float64, *mat.Dense), error) { return nil, nil, broken }
	if _, err := (calibrate.Fit{}).Run(ctx, none, y, []float64{0}); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	fixed := func(v float64) calibrate.Model {
		return func([]float64) (*mat.Dense, func([]float64, *mat.Dense), error) {
			return mat.NewDense(2, 1, []float64{0, v}), nil, nil
		}
	}
	var rough *calibrate.NoGradient
	if _, err := (calibrate.Fit{}).Run(ctx, fixed(1), y, []float64{0}); !errors.As(err, &rough) {
		t.Errorf("error %v", err)
	}
	var bad *calibrate.NotFinite
	if _, err := (calibrate.Fit{}).Run(ctx, fixed(math.Inf(1)), y, []float64{0}); !errors.As(err, &bad) || bad.Row != 1 {
		t.Errorf("error %v", err)
	}
	if v := calibrate.Objective(none, calibrate.EnergyScore(calibrate.Fair), y)([]float64{0}, nil); !math.IsNaN(v) {
		t.Errorf("an objective of %g where there are no draws", v)
	}
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	m := affine(normals(1, 4, 1, 0, 1))
	if _, err := (calibrate.Fit{}).Run(ctx, m, y, []float64{0, 0}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
