package pathwise_test

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/gp/sparse"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/pathwise"
	"matheron/pathwise/pathtest"
	"matheron/rng"
)

// sparseCase is a prior at inducing inputs with a guide that is not the prior.
type sparseCase struct {
	prior gp.Prior
	in    *sparse.Inducing
	q     sparse.FullRank
	x     *mat.Dense // test points
}

func newSparseCase(t *testing.T, jitter float64) sparseCase {
	t.Helper()
	c := sparseCase{prior: gp.Prior{
		Kernel: kernel.Add(kernel.RBF{Variance: 1.2, Lengthscale: kernel.Shared(0.7)}, kernel.Linear{Bias: 0.3, Variance: []float64{0.2}}),
		Mean:   gp.Linear{Intercept: 1.5, Slopes: []float64{-0.4}},
	}}
	z := mat.NewDense(5, 1, []float64{-1.6, -0.9, 0, 0.8, 1.7})
	var err error
	if c.in, err = (sparse.Prior{Prior: c.prior, Z: z, Jitter: jitter}).Inducing(); err != nil {
		t.Fatal(err)
	}
	r := rng.New(3).Rand()
	mean, tril := make([]float64, 5), mat.NewDense(5, 5, nil)
	for i := range 5 {
		mean[i] = 1 + r.NormFloat64()
		for j := range i {
			tril.Set(i, j, 0.2*r.NormFloat64())
		}
		tril.Set(i, i, 0.1+0.2*r.Float64())
	}
	if c.q, err = sparse.NewFullRank(mean, tril); err != nil {
		t.Fatal(err)
	}
	c.x = kernelPoints(9)
	return c
}

func (c sparseCase) draw(t *testing.T, q sparse.Guide, key rng.Key, n, features int, perPath bool) *pathwise.Paths {
	t.Helper()
	p, err := pathwise.Sampler{Posterior: sparse.NewPosterior(c.in, q), Features: features, PerPath: perPath}.Draw(key, n)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestInducingConformance(t *testing.T) {
	c := newSparseCase(t, 1e-6)
	pathtest.Test(t, c.draw(t, c.q, rng.New(1), 4, 64, false), pathtest.Options{Points: c.x})
	pathtest.Test(t, c.draw(t, c.q, rng.New(1), 4, 64, true), pathtest.Options{Points: c.x})
}

// mistake is one term left out of the rule for a guide.
type mistake int

const (
	none mistake = iota
	noMean
	noJitter
	noPriorPath
	otherFactor
)

// slow is the rule for one path written out, from the documented streams: the
// weights, the draw of u, and the jitter's numbers.
func (c sparseCase) slow(key rng.Key, s, features int, m mistake) []float64 {
	z, k := c.in.Z(), c.prior.Kernel
	n, t := 5, 9
	var phiX, phiZ *mat.Dense
	var stack basis.Stack
	for i, part := range kernel.Components(k) {
		b, err := kernel.Basis(part.Kernel, 1, basis.Options{Count: features}, key.Named("basis").Split(i))
		if err != nil {
			panic(err)
		}
		stack = append(stack, b)
	}
	f := stack.Len()
	phiX, phiZ = mat.NewDense(t, f, nil), mat.NewDense(n, f, nil)
	stack.Eval(phiX, c.x)
	stack.Eval(phiZ, z)
	w := make([]float64, f)
	r := key.Named("weights").Split(s).Rand()
	for i := range w {
		w[i] = r.NormFloat64()
	}
	u := c.q.Draw(key.Named("guide").Split(s).Rand())
	xi := key.Named("noise").Split(s).Rand()
	j := c.in.Jitter()
	kzz, kxz := mat.NewDense(n, n, nil), mat.NewDense(t, n, nil)
	k.Cov(kzz, z, z)
	k.Cov(kxz, c.x, z)
	mz, mx := make([]float64, n), make([]float64, t)
	c.prior.Mean.Eval(mz, z)
	c.prior.Mean.Eval(mx, c.x)
	rhs := mat.NewVecDense(n, nil)
	for i := range n {
		e := math.Sqrt(j) * xi.NormFloat64()
		v := u[i] - mz[i] - e
		if m == noMean {
			v += mz[i]
		}
		if m == noJitter {
			v += e
		}
		if m != noPriorPath {
			v -= mat.Dot(phiZ.RowView(i), mat.NewVecDense(f, w))
		}
		rhs.SetVec(i, v)
		if m != otherFactor {
			kzz.Set(i, i, kzz.At(i, i)+j)
		}
	}
	var v mat.VecDense
	if err := v.SolveVec(kzz, rhs); err != nil {
		panic(err)
	}
	out := make([]float64, t)
	for i := range out {
		out[i] = mx[i] + mat.Dot(phiX.RowView(i), mat.NewVecDense(f, w)) + mat.Dot(kxz.RowView(i), &v)
	}
	return out
}

// The sampler is the rule written out, and each term of the rule shows.
func TestInducingIsTheRule(t *testing.T) {
	const features = 16
	c, key := newSparseCase(t, 1e-3), rng.New(8)
	got := c.draw(t, c.q, key, 3, features, false).Eval(c.x)
	worst := func(m mistake) float64 {
		d := 0.0
		for s := range 3 {
			for i, v := range c.slow(key, s, features, m) {
				d = math.Max(d, math.Abs(v-got.At(s, i)))
			}
		}
		return d
	}
	// K_ZZ has a condition of some 1e4 here: 1e4 eps and room.
	if d := worst(none); d > 1e-10 {
		t.Errorf("differs from the rule written out by %v", d)
	}
	for _, m := range []mistake{noMean, noJitter, noPriorPath, otherFactor} {
		if d := worst(m); d < 1e-4 {
			t.Errorf("mistake %d does not show: %v", m, d)
		}
	}
}

// The mean of the distribution is the guide's whatever the basis; so is the covariance
// where the basis is exact.
func TestInducingMoments(t *testing.T) {
	for _, jitter := range []float64{1e-8, 1e-4, 1e-2} {
		c := newSparseCase(t, jitter)
		post := sparse.NewPosterior(c.in, c.q)
		want := post.Mean(nil, c.x)
		for _, features := range []int{2, 16, 200} {
			mean, _, err := c.draw(t, c.q, rng.New(4), 2, features, false).Moments(1, c.x)
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range mean {
				if math.Abs(v-want[i]) > 1e-8 {
					t.Errorf("jitter %v, F %d: mean %v at point %d, want %v", jitter, features, v, i, want[i])
				}
			}
		}
		// A linear kernel has an exact basis: the distribution is that of the guide.
		lin := c
		lin.prior.Kernel = kernel.Linear{Bias: 0.9, Variance: []float64{1.1}}
		z := mat.NewDense(2, 1, []float64{-1, 1.3})
		in, err := (sparse.Prior{Prior: lin.prior, Z: z, Jitter: jitter}).Inducing()
		if err != nil {
			t.Fatal(err)
		}
		lin.in = in
		q, err := sparse.NewFullRank([]float64{0.3, -1}, mat.NewDense(2, 2, []float64{0.2, 0, 0.1, 0.3}))
		if err != nil {
			t.Fatal(err)
		}
		_, cov, err := lin.draw(t, q, rng.New(4), 1, 4, false).Moments(0, c.x)
		if err != nil {
			t.Fatal(err)
		}
		truth := sparse.NewPosterior(in, q).Covariance(nil, c.x)
		for i := range 9 {
			for j := range 9 {
				if math.Abs(cov.At(i, j)-truth.At(i, j)) > 1e-8 {
					t.Errorf("jitter %v: covariance %v at (%d, %d), the guide's %v", jitter, cov.At(i, j), i, j, truth.At(i, j))
				}
			}
		}
	}
}

// T6: with inducing inputs at the rows, the optimal guide is the exact posterior.
func TestInducingAtTheRowsIsExact(t *testing.T) {
	x, y := mat.NewDense(6, 1, []float64{-1.5, -1, -0.2, 0.5, 1, 1.6}), []float64{0.2, 1, -0.3, 0.4, 0.9, -0.5}
	prior := gp.Prior{Kernel: kernel.Matern52{Variance: 1, Lengthscale: kernel.Shared(0.6)}, Mean: gp.Constant{Value: 0.4}}
	post, err := prior.Condition(x, y, gp.Noise(0.04))
	if err != nil {
		t.Fatal(err)
	}
	q, _, err := (sparse.Prior{Prior: prior, Z: x}).Condition(x, y, gp.Noise(0.04))
	if err != nil {
		t.Fatal(err)
	}
	grid := kernelPoints(11)
	p, err := pathwise.Sampler{Posterior: q, Features: 32}.Draw(rng.New(2), 1)
	if err != nil {
		t.Fatal(err)
	}
	mean, _, err := p.Moments(0, grid)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range post.Mean(nil, grid) {
		if math.Abs(mean[i]-v) > 1e-8 {
			t.Errorf("point %d: mean %v, exact %v", i, mean[i], v)
		}
	}
	// The distribution of the same basis under the exact posterior differs only in that the
	// guide's u is a draw of its own: averaged over bases both are the posterior.
	f, err := p.Fidelity(0, grid)
	if err != nil {
		t.Fatal(err)
	}
	e, err := draw(t, pathwise.Sampler{Posterior: post, Features: 32}, 2, 1).Fidelity(0, grid)
	if err != nil {
		t.Fatal(err)
	}
	if f.Wasserstein > 3*e.Wasserstein+1e-6 {
		t.Errorf("2-Wasserstein distance %v, of the exact sampler %v", f.Wasserstein, e.Wasserstein)
	}
}

// With a point mass for a guide and hardly any jitter the paths go through u.
func TestInducingGoesThroughThePointsOfADelta(t *testing.T) {
	c := newSparseCase(t, 1e-12)
	q, err := sparse.NewDelta([]float64{1, -1, 0.5, 2, 0})
	if err != nil {
		t.Fatal(err)
	}
	v := c.draw(t, q, rng.New(5), 3, 32, false).Eval(c.in.Z())
	for s := range 3 {
		for i, u := range q.Mean() {
			// The jitter's standard deviation is 1e-6.
			if math.Abs(v.At(s, i)-u) > 1e-5 {
				t.Errorf("path %d is %v at inducing input %d, u is %v", s, v.At(s, i), i, u)
			}
		}
	}
}

func TestInducingPathsHaveNoRows(t *testing.T) {
	c := newSparseCase(t, 1e-6)
	p := c.draw(t, c.q, rng.New(5), 1, 8, false)
	if _, err := p.Condition(c.x, make([]float64, 9), gp.Noise(1)); !errors.Is(err, pathwise.ErrNoRows) {
		t.Errorf("Condition: %v", err)
	}
}
