package gp

import (
	"fmt"
	"math"
	"strings"

	"matheron/dist"
)

// near is how many nats below the best an optimum is told of.
const near = 2

// warnings say what a user should know of the data and of where the fit ended.
func (s *search) warnings(out *Fitted) []string {
	var w []string
	l := s.whole.l
	if l.scales.constant {
		w = append(w, "the target is constant: its scale says nothing about the parameters")
	}
	for d, in := range l.scales.inputs {
		if in.constant {
			w = append(w, fmt.Sprintf("%s is constant: the data say nothing of it, and a prediction at another value of it is a guess by the prior", s.f.input(d)))
		}
	}
	best := s.ascents[out.Best]
	var ends []string
	for i, slot := range l.slots {
		switch {
		case slot.role.kind == noiseRole && best.X[i] <= slot.lower:
			w = append(w, fmt.Sprintf("%s is at its floor, a billionth of the targets' variance: the function goes through all targets", slot.param.Name))
		case best.X[i] <= slot.lower || best.X[i] >= slot.upper:
			ends = append(ends, slot.param.Name)
		}
	}
	if len(ends) > 0 {
		w = append(w, fmt.Sprintf("%s: at the end of the searched range, the data do not bound %s", strings.Join(ends, ", "), it(ends)))
	}
	return w
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
			n = append(n, "the optimum was found from that of map, by none of the other starts")
		case of:
			n = append(n, fmt.Sprintf("all %d starts ended at this optimum", of))
		default:
			n = append(n, fmt.Sprintf("%d of %d starts ended at this optimum", k, of))
		}
	}
	if len(out.Optima) > 1 {
		if o := out.Optima[1]; math.Abs(out.Objective-o.Objective) < near || o.Weight > 0.1 {
			n = append(n, s.runnerUp(out, o))
		}
	}
	if open := s.open(out); len(open) > 0 {
		n = append(n, fmt.Sprintf("%s: the data hardly say anything of %s, the prior decides", strings.Join(open, ", "), it(open)))
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

// runnerUp says how an optimum differs from the one that was kept, in the parameter
// that differs most and in its predictions at the rows.
func (s *search) runnerUp(out *Fitted, o Optimum) string {
	most, factor := 0, 0.0
	for i, slot := range s.whole.l.slots {
		t := math.Abs(slot.onto.Unconstrain(o.Params[i]) - slot.onto.Unconstrain(out.Params[i].Value))
		if t > factor {
			most, factor = i, t
		}
	}
	text := "a second optimum"
	if d := out.Objective - o.Objective; d >= 0 {
		text += fmt.Sprintf(" is %.2g nats lower", d)
	} else {
		text += fmt.Sprintf(" is %.2g nats higher, but narrow", -d)
	}
	if !math.IsNaN(o.Weight) && s.f.Method == MAP {
		text += fmt.Sprintf(" and has %.0f%% of the posterior", 100*o.Weight)
	}
	text += fmt.Sprintf(", with %s %.3g in place of %.3g", out.Params[most].Name, o.Params[most], out.Params[most].Value)
	prior, noise := s.whole.l.withParams(o.Params)
	prior.Jitter = out.Posterior.Jitter()
	other, err := prior.Condition(s.whole.x, s.whole.y, noise)
	if err != nil {
		return text
	}
	x, _, _ := take(s.whole.x, s.whole.y, rowOrder(s.whole.x, s.whole.l.scales.inputs, min(len(s.whole.y), 200), s.f.Key.Named("compare")), s.whole.l)
	a, b := out.Posterior.PredictMean(nil, x), other.PredictMean(nil, x)
	var square float64
	for i, v := range a {
		square += (v - b[i]) * (v - b[i]) / float64(len(a))
	}
	return text + fmt.Sprintf("; its mean differs by %.2g of the targets' sd at the rows, and its noise sd is %.3g of this one's",
		math.Sqrt(square/s.whole.l.scales.y), math.Sqrt(other.NoiseDiag()[0]/out.Posterior.NoiseDiag()[0]))
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
		if slot.prior == nil || slot.role.kind == meanRole {
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
			names = append(names, slot.param.Name)
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
	_, d := s.prior.(dist.Grader).LogProbGrad(s.onto.Constrain(z))
	d *= slope(s.onto, z)
	if bounded(s.onto) {
		_, dj := s.onto.LogJacobian(z)
		d += dj
	}
	return d
}
