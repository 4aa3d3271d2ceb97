package emulate_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/emulate"
	"matheron/function"
	"matheron/infer"
	"matheron/kernel"
	"matheron/prob"
	"matheron/rng"
)

// decay is a surrogate over (u, time) of two outputs, and an inversion of three
// observations of each.
func decay(t testing.TB, n int) (emulate.Inversion, []function.Functions, [][]function.GradFunction) {
	x := mat.NewDense(12, 2, nil)
	y := [2][]float64{make([]float64, 12), make([]float64, 12)}
	for i := range 12 {
		u, c := 0.3+float64(i%4), 0.5*float64(i/4)
		x.SetRow(i, []float64{u, c})
		y[0][i], y[1][i] = math.Exp(-u*c), math.Sin(u+c)
	}
	v := emulate.Inversion{
		Prior:      emulate.Independent{prob.Normal{Mean: 1.5, SD: 0.8}},
		Likelihood: emulate.Normal{Y: []float64{0.9, 0.5, 0.2, 1, 0.8, 0.6}, Variance: []float64{0.02, 0.02, 0.03, 0.1, 0.1, 0.2}},
		Settings:   mat.NewDense(3, 1, []float64{0.1, 0.5, 1}),
	}
	k := kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(1, 0.8)}
	a, b := draw(t, k, x, y[0], 1e-3, 48, n, 5), draw(t, k, x, y[1], 1e-3, 48, n, 6)
	return v, []function.Functions{a, b}, [][]function.GradFunction{function.Members(a), function.Members(b)}
}

// checkGradient compares a target's gradient with central differences at x.
func checkGradient(t *testing.T, name string, target emulate.Target, x []float64) {
	t.Helper()
	g, scrap := make([]float64, len(x)), make([]float64, len(x))
	lp := target.LogProbGrad(g, x)
	for d := range x {
		// Truncation h² f'''/6 and rounding eps |f| / h are both below 1e-8 here.
		const h = 1e-5
		y := append([]float64(nil), x...)
		y[d] = x[d] + h
		up := target.LogProbGrad(scrap, y)
		y[d] = x[d] - h
		down := target.LogProbGrad(scrap, y)
		want := (up - down) / (2 * h)
		if math.Abs(g[d]-want) > 1e-6*math.Max(1, math.Max(math.Abs(want), math.Abs(lp))) {
			t.Errorf("%s: gradient %d at %v is %v, differences give %v", name, d, x, g[d], want)
		}
	}
}

func TestGradients(t *testing.T) {
	v, draws, paths := decay(t, 6)
	m, err := v.Marginal(draws...)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range []float64{-0.5, 0.7, 1.4, 3.2} {
		for s, target := range v.OnPaths(paths...) {
			checkGradient(t, "path "+string(rune('0'+s)), target, []float64{u})
		}
		checkGradient(t, "marginal", m, []float64{u})
	}
	box := emulate.InBox(m, []float64{0.3}, []float64{3.3})
	for _, z := range []float64{-6, -0.3, 0, 2} {
		checkGradient(t, "box", box, []float64{z})
	}
}

// eachAlone hides the ability of paths to give the gradient of a sum.
type eachAlone struct {
	function.Functions
	function.Grader
}

// The gradient is the same by sums of the draws and by each of them.
func TestMarginalBySumsAndByEach(t *testing.T) {
	v, draws, _ := decay(t, 6)
	sums, err := v.Marginal(draws...)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := draws[0].(function.SumGrader); !ok {
		t.Fatal("paths have no gradient of a sum")
	}
	each, err := v.Marginal(eachAlone{draws[0], draws[0].(function.Grader)}, eachAlone{draws[1], draws[1].(function.Grader)})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range []float64{-0.5, 0.7, 1.4, 3.2} {
		a, b := make([]float64, 1), make([]float64, 1)
		la, lb := sums.LogProbGrad(a, []float64{u}), each.LogProbGrad(b, []float64{u})
		// The same sums in another order.
		if la != lb || math.Abs(a[0]-b[0]) > 1e-10*math.Max(1, math.Abs(b[0])) {
			t.Errorf("at %v: %v with gradient %v, and %v with %v", u, la, a[0], lb, b[0])
		}
	}
}

// The marginal likelihood is the mean of the paths' likelihoods, and both are those
// that the batch gives.
func TestLikelihoodsAgree(t *testing.T) {
	v, draws, paths := decay(t, 6)
	m, err := v.Marginal(draws...)
	if err != nil {
		t.Fatal(err)
	}
	us := grid(0, 3, 5)
	l := v.LogLikelihoods(us, draws...)
	g := make([]float64, 1)
	for i := range 5 {
		u := us.RawRowView(i)
		prior := v.Prior.LogProbGrad(g, u)
		sum := 0.0
		for s, target := range v.OnPaths(paths...) {
			// Another order of sums in the paths, times their variances' inverse.
			if got := target.LogProbGrad(g, u) - prior; math.Abs(got-l.At(s, i)) > 1e-9*math.Max(1, math.Abs(got)) {
				t.Errorf("path %d at %v: %v alone, %v together", s, u, got, l.At(s, i))
			}
			sum += math.Exp(l.At(s, i)) / 6
		}
		if got := m.LogProbGrad(g, u) - prior; math.Abs(got-math.Log(sum)) > 1e-9*math.Max(1, math.Abs(got)) {
			t.Errorf("marginal at %v: %v, want %v", u, got, math.Log(sum))
		}
		for s, w := range m.Weights(u) {
			if want := math.Exp(l.At(s, i)) / (6 * sum); math.Abs(w-want) > 1e-9 {
				t.Errorf("weight %d at %v is %v, want %v", s, u, w, want)
			}
		}
	}
}

// Lines a_s u with a normal prior and normal noise have a normal posterior a path.
func TestPathPosteriorIsTheClosedForm(t *testing.T) {
	l := &slopes{a: []float64{0.5, 1, 2}}
	v := emulate.Inversion{
		Prior:      emulate.Independent{prob.Normal{Mean: 1, SD: 2}},
		Likelihood: emulate.Normal{Y: []float64{3}, Variance: []float64{0.5}},
	}
	for s, target := range v.OnPaths(function.Members(l)) {
		a := l.a[s]
		precision := 1/4.0 + a*a/0.5
		mean := (1/4.0 + a*3/0.5) / precision
		g := make([]float64, 1)
		for _, u := range []float64{-3, 0, 2.5} {
			target.LogProbGrad(g, []float64{u})
			if want := -precision * (u - mean); math.Abs(g[0]-want) > 1e-12*math.Abs(want) {
				t.Errorf("path %d: gradient %v at %v, want %v", s, g[0], u, want)
			}
		}
	}
}

// quadrature returns the mean and SD of exp(log p) over the rows of an even grid.
func quadrature(us *mat.Dense, logp func(i int) float64) (mean, sd, logZ float64) {
	n, _ := us.Dims()
	top := math.Inf(-1)
	l := make([]float64, n)
	for i := range l {
		l[i] = logp(i)
		top = math.Max(top, l[i])
	}
	var z, m1, m2 float64
	for i, v := range l {
		w, u := math.Exp(v-top), us.At(i, 0)
		z, m1, m2 = z+w, m1+w*u, m2+w*u*u
	}
	return m1 / z, math.Sqrt(m2/z - m1*m1/z/z), top + math.Log(z)
}

// NUTS on each path, pooled, and on the marginal, against quadrature over the input.
func TestInferenceAgainstQuadrature(t *testing.T) {
	const paths = 4
	v, draws, fs := decay(t, paths)
	us := grid(-2, 5, 1401)
	l := v.LogLikelihoods(us, draws...)
	g := make([]float64, 1)
	prior := func(i int) float64 { return v.Prior.LogProbGrad(g, us.RawRowView(i)) }

	ctx := context.Background()
	var mean, m2, z [paths]float64
	all := make([]*mat.Dense, paths)
	targets := v.OnPaths(fs...)
	for s, target := range targets {
		run, err := infer.NUTS{}.Run(ctx, target, infer.Run{Key: rng.New(1).Split(s), Warmup: 200, Draws: 500, Chains: 1, Init: [][]float64{{1.5}}})
		if err != nil {
			t.Fatal(err)
		}
		all[s] = run.Rows()
		var sd float64
		mean[s], sd, z[s] = quadrature(us, func(i int) float64 { return prior(i) + l.At(s, i) })
		m2[s] = sd*sd + mean[s]*mean[s]
	}
	check := func(name string, gotMean, gotSD, mean, sd, ess float64) {
		t.Helper()
		// 4 Monte Carlo errors; that of an SD is sd / sqrt(2 n), and kurtosis at most
		// doubles it here.
		if math.Abs(gotMean-mean) > 4*sd/math.Sqrt(ess) || math.Abs(gotSD-sd) > 8*sd/math.Sqrt(2*ess) {
			t.Errorf("%s: %.4f +- %.4f, quadrature %.4f +- %.4f", name, gotMean, gotSD, mean, sd)
		}
	}
	// NUTS in one dimension has an ESS of some 0.4 of the draws.
	const ess = 0.3 * 500 * paths
	combine := func(w []float64) (m, sd float64) {
		var second float64
		for s := range w {
			m += w[s] * mean[s]
			second += w[s] * m2[s]
		}
		return m, math.Sqrt(second - m*m)
	}
	equal := emulate.Pool(all, nil)
	m, sd := combine([]float64{0.25, 0.25, 0.25, 0.25})
	check("pooled", equal.Mean[0], equal.SD[0], m, sd, ess)
	if d := equal.Within[0] + equal.Between[0] - equal.SD[0]*equal.SD[0]; math.Abs(d) > 1e-12 {
		t.Errorf("within and between do not add up: %v", d)
	}

	// With each path's evidence as its weight the pool is the marginal posterior.
	weights, total := make([]float64, paths), 0.0
	for s := range weights {
		weights[s] = math.Exp(z[s] - z[0])
		total += weights[s]
	}
	weighted := emulate.Pool(all, weights)
	target, err := v.Marginal(draws...)
	if err != nil {
		t.Fatal(err)
	}
	run, err := infer.NUTS{}.Run(ctx, target, infer.Run{Key: rng.New(2), Warmup: 200, Draws: 1000, Chains: 2, Init: [][]float64{{1.5}}})
	if err != nil {
		t.Fatal(err)
	}
	marginal := emulate.Pool([]*mat.Dense{run.Rows()}, nil)
	m, sd, _ = quadrature(us, func(i int) float64 { return target.LogProbGrad(g, us.RawRowView(i)) })
	check("marginal", marginal.Mean[0], marginal.SD[0], m, sd, ess)
	size := 0.0
	for s := range weights {
		weights[s] /= total
		size += weights[s] * weights[s]
	}
	check("weighted pool", weighted.Mean[0], weighted.SD[0], m, sd, 0.3*500/size)
	if wm, wsd := combine(weights); math.Abs(wm-m) > 1e-6 || math.Abs(wsd-sd) > 1e-6 {
		t.Errorf("quadrature by path %.6f +- %.6f, of the marginal %.6f +- %.6f", wm, wsd, m, sd)
	}
}

// Of a Gaussian process the likelihood over its draws is known: N(y; m(u), v(u) +
// noise), which the mean over many paths comes to.
func TestMarginalIsTheProcess(t *testing.T) {
	const n, y, noise = 4000, 0.4, 0.05
	paths := draw(t, kernel.Linear{Variance: []float64{1}, Bias: 0.5}, grid(-1, 1, 3), []float64{-0.5, 0.1, 0.9}, 0.2, 0, n, 21)
	post, err := paths.Posterior()
	if err != nil {
		t.Fatal(err)
	}
	v := emulate.Inversion{
		Prior:      emulate.Independent{prob.Normal{SD: 1}},
		Likelihood: emulate.Normal{Y: []float64{y}, Variance: []float64{noise}},
	}
	m, err := v.Marginal(paths)
	if err != nil {
		t.Fatal(err)
	}
	us := grid(-2, 2, 9)
	l, g := v.LogLikelihoods(us, paths), make([]float64, 1)
	mean, variance := post.Mean(nil, us), post.Variance(nil, us)
	for i, f := range mean {
		u := us.RawRowView(i)
		got := math.Exp(m.LogProbGrad(g, u) - v.Prior.LogProbGrad(g, u))
		want := math.Exp(prob.Normal{Mean: f, SD: math.Sqrt(variance[i] + noise)}.LogProb(y))
		squares := 0.0
		for s := range n {
			squares += math.Exp(2*l.At(s, i)) / n
		}
		// 4 standard errors of the mean of the paths' likelihoods.
		if se := math.Sqrt((squares - got*got) / n); math.Abs(got-want) > 4*se || se > 0.1*want {
			t.Errorf("likelihood %v at %v, of the process %v (standard error %v)", got, u, want, se)
		}
	}
}

func TestMarginalSameBits(t *testing.T) {
	v, draws, _ := decay(t, 6)
	m, err := v.Marginal(draws...)
	if err != nil {
		t.Fatal(err)
	}
	g1, g2 := make([]float64, 1), make([]float64, 1)
	a := m.LogProbGrad(g1, []float64{1.1})
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if b := m.LogProbGrad(g2, []float64{1.1}); a != b || g1[0] != g2[0] {
		t.Errorf("%v and %v with many processors, %v and %v with one", a, g1[0], b, g2[0])
	}
}

func TestMarginalRefusesWithoutGradient(t *testing.T) {
	v := emulate.Inversion{Prior: emulate.Independent{prob.Normal{SD: 1}}, Likelihood: emulate.Normal{Y: []float64{1}, Variance: []float64{1}}}
	rough := draw(t, kernel.Matern12{Variance: 1, Lengthscale: kernel.Shared(1)}, grid(0, 1, 3), []float64{0, 1, 2}, 0.1, 16, 2, 1)
	for name, d := range map[string]function.Functions{"no such ability": &slopes{a: []float64{1}}, "Matern12": rough} {
		_, err := v.Marginal(d)
		var none *emulate.NoGradientError
		if !errors.As(err, &none) || none.Output != 0 || !strings.HasPrefix(err.Error(), "output 0: ") {
			t.Errorf("%s: error %v", name, err)
		}
		// Likelihoods need none.
		if l := v.LogLikelihoods(grid(0, 1, 3), d); math.IsNaN(l.At(0, 2)) {
			t.Errorf("%s: likelihood %v", name, l)
		}
	}
}

func TestOutsideIsMinusInf(t *testing.T) {
	l := &slopes{a: []float64{math.NaN(), 1}}
	v := emulate.Inversion{
		Prior:      emulate.Independent{prob.Uniform{Lower: 0, Upper: 1}},
		Likelihood: emulate.Normal{Y: []float64{3}, Variance: []float64{0.5}},
	}
	g := []float64{7}
	if lp := v.OnPath(l.Path(1)).LogProbGrad(g, []float64{2}); !math.IsInf(lp, -1) || g[0] != 0 {
		t.Errorf("outside of the prior: %v, gradient %v", lp, g)
	}
	if lp := v.OnPath(l.Path(0)).LogProbGrad(g, []float64{0.5}); !math.IsInf(lp, -1) || g[0] != 0 {
		t.Errorf("a simulator of NaN: %v, gradient %v", lp, g)
	}
}

// The density of a boxed uniform is that of a logistic variable, and both ways of
// the transform agree.
func TestBox(t *testing.T) {
	box := emulate.InBox(emulate.Independent{prob.Uniform{Lower: -1, Upper: 3}}, []float64{-1}, []float64{3})
	g := make([]float64, 1)
	for _, z := range []float64{-30, -2, 0.1, 5} {
		want := -math.Abs(z) - 2*math.Log1p(math.Exp(-math.Abs(z)))
		if lp := box.LogProbGrad(g, []float64{z}); math.Abs(lp-want) > 1e-12*math.Max(1, math.Abs(want)) {
			t.Errorf("log density %v at %v, want %v", lp, z, want)
		}
	}
	for _, x := range []float64{-0.999, 0, 2.9} {
		if got := box.Input(nil, box.Coordinate(nil, []float64{x}))[0]; math.Abs(got-x) > 1e-14 {
			t.Errorf("%v comes back as %v", x, got)
		}
	}
}

func TestPoolQuantile(t *testing.T) {
	p := emulate.Pool([]*mat.Dense{mat.NewDense(2, 1, []float64{1, 3}), mat.NewDense(1, 1, []float64{2})}, []float64{1, 1})
	// Weights 1/4, 1/2, 1/4 of 1, 2, 3 stand at 1/8, 1/2 and 7/8.
	for prob, want := range map[float64]float64{0: 1, 0.125: 1, 0.3125: 1.5, 0.5: 2, 0.875: 3, 1: 3} {
		if got := p.Quantile(0, prob); math.Abs(got-want) > 1e-15 {
			t.Errorf("quantile %v is %v, want %v", prob, got, want)
		}
	}
	if p.Mean[0] != 2 || p.Between[0] != 0 || p.Within[0] != 0.5 {
		t.Errorf("moments %+v", p)
	}
	// Three paths of means 1, 2, 6: sd of the means sqrt(7), over sqrt(3).
	one := func(v float64) *mat.Dense { return mat.NewDense(1, 1, []float64{v}) }
	p = emulate.Pool([]*mat.Dense{one(1), one(2), one(6)}, nil)
	if math.Abs(p.StandardError[0]-math.Sqrt(7.0/3)) > 1e-15 || math.Abs(p.Between[0]-14.0/3) > 1e-14 {
		t.Errorf("standard error %v, variance between %v", p.StandardError[0], p.Between[0])
	}
}

func TestInversionMisuse(t *testing.T) {
	l := &slopes{a: []float64{1, 2}}
	prior, like := emulate.Independent{prob.Normal{SD: 1}}, emulate.Normal{Y: []float64{1}, Variance: []float64{1}}
	good := emulate.Inversion{Prior: prior, Likelihood: like}
	for name, f := range map[string]func(){
		"no prior":           func() { emulate.Inversion{Likelihood: like}.OnPath(l.Path(0)) },
		"no output":          func() { good.OnPath() },
		"inputs of draws":    func() { emulate.Inversion{prior, like, grid(0, 1, 2)}.LogLikelihoods(grid(0, 1, 2), l) },
		"number of draws":    func() { good.LogLikelihoods(grid(0, 1, 2), l, &slopes{a: []float64{1}}) },
		"columns":            func() { good.LogLikelihoods(mat.NewDense(1, 2, nil), l) },
		"point":              func() { good.OnPath(l.Path(0)).LogProbGrad([]float64{0}, []float64{0, 1}) },
		"observations":       func() { good.OnPath(l.Path(0), l.Path(1)).LogProbGrad([]float64{0}, []float64{0}) },
		"variance":           func() { emulate.Normal{[]float64{1}, []float64{0}}.LogProbGrad([]float64{0}, []float64{0}) },
		"box":                func() { emulate.InBox(prior, []float64{1}, []float64{1}) },
		"outside of the box": func() { emulate.InBox(prior, []float64{0}, []float64{1}).Coordinate(nil, []float64{1}) },
		"pool":               func() { emulate.Pool(nil, nil) },
		"pool weights":       func() { emulate.Pool([]*mat.Dense{grid(0, 1, 2)}, []float64{-1}) },
		"paths":              func() { good.OnPaths(function.Members(l), function.Members(l)[:1]) },
	} {
		if m := panics(f); !strings.HasPrefix(m, "emulate: ") {
			t.Errorf("%s: panic %q", name, m)
		}
	}
}
