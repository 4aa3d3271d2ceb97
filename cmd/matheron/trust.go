package main

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/pathwise"
)

// trustPoints is the number of points that trust is measured at.
const trustPoints = 64

// trust says how far drawn functions can be relied on along some slices: how well
// their law is that of the exact posterior, and how much of the posterior is the
// prior where there are no data.
type trust struct {
	points      int
	wasserstein float64 // in the target's units
	sdRatio     [2]float64
	beyond      float64 // greatest sd of f over its prior sd beyond the data; NaN where no slice goes there
}

// trust measures it for paths of the posterior of p.
func (p *predictor) trust(paths *pathwise.Paths, cuts []slice) (trust, error) {
	x := some(cuts, trustPoints)
	z := p.modelUnits(x)
	fidelity, err := paths.Fidelity(0, z)
	if err != nil {
		return trust{}, err
	}
	points, _ := x.Dims()
	out := trust{points, fidelity.Wasserstein * p.sdFactor(), [2]float64{fidelity.SDRatioMin, fidelity.SDRatioMax}, math.NaN()}
	if len(cuts) != 1 || !cuts[0].beyond() {
		return out, nil
	}
	prior, posterior := make([]float64, points), p.post.Variance(nil, z)
	p.post.Kernel().Diag(prior, z)
	for i, at := range mat.Col(nil, 0, x) {
		if at < cuts[0].lo || at > cuts[0].hi {
			if share := math.Sqrt(posterior[i] / prior[i]); !(share <= out.beyond) {
				out.beyond = share
			}
		}
	}
	return out, nil
}

// String is a sentence or two for the note of a figure.
func (t trust) String() string {
	s := fmt.Sprintf("Against the exact posterior at %d points: 2-Wasserstein distance %.2g a point, sd of a path %.3g to %.3g of the exact one.",
		t.points, t.wasserstein, t.sdRatio[0], t.sdRatio[1])
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
