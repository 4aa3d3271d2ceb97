package pathwise_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/internal/long"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/pathwise"
	"matheron/rng"
)

// condition returns cond(H).
func condition(t testing.TB, post *gp.Exact) float64 {
	t.Helper()
	l := post.Solver().(interface{ L() *mat.Dense }).L()
	n, _ := l.Dims()
	var h mat.Dense
	h.Mul(l, l.T())
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			s.SetSym(i, j, h.At(i, j))
		}
	}
	var e mat.EigenSym
	if !e.Factorize(s, false) {
		t.Fatal("no eigenvalues")
	}
	v := e.Values(nil)
	return v[len(v)-1] / v[0]
}

// tolerance returns the project's tolerance for a matrix H: 1e-8 where its
// condition number is below 1e6, and 100 eps times it beyond.
func tolerance(t testing.TB, post gp.Posterior) float64 {
	return math.Max(1e-8, 100*0x1p-52*condition(t, post.(*gp.Exact)))
}

// T3: the mean of the distribution is the exact posterior mean for any number of
// features, and the distribution is what Eval does.
func TestMomentsIsThatOfEval(t *testing.T) {
	for _, p := range problems() {
		post, x := p.posterior(t), p.at()
		if c := condition(t, post); c > 1e6 {
			t.Fatalf("%s: cond(H) = %.2g", p.name, c)
		}
		const tol = 1e-8
		exact := post.Mean(nil, x)
		for _, count := range []int{2, 16, 200} {
			if count == 200 && testing.Short() {
				continue
			}
			t.Run(fmt.Sprintf("%s/%d", p.name, count), func(t *testing.T) {
				sampler := pathwise.Sampler{Posterior: post, Features: count}
				s := 2 * (1 + draw(t, sampler, 3, 1).Features() + p.n)
				paths := draw(t, sampler, 3, s)
				mean, c, err := paths.Moments(0, x)
				if err != nil {
					t.Fatal(err)
				}
				for i := range mean {
					if !near(mean[i], exact[i], tol) {
						t.Errorf("mean %d is %v, the posterior's %v", i, mean[i], exact[i])
					}
				}
				state := paths.States()[0]
				want := denseMoments(post, state.Bases[0], x)
				for i := range mean {
					for j := range i + 1 {
						if !near(c.At(i, j), want.At(i, j), tol) {
							t.Errorf("covariance %d, %d is %v, written out %v", i, j, c.At(i, j), want.At(i, j))
						}
					}
				}
				key := rng.New(3)
				w, z := normals(key.Named("weights"), paths.Features(), s), normals(key.Named("noise"), p.n, s)
				if !mat.Equal(w, state.Weights) {
					t.Error("the weights are not those of their streams")
				}
				values := paths.Eval(x)
				if err := rebuild(values, w, z).check(mean, c, tol); err != nil {
					t.Error(err)
				}
				if d := maxDiff(values, matheron(post, state.Bases[0], w, z, x, exactRule)); d > tol*size(values) {
					t.Errorf("values differ from the rule by %.2g", d)
				}
			})
		}
	}
}

func maxDiff(a, b *mat.Dense) float64 {
	var d mat.Dense
	d.Sub(a, b)
	return math.Max(mat.Max(&d), -mat.Min(&d))
}

// size returns the scale of values, at least 1.
func size(a *mat.Dense) float64 { return math.Max(1, math.Max(mat.Max(a), -mat.Min(a))) }

// T3, by unit weights: functions with the weights e_j, learning y = m(X)
// without noise, are the columns of Phi_x - A Phi_X.
func TestUnitWeightsGiveTheColumnsOfTheMoments(t *testing.T) {
	p := problem{"", kernel.Add(rbf, linear), gp.Constant{Value: 2}, 1, 6, gp.Noise(0), 0}
	x, at := p.x(), p.at()
	y := slices.Repeat([]float64{2}, p.n)
	first, err := p.prior().Condition(x.Slice(0, 5, 0, 1).(*mat.Dense), y[:5], p.noise)
	if err != nil {
		t.Fatal(err)
	}
	sampler := pathwise.Sampler{Posterior: first, Features: 10}
	f := draw(t, sampler, 1, 1).Features()
	state := draw(t, sampler, 1, f).States()[0]
	for j := range f {
		for s := range f {
			state.Weights.Set(j, s, 0)
		}
		state.Weights.Set(j, j, 1)
	}
	paths, err := pathwise.Restore(state)
	if err != nil {
		t.Fatal(err)
	}
	// Learning the last row makes the correction anew, from these weights.
	paths, err = paths.Condition(x.Slice(5, 6, 0, 1).(*mat.Dense), y[5:], p.noise)
	if err != nil {
		t.Fatal(err)
	}
	values := paths.Eval(at)
	for s := range f {
		row := values.RawRowView(s)
		for i := range row {
			row[i] -= 2 // m(x)
		}
	}
	var c mat.Dense
	c.Mul(values.T(), values)
	_, distribution, err := paths.Moments(0, at)
	if err != nil {
		t.Fatal(err)
	}
	// Without noise the distribution has this term alone; 1e-8 as cond(H) < 1e6.
	if d := maxDiff(&c, mat.DenseCopyOf(distribution)); d > 1e-8 {
		t.Errorf("covariance from unit weights differs from the distribution by %.2g", d)
	}
}

// With a basis for each path, the distribution of each path is its own.
func TestMomentsWithABasisForEachPath(t *testing.T) {
	for _, p := range problems()[3:7] {
		post, x, key := p.posterior(t), p.at(), rng.New(5)
		for _, o := range []pathwise.Sampler{
			{Posterior: post, Features: 9, PerPath: true, Form: basis.CosPhase},
			{Posterior: post, Features: 10, PerPath: true, Frequencies: basis.Orthogonal},
			{Posterior: post, Features: 10, PerPath: true, Frequencies: basis.Sobol},
		} {
			const s = 6
			paths := draw(t, o, 5, s)
			state := paths.States()[0]
			values := paths.Eval(x)
			w, z := normals(key.Named("weights"), paths.Features(), s), normals(key.Named("noise"), p.n, s)
			for i := range s {
				want := matheron(post, state.Bases[i], w, z, x, exactRule)
				mean, c, err := paths.Moments(i, x)
				if err != nil {
					t.Fatal(err)
				}
				written := denseMoments(post, state.Bases[i], x)
				exact := post.Mean(nil, x)
				for a := range exact {
					if !near(values.At(i, a), want.At(i, a), 1e-8) {
						t.Errorf("%s: path %d at %d is %v, by the rule %v", p.name, i, a, values.At(i, a), want.At(i, a))
					}
					if !near(mean[a], exact[a], 1e-8) {
						t.Errorf("%s: mean of path %d at %d is %v, want %v", p.name, i, a, mean[a], exact[a])
					}
					for b := range a + 1 {
						if !near(c.At(a, b), written.At(a, b), 1e-8) {
							t.Errorf("%s: covariance of path %d is %v at %d, %d, want %v", p.name, i, c.At(a, b), a, b, written.At(a, b))
						}
					}
				}
			}
			if _, c0, _ := paths.Moments(0, x); p.name != "polynomial" {
				if _, c1, _ := paths.Moments(1, x); mat.Equal(c0, c1) {
					t.Errorf("%s: two paths have one basis", p.name)
				}
			}
		}
	}
}

// averageCovariance returns the mean over bases of the distribution's covariance, and the
// standard error of each element as the bases show it.
func averageCovariance(t testing.TB, p *pathwise.Paths, x *mat.Dense) (mean, se *mat.Dense) {
	t.Helper()
	n := rowsOf(x)
	mean, se = mat.NewDense(n, n, nil), mat.NewDense(n, n, nil)
	for i := range p.Len() {
		_, c, err := p.Moments(i, x)
		if err != nil {
			t.Fatal(err)
		}
		for a := range n {
			for b := range n {
				mean.Set(a, b, mean.At(a, b)+c.At(a, b)/float64(p.Len()))
				se.Set(a, b, se.At(a, b)+c.At(a, b)*c.At(a, b)/float64(p.Len()))
			}
		}
	}
	se.Apply(func(a, b int, v float64) float64 {
		return math.Sqrt(math.Max(0, v-mean.At(a, b)*mean.At(a, b)) / float64(p.Len()))
	}, se)
	return mean, se
}

// T4: averaged over bases the distribution's covariance is the posterior's, for few
// features as for many.
func TestMomentsAveragedOverBases(t *testing.T) {
	averages(t, 300)
}

func TestMomentsAveragedOverManyBases(t *testing.T) {
	long.Only(t)
	averages(t, 5000)
}

func averages(t *testing.T, bases int) {
	for _, p := range problems() {
		if p.d == 1 {
			// Rows so far apart that one frequency in twenty is beyond what they
			// resolve: were it one in 10^4, the few bases that have one would make
			// the whole error, and the spread of 300 bases would not show it.
			p.n, p.noise = 4, rowNoise(4)
		}
		post, x := p.posterior(t), p.at()
		for _, o := range []pathwise.Sampler{
			{Features: 8},
			{Features: 7, Form: basis.CosPhase},
			{Features: 8, Frequencies: basis.Orthogonal},
			{Features: 8, Frequencies: basis.Sobol},
		} {
			o.Posterior, o.PerPath = post, true
			mean, se := averageCovariance(t, draw(t, o, 11, bases), x)
			want := post.Covariance(nil, x)
			for a := range rowsOf(x) {
				for b := range a + 1 {
					// 5 standard errors, and rounding where the basis is exact.
					tol := 5*se.At(a, b) + 1e-8
					if d := mean.At(a, b) - want.At(a, b); math.Abs(d) > tol {
						t.Errorf("%s, %+v: covariance %d, %d averages to %v over %d bases, want %v +- %.2g",
							p.name, [2]int{int(o.Form), int(o.Frequencies)}, a, b, mean.At(a, b), bases, want.At(a, b), tol)
					}
				}
			}
		}
	}
}

// T1 and T2 through the paths: rows whose noise hides them leave the prior, and
// the distribution of a prior path is Phi Phiᵀ: the kernel on average, with an error that
// falls as F^-1/2.
func TestPriorOfThePathsIsTheKernel(t *testing.T) {
	for _, p := range problems() {
		p.noise, p.jitter = gp.Noise(1e13), 0
		post, x := p.posterior(t), p.at()
		want := cov(p.kernel, x, x)
		mean, se := averageCovariance(t, draw(t, pathwise.Sampler{Posterior: post, Features: 32, PerPath: true}, 13, 200), x)
		for a := range rowsOf(x) {
			for b := range a + 1 {
				// The noise hides the rows to 1e-13 of the prior's square.
				if d := math.Abs(mean.At(a, b) - want.At(a, b)); d > 5*se.At(a, b)+1e-9 {
					t.Errorf("%s: %d, %d: %v, the kernel %v (standard error %.2g)", p.name, a, b, mean.At(a, b), want.At(a, b), se.At(a, b))
				}
			}
		}
	}
	post, x := problem{"", rbf, nil, 1, 6, gp.Noise(1e13), 0}.posterior(t), line(6, -1, 1)
	want := cov(rbf, x, x)
	slope := rate(t, func(f, i int) float64 {
		_, c, err := draw(t, pathwise.Sampler{Posterior: post, Features: f}, uint64(100+i), 1).Moments(0, x)
		if err != nil {
			t.Fatal(err)
		}
		return math.Pow(mat.Norm(sub(c, want), 2), 2)
	})
	if math.Abs(slope+0.5) > 0.1 {
		t.Errorf("the error of the prior falls as F^%.3f, want F^-0.5", slope)
	}
}

func sub(a mat.Matrix, b *mat.Dense) *mat.Dense {
	var d mat.Dense
	d.Sub(a, b)
	return &d
}

// rate returns the slope of log root mean square error over log F. With 32
// bases the logarithm of a root mean square has a standard error of about 0.1,
// over log 64 = 4.2: the slope is good to some 0.035.
func rate(t testing.TB, square func(f, i int) float64) float64 {
	t.Helper()
	rms := func(f int) float64 {
		sum := 0.0
		for i := range 32 {
			sum += square(f, i)
		}
		return math.Sqrt(sum / 32)
	}
	return math.Log(rms(2048)/rms(32)) / math.Log(64)
}

// T7: whatever the jitter, the paths have the distribution of the H that it is in.
func TestJitterIsInTheDraw(t *testing.T) {
	for jitter := 1e-10; jitter < 2e-2; jitter *= 10 {
		for _, noise := range []float64{0, 0.01} {
			p := problem{"", rbf, gp.Constant{Value: 2}, 1, 8, gp.Noise(noise), jitter}
			post, x, key := p.posterior(t), p.at(), rng.New(3)
			if post.Jitter() != jitter {
				t.Fatalf("jitter %g was made %g", jitter, post.Jitter())
			}
			const count = 10
			s := 2 * (1 + count + p.n)
			paths := draw(t, pathwise.Sampler{Posterior: post, Features: count}, 3, s)
			state := paths.States()[0]
			mean := post.Mean(nil, x)
			want := denseMoments(post, state.Bases[0], x)
			w, z := normals(key.Named("weights"), count, s), normals(key.Named("noise"), p.n, s)
			tol := tolerance(t, post)
			if err := rebuild(paths.Eval(x), w, z).check(mean, want, tol); err != nil {
				t.Errorf("jitter %g, noise %g: %v", jitter, noise, err)
			}
			err := rebuild(matheron(post, state.Bases[0], w, z, x, jitterNotDrawn), w, z).check(mean, want, tol)
			if err == nil && jitter > 1e-5 {
				t.Errorf("jitter %g, noise %g: not seen where it is missing from the noise", jitter, noise)
			}
		}
	}
}

// Jitter that a failed factorisation asked for is drawn like any other.
func TestJitterOfARetryIsInTheDraw(t *testing.T) {
	k := kernel.RBF{Variance: 2, Lengthscale: kernel.Shared(3)}
	p := problem{"", k, nil, 1, 40, gp.Noise(0), 0}
	post := p.posterior(t)
	if post.Jitter() == 0 {
		t.Fatal("no jitter was needed")
	}
	paths := draw(t, pathwise.Sampler{Posterior: post, Features: 10}, 3, 2)
	state := paths.States()[0]
	// f(X) = y - e - Sigma v, see TestResidualsWithJitter.
	z := normals(rng.New(3).Named("noise"), p.n, 2)
	values := paths.Eval(p.x())
	for s := range 2 {
		for i := range p.n {
			j := post.Jitter()
			want := post.Y()[i] - math.Sqrt(j)*z.At(i, s) - j*state.Update.At(i, s)
			// A residual of the solve: |H v - r| is of the order of N eps |H||v|.
			tol := 40 * 0x1p-52 * 2 * 40 * math.Max(1, maxAbs(state.Update))
			if d := math.Abs(values.At(s, i) - want); d > tol {
				t.Errorf("path %d at row %d is off by %.2g, allowed %.2g", s, i, d, tol)
			}
		}
	}
}

// Restored paths have the posterior that they were drawn from, jitter of a
// retry included.
func TestRestoreKeepsThePosterior(t *testing.T) {
	for _, p := range append(problems(), problem{"retried", kernel.RBF{Variance: 2, Lengthscale: kernel.Shared(3)}, nil, 1, 40, gp.Noise(0), 0}) {
		paths := draw(t, pathwise.Sampler{Posterior: p.posterior(t), Features: 10}, 3, 2)
		state := paths.States()[0]
		back, err := pathwise.Restore(state)
		if err != nil {
			t.Fatal(err)
		}
		mean, c, err := paths.Moments(1, p.at())
		if err != nil {
			t.Fatal(err)
		}
		backMean, backCov, err := back.Moments(1, p.at())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(mean, backMean) || !mat.Equal(c, backCov) {
			t.Errorf("%s: the distribution is another", p.name)
		}
		again := back.States()[0]
		if again.Prior.Jitter != state.Prior.Jitter {
			t.Errorf("%s: jitter %g became %g", p.name, state.Prior.Jitter, again.Prior.Jitter)
		}
	}
}

func maxAbs(a *mat.Dense) float64 { return math.Max(mat.Max(a), -mat.Min(a)) }

func TestMomentsRefusesAPathThatIsNotThere(t *testing.T) {
	paths := draw(t, pathwise.Sampler{Posterior: problems()[0].posterior(t), Features: 4}, 1, 2)
	for _, i := range []int{-1, 2} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Law of path %d of 2", i)
				}
			}()
			paths.Moments(i, problems()[0].at())
		}()
	}
}
