package emulate_test

import (
	"context"
	"fmt"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/emulate"
	"matheron/function"
)

func BenchmarkOnPath(b *testing.B) {
	v, _, paths := decay(b, 1)
	target := v.OnPaths(paths...)[0]
	g, u := make([]float64, 1), []float64{1.2}
	b.ReportAllocs()
	for b.Loop() {
		target.LogProbGrad(g, u)
	}
}

func BenchmarkMarginal(b *testing.B) {
	for _, n := range []int{8, 64} {
		b.Run(fmt.Sprint("paths=", n), func(b *testing.B) {
			v, draws, _ := decay(b, n)
			target, err := v.Marginal(draws...)
			if err != nil {
				b.Fatal(err)
			}
			g, u := make([]float64, 1), []float64{1.2}
			b.ReportAllocs()
			for b.Loop() {
				target.LogProbGrad(g, u)
			}
		})
	}
}

// A step of a rollout, for 256 draws from 4 starts.
func BenchmarkRollout(b *testing.B) {
	x := mat.NewDense(20, 1, grid(-2, 2, 20).RawMatrix().Data)
	draws := draw(b, wave(b, 1).Kernel(), x, make([]float64, 20), 0.1, 256, 256, 1)
	r := emulate.Rollout{
		Dynamics: []function.Functions{draws}, Horizon: 10,
		Reward: func(_, _, next []float64, _ int) float64 { return next[0] },
	}
	start := grid(-1, 1, 4)
	for b.Loop() {
		if _, err := r.Run(context.Background(), start); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*10*256*4), "ns/step")
}

func BenchmarkSummarize(b *testing.B) {
	e, x := emulate.NewEnsemble(wave(b, 64)), grid(-2, 2, 1000)
	for name, e := range map[string]*emulate.Ensemble{"of=f": e, "of=y": e.WithNoise(0.01)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				e.Summarize(x, 0.025, 0.5, 0.975)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*1000), "ns/row")
		})
	}
}
