package sparse

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/optimize"
	"matheron/prob"
	"matheron/progress"
	"matheron/rng"
)

// fitted is a table drawn from a known process, and its prior with a mean.
func fitted(n int) (gp.Prior, *mat.Dense, []float64) {
	x := randomInputs(5, n, 1)
	r := rng.New(3).Rand()
	y := make([]float64, n)
	for i := range y {
		y[i] = 2 + math.Sin(3*x.At(i, 0)) + 0.2*r.NormFloat64()
	}
	return gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}, Mean: gp.Constant{}}, x, y
}

// With enough inducing inputs the collapsed bound is the evidence, so that the
// fit's top is that of maximum evidence.
func TestFitCollapsed(t *testing.T) {
	prior, x, y := fitted(120)
	exact, err := gp.Fit{Method: gp.MaximumEvidence}.Run(context.Background(), prior, x, y)
	if err != nil {
		t.Fatal(err)
	}
	var told int
	got, err := Fit{Inducing: 16, StartRows: 60, Progress: func(progress.Update) { told++ }}.Run(context.Background(), Prior{Prior: prior}, x, y)
	if err != nil {
		t.Fatal(err)
	}
	// A sine on four lengthscales: 16 inducing inputs lose less than 0.01 nats.
	if d := exact.LogEvidence - got.Bound; d < -1e-3 || d > 0.02 {
		t.Errorf("bound %v, maximum evidence %v", got.Bound, exact.LogEvidence)
	}
	if !got.Status.Converged() || told != got.Epochs || len(got.Trace) != told {
		t.Errorf("status %v, %d iterations, %d told, %d in the trace", got.Status, got.Epochs, told, len(got.Trace))
	}
	last := got.Params[len(got.Params)-1]
	if last.Name != gp.NoiseName || last.Value != got.Noise.At(0) {
		t.Errorf("last parameter %+v, noise %v", last, got.Noise.At(0))
	}
	// At a maximum the gradient to the logarithms is small beside the curvature,
	// of some N/2 for the noise.
	_, g, err := NewCollapsed(x, y).EvalGrad(got.Posterior.Inducing().Prior(), got.Noise)
	if err != nil {
		t.Fatal(err)
	}
	if s := math.Abs(g.Noise[0] * last.Value); s > 0.5 {
		t.Errorf("gradient to the log noise at the end: %v", s)
	}
}

// Batches and natural gradients reach the top that the collapsed bound has.
func TestFitBatches(t *testing.T) {
	prior, x, y := fitted(300)
	whole, err := Fit{Inducing: 12, StartRows: 60}.Run(context.Background(), Prior{Prior: prior}, x, y)
	if err != nil {
		t.Fatal(err)
	}
	f := Fit{Inducing: 12, StartRows: 60, Batch: 50, Epochs: 60}
	batch, err := f.Run(context.Background(), Prior{Prior: prior}, x, y)
	if err != nil {
		t.Fatal(err)
	}
	// Adam's last rates leave each of some 16 parameters within its noise: a
	// fraction of a nat in all.
	if d := whole.Bound - batch.Bound; d < -0.05 || d > 1 {
		t.Errorf("bound %v by batches, %v by all rows", batch.Bound, whole.Bound)
	}
	again, err := f.Run(context.Background(), Prior{Prior: prior}, x, y)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(again.Trace, batch.Trace) || again.Bound != batch.Bound {
		t.Error("the same key: another run")
	}
}

// A guide of one's own is climbed by Adam and kept; from q = prior it comes near
// the optimum.
func TestFitOwnGuide(t *testing.T) {
	prior, x, y := fitted(80)
	noise := gp.Noise(0.04)
	held := prior
	held.Kernel = kernel.Fix(kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.7)}, "variance", "lengthscale")
	held.Mean = gp.Func{F: func([]float64) float64 { return 2 }}
	p := Prior{Prior: held, Z: line(-2, 2, 8)}
	got, err := Fit{
		KnownNoise: &noise, FixedZ: true, Epochs: 1500, Rate: 0.05, Tolerance: -1,
		Guide: func(in *Inducing) Trainable { return in.StandardGuide() },
	}.Run(context.Background(), p, x, y)
	if err != nil {
		t.Fatal(err)
	}
	post, bound, err := p.Condition(x, y, noise)
	if err != nil {
		t.Fatal(err)
	}
	kl, err := KL(got.Posterior.Guide(), post.Guide())
	if err != nil {
		t.Fatal(err)
	}
	// The ELBO is the bound less KL(q || q*), exactly.
	wantNear(t, "ELBO", got.Bound, bound-kl, 1e-8)
	if kl > 0.01 { // what the worked example asks of SVI
		t.Errorf("KL to the optimum %v", kl)
	}
	if _, ok := got.Posterior.Guide().(Whitened); !ok || got.Status != optimize.IterationLimit {
		t.Errorf("guide %T, status %v", got.Posterior.Guide(), got.Status)
	}
	field, err := Fit{
		KnownNoise: &noise, FixedZ: true, Epochs: 4000, Rate: 0.05, Tolerance: -1,
		Guide: func(in *Inducing) Trainable {
			q, err := ToMeanField(in.StandardGuide().V())
			if err != nil {
				t.Fatal(err)
			}
			return in.Whiten(q)
		},
	}.Run(context.Background(), p, x, y)
	if err != nil {
		t.Fatal(err)
	}
	// The best mean-field distribution has the optimum's mean, and 1/sd² the diagonal of the
	// optimum's precision (Bishop 2006, section 10.1.2).
	v := post.Guide().(Whitened).V()
	natural, err := ToNatural(v)
	if err != nil {
		t.Fatal(err)
	}
	best := field.Posterior.Guide().(Whitened).V().(MeanField)
	for i, sd := range best.SD() {
		wantNear(t, "mean-field precision", 1/(sd*sd)/(-2*natural.Theta2().At(i, i)), 1, 0.02) // Adam's last steps
	}
}

// A prior that is narrow decides: MAP ends at it.
func TestFitPriors(t *testing.T) {
	prior, x, y := fitted(60)
	narrow := prob.LogNormal{Mu: math.Log(0.5), Sigma: 1e-3}
	f := Fit{Inducing: 10, Priors: []gp.ParamPrior{{Pattern: "lengthscale", Prior: narrow}}}
	got, err := f.Run(context.Background(), Prior{Prior: prior}, x, y)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range got.Params {
		if q.Name == "RBF.lengthscale" {
			wantNear(t, q.Name, q.Value, 0.5, 5e-3) // a few of its standard deviations
		}
	}
	if got.Objective == got.Bound {
		t.Error("the objective lacks the log prior")
	}
	// Whatever the order, the longer pattern counts.
	f.Priors = []gp.ParamPrior{{Pattern: "RBF.lengthscale", Prior: narrow}, {Pattern: "lengthscale", Prior: prob.HalfNormal{SD: 3}}}
	again, err := f.Run(context.Background(), Prior{Prior: prior}, x, y)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(again.Params, got.Params) {
		t.Errorf("beside a shorter pattern: %v, without it %v", again.Params, got.Params)
	}
	f.Priors[0].Pattern = "period"
	var unknown *gp.UnknownParam
	if _, err := f.Run(context.Background(), Prior{Prior: prior}, x, y); !errors.As(err, &unknown) {
		t.Errorf("a pattern that matches nothing: %v", err)
	}
}

func TestFitStops(t *testing.T) {
	prior, x, y := fitted(100)
	for name, f := range map[string]Fit{"collapsed": {Inducing: 8, StartRows: 30}, "batches": {Inducing: 8, StartRows: 30, Batch: 20}} {
		ctx, cancel := context.WithCancel(context.Background())
		f.Progress = func(u progress.Update) {
			if u.Done == 2 {
				cancel()
			}
		}
		got, err := f.Run(ctx, Prior{Prior: prior}, x, y)
		if !errors.Is(err, context.Canceled) || got == nil || got.Status != optimize.Cancelled || got.Epochs > 3 {
			t.Errorf("%s: cancelled fit: %+v, %v", name, got, err)
		}
		cancel()
	}
}

func TestFitBadInput(t *testing.T) {
	prior, x, y := fitted(20)
	ctx := context.Background()
	var many *TooManyInducing
	if _, err := (Fit{Inducing: 21}).Run(ctx, Prior{Prior: prior}, x, y); !errors.As(err, &many) || many.Inducing != 21 || many.Rows != 20 {
		t.Errorf("more inducing inputs than rows: %v", err)
	}
	var equal *EqualInducing
	if _, err := (Fit{}).Run(ctx, Prior{Prior: prior, Z: mat.NewDense(2, 1, []float64{1, 1})}, x, y); !errors.As(err, &equal) {
		t.Errorf("equal inducing inputs: %v", err)
	}
	var number *gp.NotFinite
	y[7] = math.Inf(-1)
	if _, err := (Fit{}).Run(ctx, Prior{Prior: prior}, x, y); !errors.As(err, &number) || number.Row != 7 {
		t.Errorf("infinite target: %v", err)
	}
	wantPanic(t, "sparse: Fit: 19 targets, want 20", func() { _, _ = Fit{}.Run(ctx, Prior{Prior: prior}, x, y[:19]) })
}

// Greedy inducing inputs are pivots: none repeats, the variance left is the trace
// of K - Q, and no other single last choice has more variance.
func TestGreedyVariance(t *testing.T) {
	x := randomInputs(1, 40, 2)
	for i := range 10 {
		x.SetRow(30+i, x.RawRowView(i)) // repeated rows
	}
	k := rbf(1.5, 0.8)
	z, left := GreedyVariance(k, x, 9)
	if err := checkEqual(z); err != nil {
		t.Fatal(err)
	}
	in, err := Prior{Prior: gp.Prior{Kernel: k}, Z: z}.Inducing()
	if err != nil {
		t.Fatal(err)
	}
	c := in.Conditional(nil, x)
	wantNear(t, "tr(K - Q)", left, mat.Trace(c), 1e-10)
	before, err := Prior{Prior: gp.Prior{Kernel: k}, Z: rows(z, 0, 8)}.Inducing()
	if err != nil {
		t.Fatal(err)
	}
	variance := func(x *mat.Dense) float64 {
		c := before.Conditional(nil, x)
		var top float64
		for i := range c.RawMatrix().Rows {
			top = math.Max(top, c.At(i, i))
		}
		return top
	}
	wantNear(t, "variance of the last choice", variance(rows(z, 8, 9)), variance(x), 1e-12)
	// A linear kernel of two inputs and a bias has rank 3.
	if z, left := GreedyVariance(kernel.Linear{Bias: 1, Variance: []float64{1, 2}}, x, 9); z.RawMatrix().Rows != 3 || left > 1e-8 {
		t.Errorf("rank 3: %d inducing inputs, %g left", z.RawMatrix().Rows, left)
	}
}

// An exact fit to a part of a noiseless table finds next to no noise, with which
// six inducing inputs would start a fit far down: the noise starts where the bound
// has it.
func TestNoiseStartsWhereTheBoundHasIt(t *testing.T) {
	x := randomInputs(5, 200, 1)
	y := make([]float64, 200)
	for i := range y {
		y[i] = math.Sin(5 * x.At(i, 0))
	}
	p := Prior{Prior: gp.Prior{Kernel: rbf(1, 1)}}
	f := Fit{StartRows: 60}.withDefaults(200)
	c, err := f.start(context.Background(), p, 6, x, y)
	if err != nil {
		t.Fatal(err)
	}
	p, noise := c.at(c.origin())
	bound := NewCollapsed(x, y)
	at := func(v float64) float64 {
		b, err := bound.Eval(p, gp.Noise(v))
		if err != nil {
			return math.Inf(-1)
		}
		return b
	}
	best := math.Inf(-1)
	for s := -20.0; s < 0; s += 0.05 {
		best = math.Max(best, at(math.Exp(s)))
	}
	// The section ends within 0.06 of the best logarithm, of curvature N/2.
	if got := at(noise.At(0)); best-got > 0.5*100*0.06*0.06+0.1 {
		t.Errorf("bound %v at the start's noise %v, %v at best", got, noise.At(0), best)
	}
	if lost := best - at(1e-6); lost < 1e4 {
		t.Errorf("too easy: without noise the bound loses %v", lost)
	}
}

// A known noise a row goes with its rows into the start and into every batch.
func TestFitNoiseRows(t *testing.T) {
	prior, x, y := fitted(150)
	v := make([]float64, 150)
	for i := range v {
		v[i] = 0.04
		if i%3 == 0 {
			v[i], y[i] = 1e6, 1000 // rows that say nothing
		}
	}
	noise := gp.NoiseRows(v...)
	for name, f := range map[string]Fit{"all rows": {}, "batches": {Batch: 40, Epochs: 40}} {
		f.Inducing, f.StartRows, f.KnownNoise = 12, 60, &noise
		got, err := f.Run(context.Background(), Prior{Prior: prior}, x, y)
		if err != nil {
			t.Fatal(err)
		}
		at := mat.NewDense(2, 1, []float64{-1, 1})
		sd := got.Posterior.Variance(nil, at)
		for i, m := range got.Posterior.Mean(nil, at) {
			// 100 rows of sd 0.2 over some six lengthscales; 1e6/50 is left of the others.
			truth := 2 + math.Sin(3*at.At(i, 0))
			if math.Abs(m-truth) > 4*math.Sqrt(sd[i])+0.05 || sd[i] > 0.04 {
				t.Errorf("%s: mean %v (variance %v), want %v", name, m, sd[i], truth)
			}
		}
	}
}

// Inducing inputs that are too close for their kernel raise the jitter, and the
// posterior says to what.
func TestFitRaisesJitter(t *testing.T) {
	prior, x, y := fitted(60)
	// Twelve of the same place to rounding: that every pivot rounds upwards is out of
	// the question, of two it would be a matter of luck.
	z := mat.NewDense(14, 1, nil)
	z.Set(0, 0, -1)
	z.Set(1, 0, 1)
	for i := range 12 {
		z.Set(2+i, 0, float64(i)*1e-10)
	}
	for name, f := range map[string]Fit{"all rows": {}, "batches": {Batch: 20, Epochs: 5}} {
		f.FixedZ = true
		got, err := f.Run(context.Background(), Prior{Prior: prior, Z: z}, x, y)
		if err != nil {
			t.Fatal(err)
		}
		// The first try of the ladder: 1e-10 times the variance at the start.
		if j := got.Posterior.Jitter(); !(j > 0) || j > 1e-8 {
			t.Errorf("%s: jitter %g", name, j)
		}
	}
}

// noGradient is a distribution that no climb can use.
type noGradient struct{ prob.Distribution }

func TestFitPriorWithoutAGradient(t *testing.T) {
	prior, x, y := fitted(30)
	f := Fit{Inducing: 5, Priors: []gp.ParamPrior{{Pattern: "variance", Prior: noGradient{prob.LogNormal{}}}}}
	if _, err := f.Run(context.Background(), Prior{Prior: prior}, x, y); err == nil || !strings.Contains(err.Error(), "RBF.variance") {
		t.Errorf("error %v does not name the parameter", err)
	}
}
