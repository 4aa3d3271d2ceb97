package hyper_test

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/ad"
	"matheron/gp"
	"matheron/hyper"
	"matheron/infer"
	"matheron/infer/diag"
	"matheron/kernel"
	"matheron/ppl"
	"matheron/prob"
	"matheron/rng"
)

// The regression of posteriordb, gp_pois_regr-gp_regr.
var (
	regressionX = mat.NewDense(11, 1, []float64{-10, -8, -6, -4, -2, 0, 2, 4, 6, 8, 10})
	regressionY = []float64{4.75906, 1.59423, 2.99548, 5.27501, 1.66472, 2.24347, 2.8914, 4.08681, 4.60588, 0.802364, 3.92136}
)

// regressionProgram is its program: sigma is a variance, alpha a deviation.
//
//	k(x, x') = alpha^2 exp(-(x - x')^2 / (2 rho^2)),  y ~ N(0, K + sigma I)
func regressionProgram(c *ppl.Context) {
	rho := c.Sample("rho", ppl.Of(prob.Gamma{Shape: 25, Rate: 4}))
	alpha := c.Sample("alpha", ppl.Of(prob.HalfNormal{SD: 2}))
	sigma := c.Sample("sigma", ppl.Of(prob.HalfNormal{SD: 1}))
	p := hyper.Sample(c, regressionParams, hyper.Set("variance", ad.Square(alpha)), hyper.Set("lengthscale", rho), hyper.Set(gp.NoiseName, sigma))
	hyper.Factor(c, "y", p, regressionX, regressionY)
}

var regressionParams = params(gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}}, gp.Noise(1), nil)

// regressionQuadrature returns the means and deviations of rho, alpha and sigma by
// the trapezoidal rule over their logarithms. It shares no code with the evidence:
// with R(rho) = V diag(l) V', log N(y; 0, alpha^2 R + sigma I) is a sum over
// alpha^2 l_i + sigma and (V'y)_i, one eigendecomposition a rho.
func regressionQuadrature(t *testing.T) (mean, sd [3]float64) {
	const n, rows = 90, 11
	// The mass that the ends cut off is below that of the edge, checked below.
	low := [3]float64{math.Log(2.2), math.Log(0.02), math.Log(0.1)}
	high := [3]float64{math.Log(20), math.Log(16), math.Log(8)}
	at := func(d, i int) float64 { return math.Exp(low[d] + (high[d]-low[d])*float64(i)/(n-1)) }
	var z, first, second [3]float64
	var mass, edge float64
	for i := range n {
		rho := at(0, i)
		r := mat.NewSymDense(rows, nil)
		for a := range rows {
			for b := range a + 1 {
				h := (regressionX.At(a, 0) - regressionX.At(b, 0)) / rho
				r.SetSym(a, b, math.Exp(-h*h/2))
			}
		}
		var eigen mat.EigenSym
		if !eigen.Factorize(r, true) {
			t.Fatal("no eigendecomposition")
		}
		var v mat.Dense
		eigen.VectorsTo(&v)
		l := eigen.Values(nil)
		var rotated mat.VecDense
		rotated.MulVec(v.T(), mat.NewVecDense(rows, regressionY))
		for j := range n {
			alpha := at(1, j)
			for k := range n {
				sigma := at(2, k)
				// Gamma(25, 4), HalfNormal(2) and HalfNormal(1) with the Jacobians of
				// the logarithms, rho alpha sigma.
				lp := 25*math.Log(rho) - 4*rho - alpha*alpha/8 + math.Log(alpha) - sigma*sigma/2 + math.Log(sigma)
				for m := range rows {
					s := alpha*alpha*math.Max(l[m], 0) + sigma
					u := rotated.AtVec(m)
					lp -= (math.Log(s) + u*u/s) / 2
				}
				// A constant that keeps the exponential in range.
				w := math.Exp(lp - 10)
				mass += w
				if i == 0 || j == 0 || k == 0 || i == n-1 || j == n-1 || k == n-1 {
					edge += w
				}
				z = [3]float64{rho, alpha, sigma}
				for d := range z {
					first[d] += w * z[d]
					second[d] += w * z[d] * z[d]
				}
			}
		}
	}
	if !(edge < 1e-6*mass) {
		t.Fatalf("the edge of the quadrature has %v of the mass", edge/mass)
	}
	for d := range mean {
		mean[d] = first[d] / mass
		sd[d] = math.Sqrt(second[d]/mass - mean[d]*mean[d])
	}
	return mean, sd
}

func TestPosteriorDBRegression(t *testing.T) {
	mean, sd := regressionQuadrature(t)
	// The exact values by an independent quadrature, given to three decimals.
	for d, want := range [3][2]float64{{6.893, 1.290}, {2.438, 0.790}, {1.832, 0.500}} {
		if math.Abs(mean[d]-want[0]) > 6e-4 || math.Abs(sd[d]-want[1]) > 6e-4 {
			t.Errorf("quadrature %d: mean %v, sd %v, want %v", d, mean[d], sd[d], want)
		}
	}
	tg := target(t, regressionProgram)
	draws, err := infer.NUTS{TargetAccept: 0.9}.Run(context.Background(), tg, infer.Run{Key: rng.New(11), Warmup: 500, Draws: 1500})
	if err != nil {
		t.Fatal(err)
	}
	if n := draws.Divergences(); n != 0 {
		t.Errorf("%d divergences", n)
	}
	elements := draws.Values()
	for d, name := range tg.Names() {
		chains := elements[d]
		squares := square(chains, mean[d])
		if got, e := average(chains), diag.MCSEMean(chains); math.Abs(got-mean[d]) > 4*e {
			t.Errorf("%s: mean %v, quadrature %v, Monte Carlo error %v", name, got, mean[d], e)
		}
		if got, e := average(squares), diag.MCSEMean(squares); math.Abs(got-sd[d]*sd[d]) > 4*e {
			t.Errorf("%s: variance %v, quadrature %v, Monte Carlo error %v", name, got, sd[d]*sd[d], e)
		}
		if r := diag.RHat(chains); !(r < 1.01) {
			t.Errorf("%s: R-hat %v", name, r)
		}
	}
}

// square returns the squared distances from a centre.
func square(chains [][]float64, centre float64) [][]float64 {
	out := make([][]float64, len(chains))
	for c := range chains {
		for _, v := range chains[c] {
			out[c] = append(out[c], (v-centre)*(v-centre))
		}
	}
	return out
}

// average returns the mean over all chains, which are as long as each other.
func average(chains [][]float64) float64 {
	sum, n := 0.0, 0
	for _, c := range chains {
		for _, v := range c {
			sum += v
			n++
		}
	}
	return sum / float64(n)
}
