package probtest_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/prob"
	"matheron/prob/probtest"
)

// crooked is a distribution broken in one place.
type crooked struct {
	prob.VectorParametric
	broken string
}

func (d crooked) LogProb(x []float64) float64 {
	lp := d.VectorParametric.LogProb(x)
	switch {
	case d.broken == "mass":
		lp += 0.2
	case d.broken == "outside" && math.IsInf(lp, -1):
		return 0
	}
	return lp
}

func (d crooked) LogProbGrad(grad, x []float64) float64 {
	d.VectorParametric.LogProbGrad(grad, x)
	if d.broken == "gradient" {
		grad[len(grad)-1] *= 1.001
	}
	return d.LogProb(x)
}

func (d crooked) Draw(dst []float64, r *rand.Rand) []float64 {
	switch d.broken {
	case "draw law":
		values := []float64{}
		for _, p := range d.Parameters() {
			values = append(values, p.Value)
		}
		values[0] += 0.2
		other, err := d.WithParameters(values...)
		if err != nil {
			panic(err)
		}
		return other.Draw(dst, r)
	case "draw outside":
		dst = d.VectorParametric.Draw(dst, r)
		dst[0] = math.NaN()
		return dst
	case "draw state":
		return d.VectorParametric.Draw(dst, rand.New(rand.NewPCG(rand.Uint64(), 1)))
	}
	return d.VectorParametric.Draw(dst, r)
}

func (d crooked) Moments() (mean, variance []float64) {
	mean, variance = d.VectorParametric.(prob.VectorMomenter).Moments()
	switch d.broken {
	case "mean":
		mean[1] += 0.2 * math.Sqrt(variance[1])
	case "variance":
		variance[1] *= 1.2
	}
	return mean, variance
}

func (d crooked) ParamGrad(dst, x []float64) []float64 {
	dst = d.VectorParametric.ParamGrad(dst, x)
	if d.broken == "parameter" {
		dst[0] += 0.01
	}
	return dst
}

func (d crooked) Support() prob.VectorSupport {
	return crookedSupport{d.VectorParametric.Support(), d.broken}
}

// crookedSupport has a bijector that is broken in one place.
type crookedSupport struct {
	prob.VectorSupport
	broken string
}

func (s crookedSupport) Bijector() prob.VectorBijector {
	return crookedBijector{s.VectorSupport.Bijector(), s.broken}
}

type crookedBijector struct {
	prob.VectorBijector
	broken string
}

func (b crookedBijector) Unconstrain(dst, x []float64) []float64 {
	dst = b.VectorBijector.Unconstrain(dst, x)
	if b.broken == "round trip" {
		dst[0] += 1e-6
	}
	return dst
}

func (b crookedBijector) LogJacobian(dy, y []float64) float64 {
	l := b.VectorBijector.LogJacobian(dy, y)
	switch b.broken {
	case "jacobian":
		return l + 0.01
	case "jacobian gradient":
		if dy != nil {
			dy[0] += 0.01
		}
	}
	return l
}

func (b crookedBijector) VJP(dst, y, grad []float64) []float64 {
	dst = b.VectorBijector.VJP(dst, y, grad)
	if b.broken == "vjp" {
		dst[0] *= 1.001
	}
	return dst
}

func TestVectorKit(t *testing.T) {
	normal, err := prob.NormalFromCholesky([]float64{1, -1}, mat.NewDense(2, 2, []float64{1, 0, -0.5, 2}))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []prob.VectorParametric{normal, prob.Dirichlet{Concentration: []float64{2, 3, 4}}, prob.LKJCholesky{Rows: 3, Concentration: 1.5}} {
		probtest.TestVector(t, crooked{d, ""})
		for broken, want := range map[string]string{
			"mass":              "integrates to",
			"outside":           "outside of the support",
			"gradient":          "LogProbGrad(",
			"draw law":          "do not follow",
			"draw outside":      "outside of the support",
			"draw state":        "from an equal generator",
			"mean":              "mean of number 1",
			"variance":          "variance of number",
			"parameter":         "ParamGrad at",
			"round trip":        "and back to",
			"jacobian":          "LogJacobian(",
			"jacobian gradient": "has the derivative",
			"vjp":               "VJP at",
		} {
			if _, all := d.(prob.Dirichlet); !all && broken != "mass" && broken != "draw law" && broken != "jacobian" {
				continue // the other kind of support is enough
			}
			if err := probtest.CheckVector(crooked{d, broken}); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%T broken %s: error %v, want one with %q", d, broken, err, want)
			}
		}
	}
	if err := probtest.CheckVector(prob.LKJCholesky{}); err == nil || !strings.Contains(err.Error(), "invalid") {
		t.Errorf("invalid parameters: error %v", err)
	}
}
