package gptest_test

import (
	"math"
	"strings"
	"sync/atomic"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/gp/gptest"
	"matheron/kernel"
	"matheron/rng"
)

var grid = mat.NewDense(5, 2, []float64{0, 0, 1, 0.5, -0.3, 1.2, 0.7, -1, 1.9, 1.4})

func exact(t testing.TB) *gp.Exact {
	t.Helper()
	k := kernel.Matern52{Variance: 1.5, Lengthscale: kernel.Shared(0.8)}
	x := mat.NewDense(4, 2, []float64{0.2, 0.1, -0.5, 0.9, 1.1, -0.4, 0.6, 1})
	p, err := gp.Prior{Kernel: k, Mean: gp.Constant{Value: 2}}.Condition(x, []float64{1, 3, 2, 2.5}, gp.Noise(0.1))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestExactPasses(t *testing.T) { gptest.Test(t, exact(t), gptest.Options{Points: grid}) }

// faulty is a posterior with one fault.
type faulty struct {
	*gp.Exact
	inputs int
	mean   func(p *gp.Exact, dst []float64, x *mat.Dense) []float64
	varia  func(p *gp.Exact, dst []float64, x *mat.Dense) []float64
	cov    func(p *gp.Exact, dst, x *mat.Dense) *mat.Dense
	draw   func(p *gp.Exact, key rng.Key, s int, x *mat.Dense) (*mat.Dense, float64, error)
}

func (f faulty) Inputs() int { return f.Exact.Inputs() + f.inputs }

func (f faulty) Mean(dst []float64, x *mat.Dense) []float64 {
	if f.mean != nil {
		return f.mean(f.Exact, dst, x)
	}
	return f.Exact.Mean(dst, x)
}

func (f faulty) Variance(dst []float64, x *mat.Dense) []float64 {
	if f.varia != nil {
		return f.varia(f.Exact, dst, x)
	}
	return f.Exact.Variance(dst, x)
}

func (f faulty) Covariance(dst, x *mat.Dense) *mat.Dense {
	if f.cov != nil {
		return f.cov(f.Exact, dst, x)
	}
	return f.Exact.Covariance(dst, x)
}

func (f faulty) Draw(key rng.Key, s int, x *mat.Dense) (*mat.Dense, float64, error) {
	if f.draw != nil {
		return f.draw(f.Exact, key, s, x)
	}
	return f.Exact.Draw(key, s, x)
}

// Each fault is found by the check that is there for it.
func TestFaultsAreFound(t *testing.T) {
	var calls atomic.Int64
	for name, c := range map[string]struct {
		check string
		f     faulty
	}{
		"an input more": {"shapes", faulty{inputs: 1}},
		"the destination is not used": {"shapes", faulty{mean: func(p *gp.Exact, _ []float64, x *mat.Dense) []float64 {
			return p.Mean(nil, x)
		}}},
		"adds to the destination": {"shapes", faulty{varia: func(p *gp.Exact, dst []float64, x *mat.Dense) []float64 {
			v := p.Variance(nil, x)
			if dst == nil {
				return v
			}
			for i := range dst {
				dst[i] += v[i]
			}
			return dst
		}}},
		"a negative variance": {"shapes", faulty{varia: func(p *gp.Exact, dst []float64, x *mat.Dense) []float64 {
			dst = p.Variance(dst, x)
			dst[0] = -1e-30
			return dst
		}}},
		"modifies the points": {"shapes", faulty{cov: func(p *gp.Exact, dst, x *mat.Dense) *mat.Dense {
			dst = p.Covariance(dst, x)
			x.Set(0, 0, x.At(0, 0)+1e-9)
			return dst
		}}},
		"depends on the number of points": {"rows", faulty{mean: func(p *gp.Exact, dst []float64, x *mat.Dense) []float64 {
			dst = p.Mean(dst, x)
			for i := range dst {
				dst[i] *= 1 + 1e-6/float64(len(dst))
			}
			return dst
		}}},
		"loses a block": {"rows", faulty{varia: func(p *gp.Exact, dst []float64, x *mat.Dense) []float64 {
			dst = p.Variance(dst, x)
			for i := 512; i < len(dst); i++ {
				dst[i] = 0
			}
			return dst
		}}},
		"state between calls": {"concurrent", faulty{mean: func(p *gp.Exact, dst []float64, x *mat.Dense) []float64 {
			dst = p.Mean(dst, x)
			if len(dst) == 2 && calls.Add(1) > 3 {
				dst[0] += 1e-3
			}
			return dst
		}}},
		"one triangle": {"covariance", faulty{cov: func(p *gp.Exact, dst, x *mat.Dense) *mat.Dense {
			dst = p.Covariance(dst, x)
			dst.Set(0, 1, 0)
			return dst
		}}},
		"another diagonal": {"covariance", faulty{cov: func(p *gp.Exact, dst, x *mat.Dense) *mat.Dense {
			dst = p.Covariance(dst, x)
			dst.Set(2, 2, dst.At(2, 2)+1e-3)
			return dst
		}}},
		"not semidefinite": {"covariance", faulty{cov: func(p *gp.Exact, dst, x *mat.Dense) *mat.Dense {
			dst = p.Covariance(dst, x)
			c := 1.5 * math.Sqrt(dst.At(0, 0)*dst.At(1, 1))
			dst.Set(0, 1, c)
			dst.Set(1, 0, c)
			return dst
		}}},
		"the key is not used": {"draws", faulty{draw: func(p *gp.Exact, _ rng.Key, s int, x *mat.Dense) (*mat.Dense, float64, error) {
			return p.Draw(rng.New(1), s, x)
		}}},
		"the same draw": {"draws", faulty{draw: func(p *gp.Exact, key rng.Key, s int, x *mat.Dense) (*mat.Dense, float64, error) {
			d, j, err := p.Draw(key, s, x)
			if err == nil {
				for i := range s {
					d.SetRow(i, d.RawRowView(0))
				}
			}
			return d, j, err
		}}},
		"transposed": {"draws", faulty{draw: func(p *gp.Exact, key rng.Key, s int, x *mat.Dense) (*mat.Dense, float64, error) {
			d, j, err := p.Draw(key, s, x)
			if err != nil {
				return d, j, err
			}
			return mat.DenseCopyOf(d.T()), j + 1, err
		}}},
		"too wide": {"moments", faulty{draw: func(p *gp.Exact, key rng.Key, s int, x *mat.Dense) (*mat.Dense, float64, error) {
			d, j, err := p.Draw(key, s, x)
			if err == nil {
				d.Apply(func(_, _ int, v float64) float64 { return 1.1 * v }, d)
			}
			return d, j, err
		}}},
		"independent points": {"moments", faulty{draw: func(p *gp.Exact, key rng.Key, s int, x *mat.Dense) (*mat.Dense, float64, error) {
			n, _ := x.Dims()
			d := mat.NewDense(s, n, nil)
			mean, v := p.Mean(nil, x), p.Variance(nil, x)
			for i := range s {
				r := key.Split(i).Rand()
				for j := range n {
					d.Set(i, j, mean[j]+math.Sqrt(v[j])*r.NormFloat64())
				}
			}
			return d, 0, nil
		}}},
		"takes any columns": {"misuse", faulty{mean: func(p *gp.Exact, dst []float64, x *mat.Dense) []float64 {
			n, _ := x.Dims()
			return p.Mean(dst, mat.DenseCopyOf(x.Slice(0, n, 0, 2)))
		}}},
	} {
		c.f.Exact = exact(t)
		err := gptest.Check(c.f, gptest.Options{Points: mat.DenseCopyOf(grid)})
		if err == nil {
			t.Errorf("%s: passed", name)
			continue
		}
		found := false
		for _, line := range strings.Split(err.Error(), "\n") {
			found = found || strings.HasPrefix(line, c.check+": ")
		}
		if !found {
			t.Errorf("%s: not found by the check %q, but: %v", name, c.check, err)
		}
	}
}
