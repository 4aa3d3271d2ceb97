package pathwise_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/gp/sparse"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/pathwise"
	"matheron/rng"
)

// The gradient is that of paths drawn again with the same key and other parameters,
// by central differences.
func TestParamGrad(t *testing.T) {
	rbf := kernel.RBF{Variance: 1.4, Lengthscale: kernel.Shared(0.5)}
	ard := kernel.RBF{Variance: 0.8, Lengthscale: kernel.ARD(0.7, 1.6)}
	for _, c := range []struct {
		name    string
		k       kernel.Kernel
		d       int
		sampler pathwise.Sampler
	}{
		{"rbf", rbf, 1, pathwise.Sampler{Features: 64}},
		{"rbf, ard", ard, 2, pathwise.Sampler{Features: 64}},
		{"a lengthscale of two inputs", rbf, 2, pathwise.Sampler{Features: 64}},
		{"phases", rbf, 1, pathwise.Sampler{Features: 64, Form: basis.CosPhase}},
		{"orthogonal", ard, 2, pathwise.Sampler{Features: 64, Frequencies: basis.Orthogonal}},
		{"a basis a path", ard, 2, pathwise.Sampler{Features: 32, PerPath: true}},
		{"matern 1/2", kernel.Matern12{Variance: 1.4, Lengthscale: kernel.Shared(0.5)}, 1, pathwise.Sampler{Features: 64}},
		{"matern 3/2", kernel.Matern32{Variance: 1.4, Lengthscale: kernel.Shared(0.5)}, 1, pathwise.Sampler{Features: 64}},
		{"fixed", kernel.Fix(rbf, "variance"), 1, pathwise.Sampler{Features: 64}},
		{"one input of two", kernel.Active{Kernel: ard, Columns: []int{2, 0}}, 3, pathwise.Sampler{Features: 64}},
		{"shape fixed", kernel.Fix(kernel.RationalQuadratic{Variance: 1.3, Lengthscale: kernel.Shared(0.5), Alpha: 2}, "alpha"), 1, pathwise.Sampler{Features: 64}},
		{"sum", kernel.Add(ard, kernel.Matern52{Variance: 0.5, Lengthscale: kernel.Shared(0.4)}), 2, pathwise.Sampler{Features: 64}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := problem{kernel: c.k, mean: gp.Constant{Value: 2}, d: c.d, n: 9, noise: gp.Noise(0.01), jitter: 1e-6}
			draw := func(theta []float64) *pathwise.Paths {
				prior := gp.Prior{Kernel: kernel.WithParams(c.k, theta), Mean: p.mean, Jitter: p.jitter}
				post, err := prior.Condition(p.x(), p.y(), p.noise)
				if err != nil {
					t.Fatal(err)
				}
				s := c.sampler
				s.Posterior = post
				paths, err := s.Draw(rng.New(5), 6)
				if err != nil {
					t.Fatal(err)
				}
				return paths
			}
			var theta []float64
			for _, q := range kernel.Params(c.k) {
				theta = append(theta, q.Value)
			}
			x := points(rng.New(6), 5, c.d, -1.5, 1.5)
			w := mat.NewDense(6, 5, nil)
			r := rng.New(7).Rand()
			w.Apply(func(int, int, float64) float64 { return r.NormFloat64() }, w)
			sum := func(theta []float64) float64 {
				f := draw(theta).Eval(x)
				f.MulElem(f, w)
				return mat.Sum(f)
			}
			got, err := draw(theta).ParamGrad(w, x)
			if err != nil {
				t.Fatal(err)
			}
			for i := range theta {
				// Differences of order 4: an error of order h^4, and rounding of 1e-13
				// in sums of some ten, divided by h = 1e-3.
				const h = 1e-3
				at := func(k float64) float64 {
					moved := append([]float64(nil), theta...)
					moved[i] += k * h
					return sum(moved)
				}
				want := (8*(at(1)-at(-1)) - (at(2) - at(-2))) / (12 * h)
				if math.Abs(got[i]-want) > 1e-7*math.Max(1, math.Abs(want)) {
					t.Errorf("parameter %d: %.10g, differences %.10g", i, got[i], want)
				}
			}
		})
	}
}

// What is not a scaled function of scaled inputs, or not of the exact posterior, is
// refused.
func TestParamGradRefuses(t *testing.T) {
	rbf := kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.5)}
	x, w := line(3, -1, 1), mat.NewDense(2, 3, nil)
	for name, k := range map[string]kernel.Kernel{
		"RationalQuadratic": kernel.RationalQuadratic{Variance: 1, Lengthscale: kernel.Shared(0.5), Alpha: 2},
		"sum.1":             kernel.Add(rbf, kernel.Linear{Bias: 1, Variance: []float64{1}}),
		"1 are not those":   kernel.Add(rbf, kernel.White{Variance: 0.1}),
	} {
		p := problem{kernel: k, d: 1, n: 6, noise: gp.Noise(0.01)}
		post, err := gp.Prior{Kernel: k, Jitter: 1e-6}.Condition(p.x(), p.y(), p.noise)
		if err != nil {
			t.Fatal(err)
		}
		paths, err := pathwise.Sampler{Posterior: post, Features: 8}.Draw(rng.New(1), 2)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := paths.ParamGrad(w, x); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// Of an inducing posterior the draws of u are fixed: the gradient is that of paths drawn
// again from the same guide under a prior with other parameters. Of a mixture it is that
// of each part.
func TestParamGradOfInducingPathsAndMixtures(t *testing.T) {
	guide, err := sparse.NewFullRank([]float64{0.3, -1, 0.5, 0.2}, mat.NewDense(4, 4, []float64{
		0.3, 0, 0, 0,
		0.1, 0.2, 0, 0,
		0, 0.1, 0.4, 0,
		0.05, 0, -0.1, 0.3,
	}))
	if err != nil {
		t.Fatal(err)
	}
	const h = 1e-3
	x, w, theta := line(3, -1.5, 1.2), normals(rng.New(3), 2, 3), []float64{1.3, 0.7}
	draw := func(theta []float64) *pathwise.Paths {
		in, err := sparse.Prior{Prior: gp.Prior{Kernel: kernel.WithParams(rbf, theta), Mean: gp.Constant{Value: 1}}, Z: line(4, -1, 1), Jitter: 1e-4}.Inducing()
		if err != nil {
			t.Fatal(err)
		}
		paths, err := pathwise.Sampler{Posterior: sparse.NewPosterior(in, guide), Features: 16}.Draw(rng.New(1), 2)
		if err != nil {
			t.Fatal(err)
		}
		return paths
	}
	sum := func(theta []float64) float64 {
		f := draw(theta).Eval(x)
		f.MulElem(f, w)
		return mat.Sum(f)
	}
	got, err := draw(theta).ParamGrad(w, x)
	if err != nil {
		t.Fatal(err)
	}
	for i := range theta {
		at := func(k float64) float64 {
			moved := slices.Clone(theta)
			moved[i] += k * h
			return sum(moved)
		}
		want := (8*(at(1)-at(-1)) - (at(2) - at(-2))) / (12 * h)
		if math.Abs(got[i]-want) > 1e-7*math.Max(1, math.Abs(want)) {
			t.Errorf("parameter %d: %.10g, differences %.10g", i, got[i], want)
		}
	}
	one := draw(theta)
	both := mat.NewDense(4, 3, nil)
	both.Stack(w, w)
	joined, err := pathwise.Join(one, one).ParamGrad(both, x)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(joined, slices.Concat(got, got)) {
		t.Errorf("of two parts %v, of each %v", joined, got)
	}
}
