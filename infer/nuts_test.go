package infer

import (
	"math"
	"testing"

	"matheron/rng"
)

func TestStepDoesNotAllocate(t *testing.T) {
	dense, err := NewDenseMetric(randomCovariance([]float64{1, 1, 1, 1, 1, 1, 1, 1, 2, 0.5}, rng.New(1)))
	if err != nil {
		t.Fatal(err)
	}
	target := eightSchools()
	for name, settings := range map[string]sampler{"NUTS": NUTS{}, "HMC": HMC{}} {
		for _, m := range []Metric{UnitMetric(10), DiagMetric{[]float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}}, dense} {
			step := settings.transition(target, nil)
			s := NewState(target, make([]float64, 10))
			tuning := Tuning{StepSize: 0.1, Metric: m}
			ls := newSeeds(rng.New(1))
			leapfrogs := 0
			if n := testing.AllocsPerRun(100, func() {
				leapfrogs += step.step(&s, s, tuning, ls.next()).Leapfrogs
			}); n != 0 {
				t.Errorf("%s, %T: %v allocations a step", name, m, n)
			}
			if leapfrogs < 500 {
				t.Errorf("%s, %T: %d leapfrog steps in all", name, m, leapfrogs)
			}
			// With a key it is the generator of the key, for any length of the trajectory.
			key := rng.New(3)
			if n := testing.AllocsPerRun(100, func() { step.Step(&s, s, tuning, key.Split(leapfrogs)); leapfrogs++ }); n > 1 {
				t.Errorf("%s, %T: %v allocations a step by key", name, m, n)
			}
		}
	}
}

// The same arguments give the same step, also into the state that it came from.
func TestStepIsAFunction(t *testing.T) {
	target := eightSchools()
	for name, settings := range map[string]interface {
		Transition(Target) Transition
	}{"NUTS": NUTS{}, "HMC": HMC{}} {
		step := settings.Transition(target)
		s := NewState(target, make([]float64, 10))
		tuning := Tuning{StepSize: 0.2, Metric: UnitMetric(10)}
		for i := range 20 {
			key := rng.New(5).Split(i)
			var a State
			ia := step.Step(&a, s, tuning, key)
			b := NewState(target, s.X)
			ib := settings.Transition(target).Step(&b, b, tuning, key)
			if ia != ib || a.LogProb != b.LogProb || a.X[9] != b.X[9] || a.Grad[9] != b.Grad[9] {
				t.Fatalf("%s, step %d: %+v and %+v", name, i, ia, ib)
			}
			if want := NewState(target, a.X); want.LogProb != a.LogProb || want.Grad[3] != a.Grad[3] {
				t.Fatalf("%s, step %d: the state's density is not that of its point", name, i)
			}
			s = a
		}
	}
}

// The points of a trajectory are chosen with probabilities proportional to their
// weights.
func TestOffersAreMultinomial(t *testing.T) {
	lw := []float64{0, -1, 2, -3, 1.5}
	total := 0.0
	for _, v := range lw {
		total += math.Exp(v)
	}
	const n = 40000
	counts := make([]float64, len(lw))
	ls := newSeeds(rng.New(1))
	z := newPhase(1)
	q := newProposal(1)
	for range n {
		l := ls.next()
		q.clear()
		for i, v := range lw {
			z.x[0] = float64(i)
			q.offer(&z, 0, v+l.gumbel(3, i))
		}
		counts[int(q.x[0])]++
	}
	chi2 := 0.0
	for i, v := range lw {
		e := n * math.Exp(v) / total
		chi2 += (counts[i] - e) * (counts[i] - e) / e
	}
	// Four degrees of freedom: above 23.5 with probability 1e-4.
	if chi2 > 23.5 {
		t.Errorf("counts %v, chi-squared %v", counts, chi2)
	}
}

func TestWeights(t *testing.T) {
	for _, lws := range [][]float64{{0, 1, 2}, {0, -900, 700, 699}, {-5, -2000, 1e6, 1e6 + 1, 3}, {-700, -701}} {
		want := math.Inf(-1)
		var all, left, right weight
		for i, lw := range lws {
			want = refLogAdd(want, lw)
			if a := all.add(lw); math.Abs(a-math.Exp(min(0, lw))) > 1e-15 {
				t.Errorf("%v: acceptance %v", lw, a)
			}
			if i%2 == 0 {
				left.add(lw)
			} else {
				right.add(lw)
			}
		}
		for _, w := range []func() weight{
			func() weight { return all },
			func() weight { w := left; w.merge(right); return w },
			func() weight { w := right; w.merge(left); return w },
		} {
			if got := w().log(); math.Abs(got-want) > 1e-13*max(1, math.Abs(want)) {
				t.Errorf("%v: log sum %v, want %v", lws, got, want)
			}
		}
	}
}

// The numbers at neighbouring addresses, and of neighbouring seeds, are uniform and
// independent by a chi-squared test of 16 x 16 cells.
func TestUniformsByAddress(t *testing.T) {
	l := newSeed(rng.New(1))
	const n = 1 << 16
	for name, pair := range map[string]func(i int) (float64, float64){
		"leaves":  func(i int) (float64, float64) { return l.uniform(9, i), l.uniform(9, i+1) },
		"depths":  func(i int) (float64, float64) { return l.uniform(i, 0), l.uniform(i+1, 0) },
		"address": func(i int) (float64, float64) { return l.uniform(i, addressAccept), l.uniform(i, addressDirection) },
		"seeds": func(i int) (float64, float64) {
			return seed{uint64(i), 7}.uniform(2, 1), seed{uint64(i + 1), 7}.uniform(2, 1)
		},
	} {
		var cells [256]float64
		for i := range n {
			a, b := pair(i)
			if !(a > 0 && a < 1) {
				t.Fatalf("%s: %v", name, a)
			}
			cells[int(a*16)*16+int(b*16)]++
		}
		chi2 := 0.0
		for _, c := range cells {
			chi2 += (c - n/256) * (c - n/256) / (n / 256)
		}
		// 255 degrees of freedom: mean 255, deviation 22.6; five of them.
		if math.Abs(chi2-255) > 113 {
			t.Errorf("%s: chi-squared %v", name, chi2)
		}
	}
}
