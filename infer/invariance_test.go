package infer

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"matheron/infer/diag"
	"matheron/internal/long"
	"matheron/rng"
)

// exactTarget is a target that can be drawn from.
type exactTarget struct {
	name string
	Target
	draw func(x []float64, r *rand.Rand)
	sd   float64 // a scale for step sizes
}

func exactTargets() []exactTarget {
	return []exactTarget{
		{"normal", normalTarget(1, 0.3), func(x []float64, r *rand.Rand) {
			x[0], x[1] = r.NormFloat64(), 0.3*r.NormFloat64()
		}, 0.3},
		{"mixture", mixtureTarget(0.3, 1.5, 0.7), func(x []float64, r *rand.Rand) {
			if r.Float64() < 0.3 {
				x[0] = -1.5 + r.NormFloat64()
			} else {
				x[0] = 1.5 + 0.7*r.NormFloat64()
			}
			x[1] = r.NormFloat64()
		}, 0.7},
		{"funnel", funnelTarget(2), func(x []float64, r *rand.Rand) {
			x[0] = 3 * r.NormFloat64()
			for i := range x[1:] {
				x[i+1] = math.Exp(x[0]/2) * r.NormFloat64()
			}
		}, 1},
		{"exponential", funcTarget{1, func(grad, x []float64) float64 {
			grad[0] = -1
			if x[0] < 0 {
				return math.Inf(-1)
			}
			return -x[0]
		}}, func(x []float64, r *rand.Rand) { x[0] = r.ExpFloat64() }, 1},
	}
}

// A step from an exact draw is an exact draw again, whatever the step size, also
// where trajectories diverge or leave the density. The starts are independent, so
// the paired differences f(x') - f(x) are, and their mean is zero.
func checkInvariance(t *testing.T, n int, limit float64) {
	funcs := []func(x float64) float64{
		func(x float64) float64 { return math.Tanh(x) },
		func(x float64) float64 { return math.Exp(-x * x) },
		func(x float64) float64 { return math.Cos(3 * x) },
		func(x float64) float64 { return math.Atan(x * x * x) },
	}
	for _, target := range exactTargets() {
		dim := target.Dim()
		variances := make([]float64, dim)
		for i := range variances {
			variances[i] = 0.5 + float64(i)
		}
		for name, settings := range map[string]sampler{
			"NUTS": NUTS{}, "shallow NUTS": NUTS{MaxDepth: 2}, "HMC": HMC{},
		} {
			for _, eps := range []float64{0.2, 0.9, 1.7} {
				step := settings.transition(target, nil)
				tuning := Tuning{StepSize: eps * target.sd, Metric: DiagMetric{variances}}
				key := rng.New(30).Named(target.name).Named(name)
				r := key.Rand()
				ls := newSeeds(key)
				sum := make([]float64, dim*len(funcs))
				sq := make([]float64, dim*len(funcs))
				x := make([]float64, dim)
				var next State
				moved := 0
				for range n {
					target.draw(x, r)
					s := NewState(target, x)
					step.step(&next, s, tuning, ls.next())
					if next.X[0] != x[0] {
						moved++
					}
					for i := range x {
						for k, f := range funcs {
							d := f(next.X[i]) - f(x[i])
							sum[i*len(funcs)+k] += d
							sq[i*len(funcs)+k] += d * d
						}
					}
				}
				for i := range sum {
					if z := sum[i] / math.Sqrt(sq[i]); math.Abs(z) > limit {
						t.Errorf("%s on %s, step size %v: function %d of x[%d] moves by %.1f standard errors",
							name, target.name, tuning.StepSize, i%len(funcs), i/len(funcs), z)
					}
				}
				if moved < n/20 {
					t.Errorf("%s on %s, step size %v: only %d of %d steps move", name, target.name, tuning.StepSize, moved, n)
				}
			}
		}
	}
}

// 288 statistics: one beyond 4.5 in 500 keys, and the key is fixed.
func TestStepsLeaveTheTargetInvariant(t *testing.T) { checkInvariance(t, 4000, 4.5) }

func TestStepsLeaveTheTargetInvariantLong(t *testing.T) {
	long.Only(t)
	checkInvariance(t, 400000, 4.5)
}

// Simulation-based calibration (Talts and others, 2018): parameters from the prior,
// data from the model, a whole run with its warm-up on the posterior; the rank of the
// parameter among thinned draws is uniform.
func TestCalibration(t *testing.T) {
	long.Only(t)
	const (
		sims  = 1000
		draws = 99
		thin  = 10
	)
	for name, settings := range map[string]interface {
		Run(context.Context, Target, Run) (*Draws, error)
	}{"NUTS": NUTS{TargetAccept: 0.9}, "dense NUTS": NUTS{TargetAccept: 0.9, Metric: Dense}, "HMC": HMC{TargetAccept: 0.9}} {
		ranks := [3]diag.Ranks{{Of: draws}, {Of: draws}, {Of: draws}}
		for sim := range sims {
			key := rng.New(40).Named(name).Split(sim)
			r := key.Named("data").Rand()
			// mu ~ N(0, 2), log sigma ~ N(0, 0.5), nu ~ N(0, 1): y_i ~ N(mu + nu t_i, sigma).
			truth := []float64{2 * r.NormFloat64(), 0.5 * r.NormFloat64(), r.NormFloat64()}
			var y [6]float64
			for i := range y {
				y[i] = truth[0] + truth[2]*float64(i)/3 + math.Exp(truth[1])*r.NormFloat64()
			}
			target := funcTarget{3, func(grad, x []float64) float64 {
				lp := -x[0]*x[0]/8 - 2*x[1]*x[1] - x[2]*x[2]/2 - 6*x[1]
				grad[0], grad[1], grad[2] = -x[0]/4, -4*x[1]-6, -x[2]
				w := math.Exp(-2 * x[1])
				for i := range y {
					u := float64(i) / 3
					e := y[i] - x[0] - x[2]*u
					lp -= e * e * w / 2
					grad[0] += e * w
					grad[1] += e * e * w
					grad[2] += e * w * u
				}
				return lp
			}}
			d, err := settings.Run(context.Background(), target, Run{Key: key.Named("run"), Warmup: 500, Draws: draws * thin, Chains: 1})
			if err != nil {
				t.Fatal(err)
			}
			for j := range truth {
				var posterior []float64
				for i := range draws {
					posterior = append(posterior, d.Chains[0].At(i * thin)[j])
				}
				ranks[j].Ranks = append(ranks[j].Ranks, diag.Rank(truth[j], posterior))
			}
		}
		for j, r := range ranks {
			// Nine statistics, each outside of the band once in 10,000 keys.
			if e := r.ECDF(1 - 1e-4); !e.Inside() {
				t.Errorf("%s: parameter %d: P = %v, ranks %v", name, j, e.P, r.Histogram(20))
			}
		}
	}
}

// The standard error of package diag is the error over many independent runs.
func TestErrorsAreAsStated(t *testing.T) {
	long.Only(t)
	const runs = 200
	sum := 0.0
	for i := range runs {
		d := mustRun(t, NUTS{}.Run, normalTarget(1, 5), Run{Key: rng.New(50).Split(i), Warmup: 300, Draws: 300})
		z := 0.0
		for _, c := range d.Coordinate(1) {
			for _, v := range c {
				z += v / float64(d.Len())
			}
		}
		z /= mcse(d.Coordinate(1))
		sum += z * z
	}
	// The mean of 200 squared normal variates: 1 +- 0.1 each.
	if m := sum / runs; m < 0.6 || m > 1.5 {
		t.Errorf("mean squared error over MCSE is %v", m)
	}
}
