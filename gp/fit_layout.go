package gp

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/prob"
)

// slot is one fitted number, on the unconstrained line.
type slot struct {
	param        kernel.Param
	onto         prob.Bijector
	prior        prob.Distribution // nil: flat
	given        bool
	role         role
	lower, upper float64 // of the box, on the line
}

// affine is the map of the line onto itself that has its zero at shift and one step
// of unit: that of a number without bounds that is far from 0 or from 1.
type affine struct{ shift, unit float64 }

func (m affine) Unconstrain(x float64) float64 { return (x - m.shift) / m.unit }
func (m affine) Constrain(y float64) float64   { return m.shift + m.unit*y }
func (m affine) LogJacobian(float64) (logJacobian, dy float64) {
	return math.Log(m.unit), 0
}

// layout says how the vector that a fit moves in becomes a prior and a noise.
type layout struct {
	prior        Prior // at any values
	noise        NoiseVariance
	fitNoise     bool
	kernel, mean int // numbers of parameters
	slots        []slot
	scales       scales
	// weight is what the log evidence counts: of a part of the rows as much as all
	// would, so that the prior has the part in the objective that it has in the end.
	weight float64
}

// searchWidth is how far the box goes from the data's own scale, in units of
// the logarithm: a factor of e^16, about 10^7, to each side.
const searchWidth = 16

// layout returns the parameters of a fit with their priors and scales.
func (f Fit) layout(p Prior, x *mat.Dense, y []float64) (*layout, error) {
	l := &layout{prior: p, fitNoise: f.KnownNoise == nil, weight: 1}
	if err := f.checkWhite(p.Kernel); err != nil {
		return nil, err
	}
	if f.KnownNoise != nil {
		l.noise = *f.KnownNoise
	}
	params := kernel.Params(p.Kernel)
	l.kernel = len(params)
	l.prior.Mean = meanOf(p, y)
	if p.Mean != nil || !holdsLevel(p.Kernel) {
		params = append(params, MeanParams(l.prior.Mean)...)
	}
	l.mean = len(params) - l.kernel
	if n := len(f.Given); f.Given != nil && n != len(params) && (p.Mean != nil || n != l.kernel) {
		panic(fmt.Sprintf("gp: Fit: %d marks of given parameters for %d", n, len(params)))
	}
	for i, first := range MeanParams(firstMean(l.prior.Mean, x, y)) {
		if at := l.kernel + i; at < len(params) && !(at < len(f.Given) && f.Given[at]) {
			params[at].Value = first.Value
		}
	}
	l.scales = newScales(x, y, l.prior.Mean)
	roles := l.scales.roles(p.Kernel, params)
	copy(roles[l.kernel:], l.scales.meanRoles(l.prior.Mean, y))
	if l.fitNoise {
		params = append(params, kernel.Param{Name: NoiseName, Value: 0.1 * l.scales.y, Upper: math.Inf(1)})
		roles = append(roles, l.scales.noiseRole())
	}
	for i, q := range params {
		s := slot{param: q, role: roles[i], given: i < len(f.Given) && f.Given[i]}
		support := prob.Support{Lower: q.Lower, Upper: q.Upper}
		if f.Method == MAP {
			s.prior = roles[i].prior
		}
		for _, pp := range f.Priors {
			if slices.Contains(kernel.MatchNames(params, pp.Pattern), i) {
				s.prior = pp.Prior
				o := pp.Prior.Support()
				support = prob.Interval(math.Max(support.Lower, o.Lower), math.Min(support.Upper, o.Upper))
			}
		}
		if s.given && s.prior != nil && !s.prior.Support().Contains(q.Value) {
			return nil, fmt.Errorf("%s is given as %v, which its prior %v does not allow", q.Name, q.Value, s.prior)
		}
		if !(support.Lower < support.Upper) {
			return nil, fmt.Errorf("%s: its prior %v allows no value in %v", q.Name, s.prior, prob.Interval(q.Lower, q.Upper))
		}
		if s.prior != nil {
			if _, ok := s.prior.(prob.Grader); !ok {
				return nil, fmt.Errorf("the prior of %s, %v, has no gradient", q.Name, s.prior)
			}
		}
		s.onto = support.Bijector()
		if s.role.kind == meanRole && support == prob.Real() {
			s.onto = affine{q.Value, s.role.scale}
		}
		s.bounds(support)
		l.slots = append(l.slots, s)
	}
	return l, f.checkPriors(params)
}

// meanOf returns the mean of a fit: p's, or a constant, the mean of the targets at
// first, where p has none.
func meanOf(p Prior, y []float64) Mean {
	if p.Mean != nil {
		return p.Mean
	}
	level, variance, _ := moments(y)
	if math.Abs(level) < 1e-12*math.Sqrt(variance) {
		level = 0 // what rounding leaves of standardised targets
	}
	return Constant{level}
}

// holdsLevel reports whether a term of k is a level of its own: then the mean is
// left where it is, since only their sum shows.
func holdsLevel(k kernel.Kernel) bool {
	found := false
	_ = kernel.Walk(k, func(leaf kernel.Leaf) error {
		if strings.Contains(leaf.Name, "product.") {
			return nil
		}
		if f := kernel.FamilyOf(leaf.Kernel); f != nil && f.Level {
			found = true
		}
		return nil
	})
	return found
}

// ParamPriors returns p with the mean that a fit gives it, and the prior of each
// parameter that f would fit, the default one where f.Priors names no other, each
// under its parameter's full name: the kernel's in order, the mean's, and that of
// the noise if it is not known. A parameter with a flat prior is left out. The errors
// are those of [Fit.Run] before it starts. A sampler that takes the place of the fit
// asks for them.
func (f Fit) ParamPriors(p Prior, x *mat.Dense, y []float64) (Prior, []ParamPrior, error) {
	if err := checkData("ParamPriors", x, y); err != nil {
		return Prior{}, nil, err
	}
	if _, _, err := p.check(); err != nil {
		return Prior{}, nil, err
	}
	l, err := f.layout(p, x, y)
	if err != nil {
		return Prior{}, nil, err
	}
	return l.prior, l.priors(), nil
}

func (l *layout) priors() []ParamPrior {
	var out []ParamPrior
	for _, s := range l.slots {
		if s.prior != nil {
			out = append(out, ParamPrior{s.param.Name, s.prior})
		}
	}
	return out
}

// DefaultPriors returns the priors that [MAP] gives the parameters of p's kernel
// and the noise variance where nobody names others: weakly informative, and
// scaled to the data. Each is under its parameter's full name; a parameter with a
// flat prior is left out. The errors are those of [Fit.Run] before it starts.
func DefaultPriors(p Prior, x *mat.Dense, y []float64) ([]ParamPrior, error) {
	if err := checkData("DefaultPriors", x, y); err != nil {
		return nil, err
	}
	noise := Noise(0) // known, so that white noise is not refused; its prior is added
	l, err := Fit{KnownNoise: &noise}.layout(p, x, y)
	if err != nil {
		return nil, err
	}
	return append(l.priors(), ParamPrior{NoiseName, l.scales.noiseRole().prior}), nil
}

// bounds sets the box: wide around the data's scale for a positive number, and
// none to speak of otherwise.
func (s *slot) bounds(support prob.Support) {
	s.lower, s.upper = -1e6, 1e6
	switch support {
	case prob.Positive():
		c := math.Log(s.role.scale)
		s.lower, s.upper = c-searchWidth, c+searchWidth
		if s.role.floor > 0 {
			s.lower = math.Log(s.role.floor)
		}
		if s.given {
			z := math.Log(s.param.Value)
			s.lower, s.upper = math.Min(s.lower, z-1), math.Max(s.upper, z+1)
		}
	case prob.Real():
	default:
		s.lower, s.upper = -40, 40 // where a logistic function rounds to its ends
	}
}

// checkWhite refuses white noise beside a fitted noise: only their sum shows.
func (f Fit) checkWhite(k kernel.Kernel) error {
	if f.KnownNoise != nil {
		return nil
	}
	return kernel.Walk(k, func(leaf kernel.Leaf) error {
		if f := kernel.FamilyOf(leaf.Kernel); f != nil && f.White() {
			return fmt.Errorf("%s: white noise beside a fitted %s: only their sum could be found; give the noise variance (0, for instance) or leave white out", leaf.Name, NoiseName)
		}
		return nil
	})
}

// UnknownParam is the error of a pattern that matches no parameter.
type UnknownParam struct {
	Pattern string
	Names   []string
}

func (e *UnknownParam) Error() string {
	return fmt.Sprintf("no parameter is called %q; there are %s", e.Pattern, strings.Join(e.Names, ", "))
}

// errPriorsWithoutMAP says that priors have no place in maximum evidence.
var errPriorsWithoutMAP = errors.New("priors have no effect on maximum evidence: use MAP")

func (f Fit) checkPriors(params []kernel.Param) error {
	if f.Method == MaximumEvidence && len(f.Priors) > 0 {
		return errPriorsWithoutMAP
	}
	names := make([]string, len(params))
	for i, q := range params {
		names[i] = q.Name
	}
	for _, pp := range f.Priors {
		if len(kernel.MatchNames(params, pp.Pattern)) == 0 {
			return &UnknownParam{pp.Pattern, names}
		}
		if v, ok := pp.Prior.(prob.Validator); ok {
			if err := v.Validate(); err != nil {
				return fmt.Errorf("prior of %s: %w", pp.Pattern, err)
			}
		}
	}
	return nil
}

// meanDiag returns the mean of the kernel's diagonal at the centre of the starts.
func (l *layout) meanDiag(x *mat.Dense) float64 {
	u := make([]float64, len(l.slots))
	for i := range u {
		u[i] = 0.5
	}
	prior, _ := l.at(l.start(u, 2))
	n, _ := x.Dims()
	diag, mean := make([]float64, n), 0.0
	prior.Kernel.Diag(diag, x)
	for _, v := range diag {
		mean += v / float64(n)
	}
	return mean
}

// theta returns the parameters at a point of the line.
func (l *layout) theta(z []float64) []float64 {
	out := make([]float64, len(z))
	for i, s := range l.slots {
		out[i] = s.onto.Constrain(z[i])
	}
	return out
}

// params returns the named parameters at a point of the line.
func (l *layout) params(z []float64) []kernel.Param {
	theta := l.theta(z)
	out := make([]kernel.Param, len(theta))
	for i, s := range l.slots {
		out[i] = s.param
		out[i].Value = theta[i]
	}
	return out
}

// at returns the prior and the noise at a point of the line.
func (l *layout) at(z []float64) (Prior, NoiseVariance) { return l.withParams(l.theta(z)) }

// withParams returns the prior and the noise with parameters.
func (l *layout) withParams(theta []float64) (Prior, NoiseVariance) {
	p := l.prior
	p.Kernel = kernel.WithParams(p.Kernel, theta[:l.kernel])
	if m, ok := p.Mean.(ParametricMean); ok && l.mean > 0 {
		p.Mean = m.WithParams(theta[l.kernel : l.kernel+l.mean])
	}
	return p, l.noiseAt(theta)
}

// noiseAt returns the noise of the parameters.
func (l *layout) noiseAt(theta []float64) NoiseVariance {
	if l.fitNoise {
		return Noise(theta[len(theta)-1])
	}
	return l.noise
}

// logPrior returns the log prior density of the point z, the sum over parameters of
// log p(theta) + log dtheta/dz, and adds its gradient to z to grad, unless that is
// nil. Coordinates that are real numbers, in whatever unit, have no Jacobian.
func (l *layout) logPrior(z, grad []float64) (value float64) {
	for i, s := range l.slots {
		if s.prior == nil {
			continue
		}
		v, d := s.prior.(prob.Grader).LogProbGrad(s.onto.Constrain(z[i])) // layout has checked
		d *= prob.Slope(s.onto, z[i])
		if bounded(s.onto) {
			j, dj := s.onto.LogJacobian(z[i])
			v, d = v+j, d+dj
		}
		value += v
		if grad != nil {
			grad[i] += d
		}
	}
	return value
}

// bounded reports whether m goes onto less than the whole line.
func bounded(m prob.Bijector) bool {
	switch m.(type) {
	case prob.Identity, affine:
		return false
	}
	return true
}

// objective returns what a climb minimises: minus the log evidence and the log
// prior, +Inf where there is none.
func (l *layout) objective(ev *Evidence) func(z, grad []float64) float64 {
	inner := make([]float64, len(l.slots))
	var g Gradient
	return func(z, grad []float64) float64 {
		theta := l.theta(z)
		noise, own := l.noiseAt(theta), theta[:l.kernel+l.mean]
		if grad == nil {
			v, err := ev.At(nil, l.prior, own, noise)
			if err != nil {
				return math.Inf(1)
			}
			return -l.weight*v - l.logPrior(z, nil)
		}
		v, err := ev.At(&g, l.prior, own, noise)
		if err != nil {
			return math.Inf(1)
		}
		copy(inner, g.Kernel)
		copy(inner[l.kernel:l.kernel+l.mean], g.Mean)
		if l.fitNoise {
			inner[len(inner)-1] = g.Noise[0]
		}
		for i, s := range l.slots {
			inner[i] *= l.weight * prob.Slope(s.onto, z[i])
		}
		lp := l.logPrior(z, inner)
		for i, d := range inner {
			grad[i] = -d
		}
		return -l.weight*v - lp
	}
}
