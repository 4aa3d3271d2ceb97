package sparse

import (
	"matheron/gp"
	"matheron/linalg"
)

// Exact returns p(u | y) of a posterior, such as an exact one, as a guide,
//
//	mean = E[f(Z) | y],  covariance = cov(f(Z) | y) + jitter I
//
// with the jitter of in, which u has given f. It is not what an ELBO converges
// to, which is the guide of [Prior.Condition]; with it, the posterior of f away
// from Z is the exact one as far as u is all that the data say.
//
// It panics if post has other columns. The error is a
// *[linalg.NotPositiveDefinite] if the covariance is singular to rounding: give
// the inducing prior more jitter. Cost O(N² M).
func (in *Inducing) Exact(post gp.Posterior) (FullRank, error) {
	mean := post.Mean(nil, in.z)
	c, err := linalg.Factorize(post.Covariance(nil, in.z), linalg.Policy{Jitter: in.Jitter()})
	if err != nil {
		return FullRank{}, err
	}
	return FullRank{mean, c.L()}, nil
}
