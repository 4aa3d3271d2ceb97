package gp

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
)

// near is how many nats below the best an optimum is reported.
const near = 2

// DataWarnings say what no fit can learn from a table: a constant target, a constant
// input. They are among the warnings of [Fit.Run].
func (f Fit) DataWarnings(x *mat.Dense, y []float64) []string {
	return f.dataWarnings(newScales(x, y, Zero{}))
}

func (f Fit) dataWarnings(s scales) []string {
	var w []string
	if s.constant {
		w = append(w, "the target is constant: the data say nothing of the variances and lengthscales, so do not rely on the standard deviations")
	}
	for d, in := range s.inputs {
		if in.constant {
			w = append(w, fmt.Sprintf("%s is constant: the data say nothing of it, and a prediction at another value of it is a guess by the prior", f.input(d)))
		}
	}
	return w
}

// warnings say what a user should know of the data and of where the fit ended.
func (s *search) warnings(out *Fitted) []string {
	l := s.whole.l
	w := s.f.dataWarnings(l.scales)
	best := s.ascents[out.Best]
	for i, slot := range l.slots {
		name := slot.Name
		switch {
		case slot.role.kind == noiseRole && best.X[i] <= slot.lower:
			w = append(w, name+" is at its floor, a billionth of the targets' variance: the function goes through all targets; if they have no noise, give a known --noise-variance")
		case best.X[i] <= slot.lower:
			w = append(w, name+" ended at the limit of the search: the data do not bound it, and would have it smaller still")
		case best.X[i] >= slot.upper:
			w = append(w, name+" ended at the limit of the search: the data do not bound it, and would have it larger still")
		}
	}
	if j := out.Posterior.Jitter(); j > s.given {
		text := fmt.Sprintf("a jitter of %.3g was added to every variance: without it the covariance is singular to rounding", j)
		if j > 1e-3*l.scales.y {
			text += fmt.Sprintf("; that is %.2g times the targets' variance, and hides what the data say: are inputs far from 0, compared with their range? then centre or standardise them", j/l.scales.y)
		} else {
			text += "; a noise variance would avoid it"
		}
		w = append(w, text)
	}
	if z := s.misfit(out); z > misfits {
		w = append(w, fmt.Sprintf("the targets are %.3g standard deviations of the known noise away from the model's mean at the rows (root mean square): this kernel cannot follow them with so little noise", z))
	}
	return w
}

// misfits is how many standard deviations of a known noise the targets may be from the
// mean at the rows, where 1 is expected at most.
const misfits = 5

// misfit returns how many these are; 0 where the noise was fitted.
func (s *search) misfit(out *Fitted) float64 {
	if s.f.KnownNoise == nil {
		return 0
	}
	post := out.Posterior
	mean, noise, sum := post.Mean(nil, post.X()), post.NoiseDiag(), 0.0
	for i, y := range post.Y() {
		r := y - mean[i]
		if r == 0 {
			continue
		}
		sum += r * r / noise[i] / float64(len(mean))
	}
	return math.Sqrt(sum)
}

// notes say what the fit decided for the user.
func (s *search) notes(out *Fitted) []string {
	var n []string
	if s.whole.l.scales.constant {
		return nil
	}
	if of := s.tried(); of > 1 {
		switch k := out.Optima[0].Starts; k {
		case 0:
			n = append(n, fmt.Sprintf("only the climb from the optimum of map ended at this one, none of the other %d starts", of))
		case of:
			n = append(n, fmt.Sprintf("all %d starts ended at this optimum", of))
		default:
			n = append(n, fmt.Sprintf("%d of %d starts ended at this optimum", k, of))
		}
	}
	for _, o := range out.Optima[1:] {
		if math.Abs(out.Objective-o.Objective) < near || o.Weight > 0.1 {
			if text, ok := s.runnerUp(out, o); ok {
				n = append(n, text)
				break
			}
		}
	}
	if open := s.open(out); len(open) > 0 {
		n = append(n, fmt.Sprintf("%s: the data say hardly anything of %s, the prior decides", strings.Join(open, ", "), it(open)))
	}
	return append(n, s.hints()...)
}

func it(names []string) string {
	if len(names) == 1 {
		return "it"
	}
	return "them"
}

// input returns what column d of the inputs is called.
func (f Fit) input(d int) string {
	if d < len(f.Inputs) {
		return f.Inputs[d]
	}
	return fmt.Sprintf("input %d", d+1)
}

// runnerUp says how an optimum differs from that of the result, in the parameter that
// differs most and in its predictions at the rows. It returns false if these agree.
func (s *search) runnerUp(out *Fitted, o Optimum) (text string, differs bool) {
	most, factor := 0, 0.0
	for i, slot := range s.whole.l.slots {
		if slot.role.kind == meanRole {
			continue
		}
		t := math.Abs(slot.onto.Unconstrain(o.Params[i]) - slot.onto.Unconstrain(out.Params[i].Value))
		if t > factor {
			most, factor = i, t
		}
	}
	prior, noise := s.whole.l.params.At(o.Params)
	prior.Jitter = out.Posterior.Jitter()
	other, err := prior.Condition(s.whole.x, s.whole.y, noise)
	if err != nil {
		return "", false // it has no predictions to compare
	}
	rows := min(len(s.whole.y), 200)
	x, _, _ := take(s.whole.x, s.whole.y, rowOrder(s.whole.x, s.whole.l.scales.inputs, rows, s.f.Key.Named("compare")), s.whole.l)
	a, b := out.Posterior.Mean(nil, x), other.Mean(nil, x)
	var square float64
	for i, v := range a {
		square += (v - b[i]) * (v - b[i]) / float64(len(a))
	}
	mean := math.Sqrt(square / s.whole.l.scales.y)
	change := math.Sqrt(other.NoiseDiag()[0]/out.Posterior.NoiseDiag()[0]) - 1
	if mean < 0.01 && math.Abs(change) < 0.01 {
		return "", false
	}
	text = "another optimum"
	if d := out.Objective - o.Objective; d >= 0 {
		text += fmt.Sprintf(" is %.2g nats lower", d)
	} else {
		text += fmt.Sprintf(" is %.2g nats higher, but narrower", -d)
	}
	if !math.IsNaN(o.Weight) && s.f.Method == MAP {
		text += fmt.Sprintf(", with about %.0f%% of the posterior", 100*o.Weight)
	}
	text += fmt.Sprintf(": %s is %.3g there, %.3g here; its predictions at the rows differ by %.2g standard deviations of the targets (root mean square)",
		out.Params[most].Name, o.Params[most], out.Params[most].Value, mean)
	if !math.IsNaN(change) && math.Abs(change) >= 0.01 {
		word := "larger"
		if change < 0 {
			word = "smaller"
		}
		text += fmt.Sprintf(", and its noise is %.0f%% %s", 100*math.Abs(change), word)
	}
	return text, true
}

// open returns the parameters whose standard deviation around the optimum, on the
// line, is nearly that of their prior alone.
func (s *search) open(out *Fitted) []string {
	white := s.around(out.Best)
	if white == nil {
		return nil
	}
	var names []string
	for i, slot := range s.whole.l.slots {
		if slot.Prior == nil || slot.role.kind == meanRole {
			continue
		}
		curvature := slot.priorCurvature(s.ascents[out.Best].X[i])
		variance := 0.0
		for _, t := range white.t.RawRowView(i) {
			variance += t * t
		}
		// Nine tenths of the standard deviation are left: the data have 1/0.81 - 1, a
		// quarter, of the prior's information.
		if curvature > 0 && variance*curvature > 0.81 {
			names = append(names, slot.Name)
		}
	}
	return names
}

// priorCurvature returns minus the second derivative of the log prior density on the
// line, by a difference of its gradients.
func (s slot) priorCurvature(z float64) float64 {
	const h = 1e-3
	return -(s.logPriorSlope(z+h) - s.logPriorSlope(z-h)) / (2 * h)
}

func (s slot) logPriorSlope(z float64) float64 {
	_, d := s.logPriorGrad(z)
	return d
}

const (
	// lineMatters is the part of the targets' variance that a straight line explains
	// where it is reported.
	lineMatters = 0.5
	// cycleMatters is that part, of the targets less a trend, for a cycle; it must
	// have been seen some times, and be likelier than noise by this many nats.
	cycleMatters, cyclesSeen, cycleScore = 0.4, 4, 10
	// fewest is the number of rows for a hint.
	fewest = 20
)

// hints name what the targets show and the model has no term for, so that it knows
// nothing of it beyond the data: a line, and a cycle along the only input.
func (s *search) hints() []string {
	scales := s.whole.l.scales
	n, d := scales.x.Dims()
	if n < fewest || scales.constant {
		return nil
	}
	line, cycle := s.has()
	var out []string
	if !line && n > 4*d {
		if part := lineExplains(scales); part >= lineMatters {
			out = append(out, fmt.Sprintf("a straight line explains %.0f%% of the targets' variance, and the model has none to go on along beyond the data: a kernel with + linear may predict better there", 100*part))
		}
	}
	if !cycle && d == 1 {
		if found := scales.periodsOf(0); len(found) > 0 {
			p := wholeCycle(found)
			if p.part >= cycleMatters && p.score >= cycleScore && cyclesSeen*p.length <= scales.inputs[0].width {
				out = append(out, fmt.Sprintf("a cycle of %.4g explains %.0f%% of what a trend leaves of the targets' variance: a kernel with + periodic, or + rbf*periodic, may predict better", p.length, 100*p.part))
			}
		}
	}
	return out
}

// wholeCycle returns the likeliest period, or the shortest part of it that explains
// nearly as much: twice a period is one, too.
func wholeCycle(found []period) period {
	p := found[0]
	for _, q := range found[1:] {
		ratio := p.length / q.length
		if q.length < p.length && math.Abs(ratio-math.Round(ratio)) < 0.02 && q.part >= 0.97*found[0].part {
			p = q
		}
	}
	return p
}

// has reports whether the model has a line and whether it has a cycle.
func (s *search) has() (line, cycle bool) {
	_, line = s.whole.l.params.prior.Mean.(Linear)
	for _, leaf := range kernel.Leaves(s.whole.l.params.prior.Kernel) {
		if f := kernel.FamilyOf(leaf.Kernel); f != nil {
			line, cycle = line || f.Line, cycle || f.Cycles()
		}
	}
	return line, cycle
}

// lineExplains returns the part of the variance of the residuals that a straight line
// in all inputs explains.
func lineExplains(s scales) float64 {
	n, d := s.x.Dims()
	fit := make([]float64, n)
	leastSquares(Linear{Slopes: make([]float64, d)}, s.x, s.residual).Eval(fit, s.x)
	left := make([]float64, n)
	for i, v := range fit {
		left[i] = s.residual[i] - v
	}
	_, variance, _ := moments(left)
	if part := 1 - variance/s.y; !math.IsNaN(part) {
		return part
	}
	return 0
}
