// Package gp conditions a Gaussian process on data.
//
// A [Prior] is a kernel and a mean. [Prior.Condition] takes N rows of inputs, N
// targets and the variance of their noise, and returns an [Exact] posterior: an
// immutable value with the mean, variance, covariance and joint draws of the
// latent function f, the log evidence and its gradient, and rows appended in
// O(N²). It is one kind of [Posterior]; a [Mixture] of posteriors, with a part for each
// draw of the hyperparameters, and the posterior of package gp/sparse are others, and
// functions are drawn from all of them by package pathwise.
//
//	y_i = f(x_i) + e_i,  f ~ GP(m, k),  e_i ~ N(0, s_i)
//	H   = K_XX + diag(s),               r = y - m(X)
//	s_i = noise_i + jitter + white
//
//	E f(x)       = m(x) + k(x,X) H^-1 r
//	cov f(x,x')  = k(x,x') - k(x,X) H^-1 k(X,x')
//	log p(y)     = -1/2 r' H^-1 r - 1/2 log det H - N/2 log 2 pi
//	d log p / dt = sum_ij W_ij dH_ij/dt,  W = 1/2 (a a' - H^-1),  a = H^-1 r
//
// (Rasmussen and Williams 2006, equations 2.23, 2.24, 2.30 and 5.9.) White
// noise in a kernel is noise of the observations: it is in s, never in f.
//
// # Parameters
//
// The numbers of a kernel and a mean, and the noise variance, are parameters with
// names, such as sum.0.RBF.lengthscale[1], Mean.constant and noise_variance.
// [Parameters] has them all: which values they may have, their priors, which are fixed,
// and as a vector θ those that are free. It is made once, refuses then whatever a fit
// or a sampler could not use, and takes θ to a [Prior] and a [NoiseVariance], to a
// point of the whole space without bounds and back. [Fit] climbs in it, and so do
// package sparse and programs of package hyper; [Fit.Parameters] has the default
// priors. Which of several priors counts is said at [ParamPrior], once for all.
//
// # Solvers
//
// Between a posterior and the matrix H is a [Solver], which solves systems
// with it and knows its determinant. [Prior].Solver chooses its kind: [Cholesky], if it is
// nil, or [Woodbury], which takes kernels of finite rank F, such as a polynomial's, at
// N F² flop. One of your own needs no more than Solve and LogDet: what it has no ability
// for comes through these, or is a [*SolverError] with its name.
//
// # Cost
//
// With [Cholesky], conditioning takes N³/3 flop and one N x N matrix; the gradient of the
// evidence, to any number of parameters, 2 N³/3 more, and from a posterior a second
// such matrix. An [Evidence] that is evaluated again and again allocates nothing, and
// has one N x N matrix, two up to 1,024 rows. A mean costs O(N) a point, a variance
// O(N²).
//
// # The diagonal
//
// Whatever is on the diagonal of H is noise of an observation:
// [Exact.NoiseDiag] has all of it. [Prior].Jitter is always added. If H is still not
// positive definite, or singular to rounding (a pivot below N ε times its diagonal
// element, see package linalg), Condition retries with 1e-10 times the mean of the
// diagonal of K_XX, then ten times that, up to 1e-4 times, and [Exact.Jitter] says
// what was used. [Evidence], which an optimiser or a sampler calls many times, never
// retries: a density whose jitter changes from place to place is not a density.
//
// Two rows of equal inputs without noise and jitter are an error, [*EqualInputs], if
// their targets differ. If the targets agree they are one row: the posterior has the
// first and drops the other.
//
// # Rounding
//
// Quadratic forms q = c' H^-1 c have an error of the size
//
//	ε sum_i w_i² H_ii,  w = H^-1 c,  ε = 2^-52
//
// which is small unless noise and jitter are tiny beside the prior variance. A variance
// is never less than its rounding error, see [Exact.Variance], so that 0 means that f is
// known. If the error of the evidence is more than a nat and leaves less than a quarter
// of its digits, [Evidence] returns an error, [*EvidenceLost], and no value to climb.
//
// On one machine every result has the same bits for any GOMAXPROCS; predictions also
// for any division of the points into calls. Between processors of different vector
// instructions predictions agree to rounding, and a [Fit] to its tolerance.
package gp
