package optimize

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"matheron/rng"
)

// denseModel is the quadratic model by the BFGS update itself, pair after pair
// from theta I: O(n^2) each, with nothing of the compact form.
func denseModel(mem *memory, n int) *mat.SymDense {
	b := mat.NewSymDense(n, nil)
	for i := range n {
		b.SetSym(i, i, mem.theta)
	}
	for k := range mem.k {
		s, y := mat.NewVecDense(n, mem.s[k]), mat.NewVecDense(n, mem.y[k])
		var bs mat.VecDense
		bs.MulVec(b, s)
		b.SymRankOne(b, -1/mat.Dot(s, &bs), &bs)
		b.SymRankOne(b, 1/mat.Dot(s, y), y)
	}
	return b
}

// denseTarget is the Cauchy point by one segment of the path after another, all
// slopes computed anew, and the subspace minimiser by a dense solve.
func denseTarget(b *mat.SymDense, x, g []float64, box Box) (z []float64, met int) {
	n := len(x)
	times := func(d []float64) []float64 {
		v := mat.NewVecDense(n, nil)
		v.MulVec(b, mat.NewVecDense(n, d))
		return v.RawVector().Data
	}
	at := func(t float64) []float64 {
		p := make([]float64, n)
		for i := range p {
			p[i] = x[i] - t*g[i]
		}
		return box.Project(p, p)
	}
	leaves := make([]float64, n) // when variable i meets its bound
	for i := range n {
		leaves[i] = math.Inf(1)
		switch {
		case g[i] > 0:
			leaves[i] = (x[i] - box.Lower[i]) / g[i]
		case g[i] < 0:
			leaves[i] = (x[i] - box.Upper[i]) / g[i]
		case x[i] == box.Lower[i] || x[i] == box.Upper[i]:
			leaves[i] = 0
		}
	}
	breaks := append([]float64{0}, leaves...)
	slices.Sort(breaks)
	t := 0.0
	d := make([]float64, n)
	for k, from := range breaks {
		t = from
		for i := range d {
			d[i] = 0
			if leaves[i] > from {
				d[i] = -g[i]
			}
		}
		move := floats.SubTo(make([]float64, n), at(from), x)
		slope := floats.Dot(g, d) + floats.Dot(move, times(d))
		bend := floats.Dot(d, times(d))
		if slope >= 0 || bend == 0 {
			break
		}
		t = from - slope/bend
		if k+1 == len(breaks) || t < breaks[k+1] {
			break
		}
		t = breaks[k+1]
	}
	z = at(t)
	var free []int
	for i := range n {
		if leaves[i] > t {
			free = append(free, i)
		} else {
			met++
		}
	}
	if len(free) == 0 {
		return z, met
	}
	slope := floats.AddTo(make([]float64, n), g, times(floats.SubTo(make([]float64, n), z, x)))
	reduced, rhs := mat.NewDense(len(free), len(free), nil), mat.NewVecDense(len(free), nil)
	for p, i := range free {
		rhs.SetVec(p, -slope[i])
		for q, j := range free {
			reduced.Set(p, q, b.At(i, j))
		}
	}
	var step mat.VecDense
	if err := step.SolveVec(reduced, rhs); err != nil {
		panic(err)
	}
	to := slices.Clone(z)
	for p, i := range free {
		to[i] += step.AtVec(p)
	}
	box.Project(to, to)
	if floats.Dot(g, to)-floats.Dot(g, x) <= 0 {
		return to, met
	}
	share := 1.0
	for p, i := range free {
		v := step.AtVec(p)
		switch {
		case v > 0:
			share = min(share, (box.Upper[i]-z[i])/v)
		case v < 0:
			share = min(share, (box.Lower[i]-z[i])/v)
		}
	}
	for p, i := range free {
		z[i] += share * step.AtVec(p)
	}
	return z, met
}

func TestTargetAgainstDense(t *testing.T) {
	const n, m = 9, 4
	r := rng.New(11).Rand()
	vector := func(sd float64) []float64 {
		v := make([]float64, n)
		for i := range v {
			v[i] = sd * r.NormFloat64()
		}
		return v
	}
	var total, corners int
	for problem := range 60 {
		// Every other problem has strongly correlated variables.
		factor := mat.NewDense(n, n, nil)
		for i := range n {
			for j := range n {
				factor.Set(i, j, r.NormFloat64()+3)
				if problem%2 == 0 {
					factor.Set(i, j, 0.1*r.NormFloat64())
				}
			}
			factor.Set(i, i, factor.At(i, i)+1)
		}
		hessian := mat.NewSymDense(n, nil)
		hessian.SymOuterK(1, factor)
		for i := range n {
			hessian.SetSym(i, i, hessian.At(i, i)+0.01)
		}
		box := Box{make([]float64, n), make([]float64, n)}
		for i := range n {
			box.Lower[i], box.Upper[i] = -r.Float64(), r.Float64()
			switch r.IntN(6) {
			case 0:
				box.Lower[i] = math.Inf(-1)
			case 1:
				box.Upper[i] = math.Inf(1)
			case 2:
				box.Lower[i] = box.Upper[i]
			}
		}
		mem, proj := newMemory(m, n), newProjected(box, m, n)
		zero := make([]float64, n)
		x, g := box.Project(nil, vector(0.3)), vector(1)
		for push := range 3 * m {
			if push > 0 {
				s := vector(1)
				y := make([]float64, n)
				mat.NewVecDense(n, y).MulVec(hessian, mat.NewVecDense(n, s))
				if push == 7 { // negative curvature: must leave no trace
					floats.Scale(-1, y)
				}
				mem.push(s, zero, y, zero)
			}
			if push%3 == 0 { // in between the free variables stay nearly the same
				x, g = box.Project(nil, vector(0.3)), vector(math.Exp(r.NormFloat64()))
				g[r.IntN(n)] = 0
			}
			got := make([]float64, n)
			if !proj.target(got, x, g, mem) {
				t.Fatalf("problem %d, push %d: not definite", problem, push)
			}
			want, met := denseTarget(denseModel(mem, n), x, g, box)
			total += met
			if met == n {
				corners++
			}
			for i := range got {
				// Two ways to the same numbers, condition numbers to 1e4 or so.
				if math.Abs(got[i]-want[i]) > 1e-8*max(1, math.Abs(want[i])) {
					t.Fatalf("problem %d, push %d: %v, want %v", problem, push, got, want)
				}
			}
			if s := floats.Dot(g, got) - floats.Dot(g, x); s > 0 {
				t.Errorf("problem %d, push %d: uphill by %v", problem, push, s)
			}
		}
	}
	if total == 0 || corners == 0 {
		t.Errorf("nothing tested: %d bounds met, %d corners", total, corners)
	}
}

// The step is downhill, its projection uphill: it must be shortened to its first
// bound instead (Morales and Nocedal 2011).
func TestRestrict(t *testing.T) {
	box := Box{Lower: []float64{-9, -9, -9}, Upper: []float64{1, 10, 9}}
	x, free := []float64{0, 0, 3}, []int{0, 1}
	for _, c := range []struct {
		g, want []float64
	}{
		{[]float64{-1, 0.9, 0}, []float64{1, 0.5, 3}}, // -10 + 4.5, projected -1 + 4.5
		{[]float64{-1, 0.1, 0}, []float64{1, 5, 3}},   // projected -1 + 0.5: as it is
	} {
		s := newSubspace(2, 3)
		copy(s.step, []float64{10, 5})
		z := slices.Clone(x)
		s.restrict(z, x, c.g, box, free)
		if !slices.Equal(z, c.want) {
			t.Errorf("gradient %v: %v, want %v", c.g, z, c.want)
		}
	}
}

// Without bounds both machineries have the same direction, -H g.
func TestDirections(t *testing.T) {
	const n, m = 12, 5
	r := rng.New(5).Rand()
	box, _, _ := Box{}.dense(n)
	mem, proj, loop := newMemory(m, n), newProjected(box, m, n), twoLoop{make([]float64, m)}
	zero := make([]float64, n)
	for range 12 {
		s, y, g := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range n {
			s[i], g[i] = r.NormFloat64(), r.NormFloat64()
			y[i] = float64(i+1) * s[i]
		}
		mem.push(s, zero, y, zero)
		d, z := make([]float64, n), make([]float64, n)
		loop.direction(d, g, mem)
		if !proj.factorizeMiddle(mem) {
			t.Fatal("not definite")
		}
		proj.cauchy.find(z, zero, g, box, mem, &proj.middle)
		if !proj.sub.minimize(z, zero, g, box, mem, &proj.middle, &proj.cauchy) {
			t.Fatal("not definite")
		}
		if floats.Distance(d, z, math.Inf(1)) > 1e-10*floats.Norm(d, math.Inf(1)) { // rounding, condition 12
			t.Errorf("%v, by L-BFGS-B %v", d, z)
		}
	}
}

// Random convex quadratics over random boxes, from outside of them: the first
// order conditions hold at the end, and only there.
func TestRandomBoxes(t *testing.T) {
	r := rng.New(8).Rand()
	for problem := range 100 {
		n := 1 + r.IntN(15)
		f := randomQuadratic(r, n)
		box := Box{make([]float64, n), make([]float64, n)}
		x0 := make([]float64, n)
		for i := range n {
			a, b := r.NormFloat64(), r.NormFloat64()
			box.Lower[i], box.Upper[i] = min(a, b), max(a, b)
			x0[i] = 5 * r.NormFloat64()
		}
		// A gradient of g is worth g^2/2 over the curvature, and the line search
		// cannot see less than eps f: 1e-6 is above that for values of some hundred.
		res, err := LBFGSB{Box: box, GradTol: 1e-6, RelTol: -1}.Minimize(context.Background(), f, x0)
		if err != nil || res.Status != GradientSmall {
			t.Errorf("problem %d: %+v, %v", problem, res, err)
		}
		checkEnd(t, res, f, box)
	}
}

// randomQuadratic is |A(x - c)|^2/2 with A of n rows and n/10 added to its
// diagonal.
func randomQuadratic(r *rand.Rand, n int) Objective {
	a, c := mat.NewDense(n, n, nil), mat.NewVecDense(n, nil)
	for i := range n {
		for j := range n {
			a.Set(i, j, r.NormFloat64())
		}
		a.Set(i, i, a.At(i, i)+float64(n)/10+1)
		c.SetVec(i, r.NormFloat64())
	}
	return func(x, g []float64) float64 {
		var e, ae mat.VecDense
		e.SubVec(mat.NewVecDense(n, x), c)
		ae.MulVec(a, &e)
		mat.NewVecDense(n, g).MulVec(a.T(), &ae)
		return 0.5 * mat.Dot(&ae, &ae)
	}
}

func BenchmarkIteration(b *testing.B) {
	for _, n := range []int{2, 20, 200} {
		x0 := make([]float64, n)
		wide, tight := Box{make([]float64, n), make([]float64, n)}, Box{make([]float64, n), make([]float64, n)}
		for i := range n {
			x0[i] = -1.2
			wide.Lower[i], wide.Upper[i] = -1e6, 1e6
			tight.Lower[i], tight.Upper[i] = -1.5, 0.8+0.4*float64(i%2)
		}
		for _, c := range []struct {
			name string
			m    func(iterations int) Minimizer
		}{
			{"LBFGS", func(k int) Minimizer { return LBFGS{MaxIterations: k, GradTol: -1, RelTol: -1} }},
			{"LBFGSB/wide", func(k int) Minimizer {
				return LBFGSB{Box: wide, MaxIterations: k, GradTol: -1, RelTol: -1}
			}},
			{"LBFGSB/tight", func(k int) Minimizer {
				return LBFGSB{Box: tight, MaxIterations: k, GradTol: -1, RelTol: -1}
			}},
		} {
			b.Run(fmt.Sprintf("%s/%d", c.name, n), func(b *testing.B) {
				b.ReportAllocs()
				iterations := 0
				for b.Loop() {
					res, err := c.m(25).Minimize(context.Background(), rosenbrock, x0)
					if err != nil {
						b.Fatal(err)
					}
					iterations += res.Iterations
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(iterations), "ns/iteration")
			})
		}
	}
}

func BenchmarkMultiStart(b *testing.B) {
	starts := SobolStarts(camel, 64, rng.New(0))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := MultiStart(context.Background(), LBFGSB{Box: camel}, everywhere(sixHumpCamel), starts, 0); err != nil {
			b.Fatal(err)
		}
	}
}
