package sparse

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
)

func benchmarkProblem(n, m, d int) (Prior, *mat.Dense, []float64) {
	x := randomInputs(1, n, d)
	l := make([]float64, d)
	for i := range l {
		l[i] = 2
	}
	p := Prior{
		Prior:  gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(l...)}},
		Z:      randomInputs(2, m, d),
		Jitter: 1e-6,
	}
	return p, x, randomTargets(3, x)
}

// A step on a batch: value, gradient to everything, natural step of the guide.
func BenchmarkStep256x1024x8(b *testing.B) {
	p, x, y := benchmarkProblem(1024, 256, 8)
	in, err := p.Inducing()
	if err != nil {
		b.Fatal(err)
	}
	v, err := ToNatural(in.StandardGuide().V())
	if err != nil {
		b.Fatal(err)
	}
	var q Trainable = in.Whiten(v)
	e := NewELBO(100000)
	for b.Loop() {
		at, err := e.at(p, gp.Noise(0.1), q, x, y)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := at.value(); err != nil {
			b.Fatal(err)
		}
		if _, err := at.gradient(); err != nil {
			b.Fatal(err)
		}
		if q, err = at.naturalStep(0.1); err != nil {
			b.Fatal(err)
		}
	}
}

// The same with a full-rank whitened guide and its gradient, as Adam needs it.
func BenchmarkEvalGrad256x1024x8(b *testing.B) {
	p, x, y := benchmarkProblem(1024, 256, 8)
	in, err := p.Inducing()
	if err != nil {
		b.Fatal(err)
	}
	q := in.StandardGuide()
	e := NewELBO(100000)
	for b.Loop() {
		if _, _, err := e.EvalGrad(p, gp.Noise(0.1), q, x, y); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCollapsed256x8192x8(b *testing.B) {
	p, x, y := benchmarkProblem(8192, 256, 8)
	c := NewCollapsed(x, y)
	for b.Loop() {
		if _, _, err := c.EvalGrad(p, gp.Noise(0.1)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVariance256x1000(b *testing.B) {
	p, x, y := benchmarkProblem(1024, 256, 8)
	post, _, err := p.Condition(x, y, gp.Noise(0.1))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		post.Variance(nil, rows(x, 0, 1000))
	}
}

// BenchmarkFitStep256x1024x8 is a step of a fit: the bound and its gradient to the
// kernel, the noise, the inducing inputs and a whitened guide of full rank, and Adam
// on all of them.
func BenchmarkFitStep256x1024x8(b *testing.B) {
	p, x, y := benchmarkProblem(1024, 256, 8)
	f := Fit{Rate: 0.01, Guide: func(in *Inducing) Trainable { return in.StandardGuide() }}
	p.Jitter = 1e-6
	c, err := f.withDefaults(len(y)).coordinates(p, gp.Noise(0.1), x, true)
	if err != nil {
		b.Fatal(err)
	}
	r, err := f.newRun(c, x, y)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.step(x, y, nil, 1); err != nil {
			b.Fatal(err)
		}
	}
}
