package pathwise_test

import (
	"runtime"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/pathwise"
	"matheron/rng"
)

// Each path at points of its own has the bits of all paths at all points: for more
// paths than a group, for as many points and for fewer, in both precisions.
func TestEvalEachIsEval(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	const s = 19
	for _, p := range problems() {
		for _, o := range samplers() {
			o.Posterior = p.posterior(t)
			drawn := draw(t, o, 81, s)
			for _, paths := range []*pathwise.Paths{drawn, drawn.Float32()} {
				for name, count := range map[string]func(i int) int{
					"one point":      func(int) int { return 1 },
					"ragged":         func(i int) int { return 1 + (7*i)%23 },
					"many for a few": func(i int) int { return 1 + 60*(i/18) },
				} {
					xs := make([]*mat.Dense, s)
					for i := range xs {
						xs[i] = points(rng.New(uint64(90+i)), count(i), p.d, -2, 2)
					}
					for _, procs := range []int{1, 3} {
						runtime.GOMAXPROCS(procs)
						for i, got := range paths.EvalEach(xs) {
							want := paths.Eval(xs[i]).RawRowView(i)
							for r, v := range got {
								if v != want[r] {
									t.Fatalf("%s, %s: path %d at %d is %v, by Eval %v", p.name, name, i, r, v, want[r])
								}
							}
							if len(got) != count(i) {
								t.Fatalf("%s: %d values at %d points", name, len(got), count(i))
							}
						}
					}
				}
			}
		}
	}
}
