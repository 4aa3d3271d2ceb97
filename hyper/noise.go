package hyper

import (
	"matheron/ad"
	"matheron/gp"
	"matheron/ppl"
	"matheron/prob"
)

// Noise is the variance of the noise of observations: a [gp.NoiseVariance] that
// is known, or a [SampledNoise].
type Noise interface {
	// PerRow reports whether there is a variance a row, Len how many numbers
	// there are, and At the variance of row i.
	PerRow() bool
	Len() int
	At(i int) float64
}

// SampledNoise is one noise variance for all rows with the number of one run of a
// program. It belongs to that run.
type SampledNoise struct {
	gp.NoiseVariance
	value ad.Value
}

// NoiseVariance samples the noise variance, at the site "noise_variance". A law
// with values that are no variance fails the site (*[ppl.SupportError]).
func NoiseVariance(c *ppl.Context, law ppl.Distribution) SampledNoise {
	if s, ok := law.(ppl.Supporter); ok {
		if support, ok := s.Support(); ok {
			if err := ppl.CheckSupport(support, prob.Positive(), "the parameter"); err != nil {
				c.Fail(&ppl.Site{Kind: ppl.Sample, Name: gp.NoiseName}, err)
			}
		}
	}
	return NoiseOf(c.Sample(gp.NoiseName, law))
}

// NoiseOf returns a noise variance that the program has computed: a scalar.
func NoiseOf(v ad.Value) SampledNoise {
	return SampledNoise{gp.Noise(v.Float()), v}
}
