package infer

import (
	"context"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/rng"
)

// BenchmarkLeapfrog is the cost of a leapfrog step of NUTS, trajectory and all,
// beside that of the gradient of a standard normal, by dimension.
func BenchmarkLeapfrog(b *testing.B) {
	for _, dim := range []int{1, 2, 10, 50, 200} {
		sd := make([]float64, dim)
		for i := range sd {
			sd[i] = 1
		}
		target := normalTarget(sd...)
		cov := mat.NewSymDense(dim, nil)
		for i := range dim {
			cov.SetSym(i, i, 1)
		}
		dense, err := NewDenseMetric(cov)
		if err != nil {
			b.Fatal(err)
		}
		grad := make([]float64, dim)
		b.Run(fmt.Sprintf("gradient/%d", dim), func(b *testing.B) {
			for b.Loop() {
				target.LogProbGrad(grad, sd)
			}
		})
		for name, m := range map[string]Metric{"diagonal": DiagMetric{sd}, "dense": dense} {
			b.Run(fmt.Sprintf("%s/%d", name, dim), func(b *testing.B) {
				step := NUTS{}.transition(target, nil)
				s := NewState(target, sd)
				ls := newSeeds(rng.New(1))
				// Trajectories of 15 steps or so at this step size.
				tuning := Tuning{StepSize: 0.2, Metric: m}
				n := 0
				for b.Loop() {
					n += step.step(&s, s, tuning, ls.next()).Leapfrogs
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/leapfrog")
			})
		}
	}
}

func BenchmarkEightSchools(b *testing.B) {
	leapfrogs, draws := 0, 0
	for i := 0; b.Loop(); i++ {
		d, err := NUTS{}.Run(context.Background(), eightSchools(), Run{Key: rng.New(uint64(i)), Draws: 2000, Chains: 1})
		if err != nil {
			b.Fatal(err)
		}
		leapfrogs += d.Leapfrogs() + d.Chains[0].WarmupLeapfrogs
		draws += d.Len() + 1000
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(leapfrogs), "ns/leapfrog")
	b.ReportMetric(float64(leapfrogs)/float64(draws), "leapfrogs/draw")
	b.ReportMetric(math.Round(float64(b.Elapsed().Nanoseconds())/float64(draws)), "ns/draw")
}
