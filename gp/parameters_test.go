package gp

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/prob"
	"matheron/rng"
)

// parameterCases are priors of all kinds of parameters, with priors on some.
func parameterCases(t *testing.T) map[string]*Parameters {
	t.Helper()
	ard := kernel.RBF{Variance: 1.3, Lengthscale: kernel.ARD(0.4, 2)}
	periodic := kernel.Fix(kernel.Periodic{Variance: 0.7, Lengthscale: kernel.Shared(1.1), Period: kernel.Shared(0.9)}, "variance")
	linear := Linear{Intercept: -3, Slopes: []float64{0.5, 20}}
	out := map[string]*Parameters{}
	for name, c := range map[string]struct {
		p     Prior
		noise NoiseVariance
		o     ParameterOptions
	}{
		"all free and flat": {Prior{Kernel: ard, Mean: Constant{2}}, Noise(0.1), ParameterOptions{}},
		"priors and bounds": {Prior{Kernel: kernel.Add(ard, periodic), Mean: linear, Jitter: 1e-6}, Noise(0.1), ParameterOptions{Priors: []ParamPrior{
			{"variance", prob.Gamma{Shape: 2, Rate: 1}}, {"lengthscale", prob.LogNormal{Sigma: 2}}, {"RBF.lengthscale[1]", prob.Uniform{Lower: 0.5, Upper: 4}},
			{"Mean.slope", prob.Normal{SD: 10}}, {"Mean.slope[1]", prob.Uniform{Lower: -30, Upper: 30}},
			{"intercept", prob.InverseGamma{Shape: 2, Scale: 3}}, {"intercept", prob.Normal{Mean: 1, SD: 3}},
		}}},
		"some fixed": {Prior{Kernel: kernel.Mul(ard, periodic), Mean: linear}, Noise(0), ParameterOptions{
			Fixed: []string{NoiseName, "RBF.lengthscale", "Mean.slope[0]"}, Priors: Priors{"variance": prob.HalfNormal{SD: 2}}.List(),
		}},
		"noise a row":    {Prior{Kernel: kernel.Add(ard, kernel.White{Variance: 0.2}), Mean: linear}, NoiseRows(0.1, 0.2, 0, 1), ParameterOptions{}},
		"two noises":     {Prior{Kernel: kernel.Add(ard, kernel.White{Variance: 0.2})}, Noise(0.1), ParameterOptions{Redundant: true}},
		"nothing free":   {Prior{Kernel: ard, Mean: Zero{}}, Noise(0.2), ParameterOptions{Fixed: []string{"variance", "lengthscale", NoiseName}}},
		"mean alone":     {Prior{Kernel: kernel.Fix(ard, "variance", "lengthscale"), Mean: linear}, Noise(0.2), ParameterOptions{Fixed: []string{NoiseName}}},
		"no mean at all": {Prior{Kernel: ard}, Noise(0.2), ParameterOptions{}},
	} {
		ps, err := NewParameters(c.p, c.noise, c.o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = ps
	}
	x, y := wave(30, 2, 0.1, math.Sin)
	fit, err := Fit{}.Parameters(Prior{Kernel: ard, Mean: Linear{Slopes: make([]float64, 2)}}, x, y)
	if err != nil {
		t.Fatal(err)
	}
	out["of a fit"] = fit
	return out
}

// somewhere returns a point of the line.
func somewhere(ps *Parameters, key rng.Key) []float64 {
	r := key.Rand()
	z := make([]float64, ps.Len())
	for i := range z {
		z[i] = 1.5 * r.NormFloat64()
	}
	return z
}

// θ to z and back, and what the prior and the noise at θ say their parameters are.
func TestParametersRoundTrip(t *testing.T) {
	for name, ps := range parameterCases(t) {
		for draw := range 20 {
			z := somewhere(ps, rng.New(uint64(draw)))
			theta := ps.Constrain(nil, z)
			for i, v := range ps.Unconstrain(nil, theta) {
				p := ps.Free()[i]
				if !p.Support().Contains(theta[i]) {
					t.Errorf("%s: %s = %v is out of %v", name, p.Name, theta[i], p.Support())
				}
				// Half an ulp of θ over dθ/dz.
				tol := 0x1p-48 * (1 + math.Abs(z[i]) + math.Abs(theta[i]/ps.free[i].slope(z[i])))
				if math.Abs(v-z[i]) > tol {
					t.Errorf("%s: %s: %v goes to %v and back to %v", name, p.Name, z[i], theta[i], v)
				}
			}
			want := map[string]float64{}
			for _, p := range ps.All() {
				want[p.Name] = p.Value
			}
			for i, n := range ps.Names() {
				want[n] = theta[i]
			}
			prior, noise := ps.At(theta)
			got := append(kernel.Params(prior.Kernel), MeanParams(prior.Mean)...)
			if !noise.PerRow() {
				got = append(got, kernel.Param{Name: NoiseName, Value: noise.At(0)})
			}
			if len(got) != len(want) || prior.Jitter != ps.prior.Jitter || noise.PerRow() != ps.noise.PerRow() {
				t.Errorf("%s: %v, %+v and %v", name, got, prior, noise)
			}
			for _, p := range got {
				if p.Value != want[p.Name] {
					t.Errorf("%s: %s is %v, want %v", name, p.Name, p.Value, want[p.Name])
				}
			}
			with, err := ps.WithValues(theta)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if !slices.Equal(with.Values(), theta) || !slices.EqualFunc(with.Params(theta), with.Free(), func(a kernel.Param, b Parameter) bool { return a == b.Param }) {
				t.Errorf("%s: with values %v: %v", name, theta, with.Free())
			}
		}
	}
}

// The Jacobian and the log prior density against central differences of fourth order:
// at a step of 1/512 their error is h^4/30 of a fifth derivative, some 1e-12, and the
// rounding of a value over h.
func TestParametersDerivatives(t *testing.T) {
	const h = 1.0 / 512
	difference := func(f func(z []float64) float64, z []float64, i int) float64 {
		at := func(d float64) float64 {
			moved := slices.Clone(z)
			moved[i] += d
			return f(moved)
		}
		return (8*(at(h)-at(-h)) - (at(2*h) - at(-2*h))) / (12 * h)
	}
	for name, ps := range parameterCases(t) {
		for draw := range 5 {
			z := somewhere(ps, rng.New(uint64(draw)))
			theta, sum := ps.Constrain(nil, z), 0.0
			chain := make([]float64, ps.Len())
			for i := range chain {
				chain[i] = 1
			}
			ps.ChainRule(chain, z)
			tol := func(size, v float64) float64 { return 1e-9*math.Max(1, math.Abs(v)) + 0x1p-50/h*math.Abs(size) }
			for i := range z {
				slope := difference(func(z []float64) float64 { return ps.Constrain(nil, z)[i] }, z, i)
				sum += math.Log(math.Abs(slope))
				if math.Abs(chain[i]-slope) > tol(theta[i], slope) {
					t.Errorf("%s: %s: slope %v, differences %v", name, ps.Names()[i], chain[i], slope)
				}
			}
			if j := ps.LogJacobian(z); math.Abs(j-sum) > 1e-8 {
				t.Errorf("%s: log Jacobian %v, differences %v", name, j, sum)
			}
			// The density: of parameters with bounds on the line, of real numbers as it is.
			want := 0.0
			for i, p := range ps.Free() {
				if p.Prior == nil {
					continue
				}
				want += p.Prior.LogProb(theta[i])
				if p.Support() != prob.Real() {
					want += math.Log(chain[i])
				}
			}
			grad := make([]float64, ps.Len())
			for i := range grad {
				grad[i] = 3 // it is added to
			}
			value := ps.LogPriorGrad(grad, z)
			if math.Abs(value-want) > 1e-12*math.Max(1, math.Abs(want)) {
				t.Errorf("%s: log prior density %v, want %v", name, value, want)
			}
			for i := range z {
				d := difference(func(z []float64) float64 { return ps.LogPriorGrad(nil, z) }, z, i)
				if math.Abs(grad[i]-3-d) > tol(value, d) {
					t.Errorf("%s: %s: derivative %v of the log prior density, differences %v", name, ps.Names()[i], grad[i]-3, d)
				}
			}
		}
	}
}

// The evidence at θ is that of the prior and the noise there, with the derivatives to
// θ alone, and allocates nothing.
func TestEvidenceAtParameters(t *testing.T) {
	x, y := wave(4, 2, 0.1, math.Sin)
	for name, ps := range parameterCases(t) {
		e := NewEvidence(x, y)
		e.Workers = 1
		z := somewhere(ps, rng.New(7))
		for i := range z {
			z[i] *= 0.3
		}
		theta, grad := ps.Constrain(nil, z), make([]float64, ps.Len())
		got, err := e.AtParameters(grad, ps, theta)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		of := func(theta []float64) float64 {
			prior, noise := ps.At(theta)
			v, err := NewEvidence(x, y).Eval(prior, noise)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return v
		}
		if want := of(theta); got != want {
			t.Errorf("%s: evidence %v, want %v", name, got, want)
		}
		for i, v := range theta {
			// h² of a third derivative, and the rounding of the evidence over h.
			h := 1e-5 * math.Max(1, math.Abs(v))
			up, down := slices.Clone(theta), slices.Clone(theta)
			up[i] += h
			down[i] -= h
			want := (of(up) - of(down)) / (2 * h)
			if math.Abs(grad[i]-want) > 1e-6*math.Max(1, math.Abs(want)) {
				t.Errorf("%s: derivative to %s is %v, central difference %v", name, ps.Names()[i], grad[i], want)
			}
		}
		if a := testing.AllocsPerRun(20, func() {
			ps.Constrain(theta, z)
			if _, err := e.AtParameters(grad, ps, theta); err != nil {
				t.Fatal(err)
			}
			ps.ChainRule(grad, z)
			ps.LogPriorGrad(grad, z)
		}); a != 0 {
			t.Errorf("%s: %v allocations an evaluation", name, a)
		}
	}
}

// alias is a mean whose parameter has the name of the kernel's.
type alias struct{ Constant }

func (alias) Params() []kernel.Param { return []kernel.Param{realParam("RBF.variance", 1)} }

// Whatever a fit could not use is an error of the constructor that names it.
func TestNewParametersErrors(t *testing.T) {
	k := kernel.Add(kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}, kernel.Matern32{Variance: 1, Lengthscale: kernel.Shared(2)})
	one := func(pattern string, d prob.Distribution) ParameterOptions {
		return ParameterOptions{Priors: []ParamPrior{{pattern, d}}}
	}
	white := kernel.Add(rbf(), kernel.White{Variance: 1})
	var unknown *UnknownParam
	var prior *PriorError
	var value *kernel.ParamError
	var noise *NoiseError
	var jitter *JitterError
	var family *prob.ParamError
	for name, c := range map[string]struct {
		p     Prior
		noise NoiseVariance
		o     ParameterOptions
		want  []string
		as    any
	}{
		"unknown name":         {Prior{Kernel: k}, Noise(1), one("lenghtscale", prob.HalfNormal{SD: 1}), []string{`"lenghtscale"`, "sum.0.RBF.lengthscale", NoiseName}, &unknown},
		"no name":              {Prior{Kernel: k}, Noise(1), one("", prob.HalfNormal{SD: 1}), []string{`""`}, &unknown},
		"unknown fixed name":   {Prior{Kernel: k}, Noise(1), ParameterOptions{Fixed: []string{"period"}}, []string{`"period"`, NoiseName}, &unknown},
		"prior of a fixed one": {Prior{Kernel: k}, Noise(1), ParameterOptions{Fixed: []string{NoiseName}, Priors: []ParamPrior{{NoiseName, prob.HalfNormal{SD: 1}}}}, []string{NoiseName, "fixed"}, &unknown},
		"prior of noise a row": {Prior{Kernel: k}, NoiseRows(1, 1), one(NoiseName, prob.HalfNormal{SD: 1}), []string{NoiseName}, &unknown},
		"no distribution":      {Prior{Kernel: k}, Noise(1), one("RBF.variance", prob.Gamma{Shape: -1, Rate: 1}), []string{"RBF.variance", "shape"}, &family},
		"no gradient":          {Prior{Kernel: k}, Noise(1), one("RBF.variance", noGradient{prob.HalfNormal{SD: 1}}), []string{"sum.0.RBF.variance", "gradient"}, &prior},
		"another support":      {Prior{Kernel: k}, Noise(1), one("RBF.variance", prob.Uniform{Lower: -2, Upper: -1}), []string{"sum.0.RBF.variance", "uniform(-2, -1)", "positive"}, &prior},
		"value and prior":      {Prior{Kernel: k}, Noise(1), one("Matern32.lengthscale", prob.Uniform{Lower: 0, Upper: 1}), []string{"sum.1.Matern32.lengthscale", "uniform(0, 1)", "2"}, &prior},
		"value of the noise":   {Prior{Kernel: k}, Noise(0), ParameterOptions{}, []string{NoiseName, "0"}, &value},
		"negative noise":       {Prior{Kernel: k}, Noise(-1), ParameterOptions{Fixed: []string{NoiseName}}, []string{"noise", "-1"}, &noise},
		"negative variance":    {Prior{Kernel: kernel.RBF{Variance: -1, Lengthscale: kernel.Shared(1)}}, Noise(1), ParameterOptions{}, []string{"RBF.variance", "-1"}, &value},
		"a mean that is NaN":   {Prior{Kernel: k, Mean: Constant{math.NaN()}}, Noise(1), ParameterOptions{}, []string{"Mean.constant", "NaN"}, &value},
		"jitter":               {Prior{Kernel: k, Jitter: -1}, Noise(1), ParameterOptions{}, []string{"jitter", "-1"}, &jitter},
		"two noises":           {Prior{Kernel: white}, Noise(1), ParameterOptions{}, []string{"sum.1.White", NoiseName}, nil},
		"two of one name":      {Prior{Kernel: rbf(), Mean: alias{}}, Noise(1), ParameterOptions{}, []string{`two parameters are called "RBF.variance"`}, nil},
		"no derivatives":       {Prior{Kernel: kernel.Add(rbf(), ungraded{})}, Noise(1), ParameterOptions{}, []string{"sum.1.ungraded", "ParamGrader"}, nil},
		"white in a product":   {Prior{Kernel: kernel.Mul(rbf(), kernel.White{Variance: 1})}, Noise(0), ParameterOptions{Fixed: []string{NoiseName}}, []string{"White"}, nil},
	} {
		ps, err := NewParameters(c.p, c.noise, c.o)
		if err == nil || ps != nil {
			t.Errorf("%s: %v, error %v", name, ps, err)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: error %q does not say %q", name, err, w)
			}
		}
		if c.as != nil && !errors.As(err, c.as) {
			t.Errorf("%s: error %T", name, err)
		}
	}
	ps, err := NewParameters(Prior{Kernel: k}, Noise(1), ParameterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ps.WithValues([]float64{1, 1, -1, 1, 1}); !errors.As(err, &value) || value.Param.Name != "sum.1.Matern32.variance" {
		t.Errorf("a value out of its bounds: %v", err)
	}
	wantPanic(t, "gp: Parameters.At: 2 values for 5 free parameters", func() { ps.At([]float64{1, 2}) })
	wantPanic(t, "gp: Prior without a kernel", func() { _, _ = NewParameters(Prior{}, Noise(1), ParameterOptions{}) })
}

// A parameter that stays is in no vector, and has the value that it had.
func TestParametersMatch(t *testing.T) {
	ps := parameterCases(t)["some fixed"]
	want := []string{"product.0.RBF.variance", "product.1.Periodic.lengthscale", "product.1.Periodic.period", "Mean.intercept", "Mean.slope[1]"}
	if !slices.Equal(ps.Names(), want) {
		t.Fatalf("names %v, want %v", ps.Names(), want)
	}
	at, err := ps.Match("Periodic.lengthscale", "slope", "lengthscale")
	if err != nil || !slices.Equal(at, []int{-1, 0, -1, -1, 1}) {
		t.Errorf("matched %v, %v", at, err)
	}
	var unknown *UnknownParam
	if _, err := ps.Match("RBF.lengthscale"); !errors.As(err, &unknown) || !slices.Equal(unknown.Fixed, []string{"product.0.RBF.lengthscale[0]", "product.0.RBF.lengthscale[1]"}) {
		t.Errorf("a name of fixed parameters: %v", err)
	}
	post, err := ps.prior.Condition(mat.NewDense(2, 2, []float64{0, 0, 1, 1}), []float64{1, 2}, ps.noise)
	if err != nil || post.Len() != 2 {
		t.Errorf("%v, %v", post, err)
	}
}

func BenchmarkParameters(b *testing.B) {
	x, y := wave(30, 2, 0.1, math.Sin)
	ps, err := Fit{}.Parameters(Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(1, 1)}}, x, y)
	if err != nil {
		b.Fatal(err)
	}
	z, theta, grad := make([]float64, ps.Len()), make([]float64, ps.Len()), make([]float64, ps.Len())
	b.ReportAllocs()
	for b.Loop() {
		ps.Constrain(theta, z)
		ps.ChainRule(grad, z)
		ps.LogPriorGrad(grad, z)
	}
}
