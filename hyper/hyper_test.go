package hyper_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/ad"
	"matheron/gp"
	"matheron/hyper"
	"matheron/infer"
	"matheron/infer/diag"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/pathwise/pathtest"
	"matheron/ppl"
	"matheron/prob"
	"matheron/rng"
)

// quadrature is the exact posterior of the two hyperparameters of the worked
// example, made with JAX and a grid of 201 x 201.
type quadrature struct {
	X           [][]float64 `json:"X"`
	Y           []float64   `json:"y"`
	Noise       float64     `json:"noise_variance"`
	Jitter      float64     `json:"jitter"`
	Variance    [2]float64  `json:"variance"`
	Lengthscale [2]float64  `json:"lengthscale"`
}

func loadQuadrature(t testing.TB) (q quadrature, x *mat.Dense) {
	t.Helper()
	b, err := os.ReadFile("testdata/hyperposterior.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &q); err != nil {
		t.Fatal(err)
	}
	x = mat.NewDense(len(q.Y), 1, nil)
	for i, row := range q.X {
		x.SetRow(i, row)
	}
	return q, x
}

func (q quadrature) model(x *mat.Dense) ppl.Model {
	ps := params(gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.3)}, Jitter: q.Jitter}, gp.Noise(q.Noise), gp.Priors{
		"variance":    prob.LogNormal{Mu: 0, Sigma: 0.3},
		"lengthscale": prob.LogNormal{Mu: math.Log(0.3), Sigma: 0.3},
	})
	return func(c *ppl.Context) { hyper.Factor(c, "obs", hyper.Sample(c, ps), x, q.Y) }
}

// params returns parameters that are right.
func params(p gp.Prior, noise gp.NoiseVariance, priors gp.Priors) *gp.Parameters {
	ps, err := gp.NewParameters(p, noise, gp.ParameterOptions{Priors: priors.List()})
	if err != nil {
		panic(err)
	}
	return ps
}

func target(t testing.TB, m ppl.Model) *ppl.Target {
	t.Helper()
	out, err := ppl.NewTarget(m, rng.New(0))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The density is that of the evidence and the priors, with the Jacobian of the
// logarithm, and so is its gradient.
func TestFactorIsTheEvidence(t *testing.T) {
	q, x := loadQuadrature(t)
	tg := target(t, q.model(x))
	if names := strings.Join(tg.Names(), " "); names != "RBF.variance RBF.lengthscale" {
		t.Fatalf("sites %q", names)
	}
	at := []float64{0.2, -1.3}
	grad := make([]float64, 2)
	got := tg.LogProbGrad(grad, at)
	want := func(z []float64) float64 {
		v, l := math.Exp(z[0]), math.Exp(z[1])
		ev, err := gp.NewEvidence(x, q.Y).Eval(gp.Prior{Kernel: kernel.RBF{Variance: v, Lengthscale: kernel.Shared(l)}, Jitter: q.Jitter}, gp.Noise(q.Noise))
		if err != nil {
			t.Fatal(err)
		}
		return ev + prob.LogNormal{Mu: 0, Sigma: 0.3}.LogProb(v) + z[0] + prob.LogNormal{Mu: math.Log(0.3), Sigma: 0.3}.LogProb(l) + z[1]
	}
	if d := math.Abs(got - want(at)); d > 1e-10*math.Abs(got) {
		t.Errorf("log density %v, want %v", got, want(at))
	}
	for i := range at {
		const h = 1e-5
		up, down := append([]float64(nil), at...), append([]float64(nil), at...)
		up[i] += h
		down[i] -= h
		// The error of a central difference is about h^2 and eps/h of the value.
		if d := (want(up) - want(down)) / (2 * h); math.Abs(grad[i]-d) > 1e-6*math.Max(1, math.Abs(d)) {
			t.Errorf("gradient %d is %v, central difference %v", i, grad[i], d)
		}
	}
}

// sample runs NUTS on the worked example.
func sample(t *testing.T, chains, warmup, draws int, key uint64) (*ppl.Target, *infer.Draws, quadrature, *mat.Dense) {
	t.Helper()
	q, x := loadQuadrature(t)
	tg := target(t, q.model(x))
	d, err := infer.NUTS{TargetAccept: 0.9}.Run(context.Background(), tg, infer.Run{Key: rng.New(key), Warmup: warmup, Draws: draws, Chains: chains})
	if err != nil {
		t.Fatal(err)
	}
	return tg, d, q, x
}

func checkHyperposterior(t *testing.T, tg *ppl.Target, d *infer.Draws, q quadrature, sdTol float64) {
	t.Helper()
	if n := d.Divergences(); n != 0 {
		t.Errorf("%d divergences", n)
	}
	elements := d.Values()
	for j, want := range [][2]float64{q.Variance, q.Lengthscale} {
		chains := elements[j]
		mean := average(chains)
		sd := math.Sqrt(average(square(chains, mean)))
		if e := diag.MCSEMean(chains); math.Abs(mean-want[0]) > 4*e {
			t.Errorf("%s: mean %v, quadrature %v, Monte Carlo error %v", tg.Names()[j], mean, want[0], e)
		}
		if math.Abs(sd-want[1]) > sdTol*want[1] {
			t.Errorf("%s: sd %v, quadrature %v", tg.Names()[j], sd, want[1])
		}
		if r := diag.RHat(chains); r > 1.01 {
			t.Errorf("%s: R-hat %v", tg.Names()[j], r)
		}
	}
}

// Four chains of 500 + 2,000. An ESS of some 3,000 gives an sd to 1/sqrt(6000) =
// 1.3%: 5% is four of these.
func TestHyperposterior(t *testing.T) {
	tg, d, q, _ := sample(t, 4, 500, 2000, 2)
	checkHyperposterior(t, tg, d, q, 0.05)
}

// exactPart returns part i of a mixture of exact posteriors.
func exactPart(t *testing.T, m *gp.Mixture, i int) *gp.Exact {
	t.Helper()
	p, err := m.Part(i)
	if err != nil {
		t.Fatal(err)
	}
	return p.(*gp.Exact)
}

// Each posterior has the parameters of its draw, and no other.
func TestPosteriorsHaveTheirDraws(t *testing.T) {
	q, x := loadQuadrature(t)
	m := q.model(x)
	tg := target(t, m)
	draws := [][]float64{{0.1, -1}, {-0.3, -1.4}, {0.4, -0.9}}
	posts, err := hyper.Posteriors(context.Background(), tg, hyper.Points(draws))
	if err != nil {
		t.Fatal(err)
	}
	for i := range posts.Len() {
		p := exactPart(t, posts, i)
		k := p.Kernel().(kernel.RBF)
		if math.Abs(math.Log(k.Variance)-draws[i][0]) > 1e-14 || math.Abs(math.Log(k.Lengthscale.At(0))-draws[i][1]) > 1e-14 {
			t.Errorf("posterior %d has %+v, its draw is %v", i, k, draws[i])
		}
		if p.Jitter() != q.Jitter || p.Noise().At(0) != q.Noise {
			t.Errorf("posterior %d has jitter %v and noise %v", i, p.Jitter(), p.Noise())
		}
	}
	if _, err := hyper.Posteriors(context.Background(), tg, hyper.Points(draws), "other"); err == nil || !strings.Contains(err.Error(), `"other"`) {
		t.Errorf("a site that is not there: %v", err)
	}
	mix, err := pathwise.Sampler{Posterior: posts, Features: 64}.Draw(rng.New(4), 7)
	if err != nil {
		t.Fatal(err)
	}
	// floor(s 3/7) for s = 0 ... 6 is 0 0 0 1 1 2 2.
	for i, want := range []int{3, 2, 2} {
		if n := mix.Parts()[i].Len(); n != want {
			t.Errorf("posterior %d has %d paths, want %d", i, n, want)
		}
		for j, p := range kernel.Params(mix.Parts()[i].Kernel()) {
			if want := kernel.Params(exactPart(t, posts, i).Kernel())[j]; p != want {
				t.Errorf("part %d has %+v, want %+v", i, p, want)
			}
		}
	}
	grid := mat.NewDense(6, 1, []float64{-1.9, -1, -0.2, 0.4, 1.1, 1.8})
	pathtest.Test(t, mix, pathtest.Options{Points: grid})
}

// With fewer functions than posteriors, function s is of posterior
// floor(s posteriors/n), and the others are not made.
func TestDrawMakesThePosteriorsThatItNeeds(t *testing.T) {
	q, x := loadQuadrature(t)
	m := q.model(x)
	posts, err := hyper.Posteriors(context.Background(), target(t, m), hyper.Points{{0, -1}, {0.1, -1}, {0.2, -1}, {0.3, -1}, {0.4, -1}})
	if err != nil {
		t.Fatal(err)
	}
	var made sync.Map
	lazy := gp.LazyMixture(5, 1, func(i int) (gp.Posterior, error) {
		made.Store(i, true)
		return posts.Part(i)
	})
	mix, err := pathwise.Sampler{Posterior: lazy, Features: 8}.Draw(rng.New(4), 3)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		if _, ok := made.Load(i); ok != (i == 0 || i == 1 || i == 3) {
			t.Errorf("posterior %d was made: %v", i, ok)
		}
	}
	whole, err := pathwise.Sampler{Posterior: posts, Features: 8}.Draw(rng.New(4), 3)
	if err != nil {
		t.Fatal(err)
	}
	at := mat.NewDense(2, 1, []float64{0.1, 1})
	if !mat.Equal(mix.Eval(at), whole.Eval(at)) {
		t.Error("Draw has other functions")
	}
	fails := errors.New("no posterior")
	lazy = gp.LazyMixture(5, 1, func(int) (gp.Posterior, error) { return nil, fails })
	if _, err := (pathwise.Sampler{Posterior: lazy, Features: 8}).Draw(rng.New(4), 3); !errors.Is(err, fails) {
		t.Errorf("error %v", err)
	}
}

func TestFewerPathsThanDraws(t *testing.T) {
	q, x := loadQuadrature(t)
	m := q.model(x)
	posts, err := hyper.Posteriors(context.Background(), target(t, m), hyper.Points{{0, -1}, {0.1, -1}, {0.2, -1}})
	if err != nil {
		t.Fatal(err)
	}
	mix, err := pathwise.Sampler{Posterior: posts, Features: 8}.Draw(rng.New(4), 2)
	if err != nil {
		t.Fatal(err)
	}
	if mix.Len() != 2 || len(mix.Parts()) != 2 {
		t.Errorf("%d paths in %d parts, want 2 in 2", mix.Len(), len(mix.Parts()))
	}
}

// A sampled noise, ARD names, and parameters that stay.
func TestNamesAndSampledNoise(t *testing.T) {
	x := mat.NewDense(4, 2, []float64{0, 1, 1, 0, 2, 1, 3, 3})
	y := []float64{1, 0, 2, 1}
	ps := params(gp.Prior{Kernel: kernel.RBF{Variance: 2, Lengthscale: kernel.ARD(1, 1)}}, gp.Noise(1), gp.Priors{
		"lengthscale":    prob.LogNormal{Mu: 0, Sigma: 1},
		"lengthscale[1]": prob.Gamma{Shape: 2, Rate: 1},
		gp.NoiseName:     prob.HalfNormal{SD: 1},
	})
	m := func(c *ppl.Context) { hyper.Factor(c, "obs", hyper.Sample(c, ps), x, y) }
	tg := target(t, m)
	if got := strings.Join(tg.Names(), " "); got != "RBF.lengthscale[0] RBF.lengthscale[1] noise_variance" {
		t.Fatalf("sites %q", got)
	}
	at, grad := []float64{0.1, -0.2, -1}, make([]float64, 3)
	v := tg.LogProbGrad(grad, at)
	l0, l1, n := math.Exp(0.1), math.Exp(-0.2), math.Exp(-1.0)
	ev, err := gp.NewEvidence(x, y).Eval(gp.Prior{Kernel: kernel.RBF{Variance: 2, Lengthscale: kernel.ARD(l0, l1)}}, gp.Noise(n))
	if err != nil {
		t.Fatal(err)
	}
	want := ev + prob.LogNormal{Mu: 0, Sigma: 1}.LogProb(l0) + 0.1 + prob.Gamma{Shape: 2, Rate: 1}.LogProb(l1) - 0.2 + prob.HalfNormal{SD: 1}.LogProb(n) - 1
	if math.Abs(v-want) > 1e-10*math.Abs(want) {
		t.Errorf("log density %v, want %v", v, want)
	}
	for i := range at {
		const h = 1e-5
		up, down := append([]float64(nil), at...), append([]float64(nil), at...)
		up[i] += h
		down[i] -= h
		if d := (tg.LogProbGrad(nil, up) - tg.LogProbGrad(nil, down)) / (2 * h); math.Abs(grad[i]-d) > 1e-6*math.Max(1, math.Abs(d)) {
			t.Errorf("gradient %d is %v, central difference %v", i, grad[i], d)
		}
	}
}

// What parameters do to a covariance is a density of zero; what is wrong with the
// data fails the site.
func TestFactorFailures(t *testing.T) {
	x, y := mat.NewDense(3, 1, []float64{0, 0, 1}), []float64{1, 2, 3}
	model := func(y []float64, noise float64) ppl.Model {
		ps, err := gp.NewParameters(gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}}, gp.Noise(noise), gp.ParameterOptions{
			Priors: gp.Priors{"variance": prob.LogNormal{Mu: 0, Sigma: 1}}.List(),
			Fixed:  []string{gp.NoiseName},
		})
		if err != nil {
			t.Fatal(err)
		}
		return func(c *ppl.Context) { hyper.Factor(c, "obs", hyper.Sample(c, ps), x, y) }
	}
	if _, err := ppl.NewTarget(model(y, 0), rng.New(0)); err == nil || !strings.Contains(err.Error(), "obs") || !strings.Contains(err.Error(), "rows 1 and 2") {
		t.Errorf("equal inputs without noise: %v", err)
	}
	if _, err := ppl.NewTarget(model([]float64{1, math.NaN(), 3}, 1), rng.New(0)); err == nil || !strings.Contains(err.Error(), "row 2") {
		t.Errorf("a target that is NaN: %v", err)
	}
	tg := target(t, model(y, 1))
	if v := tg.LogProbGrad(make([]float64, 1), []float64{800}); !math.IsInf(v, -1) {
		t.Errorf("log density %v where the variance overflows, want -Inf", v)
	}
	// Readings of 1 and 2 at one input, with a noise of 1e-6: of their evidence rounding
	// leaves nothing beside a variance of 1e7, and all beside one of 1.
	tg = target(t, model(y, 1e-6))
	if v := tg.LogProbGrad(make([]float64, 1), []float64{math.Log(1e7)}); !math.IsInf(v, -1) {
		t.Errorf("log density %v where rounding leaves nothing of it, want -Inf", v)
	}
	if v := tg.LogProbGrad(make([]float64, 1), []float64{0}); math.IsInf(v, 0) {
		t.Errorf("log density %v beside a variance of 1", v)
	}
}

func TestSettingsOfUnknownParametersPanic(t *testing.T) {
	ps := params(gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}}, gp.Noise(1), nil)
	for want, set := range map[string]func(c *ppl.Context){
		"RBF.variance": func(c *ppl.Context) { hyper.Sample(c, ps, hyper.Set("lenghtscale", c.Const(1))) },
		"no value":     func(c *ppl.Context) { hyper.Sample(c, ps, hyper.Set("lengthscale", ad.Value{})) },
		"period":       func(c *ppl.Context) { hyper.Sample(c, ps).Value("period") },
	} {
		if err := ppl.Run(set, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
}
