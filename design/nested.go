package design

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/parallel"
	"matheron/progress"
	"matheron/rng"
)

// Experiment is what designs would show under each of many independent draws of
// what is unknown. Both methods must be safe for concurrent use.
type Experiment interface {
	// Outcome returns data that the design would give if draw s were true. All
	// randomness comes from r, which starts at the same place for each design.
	Outcome(design, s int, r *rand.Rand) []float64
	// LogProb returns log p(y | draw s, design).
	LogProb(y []float64, design, s int) float64
}

// Nested estimates expected information gains by nested Monte Carlo. Draws 0 to
// Outer-1 of the experiment make outcomes, the Inner ones after them estimate
// their evidence; both must be 2 at least.
type Nested struct {
	Outer, Inner int
	Key          rng.Key
	// Progress, if it is set, is told of each design: stage "designs", no value.
	Progress progress.Func
}

// OutcomeError is the error of an outcome whose log density under the draw that
// made it is not finite, or is NaN or +Inf under another draw, or -Inf under each
// of the inner ones, so that more of these are needed.
type OutcomeError struct {
	Design, Outcome, Draw int
	LogProb               float64
}

// Error implements error.
func (e *OutcomeError) Error() string {
	return fmt.Sprintf("design %d: the outcome of draw %d has the log density %g under draw %d",
		e.Design, e.Outcome, e.LogProb, e.Draw)
}

// Gains returns the gains of designs 0 to n-1. The errors are an *[OutcomeError],
// and that of ctx; the gains of the designs that were done come with them. The
// result does not depend on GOMAXPROCS. Cost n Outer (Inner + 1) log densities.
func (c Nested) Gains(ctx context.Context, e Experiment, n int) ([]Gain, error) {
	if c.Outer < 2 || c.Inner < 2 {
		panic(fmt.Sprintf("design: nested Monte Carlo of %d outer and %d inner draws", c.Outer, c.Inner))
	}
	var out []Gain
	for design := range n {
		g, err := c.gain(ctx, e, design)
		if err != nil {
			return out, err
		}
		out = append(out, g)
		c.Progress.Report(progress.Update{Stage: "designs", Done: design + 1, Total: n, Value: math.NaN()})
	}
	return out, nil
}

// gain estimates one design's. Row i of the ratios is
//
//	w_ij = p(y_i | theta_j) / (1/M sum_k p(y_i | theta_k)),
//
// of mean 1 over j. The inner draws are shared by all outer ones, so draw j moves
// every term, to first order by -(w_ij - 1)/M: the mean of that over i is its
// influence on the estimate, as log p(y_i | theta_i)/p(y_i) is that of draw i.
func (c Nested) gain(ctx context.Context, e Experiment, design int) (Gain, error) {
	outer, lower, variance := make([]float64, c.Outer), make([]float64, c.Outer), make([]float64, c.Outer)
	ratios := mat.NewDense(c.Outer, c.Inner, nil)
	errs := make([]error, c.Outer)
	key := c.Key.Named("outcome")
	parallel.Do(0, c.Outer, func(_, i int) {
		if ctx.Err() != nil {
			return
		}
		y := e.Outcome(design, i, key.Split(i).Rand())
		own := e.LogProb(y, design, i)
		if math.IsNaN(own) || math.IsInf(own, 0) {
			errs[i] = &OutcomeError{design, i, i, own}
			return
		}
		w := ratios.RawRowView(i)
		top := math.Inf(-1)
		for j := range w {
			if j%64 == 63 && ctx.Err() != nil {
				return
			}
			w[j] = e.LogProb(y, design, c.Outer+j)
			if math.IsNaN(w[j]) || math.IsInf(w[j], 1) {
				errs[i] = &OutcomeError{design, i, c.Outer + j, w[j]}
				return
			}
			top = max(top, w[j])
		}
		if math.IsInf(top, -1) {
			errs[i] = &OutcomeError{design, i, c.Outer, top}
			return
		}
		sum := 0.0
		for j := range w {
			w[j] = math.Exp(w[j] - top)
			sum += w[j]
		}
		m := float64(c.Inner)
		outer[i] = own - (top + math.Log(sum/m))
		// The same with the own draw among the inner ones.
		all := top + math.Log(sum)
		a, b := max(own, all), min(own, all)
		lower[i] = own - (a + math.Log1p(math.Exp(b-a)) - math.Log(m+1))
		for j := range w {
			w[j] *= m / sum
			variance[i] += (w[j] - 1) * (w[j] - 1)
		}
		variance[i] /= m - 1
	})
	if err := ctx.Err(); err != nil {
		return Gain{}, err
	}
	for _, err := range errs {
		if err != nil {
			return Gain{}, err
		}
	}
	g := Gain{
		Value: average(outer),
		Lower: average(lower),
		Bias:  average(variance) / (2 * float64(c.Inner)),
		Outer: outer,
		Inner: make([]float64, c.Inner),
	}
	for i := range outer {
		outer[i] -= g.Value
		for j, w := range ratios.RawRowView(i) {
			g.Inner[j] -= (w - 1) / float64(c.Outer)
		}
	}
	g.SE = standardError(g.Outer, g.Inner)
	return g, nil
}

func average(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

// Observations is the experiment of observing a function at some points with
// independent normal errors. What is unknown is the function.
type Observations struct {
	// Values has, for each design, the values of the draws at its points, S x n.
	Values []*mat.Dense
	// Noise is the variance of the errors, and positive.
	Noise float64
}

var _ Experiment = Observations{}

// Outcome implements [Experiment]: y = f_s + e.
func (o Observations) Outcome(design, s int, r *rand.Rand) []float64 {
	f := o.Values[design].RawRowView(s)
	y, sd := make([]float64, len(f)), math.Sqrt(o.Noise)
	for i, v := range f {
		y[i] = v + sd*r.NormFloat64()
	}
	return y
}

// LogProb implements [Experiment]: log N(y; f_s, Noise I).
func (o Observations) LogProb(y []float64, design, s int) float64 {
	sum := 0.0
	for i, v := range o.Values[design].RawRowView(s) {
		sum += (y[i] - v) * (y[i] - v)
	}
	return -sum/(2*o.Noise) - float64(len(y))/2*math.Log(2*math.Pi*o.Noise)
}
