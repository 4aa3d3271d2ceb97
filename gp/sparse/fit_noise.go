package sparse

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
)

const (
	// noiseRows bounds the rows that the start of the noise is found on.
	noiseRows = 4096
	// noiseSteps of a golden section leave 0.3% of the logarithm's range.
	noiseSteps = 12
)

// liftNoise moves the noise variance of the start up to where the collapsed bound
// on some rows is highest, by a golden section in its logarithm. An exact fit to the
// rows of a smooth table has hardly any noise. A few inducing inputs explain less, and
// the bound, which has the squared error over the noise, would start a million nats
// down.
func (f Fit) liftNoise(c *coordinates, x *mat.Dense, y []float64, order []int) error {
	at := slices.Index(c.params.Names(), gp.NoiseName)
	if at < 0 {
		return nil
	}
	sx, sy, _ := take(x, y, nil, order[:min(noiseRows, len(y))])
	p, noise := c.at(c.origin())
	r := make([]float64, len(sy))
	(&Inducing{prior: p.Prior}).Mean().Eval(r, sx)
	var square float64
	for i, m := range r {
		square += (sy[i] - m) * (sy[i] - m) / float64(len(sy))
	}
	// At its top the noise is the mean of E(y - f)², at most this.
	lower, upper := math.Log(noise.At(0)), math.Log(square+c.scale())
	if s := c.params.Free()[at].Support(); !math.IsInf(s.Upper, 1) {
		upper = math.Min(upper, math.Log(s.Upper)-1e-9)
	}
	if !(lower < upper) {
		return nil
	}
	bound := NewCollapsed(sx, sy)
	value := func(s float64) float64 {
		v, err := bound.Eval(p, gp.Noise(math.Exp(s)))
		if err != nil {
			return math.Inf(-1)
		}
		return v
	}
	best, top := lower, value(lower)
	try := func(s float64) float64 {
		v := value(s)
		if v > top {
			best, top = s, v
		}
		return v
	}
	golden := (math.Sqrt(5) - 1) / 2
	a, b := upper-golden*(upper-lower), lower+golden*(upper-lower)
	fa, fb := try(a), try(b)
	for range noiseSteps {
		if fa > fb {
			upper, b, fb = b, a, fa
			a = upper - golden*(upper-lower)
			fa = try(a)
		} else {
			lower, a, fa = a, b, fb
			b = lower + golden*(upper-lower)
			fb = try(b)
		}
	}
	theta := c.params.Values()
	theta[at] = math.Exp(best)
	params, err := c.params.WithValues(theta)
	if err != nil {
		return err
	}
	c.params = params
	return nil
}
