package demo

import (
	"context"

	"gonum.org/v1/gonum/mat"

	"matheron/design"
)

// Information is use 9: what candidate designs are expected to tell about the
// function, by nested Monte Carlo, beside the closed form. Outcomes and evidence
// need joint draws of the function at the places of the designs, which are known
// beforehand, and so are drawn exactly.
type Information struct {
	Outer int `json:"outer"` // draws that make outcomes
	Inner int `json:"inner"` // draws that estimate their evidence
	// Designs are of three readings each.
	Designs []Design `json:"designs"`
	Best    string   `json:"best"` // by estimate
	// Single is designs of one reading each, evenly on the interval.
	Single []Design `json:"single"`
	// Curve is the gain of one reading in closed form, on the grid.
	Curve []float64 `json:"-"`
	X     []float64 `json:"-"`
}

// Design is a candidate and its expected information gain in nats.
type Design struct {
	Name   string    `json:"name,omitempty"`
	Places []float64 `json:"places"`
	// Gain is the nested estimate. Bias is how much too large it is, in expectation,
	// by an estimate from the same draws; Lower is too small in expectation.
	Gain  Estimate `json:"gain"`
	Bias  float64  `json:"bias"`
	Lower float64  `json:"lower"`
	Exact float64  `json:"exact"` // 1/2 log det(I + C/noise)
}

const (
	outerDraws    = 96
	innerDraws    = 384
	singleDesigns = 11
)

// candidates are the designs of use 9.
func (s *Example) candidates() []Design {
	lower, upper := s.Box.Lower[0], s.Box.Upper[0]
	w := upper - s.Upper // the margin
	mid, step := (s.Lower+s.Upper)/2, (s.Upper-s.Lower)/4
	return []Design{
		{Name: "among the data", Places: []float64{mid - step, mid, mid + step}},
		{Name: "beyond one end", Places: []float64{upper - 2*w/3, upper - w/3, upper}},
		{Name: "thrice at one end", Places: []float64{upper, upper, upper}},
		{Name: "both ends and the middle", Places: []float64{lower, mid, upper}},
	}
}

// Information computes use 9 from the posterior of the example.
func (s *Example) Information(ctx context.Context) (*Information, error) {
	u := &Information{Outer: outerDraws, Inner: innerDraws, X: s.gridPoints(), Designs: s.candidates()}
	for _, x := range evenly(s.Box.Lower[0], s.Box.Upper[0], singleDesigns) {
		u.Single = append(u.Single, Design{Places: []float64{x}})
	}
	all := append(append([]Design(nil), u.Designs...), u.Single...)
	var places []float64
	at := map[float64]int{}
	for _, d := range all {
		for _, x := range d.Places {
			if _, ok := at[x]; !ok {
				at[x] = len(places)
				places = append(places, x)
			}
		}
	}
	key := s.Key.Named("information")
	draws, _, err := s.Posterior.Draw(key.Named("draws"), outerDraws+innerDraws, column(places))
	if err != nil {
		return nil, err
	}
	o := design.Observations{Noise: s.observationVariance()}
	for _, d := range all {
		v := mat.NewDense(outerDraws+innerDraws, len(d.Places), nil)
		for i, x := range d.Places {
			v.SetCol(i, mat.Col(nil, at[x], draws))
		}
		o.Values = append(o.Values, v)
	}
	gains, err := design.Nested{Outer: outerDraws, Inner: innerDraws, Key: key.Named("outcomes")}.Gains(ctx, o, len(all))
	if err != nil {
		return nil, err
	}
	for i, g := range gains {
		d := &all[i]
		d.Gain, d.Bias, d.Lower = Estimate{g.Value, g.SE}, g.Bias, g.Lower
		if d.Exact, err = s.gain(d.Places, o.Noise); err != nil {
			return nil, err
		}
	}
	u.Designs, u.Single = all[:len(u.Designs)], all[len(u.Designs):]
	best := 0
	for i, d := range u.Designs {
		if d.Gain.Value > u.Designs[best].Gain.Value {
			best = i
		}
	}
	u.Best = u.Designs[best].Name
	for _, x := range u.X {
		g, err := s.gain([]float64{x}, o.Noise)
		if err != nil {
			return nil, err
		}
		u.Curve = append(u.Curve, g)
	}
	return u, nil
}

// gain is the expected information gain of readings in closed form.
func (s *Example) gain(places []float64, noise float64) (float64, error) {
	return design.GaussianGain(symmetric(s.Posterior.Covariance(nil, column(places))), noise)
}

// observationVariance is that of a reading about f: the noise, and the jitter that
// is on the diagonal with it.
func (s *Example) observationVariance() float64 { return s.Noise + s.Posterior.Jitter() }
