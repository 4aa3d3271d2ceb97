package gp

import (
	"math"

	"matheron/kernel"
	"matheron/prob"
)

// role is what a parameter is for, as far as its scale, its default prior and
// its starts go.
type role struct {
	kind      roleKind
	scale     float64           // a typical value
	low, high float64           // starts are log-uniform between them
	choices   []float64         // starts are at one of these, where there are any
	prior     prob.Distribution // default prior, nil for a flat one
	floor     float64           // least value of the search, where it is positive
	term      string            // the leaf of the kernel that has it
	column    int               // the input that it is of, -1 where it is of several
}

// roleKind tells apart what starts treat differently.
type roleKind int

const (
	otherRole roleKind = iota
	varianceRole
	lengthscaleRole
	periodRole
	noiseRole
	meanRole
)

// The default prior of the variance of a term: LogNormal with this median, relative
// to the variance of the targets, and this standard deviation. Over a lengthscale or
// so, data show only a part of the variance of a smooth function.
const (
	varianceMedian = 2
	varianceSigma  = 1.5
)

// The default prior of a lengthscale: LogNormal with the median 0.6 w D^2, w the width
// of its input and D the number of inputs of the kernel, and a standard deviation of
// sqrt 3 as that of Hvarfner, Hellsten and Nardi (2024), "Vanilla Bayesian optimization
// performs great in high dimensions", whose median grows with the root of D. Of many
// inputs few matter, and all others must be far beyond their range together. Along one
// input a function can be as short as the gaps, whatever their number: there the
// standard deviation is at least this part of the logarithm from the gap to the median.
const (
	lengthscaleMedian = 0.6
	lengthscaleSigma  = 1.7320508075688772 // sqrt 3
	shortest          = 1 / 1.5
)

// alphaSigma is that of the shape of a rational quadratic kernel. Below 0.1 or
// so that kernel hardly falls at any distance, a constant in disguise, and above
// 10 it is an RBF: the prior keeps it between.
const alphaSigma = 1

// variance is the role of the variance of a term whose size is a.
func (s scales) variance(a float64) role {
	return role{
		kind: varianceRole, scale: a, low: 0.02 * a, high: 4 * a,
		prior: prob.LogNormal{Mu: math.Log(varianceMedian * a), Sigma: varianceSigma},
	}
}

// noiseRole is the role of the noise variance. The standard deviation of the noise has
// a half-normal prior, with that of the targets: then its variance has this gamma one.
// On the logarithm it falls by half a nat for each factor of e, so that data without
// noise say so at once, and data that are all noise cost nothing.
func (s scales) noiseRole() role {
	return role{
		kind: noiseRole, scale: 0.05 * s.y, low: 1e-4 * s.y, high: s.y, floor: 1e-9 * s.y,
		prior: prob.Gamma{Shape: 0.5, Rate: 0.5 / s.y},
	}
}

// roles returns the role of each parameter of a kernel and a mean. A parameter
// of a kernel that is not known has a flat prior and starts at its value.
func (s scales) roles(k kernel.Kernel, params []kernel.Param) []role {
	out, leaves := make([]role, len(params)), kernel.Leaves(k)
	for i, p := range params {
		out[i] = role{scale: math.Max(math.Abs(p.Value), 1e-300), column: -1}
		for _, leaf := range leaves {
			field, index := leaf.Field(p.Name)
			if field == nil {
				continue
			}
			all := s.all(leaf.Columns)
			columns := all
			if index >= 0 {
				columns = all[index : index+1]
			}
			if r, ok := s.role(leaf.Kernel, field.Role, columns, len(all)); ok {
				r.term, r.column = leaf.Name, -1
				if len(columns) == 1 {
					r.column = columns[0]
				}
				out[i] = r
			}
		}
	}
	return out
}

// role returns what a role of a parameter of the leaf k means for these data, by the
// columns that the parameter stands for and the number that the kernel sees.
func (s scales) role(k kernel.Kernel, r kernel.Role, columns []int, inputs int) (role, bool) {
	switch r {
	case kernel.RoleVariance:
		return s.variance(s.level), true
	case kernel.RoleSlopeVariance:
		return s.variance(s.level / s.meanOf(columns, varianceOf)), true
	case kernel.RoleInterceptVariance:
		return s.variance(s.level * s.offCentre(columns)), true
	case kernel.RoleCoefficientVariance:
		square, variance := s.sums(columns)
		// A polynomial in inputs far from 0 is nearly a constant: its slope counts.
		return s.variance(s.level / math.Pow(2*square, degreeOf(k)) * math.Max(1, square/variance)), true
	case kernel.RoleOffset:
		square, _ := s.sums(columns)
		return s.variance(square), true
	case kernel.RoleWeightVariance:
		return s.variance(1 / s.meanOf(columns, varianceOf)), true
	case kernel.RoleBiasVariance:
		return s.variance(s.offCentre(columns)), true
	case kernel.RoleLengthscale:
		return s.lengthscale(columns, inputs), true
	case kernel.RoleRelativeLengthscale:
		// Relative to the period: no scale of the data.
		return role{scale: 1, low: 0.15, high: 3, prior: prob.LogNormal{Sigma: 1}}, true
	case kernel.RolePeriod:
		return s.period(columns), true
	case kernel.RoleShape:
		return role{scale: 1, low: 0.2, high: 5, prior: prob.LogNormal{Sigma: alphaSigma}}, true
	case kernel.RolePower:
		return role{scale: 1, low: 0.5, high: 1.9}, true
	}
	return role{}, false
}

func varianceOf(in inputScales) float64 { return in.variance }

// offCentre returns 1 + sum_d mean_d²/variance_d: a line through the middle of the
// inputs, with slopes that are of size 1 over their widths, has this variance at 0.
func (s scales) offCentre(columns []int) float64 {
	size := 1.0
	for _, c := range columns {
		size += s.inputs[c].mean * s.inputs[c].mean / s.inputs[c].variance
	}
	return size
}

// sums returns the sums of the mean squares and of the variances of columns.
func (s scales) sums(columns []int) (square, variance float64) {
	for _, c := range columns {
		square += s.inputs[c].square
		variance += s.inputs[c].variance
	}
	return square, variance
}

// degreeOf returns the whole number that is structure of k.
func degreeOf(k kernel.Kernel) float64 {
	for _, v := range kernel.FamilyOf(k).Values(k) {
		if v.Layout == kernel.Whole {
			return v.Numbers[0]
		}
	}
	return 1
}

// lengthscale is the role of a lengthscale of a kernel of so many inputs. Starts go
// from half a gap of the inputs, which a function of one input can show, to three times
// their width. Points of more inputs are farther from each other, and what is shorter
// than two gaps there is mostly noise.
func (s scales) lengthscale(columns []int, inputs int) role {
	width, gap, root := s.meanOf(columns, widthOf), s.meanOf(columns, gapOf), math.Sqrt(float64(inputs))
	low := 0.5 * gap
	if inputs > 1 {
		low = math.Max(2*gap, 0.03*width)
	}
	cluster := s.meanOf(columns, clusterOf)
	low = math.Min(low, 0.3*math.Min(width, cluster))
	r := role{kind: lengthscaleRole, scale: width, low: low * root, high: 3 * width * root}
	if cluster < 0.2*width {
		r.choices = []float64{0.3 * cluster * root, cluster * root, 0.1 * cluster * root}
	}
	d := float64(inputs)
	median, sigma := lengthscaleMedian*width*d*d, lengthscaleSigma
	if inputs == 1 {
		sigma = math.Max(sigma, shortest*math.Log(median/gap))
	}
	r.prior = prob.LogNormal{Mu: math.Log(median), Sigma: sigma}
	return r
}

// period is the role of a period: between twice the gap of the inputs and their
// range, first where the targets have a cycle.
func (s scales) period(columns []int) role {
	low, high := 2*s.meanOf(columns, gapOf), s.meanOf(columns, widthOf)
	low = math.Min(low, high/2)
	r := role{
		kind: periodRole, scale: math.Sqrt(low * high), low: low, high: high,
		prior: prob.LogNormal{Mu: 0.5 * math.Log(low*high), Sigma: math.Max(1, math.Log(high/low)/4)},
	}
	for _, c := range columns {
		for _, p := range s.periodsOf(c) {
			r.choices = append(r.choices, p.length)
		}
	}
	return r
}

// meanRoles returns the roles of the parameters of a mean of this package. They
// are real numbers, in units of the targets and of the inputs.
func (s scales) meanRoles(m Mean, y []float64) []role {
	level, variance, _ := moments(y)
	sd := math.Sqrt(variance)
	switch m := m.(type) {
	case Constant:
		return []role{{kind: meanRole, scale: sd, column: -1, prior: prob.Normal{Mean: level, SD: sd}}}
	case Linear:
		size, out := 1.0, []role{{}}
		for d := range m.Slopes {
			in := s.inputs[d]
			size += in.mean * in.mean / in.variance
			slope := sd / math.Sqrt(in.variance)
			out = append(out, role{kind: meanRole, scale: slope, column: d, prior: prob.Normal{SD: slope}})
		}
		out[0] = role{kind: meanRole, scale: sd * math.Sqrt(size), column: -1, prior: prob.Normal{Mean: level, SD: sd * math.Sqrt(size)}}
		return out
	}
	return nil
}
