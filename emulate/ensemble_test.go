package emulate_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/emulate"
	"matheron/function"
	"matheron/gp"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/rng"
)

// line is the regressor x -> a + b x.
type line struct{ a, b float64 }

func (l line) Eval(dst []float64, x *mat.Dense) []float64 {
	n, _ := x.Dims()
	if dst == nil {
		dst = make([]float64, n)
	}
	for i := range dst {
		dst[i] = l.a + l.b*x.At(i, 0)
	}
	return dst
}

func TestEnsembleOfAnyRegressors(t *testing.T) {
	e := emulate.NewEnsemble(function.Slice[function.Evaler]{line{0, 1}, line{1, 1}, line{5, -1}})
	x := mat.NewDense(2, 1, []float64{0, 2})
	if got := e.Member(2).Predict(x); got[0] != 5 || got[1] != 3 {
		t.Errorf("member 2 predicts %v", got)
	}
	s := e.Summarize(x, 0.5, 1.0/3)
	// At 0: 0, 1, 5 at 1/6, 1/2, 5/6; at 2: 2, 3, 3.
	for i, want := range []struct{ mean, sd, median, third float64 }{
		{2, math.Sqrt(14.0 / 3), 1, 0.5}, {8.0 / 3, math.Sqrt(2.0 / 9), 3, 2.5},
	} {
		if math.Abs(s.Mean[i]-want.mean) > 1e-15 || math.Abs(s.SD[i]-want.sd) > 1e-15 ||
			math.Abs(s.Quantiles.At(i, 0)-want.median) > 1e-15 || math.Abs(s.Quantiles.At(i, 1)-want.third) > 1e-14 {
			t.Errorf("row %d: %v, %v, %v, want %+v", i, s.Mean[i], s.SD[i], s.Quantiles.RawRowView(i), want)
		}
	}
	w := e.WithWeights([]float64{1, 3, 0})
	if got := w.Predict(x); got[0] != 0.75 || got[1] != 2.75 {
		t.Errorf("weighted mean %v", got)
	}
	if n := w.EffectiveSize(); math.Abs(n-1.6) > 1e-15 {
		t.Errorf("effective size %v, want 1.6", n)
	}
	if e.EffectiveSize() < 2.999 {
		t.Error("WithWeights changed its receiver")
	}
	lower, upper := w.Interval(x, 0.5)
	// Weights 1/4 and 3/4 stand at 1/8 and 5/8: 0 + (1/4 - 1/8) / (1/2) and the last.
	if math.Abs(lower[0]-0.25) > 1e-15 || upper[0] != 1 {
		t.Errorf("interval %v to %v", lower[0], upper[0])
	}
}

// The quantile of a mixture of normals has its probability below it.
func TestMixtureQuantiles(t *testing.T) {
	f, w := []float64{-1, 0.5, 4}, []float64{0.2, 0.5, 0.3}
	var members function.Slice[function.Evaler]
	for _, v := range f {
		members = append(members, line{v, 0})
	}
	const sd = 0.7
	ps := []float64{1e-9, 0.025, 0.3, 0.5, 0.7, 0.975, 1 - 1e-9}
	q := emulate.NewEnsemble(members).WithWeights(w).WithNoise(sd*sd).Summarize(mat.NewDense(1, 1, nil), ps...).Quantiles
	for k, p := range ps {
		below, above := 0.0, 0.0
		for s, v := range f {
			z := (q.At(0, k) - v) / (sd * math.Sqrt2)
			below += w[s] * math.Erfc(-z) / 2
			above += w[s] * math.Erfc(z) / 2
		}
		// The root is found to 1e-12 sd, where the density is below 1/sd; relative to
		// the tail, that is 1e-11 or so.
		if math.Abs(below-p) > 1e-10*p || math.Abs(above-(1-p)) > 1e-10*(1-p) {
			t.Errorf("quantile %v is %v with %v below and %v above", p, q.At(0, k), below, above)
		}
	}
	one := emulate.NewEnsemble(function.Slice[function.Evaler]{line{3, 0}}).WithNoise(4)
	lower, upper := one.Interval(mat.NewDense(1, 1, nil), 0.95)
	if math.Abs(lower[0]-(3-2*1.959963984540054)) > 1e-11 || math.Abs(upper[0]-(3+2*1.959963984540054)) > 1e-11 {
		t.Errorf("one member: %v to %v", lower[0], upper[0])
	}
	s := one.Summarize(mat.NewDense(1, 1, nil), 0, 1)
	if !math.IsInf(s.Quantiles.At(0, 0), -1) || !math.IsInf(s.Quantiles.At(0, 1), 1) || s.SD[0] != 2 {
		t.Errorf("ends %v, SD %v", s.Quantiles.RawRowView(0), s.SD[0])
	}
	if s := emulate.NewEnsemble(function.Slice[function.Evaler]{line{3, 0}, line{math.NaN(), 0}}).Summarize(mat.NewDense(1, 1, nil), 0.9); !math.IsNaN(s.Quantiles.At(0, 0)) {
		t.Errorf("without noise, a member of NaN gives %v", s.Quantiles.At(0, 0))
	}
	broken := emulate.NewEnsemble(function.Slice[function.Evaler]{line{3, 0}, line{math.NaN(), 0}}).WithNoise(4)
	if s := broken.Summarize(mat.NewDense(1, 1, nil), 0.5); !math.IsNaN(s.Mean[0]) || !math.IsNaN(s.Quantiles.At(0, 0)) {
		t.Errorf("a member of NaN gives %v, %v", s.Mean[0], s.Quantiles.At(0, 0))
	}
	mended := broken.WithWeights([]float64{1, 0})
	if s := mended.Summarize(mat.NewDense(1, 1, nil), 0.5); s.Mean[0] != 3 || s.SD[0] != 2 || math.Abs(s.Quantiles.At(0, 0)-3) > 1e-11 {
		t.Errorf("a member of NaN without weight: %v +- %v, median %v", s.Mean[0], s.SD[0], s.Quantiles.At(0, 0))
	}
}

func TestEnsembleMomentsArePosterior(t *testing.T) {
	const n = 4000
	paths := draw(t, kernel.Linear{Variance: []float64{1}, Bias: 1}, grid(-1, 1, 5), []float64{-1, -0.2, 0.1, 0.8, 0.9}, 0.1, 0, n, 4)
	post, err := paths.Posterior()
	if err != nil {
		t.Fatal(err)
	}
	x := grid(-2, 2, 4)
	s := emulate.NewEnsemble(paths).WithNoise(0.1).Summarize(x, 0.1)
	mean, variance := post.Mean(nil, x), post.Variance(nil, x)
	for i, m := range mean {
		// A linear kernel has exact features: the distribution is the posterior's. 4
		// Monte Carlo errors of each number, noise of the observation adding none; the
		// quantile's is at most 1.71 sd / sqrt(n) for a normal at 0.1.
		f, sd := math.Sqrt(variance[i]), math.Sqrt(variance[i]+0.1)
		if math.Abs(s.Mean[i]-m) > 4*f/math.Sqrt(n) || math.Abs(s.SD[i]-sd) > 4*f/math.Sqrt(2*n) ||
			math.Abs(s.Quantiles.At(i, 0)-(m-1.2815515655446004*sd)) > 4*1.71*f/math.Sqrt(n) {
			t.Errorf("row %d: %v +- %v, 0.1 quantile %v; exactly %v +- %v", i, s.Mean[i], s.SD[i], s.Quantiles.At(i, 0), m, sd)
		}
	}
}

// Reweighting a sample of prior functions is conditioning them: exact as S grows.
func TestReweightIsConditioning(t *testing.T) {
	const n, noise = 20000, 0.5
	k := kernel.Linear{Variance: []float64{1}, Bias: 1}
	x1, y1 := grid(-1, 1, 3), []float64{-0.4, 0.2, 0.5}
	x2, y2 := grid(0.5, 2, 4), []float64{0.3, 0.9, 1, 1.4}
	paths := draw(t, k, x1, y1, noise, 0, n, 9)
	e := emulate.NewEnsemble(paths).WithNoise(noise).Reweight(x2, y2)
	post, err := paths.Posterior()
	if err != nil {
		t.Fatal(err)
	}
	if post, err = post.(*gp.Exact).Append(x2, y2, gp.Noise(noise)); err != nil {
		t.Fatal(err)
	}
	at := grid(-1, 2, 3)
	mean, variance := post.Mean(nil, at), post.Variance(nil, at)
	s, size := e.WithNoise(0).Summarize(at), e.EffectiveSize()
	if size < 1000 || size > n {
		t.Fatalf("effective size %v", size)
	}
	for i, m := range mean {
		sd := math.Sqrt(variance[i])
		if math.Abs(s.Mean[i]-m) > 4*sd/math.Sqrt(size) || math.Abs(s.SD[i]-sd) > 4*sd/math.Sqrt(size) {
			t.Errorf("row %d: %v +- %v, exactly %v +- %v", i, s.Mean[i], s.SD[i], m, sd)
		}
	}
}

// Rows beyond one tile count like the others, and weights that are there before stay.
func TestReweightByHand(t *testing.T) {
	const n = 1500
	x, y := grid(0, 1, n), make([]float64, n)
	for i := range y {
		y[i] = 0.01 * float64(i%7) * x.At(i, 0)
	}
	fs := []line{{0.01, 0}, {0, 0.04}, {0.02, 0.02}}
	prior := []float64{0.2, 0.3, 0.5}
	want, sum := make([]float64, 3), 0.0
	for s, f := range fs {
		l := 0.0
		for i, v := range f.Eval(nil, x) {
			l -= (y[i] - v) * (y[i] - v) / (2 * 0.25)
		}
		want[s] = prior[s] * math.Exp(l)
		sum += want[s]
	}
	got := emulate.NewEnsemble(function.Slice[function.Evaler]{fs[0], fs[1], fs[2]}).WithNoise(0.25).WithWeights(prior).Reweight(x, y).Weights()
	for s, w := range want {
		// Sums of 1,500 terms round by 1,500 eps at most.
		if math.Abs(got[s]-w/sum) > 1e-12 {
			t.Errorf("weight %d is %v, by hand %v", s, got[s], w/sum)
		}
	}
}

// Functions of the prior themselves, observed with noise, are covered as they
// should: averaged over 40 truths, each with a model of its own.
func TestCoverageOfDrawsOfTheModel(t *testing.T) {
	const truths, rows, noise = 40, 100, 0.04
	k := kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.7)}
	x, held := grid(-2, 2, 10), grid(-2.1, 2.1, rows)
	prior, err := gp.Prior{Kernel: k}.Condition(mat.NewDense(1, 1, []float64{1e3}), []float64{0}, gp.Noise(1)) // far away: the prior
	if err != nil {
		t.Fatal(err)
	}
	// A basis each: what is tested is not how like the truths' bases are.
	all, err := pathwise.Sampler{Posterior: prior, Features: 256, PerPath: true}.Draw(rng.New(11), truths)
	if err != nil {
		t.Fatal(err)
	}
	random := rng.New(12).Rand()
	noisy := func(f []float64) []float64 {
		for i := range f {
			f[i] += math.Sqrt(noise) * random.NormFloat64()
		}
		return f
	}
	var sum, squares float64
	for s := range truths {
		y := noisy(all.Path(s).Eval(nil, x))
		e := emulate.NewEnsemble(draw(t, k, x, y, noise, 256, 100, uint64(100+s))).WithNoise(noise)
		c := e.Coverage(held, noisy(all.Path(s).Eval(nil, held)), 0.8)[0]
		sum += c.Fraction
		squares += c.Fraction * c.Fraction
		if c.Width < 2*1.28*math.Sqrt(noise) || c.StandardError != math.Sqrt(0.8*(1-0.8)/rows) {
			t.Errorf("truth %d: %+v", s, c)
		}
	}
	mean := sum / truths
	se := math.Sqrt((squares/truths - mean*mean) / (truths - 1))
	// 100 members have an interval that is short by some 1 / S of the level.
	if math.Abs(mean-0.8) > 4*se+0.01 || se > 0.02 {
		t.Errorf("intervals of 0.8 cover %v +- %v", mean, se)
	}
}

// table is Rows of a matrix, some at a time.
type table struct {
	x    *mat.Dense
	next int
	err  error
}

func (r *table) Read(dst *mat.Dense) (int, error) {
	n, c := r.x.Dims()
	rows, _ := dst.Dims()
	k := 0
	for ; k < min(rows, 300) && r.next < n; k++ {
		copy(dst.RawRowView(k)[:c], r.x.RawRowView(r.next))
		r.next++
	}
	if k == 0 {
		return 0, r.err
	}
	return k, nil
}

func TestStreamIsSummarize(t *testing.T) {
	x := grid(-3, 3, 2500)
	e := emulate.NewEnsemble(wave(t, 9)).WithNoise(0.01)
	want := e.Summarize(x, 0.05, 0.95)
	i := 0
	err := e.Stream(context.Background(), &table{x: x, err: io.EOF}, 1, func(piece *mat.Dense, s emulate.Summary) error {
		n, _ := piece.Dims()
		for k := range n {
			if piece.At(k, 0) != x.At(i, 0) || s.Mean[k] != want.Mean[i] || s.SD[k] != want.SD[i] || s.Quantiles.At(k, 1) != want.Quantiles.At(i, 1) {
				t.Fatalf("row %d differs", i)
			}
			i++
		}
		return nil
	}, 0.05, 0.95)
	if err != nil || i != 2500 {
		t.Errorf("%d rows, error %v", i, err)
	}
}

// A table in a file, and paths of several posteriors.
func TestStreamOfAFile(t *testing.T) {
	reader, err := data.NewReader("points.csv", strings.NewReader("y,x\n1,0.5\n2,-1\n3,1.5\n"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := reader.Select([]string{"x"})
	if err != nil {
		t.Fatal(err)
	}
	mixture := pathwise.Join(wave(t, 3), wave(t, 2))
	var got []float64
	err = emulate.NewEnsemble(mixture).Stream(context.Background(), rows, 1, func(_ *mat.Dense, s emulate.Summary) error {
		got = append(got, s.Mean...)
		return nil
	})
	if err != nil || len(got) != 3 {
		t.Fatalf("%v, error %v", got, err)
	}
	for i, x := range []float64{0.5, -1, 1.5} {
		want := 0.0
		for s := range 5 {
			want += mixture.Path(s).At([]float64{x}) / 5
		}
		if math.Abs(got[i]-want) > 1e-12 { // another order of sums
			t.Errorf("mean %v at %v, want %v", got[i], x, want)
		}
	}
}

func TestStreamStops(t *testing.T) {
	e := emulate.NewEnsemble(wave(t, 2))
	bad := errors.New("file.csv: row 3, column 1: no number")
	count := func(*mat.Dense, emulate.Summary) error { return nil }
	if err := e.Stream(context.Background(), &table{x: grid(0, 1, 2), err: bad}, 1, count); err != bad {
		t.Errorf("error %v of the rows", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	pieces := 0
	err := e.Stream(ctx, &table{x: grid(0, 1, 2000), err: io.EOF}, 1, func(*mat.Dense, emulate.Summary) error {
		pieces++
		cancel()
		return nil
	})
	if err != context.Canceled || pieces != 1 {
		t.Errorf("error %v after %d pieces", err, pieces)
	}
	if err := e.Stream(context.Background(), &table{x: grid(0, 1, 2), err: nil}, 1, count); err != io.ErrNoProgress {
		t.Errorf("error %v of rows that never end", err)
	}
	if err := e.Stream(context.Background(), &table{x: grid(0, 1, 2), err: io.EOF}, 1, func(*mat.Dense, emulate.Summary) error { return bad }); err != bad {
		t.Errorf("error %v of the caller", err)
	}
}

func TestEnsembleSameBits(t *testing.T) {
	e, x := emulate.NewEnsemble(wave(t, 9)).WithNoise(0.01), grid(-3, 3, 1500)
	run := func() []byte {
		s := e.Summarize(x, 0.1)
		b, err := s.Quantiles.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		m, _ := mat.NewVecDense(1500, s.SD).MarshalBinary()
		return append(b, m...)
	}
	a := run()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if !bytes.Equal(a, run()) {
		t.Error("the summary depends on the number of processors")
	}
}

func TestEnsembleMisuse(t *testing.T) {
	e, x := emulate.NewEnsemble(wave(t, 2)), grid(0, 1, 2)
	for name, f := range map[string]func(){
		"empty":       func() { emulate.NewEnsemble(function.Slice[function.Evaler]{}) },
		"noise":       func() { e.WithNoise(-1) },
		"weights":     func() { e.WithWeights([]float64{1}) },
		"no weight":   func() { e.WithWeights([]float64{0, 0}) },
		"NaN weight":  func() { e.WithWeights([]float64{math.NaN(), 1}) },
		"nil weights": func() { e.WithWeights(nil) },
		"reweight":    func() { e.Reweight(x, []float64{1, 2}) },
		"targets":     func() { e.WithNoise(1).Reweight(x, []float64{1}) },
		"probability": func() { e.Summarize(x, 1.5) },
		"interval":    func() { e.Interval(x, 0) },
		"level":       func() { e.Coverage(x, []float64{1, 2}, 1) },
		"held out":    func() { e.Coverage(x, []float64{1}, 0.5) },
		"inputs":      func() { e.Stream(context.Background(), &table{}, 0, nil) },
	} {
		if m := panics(f); !strings.HasPrefix(m, "emulate: ") {
			t.Errorf("%s: panic %q", name, m)
		}
	}
}
