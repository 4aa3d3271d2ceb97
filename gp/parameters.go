package gp

import (
	"fmt"
	"math"
	"slices"

	"matheron/kernel"
	"matheron/prob"
)

// NoiseName is the name of the noise variance among the parameters.
const NoiseName = "noise_variance"

// Parameter is one parameter of a Gaussian process or of its noise.
type Parameter struct {
	// Param is its name, its value, and the bounds of the kernel or the mean.
	kernel.Param
	// Prior is nil for a flat one, on the line that [Parameters.Unconstrain] goes to.
	Prior prob.Distribution
	// Fixed says that it stays at its value: it is not in θ.
	Fixed bool
}

// Support returns what values the parameter may have: those of the kernel or the mean
// that the prior gives a density.
func (p Parameter) Support() prob.Support {
	if p.Prior == nil {
		return prob.Interval(p.Lower, p.Upper)
	}
	s := p.Prior.Support()
	return prob.Interval(math.Max(p.Lower, s.Lower), math.Min(p.Upper, s.Upper))
}

// Parameters are the parameters of a Gaussian process and of the noise of its
// observations: the kernel's in the order of [kernel.Params], the mean's in that of
// [MeanParams], and the noise variance, [NoiseName], where one is shared by all rows.
// The free ones, in this order, are a vector θ. Parameters take it to the prior and
// the noise that it stands for, and to a point z of the whole space and back, where
// climbs and samplers move:
//
//	θ_i = c_i(z_i),   c_i from the line onto the support of θ_i
//
// A Parameters is an immutable value, safe for many goroutines. Its methods allocate
// nothing where they are given the storage of their result; [Parameters.At] makes a
// kernel and a mean.
type Parameters struct {
	prior        Prior
	noise        NoiseVariance
	all          []Parameter
	kernel, mean int // numbers of them, fixed ones included
	free         []coordinate
}

// coordinate is a free parameter on the line.
type coordinate struct {
	Parameter
	at     int // in all
	onto   prob.Bijector
	grader prob.Grader // the prior; nil where it is flat
}

// ParameterOptions say what is known of parameters. The zero value knows nothing: all
// are free, with flat priors.
type ParameterOptions struct {
	// Priors are those of free parameters; which of several counts is said at
	// [ParamPrior].
	Priors []ParamPrior
	// Fixed are patterns of the parameters that stay at their values, see
	// [kernel.MatchNames].
	Fixed []string
	// Redundant allows white noise in the kernel beside a free noise variance. Data
	// show only their sum, so that a fit could not tell them apart; who draws both from
	// proper priors, or only puts numbers in their place, can.
	Redundant bool

	// starts marks parameters whose values count. Others are moved to where the prior
	// allows them. nil marks all.
	starts []bool
	// otherwise has the prior of each parameter that no pattern of Priors matches.
	otherwise []prob.Distribution
}

// NewParameters returns the parameters of a prior and of the noise of its
// observations, at the values that these have. It refuses whatever a fit could not
// use:
//
//   - a pattern that matches no parameter, or none that is free (*[UnknownParam]);
//   - a prior whose own parameters make no distribution (*[prob.ParamError]), that has
//     no gradient of its log density ([prob.Grader]), or that gives no value in the
//     parameter's bounds a density (*[PriorError]);
//   - a value out of its bounds (*[kernel.ParamError], *[NoiseError]), or of a free
//     parameter where its prior has no density (*[PriorError]);
//   - two parameters of one name, and free parameters of a kernel with a term that has
//     no derivatives to its own ([kernel.ParamGrader]);
//   - a jitter that is negative or not finite (*[JitterError]), and white noise as a factor of a product;
//   - two noises, see [ParameterOptions].
//
// It panics if there is no kernel.
func NewParameters(p Prior, noise NoiseVariance, o ParameterOptions) (*Parameters, error) {
	if _, _, err := p.check(); err != nil {
		return nil, err
	}
	if err := noise.check(); err != nil {
		return nil, err
	}
	ps := &Parameters{prior: p, noise: noise}
	params := kernel.Params(p.Kernel)
	ps.kernel = len(params)
	params = append(params, MeanParams(p.Mean)...)
	ps.mean = len(params) - ps.kernel
	if !noise.PerRow() {
		params = append(params, kernel.Param{Name: NoiseName, Value: noise.At(0), Upper: math.Inf(1)})
	}
	for _, q := range params {
		ps.all = append(ps.all, Parameter{Param: q})
	}
	if err := ps.fix(params, o.Fixed); err != nil {
		return nil, err
	}
	if err := ps.checkValues(); err != nil {
		return nil, err
	}
	if ps.freeNoise() && !o.Redundant {
		if err := checkWhite(p.Kernel); err != nil {
			return nil, err
		}
	}
	if ps.freeBetween(0, ps.kernel) {
		if err := checkGraders(p.Kernel); err != nil {
			return nil, err
		}
	}
	if err := ps.assign(o); err != nil {
		return nil, err
	}
	return ps, nil
}

// fix marks the parameters that patterns match.
func (ps *Parameters) fix(params []kernel.Param, patterns []string) error {
	chosen, err := matchPatterns(params, patterns)
	if err != nil {
		return err
	}
	for i, at := range chosen {
		ps.all[i].Fixed = at >= 0
	}
	return nil
}

// checkValues returns an error for a value of the mean or the noise that is out of its
// bounds, those of the kernel being checked, and for a name that is there twice.
func (ps *Parameters) checkValues() error {
	seen := map[string]bool{}
	for i, p := range ps.all {
		if seen[p.Name] {
			return fmt.Errorf("two parameters are called %q", p.Name)
		}
		seen[p.Name] = true
		known := p.Name == NoiseName && p.Fixed // 0 is no noise
		if i >= ps.kernel && !known && !prob.Interval(p.Lower, p.Upper).Contains(p.Value) {
			return &kernel.ParamError{Param: p.Param}
		}
	}
	return nil
}

// assign gives the free parameters their priors and bijectors.
func (ps *Parameters) assign(o ParameterOptions) error {
	for _, p := range o.Priors {
		if v, ok := p.Prior.(prob.Validator); ok {
			if err := v.Validate(); err != nil {
				return fmt.Errorf("prior of %s: %w", p.Pattern, err)
			}
		}
	}
	var free []kernel.Param
	for i, p := range ps.all {
		if !p.Fixed {
			free = append(free, p.Param)
			ps.free = append(ps.free, coordinate{at: i})
		}
	}
	priors, err := matchPriors(free, o.Priors)
	if err != nil {
		return ps.explain(err)
	}
	for k := range ps.free {
		c := &ps.free[k]
		p := &ps.all[c.at]
		p.Prior = priors[k]
		if p.Prior == nil && c.at < len(o.otherwise) {
			p.Prior = o.otherwise[c.at]
		}
		if p.Prior != nil {
			var ok bool
			if c.grader, ok = p.Prior.(prob.Grader); !ok {
				return &PriorError{p.Name, p.Prior, "has no gradient of its log density (prob.Grader): use another one"}
			}
		}
		s := p.Support()
		if !(s.Lower < s.Upper) {
			return &PriorError{p.Name, p.Prior, fmt.Sprintf("has no value that the parameter can have, which is %v", prob.Interval(p.Lower, p.Upper))}
		}
		if !s.Contains(p.Value) {
			if o.starts == nil || c.at < len(o.starts) && o.starts[c.at] {
				return &PriorError{p.Name, p.Prior, fmt.Sprintf("has no density at its value %v: give another value, or another prior", p.Value)}
			}
			p.Value = within(s)
		}
		c.Parameter, c.onto = *p, s.Bijector()
	}
	return nil
}

// explain adds the names of fixed parameters to an [*UnknownParam] that means them.
func (ps *Parameters) explain(err error) error {
	unknown, ok := err.(*UnknownParam)
	if !ok {
		return err
	}
	for _, p := range ps.all {
		if p.Fixed && kernel.MatchName(p.Name, unknown.Pattern) {
			unknown.Fixed = append(unknown.Fixed, p.Name)
		}
	}
	return unknown
}

// within returns a number in s: near a finite bound, or in the middle of two.
func within(s prob.Support) float64 {
	switch {
	case math.IsInf(s.Upper, 1):
		return s.Lower + math.Max(1e-3, 1e-3*math.Abs(s.Lower))
	case math.IsInf(s.Lower, -1):
		return s.Upper - math.Max(1e-3, 1e-3*math.Abs(s.Upper))
	}
	return 0.5 * (s.Lower + s.Upper)
}

// checkWhite refuses white noise beside a free noise variance: only their sum shows.
func checkWhite(k kernel.Kernel) error {
	return kernel.Walk(k, func(leaf kernel.Leaf) error {
		if f := kernel.FamilyOf(leaf.Kernel); f != nil && f.White() {
			return fmt.Errorf("%s: white noise beside a fitted %s: only their sum could be found; give the noise variance (0, for instance) or leave white out", leaf.Name, NoiseName)
		}
		return nil
	})
}

// checkGraders returns an error for a term of k that cannot be differentiated to its
// parameters.
func checkGraders(k kernel.Kernel) error {
	return kernel.Walk(k, func(leaf kernel.Leaf) error {
		if _, ok := leaf.Kernel.(kernel.ParamGrader); !ok && len(kernel.Params(leaf.Kernel)) > 0 {
			return fmt.Errorf("%s has parameters but no derivatives to them (kernel.ParamGrader): fix them", leaf.Name)
		}
		return nil
	})
}

// All returns the parameters, fixed ones among them.
func (ps *Parameters) All() []Parameter { return slices.Clone(ps.all) }

// Free returns the parameters that θ has, in its order.
func (ps *Parameters) Free() []Parameter {
	out := make([]Parameter, len(ps.free))
	for i, c := range ps.free {
		out[i] = c.Parameter
	}
	return out
}

// Len returns the length of θ.
func (ps *Parameters) Len() int { return len(ps.free) }

// Names returns the names of the free parameters.
func (ps *Parameters) Names() []string {
	out := make([]string, len(ps.free))
	for i, c := range ps.free {
		out[i] = c.Name
	}
	return out
}

// Values returns θ at the values of the parameters.
func (ps *Parameters) Values() []float64 {
	out := make([]float64, len(ps.free))
	for i, c := range ps.free {
		out[i] = c.Value
	}
	return out
}

// WithValues returns the parameters with the values θ. The error is that of
// [NewParameters] for a value out of its bounds or where its prior has no density.
func (ps *Parameters) WithValues(theta []float64) (*Parameters, error) {
	ps.checkLen("WithValues", theta)
	out := *ps
	out.all, out.free = slices.Clone(ps.all), slices.Clone(ps.free)
	for i, v := range theta {
		c := &out.free[i]
		c.Value = v
		if !prob.Interval(c.Lower, c.Upper).Contains(v) {
			return nil, &kernel.ParamError{Param: c.Param}
		}
		if !c.Support().Contains(v) {
			return nil, &PriorError{c.Name, c.Prior, fmt.Sprintf("has no density at its value %v: give another value, or another prior", v)}
		}
		out.all[c.at] = c.Parameter
	}
	out.prior, out.noise = ps.At(theta)
	return &out, nil
}

// Match returns, for each free parameter, the position of the pattern that counts, -1
// for none, by the rule of [ParamPrior]. The error is an [*UnknownParam] for the first
// pattern that matches no free parameter.
func (ps *Parameters) Match(patterns ...string) ([]int, error) {
	params := make([]kernel.Param, len(ps.free))
	for i, c := range ps.free {
		params[i] = c.Param
	}
	chosen, err := matchPatterns(params, patterns)
	if err != nil {
		return nil, ps.explain(err)
	}
	return chosen, nil
}

// withJitter and withNoise return the parameters of another prior or noise, of which
// these are no parameters.
func (ps *Parameters) withJitter(jitter float64) *Parameters {
	out := *ps
	out.prior.Jitter = jitter
	return &out
}

func (ps *Parameters) withNoise(v NoiseVariance) *Parameters {
	out := *ps
	out.noise = v
	return &out
}

func (ps *Parameters) checkLen(op string, v []float64) {
	if len(v) != len(ps.free) {
		panic(fmt.Sprintf("gp: Parameters.%s: %d values for %d free parameters", op, len(v), len(ps.free)))
	}
}
