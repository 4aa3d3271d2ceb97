package gp

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/linalg"
	"matheron/prob"
)

// slot is one fitted number, on the line.
type slot struct {
	coordinate
	given        bool
	role         role
	lower, upper float64 // of the box, on the line
}

// layout is what a fit moves in: the parameters, and what the data say about each.
type layout struct {
	params *Parameters
	slots  []slot // of the free ones
	scales scales
	// weight is what the log evidence counts: of a part of the rows as much as all
	// would, so that the prior has the part in the objective that it has in the end.
	weight float64
}

// searchWidth is how far the box goes from the data's own scale, in units of
// the logarithm: a factor of e^16, about 10^7, to each side.
const searchWidth = 16

// layout returns the parameters of a fit with their priors and scales.
func (f Fit) layout(p Prior, x *mat.Dense, y []float64) (*layout, error) {
	if f.Method == MaximumEvidence && len(f.Priors) > 0 {
		return nil, errPriorsWithoutMAP
	}
	mean := meanOf(p, y)
	scales := newScales(x, y, mean)
	kernels, means := kernel.Params(p.Kernel), MeanParams(mean)
	starts := f.marks(p, len(kernels), len(means))
	roles := scales.roles(p.Kernel, append(slices.Clone(kernels), means...))
	copy(roles[len(kernels):], scales.meanRoles(mean, y))
	roles = append(roles, scales.noiseRole())
	opts := ParameterOptions{Priors: f.Priors, starts: starts}
	if f.Method == MAP {
		for _, r := range roles {
			opts.otherwise = append(opts.otherwise, r.prior)
		}
	}
	noise := Noise(0.1 * scales.y)
	if f.KnownNoise != nil {
		noise = *f.KnownNoise
		if !noise.PerRow() {
			opts.Fixed = append(opts.Fixed, NoiseName)
		}
	}
	if p.Mean == nil && hasLevel(p.Kernel) {
		p.Mean = mean
		for _, q := range means {
			opts.Fixed = append(opts.Fixed, q.Name)
		}
	} else {
		p.Mean = startOf(mean, starts[len(kernels):], x, y)
	}
	params, err := NewParameters(p, noise, opts)
	if err != nil {
		return nil, err
	}
	l := &layout{params: params, scales: scales, weight: 1}
	for i := range l.params.free {
		c := &l.params.free[i]
		s := slot{role: roles[c.at], given: starts[c.at]}
		support := c.Support()
		if s.role.kind == meanRole && support == prob.Real() {
			c.onto = affine{c.Value, s.role.scale}
		}
		s.coordinate = *c
		s.bounds(support)
		l.slots = append(l.slots, s)
	}
	return l, nil
}

// withJitter returns the layout with another jitter.
func (l *layout) withJitter(jitter float64) *layout {
	out := *l
	out.params = l.params.withJitter(jitter)
	return &out
}

// Parameters returns the parameters that f would fit, with the mean that a fit gives a
// prior that has none, and the priors that it climbs with: the default ones of [MAP],
// weakly informative and scaled to the data, where f.Priors has no other. Their values
// are where Given says so those of p, and otherwise of the right structure alone. The
// errors are those of [Fit.Run] before it starts. A sampler that takes the place of the
// fit asks for them.
func (f Fit) Parameters(p Prior, x *mat.Dense, y []float64) (*Parameters, error) {
	if err := checkData("Parameters", x, y); err != nil {
		return nil, err
	}
	if _, _, err := p.check(); err != nil {
		return nil, err
	}
	l, err := f.layout(p, x, y)
	if err != nil {
		return nil, err
	}
	return l.params, nil
}

// errPriorsWithoutMAP says that priors have no place in maximum evidence.
var errPriorsWithoutMAP = errors.New("priors have no effect on maximum evidence: use MAP")

// marks returns which of the kernel's parameters, the mean's and the noise start where
// they are.
func (f Fit) marks(p Prior, kernels, means int) []bool {
	out := make([]bool, kernels+means+1)
	if n := len(f.Given); f.Given != nil && n != kernels+means && (p.Mean != nil || n != kernels) {
		panic(fmt.Sprintf("gp: Fit: %d marks of given parameters for %d", n, kernels+means))
	}
	copy(out, f.Given)
	return out
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

// hasLevel reports whether a term of k is a level of its own: then the mean is
// left where it is, since only their sum shows.
func hasLevel(k kernel.Kernel) bool {
	for _, leaf := range kernel.Leaves(k) {
		if f := kernel.FamilyOf(leaf.Kernel); f != nil && f.Level && !strings.Contains(leaf.Name, "product.") {
			return true
		}
	}
	return false
}

// startOf returns the mean at its least-squares parameters, but for those that are
// given.
func startOf(m Mean, given []bool, x *mat.Dense, y []float64) Mean {
	p, ok := m.(ParametricMean)
	if !ok {
		return m
	}
	var beta []float64
	for i, first := range MeanParams(firstMean(m, x, y)) {
		beta = append(beta, first.Value)
		if given[i] {
			beta[i] = p.Params()[i].Value
		}
	}
	return p.WithParams(beta)
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
			z := math.Log(s.Value)
			s.lower, s.upper = math.Min(s.lower, z-1), math.Max(s.upper, z+1)
		}
	case prob.Real():
	default:
		s.lower, s.upper = -40, 40 // where a logistic function rounds to its ends
	}
}

// whyNone returns the error of a fit of which no start could be evaluated with a jitter
// up to the given one.
func (l *layout) whyNone(x *mat.Dense, y []float64, jitter float64) error {
	_, err := NewEvidence(x, y).AtParameters(nil, l.params, l.theta(l.centre()))
	var pivot *linalg.NotPositiveDefinite
	if err == nil || errors.As(err, &pivot) {
		return fmt.Errorf("no start could be evaluated: the covariance of %d rows is not positive definite with a jitter up to %.3g; give a noise variance", len(y), jitter)
	}
	return fmt.Errorf("no start could be evaluated: %w", err)
}

// centre returns the point of the line in the middle of the starts.
func (l *layout) centre() []float64 {
	u := make([]float64, len(l.slots))
	for i := range u {
		u[i] = 0.5
	}
	return l.start(u, 2)
}

// meanDiag returns the mean of the kernel's diagonal at the centre of the starts.
func (l *layout) meanDiag(x *mat.Dense) float64 {
	prior, _ := l.params.At(l.theta(l.centre()))
	n, _ := x.Dims()
	diag, mean := make([]float64, n), 0.0
	prior.Kernel.Diag(diag, x)
	for _, v := range diag {
		mean += v / float64(n)
	}
	return mean
}

// theta returns the parameters at a point of the line.
func (l *layout) theta(z []float64) []float64 { return l.params.Constrain(nil, z) }

// objective returns what a climb minimises: minus the log evidence and the log
// prior, +Inf where there is none.
func (l *layout) objective(ev *Evidence) func(z, grad []float64) float64 {
	theta, inner := make([]float64, len(l.slots)), make([]float64, len(l.slots))
	return func(z, grad []float64) float64 {
		l.params.Constrain(theta, z)
		if grad == nil {
			v, err := ev.AtParameters(nil, l.params, theta)
			if err != nil {
				return math.Inf(1)
			}
			return -l.weight*v - l.params.LogPriorGrad(nil, z)
		}
		v, err := ev.AtParameters(inner, l.params, theta)
		if err != nil {
			return math.Inf(1)
		}
		for i := range l.slots {
			inner[i] *= l.weight * l.slots[i].slope(z[i])
		}
		lp := l.params.LogPriorGrad(inner, z)
		for i, d := range inner {
			grad[i] = -d
		}
		return -l.weight*v - lp
	}
}
