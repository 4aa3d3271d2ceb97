package pathwise_test

import (
	"fmt"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel/basis"
	"matheron/pathwise"
	"matheron/rng"
)

// part returns rows i to j of the problem's data.
func (p problem) part(i, j int) (*mat.Dense, []float64, gp.NoiseVariance) {
	noise := p.noise
	if noise.PerRow() {
		v := make([]float64, 0, j-i)
		for r := i; r < j; r++ {
			v = append(v, noise.At(r))
		}
		noise = gp.NoiseRows(v...)
	}
	return p.x().Slice(i, j, 0, p.d).(*mat.Dense), p.y()[i:j], noise
}

// T10: functions that learn rows later are those that knew them from the
// start: one row, several at once, one after the other; after a restore too.
func TestConditionIsADrawOnAllRows(t *testing.T) {
	for _, p := range problems() {
		x := p.at()
		for _, o := range []pathwise.Sampler{
			{Features: 12}, {Features: 7, PerPath: true, Form: basis.CosPhase},
		} {
			o.Posterior = p.posterior(t)
			all := draw(t, o, 9, 5)
			want := all.Eval(x)
			tol := tolerance(t, o.Posterior)
			for _, cuts := range [][]int{{p.n - 1, p.n}, {2, p.n}, {1, 3, p.n}, {2, 3, 4, p.n}} {
				for _, restore := range []bool{false, true} {
					name := fmt.Sprintf("%s, a basis a path %v, rows %v, restored %v", p.name, o.PerPath, cuts, restore)
					fx, fy, fn := p.part(0, cuts[0])
					first, err := p.prior().Condition(fx, fy, fn)
					if err != nil {
						t.Fatal(err)
					}
					begin := o
					begin.Posterior = first
					paths := draw(t, begin, 9, 5)
					before, old := paths.Eval(x), paths
					for c := range cuts[1:] {
						if restore {
							s := paths.States()[0]
							if paths, err = pathwise.Restore(s); err != nil {
								t.Fatal(err)
							}
						}
						nx, ny, nn := p.part(cuts[c], cuts[c+1])
						if paths, err = paths.Condition(nx, ny, nn); err != nil {
							t.Fatal(err)
						}
					}
					got := paths.Eval(x)
					if d := maxDiff(got, want); d > tol*size(want) {
						t.Errorf("%s: values differ by %.2g", name, d)
					}
					if maxDiff(before, want) < 1e-3 {
						t.Errorf("%s: the rows made no difference", name)
					}
					if !mat.Equal(old.Eval(x), before) {
						t.Errorf("%s: Condition changed the paths that it came from", name)
					}
					mean, c, err := paths.Moments(1, x)
					if err != nil {
						t.Fatal(err)
					}
					wantMean, wantCov, err := all.Moments(1, x)
					if err != nil {
						t.Fatal(err)
					}
					for i := range mean {
						if !near(mean[i], wantMean[i], tol) {
							t.Errorf("%s: mean %d of the distribution is %v, want %v", name, i, mean[i], wantMean[i])
						}
					}
					if d := maxDiff(mat.DenseCopyOf(c), mat.DenseCopyOf(wantCov)); d > tol*size(want)*size(want) {
						t.Errorf("%s: the distribution's covariance differs by %.2g", name, d)
					}
				}
			}
			// A copy that draws anew, as every peer does, is another function.
			if d := maxDiff(draw(t, o, 10, 5).Eval(x), want); d < 1e-3 {
				t.Errorf("%s: another key gives the same functions to %.2g", p.name, d)
			}
		}
	}
}

// The function stays what it was: its prior path to the bit, and its values
// where the new rows say nothing.
func TestConditionKeepsTheFunction(t *testing.T) {
	p := problem{"", rbf, gp.Constant{Value: 2}, 1, 6, gp.Noise(0.01), 1e-6}
	paths := draw(t, pathwise.Sampler{Posterior: p.posterior(t), Features: 200}, 9, 10)
	later, err := paths.Condition(mat.NewDense(2, 1, []float64{1.3, 1.5}), []float64{5, 6}, gp.NoiseRows(0, 0.2))
	if err != nil {
		t.Fatal(err)
	}
	a := paths.States()[0]
	b := later.States()[0]
	x := line(50, -3, 3)
	if !mat.Equal(a.Weights, b.Weights) || !mat.Equal(features(a.Bases[0], x), features(b.Bases[0], x)) {
		t.Error("the prior path is another")
	}
	if a.Key != b.Key || later.Len() != paths.Len() {
		t.Error("the key or the number of paths is another")
	}
	// 12 lengthscales from the new rows: exp(-72) of the variance is left, and
	// what passes from row to row, K_ij/H_jj a step of one lengthscale: the old
	// values are there to rounding. Close by they are not.
	far, near := line(20, -8, -4), line(20, 1.2, 1.6)
	if d := maxDiff(paths.Eval(far), later.Eval(far)); d > 1e-8 {
		t.Errorf("far away the functions changed by %.2g", d)
	}
	if d := maxDiff(paths.Eval(near), later.Eval(near)); d < 0.1 {
		t.Errorf("at the new rows the functions changed by %.2g only", d)
	}
	// The row without noise is met up to its jitter.
	v := later.Eval(mat.NewDense(1, 1, []float64{1.3}))
	for s := range v.RawMatrix().Rows {
		// 5 sd of the jitter 1e-6, twice: the noise drawn and the correction's.
		if d := v.At(s, 0) - 5; d > 0.01 || d < -0.01 {
			t.Errorf("path %d is %v where it was told 5", s, v.At(s, 0))
		}
	}
}

func TestConditionReportsBadRows(t *testing.T) {
	p := problem{"", rbf, nil, 1, 4, gp.Noise(0), 0}
	paths := draw(t, pathwise.Sampler{Posterior: p.posterior(t), Features: 6}, 1, 1)
	if _, err := paths.Condition(p.x().Slice(2, 3, 0, 1).(*mat.Dense), []float64{1}, gp.Noise(0)); err == nil {
		t.Error("equal inputs without noise were learnt")
	}
	if _, err := paths.Condition(mat.NewDense(1, 1, []float64{9}), []float64{1}, gp.Noise(-1)); err == nil {
		t.Error("a negative noise variance was learnt")
	}
}

func TestRestoreChecksItsParts(t *testing.T) {
	p := problems()[4]
	good := draw(t, pathwise.Sampler{Posterior: p.posterior(t), Features: 6}, 1, 3).States()[0]
	if _, err := pathwise.Restore(good); err != nil {
		t.Fatal(err)
	}
	for name, alter := range map[string]func(*pathwise.State){
		"no paths":         func(s *pathwise.State) { s.Paths = 0 },
		"more paths":       func(s *pathwise.State) { s.Paths = 4 },
		"a basis a path":   func(s *pathwise.State) { s.PerPath = true },
		"no basis":         func(s *pathwise.State) { s.Bases = nil },
		"a component less": func(s *pathwise.State) { s.Bases = []basis.Stack{s.Bases[0][:1]} },
		"a target less":    func(s *pathwise.State) { s.Y = slices.Clone(s.Y[1:]) },
		"no weights":       func(s *pathwise.State) { s.Weights = nil },
		"other weights":    func(s *pathwise.State) { s.Weights = normals(rng.New(1), 2, 3) },
		"no update":        func(s *pathwise.State) { s.Update = nil },
		"other update":     func(s *pathwise.State) { s.Update = normals(rng.New(1), p.n+1, 3) },
	} {
		s := good
		alter(&s)
		if _, err := pathwise.Restore(s); err == nil {
			t.Errorf("%s: restored", name)
		}
	}
}
