package pathwise_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/pathwise"
	"matheron/rng"
)

// The gradient of a weighted sum is the sum of the gradients, of one part and of
// several.
func TestGradSum(t *testing.T) {
	for _, p := range problems() {
		for _, o := range samplers() {
			o.Posterior = p.posterior(t)
			paths := draw(t, o, 61, 7)
			if paths.CheckGrad() != nil {
				if _, err := paths.GradSum(nil, make([]float64, 7), make([]float64, p.d)); err == nil {
					t.Errorf("%s: no error", p.name)
				}
				continue
			}
			mixture := pathwise.Join(paths, draw(t, o, 62, 3))
			x := points(rng.New(63), 4, p.d, -1, 1)
			w := normals(rng.New(64), 10, 1).RawMatrix().Data
			w[2] = 0
			for i := range rowsOf(x) {
				at := x.Slice(i, i+1, 0, p.d).(*mat.Dense)
				grads, err := mixture.Grad(at)
				if err != nil {
					t.Fatal(err)
				}
				check := func(what string, got []float64, err error, n int) {
					if err != nil {
						t.Fatal(err)
					}
					for d, v := range got {
						want, size := 0.0, 1.0
						for s := range n {
							term := w[s] * grads[s].At(0, d)
							want += term
							size = math.Max(size, math.Abs(term))
						}
						// F + N terms a path, which cancel less than a hundredfold.
						if math.Abs(v-want) > 1e-11*size {
							t.Errorf("%s: %s: input %d: %v, want %v", p.name, what, d, v, want)
						}
					}
				}
				got, err := paths.GradSum(nil, w[:7], at.RawRowView(0))
				check("paths", got, err, 7)
				dst := make([]float64, p.d)
				_, err = mixture.GradSum(dst, w, at.RawRowView(0))
				check("mixture", dst, err, 10)
			}
		}
	}
}

func TestMisuseOfGradSumPanics(t *testing.T) {
	p := problem{"", kernel.Add(rbf, linear), nil, 1, 4, gp.Noise(0.1), 0}
	paths := draw(t, pathwise.Sampler{Posterior: p.posterior(t), Features: 4, Form: basis.CosPhase}, 1, 2)
	for name, f := range map[string]func(){
		"weights":            func() { paths.GradSum(nil, []float64{1}, []float64{0}) },
		"point":              func() { paths.GradSum(nil, []float64{1, 2}, []float64{0, 0}) },
		"gradient":           func() { paths.GradSum(make([]float64, 2), []float64{1, 2}, []float64{0}) },
		"weights of mixture": func() { pathwise.Join(paths).GradSum(nil, []float64{1}, []float64{0}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
