package hyper_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/ad"
	"matheron/gp"
	"matheron/hyper"
	"matheron/infer"
	"matheron/kernel"
	"matheron/ppl"
	"matheron/prob"
	"matheron/rng"
)

// hierarchy has a lengthscale whose logarithm has a level and a spread of its own.
func hierarchy(x *mat.Dense, y []float64) ppl.Model {
	ps := params(gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}}, gp.Noise(0.1), gp.Priors{
		gp.NoiseName: prob.LogNormal{Mu: -2, Sigma: 1},
	})
	return func(c *ppl.Context) {
		mu := c.Sample("mu", ppl.Of(prob.Normal{SD: 1}))
		tau := c.Sample("tau", ppl.Of(prob.HalfNormal{SD: 1}))
		level := c.Sample("log lengthscale", ppl.Normal(mu, tau))
		hyper.Factor(c, "obs", hyper.Sample(c, ps, hyper.Set("lengthscale", ad.Exp(level))), x, y)
	}
}

// The handlers of a target are a part of its program: with a site in its non-centred
// form, Posteriors once failed with "no value, and no key".
func TestPosteriorsOfANonCenteredTarget(t *testing.T) {
	x, y := mat.NewDense(4, 1, []float64{-1, 0, 1, 2}), []float64{0.2, 1.1, -0.9, 0.3}
	tg, err := ppl.NewTarget(hierarchy(x, y), rng.New(1), ppl.NonCentered("log lengthscale"))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(tg.Names(), "log lengthscale_standard") {
		t.Fatalf("sites %v", tg.Names())
	}
	draws, err := infer.NUTS{}.Run(context.Background(), tg, infer.Run{Key: rng.New(2), Warmup: 50, Draws: 10, Chains: 2})
	if err != nil {
		t.Fatal(err)
	}
	posts, err := hyper.Posteriors(context.Background(), tg, draws)
	if err != nil {
		t.Fatal(err)
	}
	if posts.Len() != draws.Len() {
		t.Fatalf("%d posteriors of %d draws", posts.Len(), draws.Len())
	}
	value := func(names []string, values []float64, name string) float64 { return values[slices.Index(names, name)] }
	for i, z := range draws.Points() {
		v := tg.Constrain(nil, z)
		of := func(name string) float64 { return value(tg.Names(), v, name) }
		want := math.Exp(of("mu") + of("tau")*of("log lengthscale_standard"))
		part, err := posts.Part(i)
		if err != nil {
			t.Fatal(err)
		}
		post := part.(*gp.Exact)
		l := post.Kernel().(kernel.RBF).Lengthscale.At(0)
		if math.Abs(l/want-1) > 1e-14 || post.Noise().At(0) != of(gp.NoiseName) {
			t.Errorf("draw %d: lengthscale %v, want %v; noise %v, want %v", i, l, want, post.Noise().At(0), of(gp.NoiseName))
		}
	}
	// The data of another table, with the same parameters.
	other, err := hyper.Posteriors(context.Background(), tg.WithModel(hierarchy(mat.NewDense(1, 1, []float64{3}), []float64{1})), hyper.Points(draws.Points()[:1]))
	if err != nil {
		t.Fatal(err)
	}
	if part, err := other.Part(0); err != nil || part.(*gp.Exact).Len() != 1 {
		t.Errorf("another table: %v, %v", part, err)
	}
	if _, err := hyper.Posteriors(context.Background(), tg, hyper.Points{}); err == nil {
		t.Error("a mixture of no draws")
	}
}

// Settings follow the rule of priors, and what they set is no site.
func TestSettingsFollowTheRule(t *testing.T) {
	ps := params(gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(1, 2, 3)}}, gp.Noise(0.1), gp.Priors{
		"variance": prob.HalfNormal{SD: 1}, "lengthscale[2]": prob.HalfNormal{SD: 1},
	})
	trace := new(ppl.Trace)
	err := ppl.Run(func(c *ppl.Context) {
		p := hyper.Sample(c, ps, hyper.Set("RBF.lengthscale[1]", c.Const(5)), hyper.Set("lengthscale", c.Const(6)), hyper.Set("variance", c.Const(7)))
		prior, noise := p.At()
		want := kernel.RBF{Variance: 7, Lengthscale: kernel.ARD(6, 5, 6)}
		_, got := kernel.Compile(prior.Kernel, nil, nil)
		_, theta := kernel.Compile(want, nil, nil)
		if !slices.Equal(got, theta) || noise.At(0) != 0.1 {
			t.Errorf("kernel %v, noise %v", prior.Kernel, noise)
		}
		if v := p.Value(gp.NoiseName); !v.IsConst() || v.Float() != 0.1 {
			t.Errorf("the noise is %v", v)
		}
		if v := p.Value("lengthscale[1]").Float(); v != 5 {
			t.Errorf("a lengthscale is %v", v)
		}
		defer func() {
			if r := recover(); r == nil || !strings.Contains(r.(string), "several") {
				t.Errorf("a value of several parameters: panic %v", r)
			}
		}()
		p.Value("lengthscale")
	}, nil, trace.Handler())
	if err != nil || len(trace.Sites) != 0 {
		t.Errorf("sites %v, error %v", trace.Sites, err)
	}
}

// amplitude is a kernel of a user's own, a^2 exp(-|x - y|), of one input.
type amplitude struct{ a float64 }

func (k amplitude) Cov(dst, x, y *mat.Dense) {
	n, m := dst.Dims()
	for i := range n {
		for j := range m {
			dst.Set(i, j, k.a*k.a*math.Exp(-math.Abs(x.At(i, 0)-y.At(j, 0))))
		}
	}
}

func (k amplitude) Diag(dst []float64, _ *mat.Dense) {
	for i := range dst {
		dst[i] = k.a * k.a
	}
}

func (k amplitude) Params() []kernel.Param {
	return []kernel.Param{{Name: "own.amplitude", Value: k.a, Upper: math.Inf(1)}}
}

func (amplitude) WithParams(theta []float64) kernel.Kernel { return amplitude{theta[0]} }

func (k amplitude) ParamGrad(dst []float64, w, _, x, y *mat.Dense) {
	n, m := w.Dims()
	for i := range n {
		for j := range m {
			dst[0] += w.At(i, j) * 2 * k.a * math.Exp(-math.Abs(x.At(i, 0)-y.At(j, 0)))
		}
	}
}

// sine is a mean of a user's own, scale sin x.
type sine struct{ scale float64 }

func (m sine) Eval(dst []float64, x *mat.Dense) {
	for i := range dst {
		dst[i] = m.scale * math.Sin(x.At(i, 0))
	}
}

func (m sine) InputGrad(dst, x *mat.Dense) {
	n, _ := x.Dims()
	for i := range n {
		dst.Set(i, 0, m.scale*math.Cos(x.At(i, 0)))
	}
}

func (m sine) Params() []kernel.Param {
	return []kernel.Param{{Name: "Mean.scale", Value: m.scale, Lower: math.Inf(-1), Upper: math.Inf(1)}}
}

func (sine) WithParams(beta []float64) gp.Mean { return sine{beta[0]} }

func (sine) ParamGrad(dst, w []float64, x *mat.Dense) {
	for i, v := range w {
		dst[0] += v * math.Sin(x.At(i, 0))
	}
}

// A kernel and a mean of one's own have parameters like others.
func TestKernelAndMeanOfOnesOwn(t *testing.T) {
	x, y := mat.NewDense(4, 1, []float64{-1, 0, 1, 2}), []float64{0.2, 1.1, -0.9, 0.3}
	ps := params(gp.Prior{Kernel: amplitude{1}, Mean: sine{1}}, gp.Noise(0.3), gp.Priors{
		"own.amplitude": prob.HalfNormal{SD: 1}, "scale": prob.Normal{SD: 2},
	})
	tg := target(t, func(c *ppl.Context) { hyper.Factor(c, "obs", hyper.Sample(c, ps), x, y) })
	if got := strings.Join(tg.Names(), " "); got != "own.amplitude Mean.scale" {
		t.Fatalf("sites %q", got)
	}
	density := func(z []float64) float64 {
		a := math.Exp(z[0])
		v, err := gp.NewEvidence(x, y).Eval(gp.Prior{Kernel: amplitude{a}, Mean: sine{z[1]}}, gp.Noise(0.3))
		if err != nil {
			t.Fatal(err)
		}
		return v + prob.HalfNormal{SD: 1}.LogProb(a) + z[0] + prob.Normal{SD: 2}.LogProb(z[1])
	}
	at, grad := []float64{0.3, -0.6}, make([]float64, 2)
	if got, want := tg.LogProbGrad(grad, at), density(at); math.Abs(got-want) > 1e-12*math.Abs(want) {
		t.Errorf("log density %v, want %v", got, want)
	}
	for i := range at {
		const h = 1e-5 // h^2 of a third derivative
		up, down := slices.Clone(at), slices.Clone(at)
		up[i] += h
		down[i] -= h
		if d := (density(up) - density(down)) / (2 * h); math.Abs(grad[i]-d) > 1e-7*math.Max(1, math.Abs(d)) {
			t.Errorf("derivative %d is %v, central difference %v", i, grad[i], d)
		}
	}
}
