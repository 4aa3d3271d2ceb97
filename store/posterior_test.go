package store

import (
	"bytes"
	"context"
	"errors"
	"math"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"matheron/data"
	"matheron/gp"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/progress"
	"matheron/rng"
)

// posteriorCases are models of each kind.
func posteriorCases() []storedCase {
	var out []storedCase
	for _, c := range storedCases() {
		switch c.name {
		case "rbf ard", "guide scaled", "mixture", "matern32", "guide", "mixture, noise a row":
			out = append(out, c)
		}
	}
	return out
}

func posteriorOf(t testing.TB, m *Model) *Posterior {
	t.Helper()
	post, err := m.Posterior(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return post
}

// The posterior of a standardised model answered inputs as they stand in the table with
// the prior, in silence: it took standardised ones. Now all that it says, of every kind,
// is that of the model's own units taken back to those of the table.
func TestStandardisedModelAnswersTheTable(t *testing.T) {
	for _, c := range posteriorCases() {
		c.scaled = true
		m := c.model(t)
		for j := range m.Scaling.Inputs { // a table far from standardised
			m.Scaling.Inputs[j] = data.Affine{Shift: 2000 + 10*float64(j), Scale: 7}
		}
		m.Scaling.Target = data.Affine{Shift: 288, Scale: 0.25}
		post := posteriorOf(t, m)
		own := post.InModelUnits()
		z := grid(5, len(c.inputs), 0.2)
		x := m.Scaling.InverseInputs(nil, z)
		near := func(what string, got, want mat.Matrix) {
			t.Helper()
			if !mat.EqualApprox(got, want, 1e-9) { // rounding of 2000, in sevenths
				t.Errorf("%s: %s\n%v\nwant\n%v", c.name, what, mat.Formatted(got), mat.Formatted(want))
			}
		}
		vec := func(v []float64) *mat.VecDense { return mat.NewVecDense(len(v), v) }
		mean, variance := m.Scaling.InverseMean(nil, own.Mean(nil, z)), m.Scaling.InverseVariance(nil, own.Variance(nil, z))
		near("mean", vec(post.Mean(nil, x)), vec(mean))
		near("variance", vec(post.Variance(make([]float64, 5), x)), vec(variance))
		cov := own.Covariance(nil, z)
		cov.Scale(0.25*0.25, cov)
		near("covariance", post.Covariance(nil, x), cov)
		near("covariance into", post.Covariance(mat.NewDense(5, 5, nil), x), cov)
		for i, v := range variance {
			if got := cov.At(i, i); math.Abs(got-v) > 1e-9 {
				t.Errorf("%s: variances %v and %v", c.name, got, v)
			}
		}
		draws, _, err := post.Draw(rng.New(3), 4, x)
		if err != nil {
			t.Fatal(err)
		}
		want, _, err := own.Draw(rng.New(3), 4, z)
		if err != nil {
			t.Fatal(err)
		}
		// Draws take a Cholesky factor, whose error is that of x times its condition.
		if !mat.EqualApprox(draws, m.Scaling.InverseDraws(nil, want), 1e-6) {
			t.Errorf("%s: draws\n%v\nwant\n%v", c.name, mat.Formatted(draws), mat.Formatted(m.Scaling.InverseDraws(nil, want)))
		}
		f, y := post.Predict(x)
		near("mean of f", vec(f.Mean), vec(mean))
		for i, v := range variance {
			near("quantile of f", vec([]float64{f.Quantile(i, 0.5)}), vec([]float64{f.Median(i)}))
			lo, hi := f.Interval(i)
			near("interval of f", vec([]float64{f.Quantile(i, 0.025), f.Quantile(i, 0.975)}), vec([]float64{lo, hi}))
			if math.Abs(f.SD[i]-math.Sqrt(v)) > 1e-9 || c.perRow != (y.Len() == 0) || !c.perRow && !(y.SD[i] > f.SD[i]) {
				t.Errorf("%s: sd %v of variance %v, of observations %v", c.name, f.SD[i], v, y.SD)
			}
		}
		paths, err := post.Paths(pathwise.Sampler{Features: 8}, rng.New(1), 3)
		if err != nil {
			t.Fatal(err)
		}
		near("paths", paths.Eval(x), m.Scaling.InverseDraws(nil, paths.InModelUnits.Eval(z)))
		samePath(t, c.name, paths, x)
		for _, e := range m.Extents() {
			if !(e.Min > 1900 && e.Min <= e.Median && e.Median <= e.Max) {
				t.Errorf("%s: extent %v", c.name, e)
			}
		}
		if px, py, _ := post.Points(); !(mat.Min(px) > 1900) || !(py[0] > 280) {
			t.Errorf("%s: stands on %v, %v", c.name, mat.Formatted(px), py)
		}
		for i, share := range post.ShareOfPrior(x) {
			if !(share > 0 && share < 1.3) {
				t.Errorf("%s: share of the prior %v at point %d", c.name, share, i)
			}
		}
	}
}

// samePath compares each function of a set with the set, and its gradient with central
// differences, whose error is h^2 f”'/6 and rounding of 288 over h.
func samePath(t *testing.T, what string, set *PathSet, x *mat.Dense) {
	t.Helper()
	values := set.Eval(x)
	grads, err := set.Grad(x)
	n, d := x.Dims()
	for s := range set.Len() {
		f := set.Path(s)
		for i := range n {
			at := append([]float64(nil), x.RawRowView(i)...)
			if got, want := f.At(at), values.At(s, i); math.Abs(got-want) > 1e-9 {
				t.Errorf("%s: path %d is %v, want %v", what, s, got, want)
			}
			if err != nil {
				continue
			}
			grad := f.Grad(nil, at)
			for j := range d {
				const h = 1e-3
				at[j] += h
				above := f.At(at)
				at[j] -= 2 * h
				slope := (above - f.At(at)) / (2 * h)
				at[j] = x.At(i, j)
				if math.Abs(grad[j]-grads[s].At(i, j)) > 1e-9 || math.Abs(grad[j]-slope) > 1e-5 {
					t.Errorf("%s: path %d has the derivative %v, want %v and about %v", what, s, grad[j], grads[s].At(i, j), slope)
				}
			}
		}
	}
}

// The moments of a mixture are those of its parts: by hand at two points. One that is
// too large to be kept factorised says the same.
func TestMixtureOfPosteriors(t *testing.T) {
	c := small()
	c.kind, c.scaled = mixed, false
	m := c.model(t)
	k := m.Kind.(*Mixture)
	post := posteriorOf(t, m)
	z := grid(2, 1, 0.4)
	var means [2][]float64
	var cov float64
	for i := range k.Draws.Len() {
		prior, noise := k.Draws.At(i, m.Prior, m.Noise)
		part, err := prior.Condition(k.X, k.Y, noise)
		if err != nil {
			t.Fatal(err)
		}
		for j, v := range part.Mean(nil, z) {
			means[j] = append(means[j], v)
		}
		cov += part.Covariance(nil, z).At(0, 1) / float64(k.Draws.Len())
	}
	n := float64(k.Draws.Len())
	cov += stat.Covariance(means[0], means[1], nil) * (n - 1) / n
	if got := post.Covariance(nil, z).At(0, 1); math.Abs(got-cov) > 1e-12 {
		t.Errorf("covariance %v, want %v", got, cov)
	}
	if got := post.Mean(nil, z)[1]; math.Abs(got-stat.Mean(means[1], nil)) > 1e-12 {
		t.Errorf("mean %v, want %v", got, stat.Mean(means[1], nil))
	}

	r, err := k.conditionWithin(context.Background(), 0, m, nil)
	if err != nil {
		t.Fatal(err)
	}
	a0, err := r.(*mixtureRegression).post.Part(0)
	if err != nil {
		t.Fatal(err)
	}
	if b0, err := r.(*mixtureRegression).post.Part(0); err != nil || a0 == b0 {
		t.Fatal("posteriors are kept")
	}
	again := &Posterior{m.Inputs, m.Target, m.Scaling, r}
	f, y := post.Predict(z)
	g, h := again.Predict(z)
	if !reflect.DeepEqual(f.Mean, g.Mean) || !reflect.DeepEqual(y.SD, h.SD) || !reflect.DeepEqual(post.ShareOfPrior(z), again.ShareOfPrior(z)) {
		t.Error("posteriors that are not kept say something else")
	}
	a, err := post.Paths(pathwise.Sampler{Features: 8}, rng.New(1), 3)
	if err != nil {
		t.Fatal(err)
	}
	b, err := again.Paths(pathwise.Sampler{Features: 8}, rng.New(1), 3)
	if err != nil {
		t.Fatal(err)
	}
	sameBits(t, "paths", a.Eval(z), b.Eval(z))
}

// Before the data the variance of f is E Var + Var E over the draws.
func TestMixtureBeforeTheData(t *testing.T) {
	m := &Model{
		Prior: gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}, Mean: gp.Constant{}}, Noise: gp.Noise(0.1),
		Inputs: []string{"x"}, Target: "y",
		Kind: &Mixture{mat.NewDense(2, 1, []float64{0, 1}), []float64{0, 1}, &Draws{
			Names: []string{"RBF.variance", "Mean.constant"}, Values: mat.NewDense(2, 2, []float64{1, -1, 3, 1}), Chains: []int{2},
		}},
	}
	r, err := m.Kind.condition(context.Background(), m, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.priorVariance(mat.NewDense(1, 1, []float64{7}))[0]; math.Abs(got-3) > 1e-15 {
		t.Errorf("variance %v, want 2 + 1", got)
	}
}

// Making a posterior says each step, and stops when it is told to.
func TestPosteriorProgress(t *testing.T) {
	for _, c := range posteriorCases() {
		m := c.model(t)
		var last progress.Update
		calls := 0
		if _, err := m.Posterior(context.Background(), func(u progress.Update) { last = u; calls++ }); err != nil {
			t.Fatal(err)
		}
		if want := map[kind]int{exact: 1, ofGuide: 1, mixed: 5}[c.kind]; calls != want || last.Done != want || last.Total != want {
			t.Errorf("%s: %d calls, the last %v", c.name, calls, last)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := m.Posterior(ctx, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// What has another number of columns than the table is a mistake of the caller.
func TestPosteriorOfOtherColumns(t *testing.T) {
	post := posteriorOf(t, small().model(t))
	defer func() {
		if r := recover(); r == nil || !bytes.HasPrefix([]byte(r.(string)), []byte("store: ")) {
			t.Errorf("panic %v", r)
		}
	}()
	post.Mean(nil, grid(2, 2, 0))
}

// Writers and readers have the bytes of files.
func TestWriteAndRead(t *testing.T) {
	c := small()
	m, p, d := c.model(t), c.paths(t, 2), setOf(runOf(t, 0, 3, nil))
	var b bytes.Buffer
	if err := WriteModel(&b, m); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), modelBytes(t)) {
		t.Error("a model: other bytes than in a file")
	}
	if got, err := ReadModel(bytes.NewReader(b.Bytes()), int64(b.Len())); err != nil {
		t.Error(err)
	} else {
		sameModel(t, got, m)
	}
	b.Reset()
	if err := WritePaths(&b, p); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), pathsBytes(t)) {
		t.Error("paths: other bytes than in a file")
	}
	if got, err := ReadPaths(bytes.NewReader(b.Bytes()), int64(b.Len())); err != nil {
		t.Error(err)
	} else {
		sameBits(t, "paths", got.Eval(grid(3, 1, 0)), p.Eval(grid(3, 1, 0)))
	}
	b.Reset()
	if err := WriteDraws(&b, d); err != nil {
		t.Fatal(err)
	}
	got, err := ReadDraws(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	sameRun(t, got.Draws, d.Draws)

	// Errors have no file to name.
	_, err = ReadModel(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err == nil || err.Error() != "not a matheron model: this is a matheron file of draws" {
		t.Errorf("got %v", err)
	}
	_, err = ReadDraws(bytes.NewReader(b.Bytes()), int64(b.Len()-1))
	if !errors.Is(err, ErrCutShort) {
		t.Errorf("got %v", err)
	}
	m.Noise = gp.Noise(-1)
	b.Reset()
	if err := WriteModel(&b, m); err == nil || err.Error() != "cannot be stored: noise variance is -1" || b.Len() > 0 {
		t.Errorf("got %v", err)
	}
	for _, write := range []func() error{
		func() error { return WriteModel(full{}, c.model(t)) }, func() error { return WritePaths(full{}, p) }, func() error { return WriteDraws(full{}, d) },
	} {
		if err := write(); !errors.Is(err, errFull) {
			t.Errorf("got %v", err)
		}
	}
}

var errFull = errors.New("no space left")

// full is a writer without space.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
