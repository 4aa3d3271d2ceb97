package pathwise_test

import (
	"errors"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/gp/sparse"
	"matheron/pathwise"
	"matheron/rng"
)

// Paths of a guide that went through their state are the same functions with the
// same distribution, to the last bit, and can still not be conditioned.
func TestRestoreKeepsTheGuide(t *testing.T) {
	c := newSparseCase(t, 1e-6)
	delta, err := sparse.NewDelta(c.q.Mean())
	if err != nil {
		t.Fatal(err)
	}
	for name, q := range map[string]sparse.Guide{"full rank": c.q, "whitened": c.in.StandardGuide(), "delta": delta} {
		for _, perPath := range []bool{false, true} {
			paths := c.draw(t, q, rng.New(8), 3, 12, perPath)
			back, err := pathwise.Restore(paths.States()[0])
			if err != nil {
				t.Fatal(err)
			}
			if !mat.Equal(back.Eval(c.x), paths.Eval(c.x)) {
				t.Errorf("%s: other values", name)
			}
			want, err := paths.Grad(c.x)
			if err != nil {
				t.Fatal(err)
			}
			got, err := back.Grad(c.x)
			if err != nil {
				t.Fatal(err)
			}
			for s := range want {
				if !mat.Equal(got[s], want[s]) {
					t.Errorf("%s: another gradient of path %d", name, s)
				}
			}
			for _, pair := range [][2]*pathwise.Paths{{paths, back}, {paths.Component(1), back.Component(1)}} {
				mean, cov, err := pair[0].Moments(1, c.x)
				if err != nil {
					t.Fatal(err)
				}
				backMean, backCov, err := pair[1].Moments(1, c.x)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(mean, backMean) || !mat.Equal(cov, backCov) {
					t.Errorf("%s: the distribution is another", name)
				}
			}
			if _, err := back.Condition(c.x, make([]float64, 9), gp.Noise(1)); !errors.Is(err, pathwise.ErrNoRows) {
				t.Errorf("%s: Condition: %v", name, err)
			}
		}
	}
}

func TestRestoreRefusesGuidesThatDoNotFit(t *testing.T) {
	c := newSparseCase(t, 1e-6)
	good := c.draw(t, c.q, rng.New(8), 2, 4, false).States()[0]
	for name, q := range map[string]pathwise.Gaussian{
		"a mean less":    {Mean: good.Guide.Mean[1:], Covariance: good.Guide.Covariance},
		"no covariance":  {Mean: good.Guide.Mean},
		"half of it":     {Mean: good.Guide.Mean, Covariance: mat.NewDense(5, 4, nil)},
		"no moments":     {},
		"a variable too": {Mean: make([]float64, 6), Covariance: mat.NewDense(6, 6, nil)},
	} {
		bad := good
		bad.Guide = &q
		if _, err := pathwise.Restore(bad); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
