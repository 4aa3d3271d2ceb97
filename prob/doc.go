// Package prob holds distributions as plain values: the priors of a fit, and what
// a program draws from and observes.
//
// A [Distribution] of one real number is a struct whose fields are its parameters:
//
//	Normal{Mean, SD}            exp(-(x-mean)^2 / 2 sd^2) / (sd sqrt(2 pi))          all x
//	LogNormal{Mu, Sigma}        exp(-(log x - mu)^2 / 2 sigma^2) / (x sigma sqrt(2 pi))   x > 0
//	HalfNormal{SD}              sqrt(2/pi) exp(-x^2 / 2 sd^2) / sd                   x > 0
//	Gamma{Shape, Rate}          rate^shape x^(shape-1) exp(-rate x) / Gamma(shape)   x > 0
//	InverseGamma{Shape, Scale}  scale^shape x^(-shape-1) exp(-scale/x) / Gamma(shape)     x > 0
//	Uniform{Lower, Upper}       1 / (upper - lower)                                  lower < x < upper
//	Cauchy{Location, Scale}     1 / (pi scale (1 + z^2)), z = (x-location)/scale     all x
//	HalfCauchy{Scale}           2 / (pi scale (1 + (x/scale)^2))                     x > 0
//	StudentT{DF, Location, Scale}  (1 + z^2/df)^(-(df+1)/2) / (scale sqrt(df) B(1/2, df/2))  all x
//	Exponential{Rate}           rate exp(-rate x)                                    x > 0
//	Beta{A, B}                  x^(a-1) (1-x)^(b-1) / B(a, b)                        0 < x < 1
//
// It takes points, and generators from keys of package rng, and gives log densities,
// draws and [Support]s. Each further ability is one small interface: [Grader]
// (gradient to the point), [Parametric] (names, supports and gradient of the
// parameters), [Momenter], [CDFer], [Quantiler], [Validator]. The distributions above
// have all of them. Package probtest checks a distribution of your own against its
// density.
//
// A [Discrete] distribution is one of an integer, which is a float64:
// [Bernoulli] and [BernoulliLogit], [Binomial], [Poisson], [Categorical] and
// [CategoricalLogit]. These have gradients to their parameters, moments and
// distribution functions.
//
// A [Vector] distribution is one of several real numbers: [MultivariateNormal],
// [Dirichlet] over the simplex, and [LKJCholesky] over the Cholesky factors of
// correlation matrices. Its [VectorSupport] may have fewer free coordinates than
// numbers, and its [VectorBijector] maps between these and R^k; with x = c(y) and g the
// gradient to x, the gradient of the density of y is VJP(y, g) plus that of the log
// Jacobian.
//
// Supports are open sets. Outside of its support a distribution has the log density
// -Inf and gradients of 0; at NaN all of them are NaN. A draw is always in the support:
// one that rounds to its edge is moved to the nearest number inside. Methods expect
// parameters that Validate accepts.
//
// A [Bijector] maps the real line, where optimisers and samplers work, to a support:
// with x = c(y), the density of y is
//
//	log p(c(y)) + log |c'(y)|
//
// [Parse] reads the text form, such as lognormal(0, 0.3), and String prints it.
//
// A call costs a few elementary functions, some 10 to 30 ns, and allocates only what it
// returns. The gamma, inverse gamma, beta and t distributions draw by rejection (20 to
// 120 ns) and invert their distribution function by iteration (1 to 20 us). The methods
// of distributions of vectors say their cost.
package prob
