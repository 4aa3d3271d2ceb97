package gp

import (
	"fmt"
	"math"

	"matheron/kernel"
)

const (
	// lineMatters is the part of the targets' variance that a straight line must
	// explain to be told of.
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
	_, line = s.whole.l.prior.Mean.(Linear)
	_ = kernel.Walk(s.whole.l.prior.Kernel, func(leaf kernel.Leaf) error {
		if f := kernel.FamilyOf(leaf.Kernel); f != nil {
			line, cycle = line || f.Line, cycle || f.Cycles()
		}
		return nil
	})
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
