package ppl_test

import (
	"fmt"
	"testing"

	"matheron/ad"
	"matheron/ppl"
	"matheron/prob"
	"matheron/rng"
)

func BenchmarkLogProbGrad(b *testing.B) {
	run := func(name string, m ppl.Model, handlers ...ppl.Handler) {
		b.Run(name, func(b *testing.B) {
			g := target(b, m, handlers...)
			x, grad := make([]float64, g.Dim()), make([]float64, g.Dim())
			b.ReportAllocs()
			for b.Loop() {
				g.LogProbGrad(grad, x)
			}
		})
	}
	run("schools", schools)
	run("schools/noncentred", schools, ppl.NonCentered("theta"))
	for _, n := range []int{100, 10000} {
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i] = float64(i) / float64(n)
			y[i] = 2 * x[i]
		}
		run(fmt.Sprintf("rows=%d", n), func(c *ppl.Context) {
			a := c.Sample("a", ppl.Of(prob.Normal{SD: 1}))
			s := c.Sample("s", ppl.Of(prob.HalfNormal{SD: 1}))
			c.Observe("y", ppl.Normal(ad.Mul(a, c.ConstVector(x...)), s), y...)
		})
	}
}

func BenchmarkTraceOf(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ppl.TraceOf(schools, rng.New(1)); err != nil {
			b.Fatal(err)
		}
	}
}
