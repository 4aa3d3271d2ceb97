package optimize

import "context"

// Basin minimises over a finite box from a point that is thought to be in the basin
// of the minimum. The first step of a run is as long as the gradient, and may lead to
// another basin: so a first run stays near the start, and a second one, over the whole
// box, starts where it ends. It is a [Minimizer]: L-BFGS-B twice.
type Basin struct {
	Box Box
	// Near is how far the first run may go, as a part of each side of the box; see
	// [Screen.Near].
	Near float64
}

// Minimize implements [Minimizer]. The counts are those of both runs. It panics if
// a bound is missing.
func (b Basin) Minimize(ctx context.Context, f Objective, x0 []float64) (Result, error) {
	if len(b.Box.Lower) != len(x0) || len(b.Box.Upper) != len(x0) {
		panic("optimize: Basin without a bound below and above each variable")
	}
	around := Box{Lower: make([]float64, len(x0)), Upper: make([]float64, len(x0))}
	for d, v := range x0 {
		r := b.Near * (b.Box.Upper[d] - b.Box.Lower[d])
		around.Lower[d], around.Upper[d] = max(b.Box.Lower[d], v-r), min(b.Box.Upper[d], v+r)
	}
	first, err := LBFGSB{Box: around}.Minimize(ctx, f, x0)
	if err != nil {
		return first, err
	}
	r, err := LBFGSB{Box: b.Box}.Minimize(ctx, f, first.X)
	r.Evaluations += first.Evaluations
	r.Iterations += first.Iterations
	return r, err
}
