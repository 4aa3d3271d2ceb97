package infer

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/rng"
)

// The recursive no-U-turn sampler, written as it is defined: a tree is two trees,
// without reuse of storage. It shares with the iterative one only the seeds, the target
// and the metric.

type refPoint struct {
	x, p, v, grad []float64
	logProb, h    float64
	score         float64 // log weight plus Gumbel variate
}

type refTree struct {
	beg, end *refPoint // in the order of building
	rho      []float64
	best     *refPoint
	logSum   float64
	points   int
}

type refNUTS struct {
	t         Target
	m         Metric
	l         seed
	eps       float64
	h0        float64
	points    []*refPoint
	divergent bool
}

func refVelocity(m Metric, p []float64) []float64 {
	v := make([]float64, len(p))
	m.Velocity(v, p)
	return v
}

func refDot(a, b []float64) float64 {
	s := 0.0
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

func refAdd(a, b []float64) []float64 {
	c := make([]float64, len(a))
	for i := range a {
		c[i] = a[i] + b[i]
	}
	return c
}

func refLogAdd(a, b float64) float64 {
	if math.IsInf(a, -1) {
		return b
	}
	m := max(a, b)
	return m + math.Log(math.Exp(a-m)+math.Exp(b-m))
}

func (r *refNUTS) next(z *refPoint, eps float64) *refPoint {
	n := len(z.x)
	y := &refPoint{x: make([]float64, n), p: make([]float64, n), grad: make([]float64, n)}
	half := make([]float64, n)
	for i := range half {
		half[i] = z.p[i] + eps/2*z.grad[i]
	}
	v := refVelocity(r.m, half)
	for i := range y.x {
		y.x[i] = z.x[i] + eps*v[i]
	}
	y.logProb = r.t.LogProbGrad(y.grad, y.x)
	if math.IsNaN(y.logProb) {
		y.logProb = math.Inf(-1)
	}
	for i := range y.p {
		y.p[i] = half[i] + eps/2*y.grad[i]
	}
	y.v = refVelocity(r.m, y.p)
	y.h = refDot(y.p, y.v)/2 - y.logProb
	return y
}

// goesOn is the generalised criterion between two points.
func goesOn(a, b *refPoint, rho []float64) bool {
	return refDot(a.v, rho) > 0 && refDot(b.v, rho) > 0
}

// build returns the tree of 2^depth points beyond z; leaf is the index of its
// first point in the doubling of depth top.
func (r *refNUTS) build(z *refPoint, top, depth, leaf int, eps float64) (*refTree, bool) {
	if depth == 0 {
		y := r.next(z, eps)
		r.points = append(r.points, y)
		lw := r.h0 - y.h
		if !(lw >= -1000) {
			r.divergent = true
			return nil, false
		}
		y.score = lw + r.l.gumbel(top, leaf)
		return &refTree{y, y, y.p, y, lw, 1}, true
	}
	left, ok := r.build(z, top, depth-1, leaf, eps)
	if !ok {
		return nil, false
	}
	right, ok := r.build(left.end, top, depth-1, leaf+1<<(depth-1), eps)
	if !ok {
		return nil, false
	}
	return r.join(left, right, left.best.score < right.best.score)
}

// join returns left and right as one tree, with the choice of its point made.
func (r *refNUTS) join(left, right *refTree, takeRight bool) (*refTree, bool) {
	t := &refTree{
		beg: left.beg, end: right.end, rho: refAdd(left.rho, right.rho), best: left.best,
		logSum: refLogAdd(left.logSum, right.logSum), points: left.points + right.points,
	}
	if takeRight {
		t.best = right.best
	}
	ok := goesOn(left.beg, right.end, t.rho) &&
		goesOn(left.beg, right.beg, refAdd(left.rho, right.beg.p)) &&
		goesOn(left.end, right.end, refAdd(right.rho, left.end.p))
	return t, ok
}

func (r *refNUTS) step(s State, maxDepth int) (*refPoint, int) {
	r.points, r.divergent = nil, false
	n := len(s.X)
	pcg := rand.NewPCG(r.l.hi, r.l.lo)
	z := &refPoint{x: s.X, p: make([]float64, n), grad: s.Grad, logProb: s.LogProb}
	r.m.Momentum(z.p, rand.New(pcg))
	z.v = refVelocity(r.m, z.p)
	z.h = refDot(z.p, z.v)/2 - z.logProb
	r.h0 = z.h
	whole := &refTree{z, z, z.p, z, 0, 1}
	for depth := range maxDepth {
		eps := r.eps
		back := r.l.uniform(depth, addressDirection) < 0.5
		if back {
			eps = -eps
			whole.beg, whole.end = whole.end, whole.beg
		}
		sub, ok := r.build(whole.end, depth, depth, 0, eps)
		if !ok {
			return whole.best, depth
		}
		u := r.l.uniform(depth, addressAccept)
		whole, ok = r.join(whole, sub, math.Log(u) < sub.logSum-whole.logSum)
		if back {
			whole.beg, whole.end = whole.end, whole.beg
		}
		if !ok {
			return whole.best, depth + 1
		}
	}
	return whole.best, maxDepth
}

// The same seeds give the same trees and proposals. The tolerance on the energies
// is rounding: sums of the same terms in another order.
func TestNUTSIsTheRecursiveNUTS(t *testing.T) {
	key := rng.New(20)
	cov := randomCovariance([]float64{1, 0.1, 3, 0.5, 2}, key)
	dense, err := NewDenseMetric(randomCovariance([]float64{1, 0.2, 2, 0.5, 2}, key.Split(1)))
	if err != nil {
		t.Fatal(err)
	}
	outside := funcTarget{2, func(grad, x []float64) float64 {
		grad[0], grad[1] = -x[0], -x[1]
		if x[0] > 1 {
			return math.NaN()
		}
		return -(x[0]*x[0] + x[1]*x[1]) / 2
	}}
	for _, c := range []struct {
		name   string
		target Target
		metric Metric
		eps    []float64
	}{
		{"normal", normalTarget(1, 0.2, 5), UnitMetric(3), []float64{0.02, 0.1, 0.39}},
		{"one", normalTarget(1), UnitMetric(1), []float64{0.01, 0.1, 1}},
		{"correlated", correlatedTarget(make([]float64, 5), cov), dense, []float64{0.01, 0.05, 0.3}},
		{"diagonal", correlatedTarget(make([]float64, 5), cov), DiagMetric{[]float64{1, 0.01, 9, 0.25, 4}}, []float64{0.01, 0.1, 0.5}},
		{"funnel", funnelTarget(9), UnitMetric(10), []float64{0.05, 0.3, 1}},
		{"schools", eightSchools(), UnitMetric(10), []float64{0.05, 0.3}},
		{"outside", outside, UnitMetric(2), []float64{0.1, 0.5}},
	} {
		depths := map[int]int{}
		divergences, moved, backwards := 0, 0, 0
		for e, eps := range c.eps {
			step := NUTS{}.transition(c.target, nil)
			tuning := Tuning{StepSize: eps, Metric: c.metric}
			x := make([]float64, c.target.Dim())
			for i := range x {
				x[i] = 0.1 * float64(i)
			}
			s := NewState(c.target, x)
			ls := newSeeds(key.Named(c.name).Split(e))
			for i := range 60 {
				l := ls.next()
				ref := &refNUTS{t: c.target, m: c.metric, l: l, eps: eps}
				want, depth := ref.step(s, 10)
				var got State
				info := step.step(&got, s, tuning, l)
				if info.Depth != depth || info.Leapfrogs != len(ref.points) || info.Divergent != ref.divergent {
					t.Fatalf("%s, step size %v, iteration %d: depth %d of %d points, divergent %t; the recursion: %d, %d, %t",
						c.name, eps, i, info.Depth, info.Leapfrogs, info.Divergent, depth, len(ref.points), ref.divergent)
				}
				if d := math.Abs(info.Energy - want.h); !(d <= 1e-10*max(1, math.Abs(want.h))) {
					t.Fatalf("%s, step size %v, iteration %d: energy %v, the recursion: %v", c.name, eps, i, info.Energy, want.h)
				}
				for j := range got.X {
					if d := math.Abs(got.X[j] - want.x[j]); !(d <= 1e-10*max(1, math.Abs(want.x[j]))) {
						t.Fatalf("%s, step size %v, iteration %d: x[%d] = %v, the recursion: %v", c.name, eps, i, j, got.X[j], want.x[j])
					}
				}
				depths[depth]++
				if info.Divergent {
					divergences++
				}
				if got.X[0] != s.X[0] {
					moved++
				}
				if l.uniform(0, addressDirection) < 0.5 {
					backwards++
				}
				// Continue from the state of the recursion, so that no error accumulates.
				s = NewState(c.target, want.x)
			}
		}
		t.Logf("%s: depths %v, %d divergences, %d moves", c.name, depths, divergences, moved)
		// All kinds of trees have to have occurred.
		if len(depths) < 3 || moved < 30 || backwards < 15 {
			t.Errorf("%s: depths %v, %d moves, %d backwards: too little is covered", c.name, depths, moved, backwards)
		}
		if (c.name == "funnel" || c.name == "outside") && divergences == 0 {
			t.Errorf("%s: no divergence is covered", c.name)
		}
	}
}

func TestDenseMetricMomentum(t *testing.T) {
	cov := randomCovariance([]float64{1, 0.3, 2}, rng.New(3))
	m, err := NewDenseMetric(cov)
	if err != nil {
		t.Fatal(err)
	}
	// Sum of p p' over many momenta times the covariance is near n I.
	const n = 20000
	r := rng.New(4).Rand()
	var sum [9]float64
	p := make([]float64, 3)
	for range n {
		m.Momentum(p, r)
		for i := range 3 {
			for j := range 3 {
				sum[3*i+j] += p[i] * p[j]
			}
		}
	}
	var prod mat.Dense
	prod.Mul(mat.NewDense(3, 3, sum[:]), cov)
	// An entry of p p' S has a deviation of at most a few units times the ratio of the
	// scales, here 2/0.3: 5 sqrt(2) (2/0.3) / sqrt(n) = 0.33.
	for i := range 3 {
		for j := range 3 {
			want := 0.0
			if i == j {
				want = 1
			}
			if got := prod.At(i, j) / n; math.Abs(got-want) > 0.33 {
				t.Errorf("(%d,%d): %v, want %v", i, j, got, want)
			}
		}
	}
}
