package main

import (
	"fmt"
	"math"

	"matheron/internal/parallel"
	"matheron/pathwise"
)

// trustPoints is the number of points that trust is measured at.
const trustPoints = 64

// trust says how far drawn functions can be relied on along some slices: how near
// their distribution is to that of the exact posterior, and how much of the posterior is the
// prior where there are no data.
type trust struct {
	points      int
	what, kind  string  // the distribution of the paths is compared with what, of that kind
	wasserstein float64 // in the target's units
	sdRatio     [2]float64
	beyond      float64 // greatest sd of f over its prior sd beyond the data; NaN where no slice goes there
}

// trust measures it for paths drawn by p. Of a mixture each path is compared with
// the posterior of its draw: the distance is the root of the mean square over
// paths, the ratios are the least and the greatest.
func (p *predictor) trust(paths *pathwise.Paths, cuts []slice) (trust, error) {
	x := some(cuts, trustPoints)
	z := p.modelUnits(x)
	points, _ := x.Dims()
	out := trust{points: points, sdRatio: [2]float64{math.Inf(1), 0}, beyond: math.NaN()}
	out.what, out.kind = p.Describe()
	parts := paths.Parts()
	found, errs := make([]pathwise.Fidelity, len(parts)), make([]error, len(parts))
	parallel.Do(0, len(parts), func(_, i int) { found[i], errs[i] = parts[i].Fidelity(0, z) })
	for i, f := range found {
		if errs[i] != nil {
			return trust{}, errs[i]
		}
		share := float64(parts[i].Len()) / float64(paths.Len())
		out.wasserstein += share * f.Wasserstein * f.Wasserstein
		out.sdRatio = [2]float64{math.Min(out.sdRatio[0], f.SDRatioMin), math.Max(out.sdRatio[1], f.SDRatioMax)}
	}
	out.wasserstein = math.Sqrt(out.wasserstein) * p.sdFactor()
	if len(cuts) != 1 || !cuts[0].beyond() {
		return out, nil
	}
	for i, share := range p.ShareOfPrior(x) {
		if at := x.At(i, 0); at < cuts[0].lo || at > cuts[0].hi {
			if !(share <= out.beyond) {
				out.beyond = share
			}
		}
	}
	return out, nil
}

// String is a sentence or two for the note of a figure.
func (t trust) String() string {
	s := fmt.Sprintf("Against %s at %d points: 2-Wasserstein distance %.2g a point, sd of a path %.3g to %.3g of the %s one.",
		t.what, t.points, t.wasserstein, t.sdRatio[0], t.sdRatio[1], t.kind)
	if !math.IsNaN(t.beyond) {
		s += fmt.Sprintf(" Beyond the data the sd of f reaches %.2g%% of the prior's.", 100*t.beyond)
	}
	return s
}

// json returns t as a JSON object.
func (t trust) json() object {
	return object{
		{"points", t.points},
		{"wasserstein", number(t.wasserstein)},
		{"sd_ratio", numbers(t.sdRatio[:])},
		{"beyond_sd_over_prior_sd", number(t.beyond)},
	}
}
