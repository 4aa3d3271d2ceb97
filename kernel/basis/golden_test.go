package basis_test

import (
	"math"
	"testing"

	"matheron/kernel/basis"
	"matheron/rng"
)

// TestGoldenFrequencies: a seed gives the same frequencies in every release, so
// that what was drawn with it can be drawn again. Do not change the numbers to
// make the test pass.
func TestGoldenFrequencies(t *testing.T) {
	s := []basis.Spectrum{
		basis.StudentT(1.5, []float64{0.5, 2}),
		basis.Discrete([][]float64{{1, 2, 1}, {0, 1}}, []float64{1, 3}),
	}
	for how, want := range golden {
		omega, err := basis.Draw(s, 2, 3, how, rng.New(42))
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range want {
			// Instruction sets may differ in the last digits of a sum.
			if got := omega.At(i/2, i%2); math.Abs(got-w) > 1e-12*math.Abs(w) {
				t.Errorf("frequencies %d: number %d is %v, want %v", how, i, got, w)
			}
		}
	}
	phase, want := basis.DrawPhases(2, rng.New(42)), goldenPhases
	for i := range phase {
		if math.Abs(phase[i]-want[i]) > 1e-15*want[i] {
			t.Errorf("phase %d is %v, want %v", i, phase[i], want[i])
		}
	}
}

var golden = map[basis.Frequencies][6]float64{
	basis.Independent: {-0.950705402966506, 3.4584813089530138, -3.020151423968297, -3.2835386022777917, 2.0741339741662, -2.1471394011416924},
	basis.Orthogonal:  {-1.5572936583017434, 3.751010810135856, 8.505630148074559, -1.7680721978322342, 1.145303722337484, -2.25113194876666},
	basis.Sobol:       {-1.9702732004636645, 3.8213085431928544, 0.7030187930681842, -3.3281512037915157, 3.0627987988112824, -2.8261657664638755},
}

var goldenPhases = [2]float64{0.7051962453023352, 0.26017242516762595}
