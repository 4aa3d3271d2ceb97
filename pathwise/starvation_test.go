package pathwise_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/pathwise"
)

// featuresOnly is the posterior of the features' weights, which is what
// Matheron's rule is not: w | y ~ N(., S), S = (I + Phiᵀ Phi/noise)⁻¹, and the
// covariance Phi_x S Phi_xᵀ. It is exact for the wrong prior.
func featuresOnly(t *testing.T, post *gp.Exact, b basis.Basis, x *mat.Dense) *mat.Dense {
	t.Helper()
	phi, at := features(b, post.X()), features(b, x)
	precision := mat.NewDense(b.Len(), b.Len(), nil)
	precision.Mul(phi.T(), phi)
	precision.Scale(1/post.NoiseDiag()[0], precision)
	for j := range b.Len() {
		precision.Set(j, j, precision.At(j, j)+1)
	}
	var s, c mat.Dense
	if err := s.Inverse(precision); err != nil {
		t.Fatal(err)
	}
	c.Product(at, &s, at.T())
	return &c
}

// T12: with F features and N >> F rows, the weights of the features are known,
// and a posterior that has nothing else is certain where it cannot know: its
// variance beyond the rows vanishes as N grows. That of the paths does not.
func TestPathsDoNotStarve(t *testing.T) {
	// The rows span 40 lengthscales and so resolve more functions than 16
	// features make; the points are 2 to 12 lengthscales beyond them.
	const count = 16
	k := kernel.RBF{Variance: 1.3, Lengthscale: kernel.Shared(0.05)}
	x := line(6, 1.1, 1.6)
	type sds struct{ only, paths float64 }
	var got []sds
	for _, n := range []int{8, 64, 512} {
		p := problem{"", k, nil, 1, n, gp.Noise(1e-3), 0}
		post := p.posterior(t)
		paths := draw(t, pathwise.Sampler{Posterior: post, Features: count}, 60, 1)
		state := paths.States()[0]
		exact := post.Variance(nil, x)
		only := featuresOnly(t, post, state.Bases[0], x)
		_, distribution, err := paths.Moments(0, x)
		if err != nil {
			t.Fatal(err)
		}
		// The geometric mean over the points of the ratio of sd to the exact.
		ratio := func(c mat.Matrix) float64 {
			sum := 0.0
			for i, v := range exact {
				sum += 0.5 * math.Log(c.At(i, i)/v) / float64(len(exact))
			}
			return math.Exp(sum)
		}
		got = append(got, sds{ratio(only), ratio(distribution)})
		t.Logf("N = %4d: sd of features alone %.3f of the exact, of paths %.3f", n, ratio(only), ratio(distribution))
	}
	few, many := got[0], got[len(got)-1]
	// The negative control must starve, or the test shows nothing.
	if many.only > 0.2 || many.only > 0.3*few.only {
		t.Errorf("features alone have %.3f of the exact sd at N = 8 and %.3f at 512: they do not starve", few.only, many.only)
	}
	for i, g := range got {
		// Features in pairs have the exact variance by themselves; what they add
		// to it is their covariance with the rows, of relative size 16^-1/2 = 0.25
		// and squared: 0.06, halved for an sd. 3 of these.
		if math.Abs(math.Log(g.paths)) > 3*0.03 {
			t.Errorf("N = %d: the paths' sd is %.3f of the exact", []int{8, 64, 512}[i], g.paths)
		}
	}
}

// With ever more rows, the Wasserstein distance of the paths from the posterior
// does not grow.
func TestFidelityDoesNotFallWithRows(t *testing.T) {
	k := kernel.RBF{Variance: 1.3, Lengthscale: kernel.Shared(0.05)}
	x := line(6, 1.1, 1.6)
	distance := func(n int) float64 {
		p := problem{"", k, nil, 1, n, gp.Noise(0.01), 0}
		sum := 0.0
		paths := draw(t, pathwise.Sampler{Posterior: p.posterior(t), Features: 32, PerPath: true}, 61, 10)
		for i := range paths.Len() {
			f, err := paths.Fidelity(i, x)
			if err != nil {
				t.Fatal(err)
			}
			sum += f.Wasserstein * f.Wasserstein
		}
		return math.Sqrt(sum / 10)
	}
	few, many := distance(8), distance(256)
	// Ten bases: root mean squares are good to some 20%.
	if many > 1.5*few {
		t.Errorf("W2 is %.3f with 8 rows and %.3f with 256", few, many)
	}
}
