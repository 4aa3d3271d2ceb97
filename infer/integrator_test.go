package infer

import (
	"math"
	"math/rand/v2"
	"testing"

	"matheron/rng"
)

func startPhase(target Target, m Metric, key rng.Key) phase {
	x := make([]float64, target.Dim())
	r := key.Rand()
	for i := range x {
		x[i] = 0.5 * r.NormFloat64()
	}
	z := newPhase(target.Dim())
	z.start(NewState(target, x))
	m.Momentum(z.p, r)
	m.Velocity(z.v, z.p)
	return z
}

// Over a fixed time the error of the energy is O(eps²): a quarter for half the step.
func TestEnergyErrorIsQuadratic(t *testing.T) {
	dense, err := NewDenseMetric(randomCovariance([]float64{1, 1, 1, 1, 1, 1, 1, 1, 2, 0.5}, rng.New(1)))
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]Metric{
		"unit": UnitMetric(10), "diagonal": DiagMetric{[]float64{1, 1, 1, 2, 1, 1, 0.5, 1, 2, 1}}, "dense": dense,
	} {
		var errs []float64
		for _, eps := range []float64{0.04, 0.02, 0.01, 0.005} {
			worst := 0.0
			for s := range 10 {
				z := startPhase(eightSchools(), m, rng.New(uint64(s)))
				start := z.energy()
				for range int(math.Round(0.8 / eps)) {
					z.leapfrog(eightSchools(), m, eps)
				}
				worst = max(worst, math.Abs(z.energy()-start))
			}
			errs = append(errs, worst)
		}
		for i := range errs[1:] {
			// The next term is O(eps^4): the quotient is 4 (1 + O(eps²)).
			if q := errs[i] / errs[i+1]; math.Abs(q-4) > 0.1 {
				t.Errorf("%s: errors %v, quotient %v", name, errs, q)
			}
		}
	}
}

// Forwards and back by the negative step: the start, up to rounding.
func TestLeapfrogIsReversible(t *testing.T) {
	for name, target := range map[string]Target{"schools": eightSchools(), "funnel": funnelTarget(9)} {
		for s := range 20 {
			z := startPhase(target, UnitMetric(10), rng.New(uint64(s)))
			var start phase = newPhase(10)
			start.copyFrom(&z)
			for range 50 {
				z.leapfrog(target, UnitMetric(10), 0.02)
			}
			far := z.x[0]
			for range 50 {
				z.leapfrog(target, UnitMetric(10), -0.02)
			}
			for i := range z.x {
				// Rounding of 100 steps, magnified along the trajectory.
				if math.Abs(z.x[i]-start.x[i]) > 1e-11 || math.Abs(z.p[i]-start.p[i]) > 1e-10 {
					t.Fatalf("%s %d: x[%d] %v for %v, p %v for %v", name, s, i, z.x[i], start.x[i], z.p[i], start.p[i])
				}
			}
			if far == start.x[0] {
				t.Fatal("the trajectory did not move")
			}
		}
	}
}

// The map keeps the volume: the determinant of its derivative is 1.
func TestLeapfrogKeepsVolume(t *testing.T) {
	target := mixtureTarget(0.3, 1, 0.7)
	m := DiagMetric{[]float64{1.5, 0.7}}
	at := func(q [4]float64) [4]float64 {
		z := newPhase(2)
		z.start(NewState(target, q[:2]))
		copy(z.p, q[2:])
		for range 5 {
			z.leapfrog(target, m, 0.2)
		}
		return [4]float64{z.x[0], z.x[1], z.p[0], z.p[1]}
	}
	r := rng.New(1).Rand()
	for range 10 {
		var q [4]float64
		for i := range q {
			q[i] = r.NormFloat64()
		}
		var jac [4][4]float64
		const h = 1e-5
		for j := range q {
			up, down := q, q
			up[j] += h
			down[j] -= h
			a, b := at(up), at(down)
			for i := range a {
				jac[i][j] = (a[i] - b[i]) / (2 * h)
			}
		}
		// Central differences: h² of third derivatives of order ten.
		if d := det(jac); math.Abs(d-1) > 1e-7 {
			t.Errorf("determinant %v", d)
		}
	}
}

func det(a [4][4]float64) float64 {
	d := 1.0
	for k := range a {
		p := k
		for i := k; i < 4; i++ {
			if math.Abs(a[i][k]) > math.Abs(a[p][k]) {
				p = i
			}
		}
		if p != k {
			a[p], a[k] = a[k], a[p]
			d = -d
		}
		d *= a[k][k]
		for i := k + 1; i < 4; i++ {
			f := a[i][k] / a[k][k]
			for j := k; j < 4; j++ {
				a[i][j] -= f * a[k][j]
			}
		}
	}
	return d
}

func TestOutsideIsInfiniteEnergy(t *testing.T) {
	for _, lp := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		target := funcTarget{1, func(grad, x []float64) float64 { return lp }}
		z := newPhase(1)
		z.p[0] = 1
		z.leapfrog(target, UnitMetric(1), 0.1)
		if h := z.energy(); !math.IsInf(h, 1) {
			t.Errorf("log density %v: energy %v", lp, h)
		}
	}
	target := funcTarget{1, func(grad, x []float64) float64 { grad[0] = math.NaN(); return 0 }}
	z := newPhase(1)
	z.leapfrog(target, UnitMetric(1), 0.1)
	if h := z.energy(); !math.IsInf(h, 1) {
		t.Errorf("a NaN gradient: energy %v", h)
	}
}

func TestMomentumOfEachMetric(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	m := DiagMetric{[]float64{4, 0.01}}
	const n = 20000
	var s0, s1 float64
	p := make([]float64, 2)
	for range n {
		m.Momentum(p, r)
		s0 += p[0] * p[0] / n
		s1 += p[1] * p[1] / n
	}
	// p ~ N(0, 1/variance): its square has a relative deviation of sqrt(2/n) = 0.01.
	if math.Abs(s0*4-1) > 0.05 || math.Abs(s1*0.01-1) > 0.05 {
		t.Errorf("variances %v and %v, want 0.25 and 100", s0, s1)
	}
}
