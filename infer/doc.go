// Package infer draws from, maximises and approximates a density on R^Dim of which
// it knows the logarithm and the gradient: a [Target].
//
// It takes a Target, settings ([NUTS], [HMC], [MAP], [SVI]) and a key, and gives
// [Draws], a [Mode], a [Laplace] or a [Variational], all of them plain data. Package
// infer/diag says from plain numbers whether draws can be trusted:
//
//	draws, err := infer.NUTS{}.Run(ctx, target, infer.Run{Key: key, Draws: 1000})
//	fmt.Print(diag.Summarize(draws.Names, draws.Values()))
//
// Package infer/infertest tests targets and samplers.
//
// # Hamiltonian dynamics
//
// A momentum p ~ N(0, M) is added to the position x, and the energy
//
//	H(x, p) = -log p(x) + p'M⁻¹p / 2
//
// is conserved, up to O(eps²), by leapfrog steps of size eps,
//
//	p <- p + eps/2 grad log p(x),  x <- x + eps M⁻¹p,  p <- p + eps/2 grad log p(x).
//
// HMC takes a path of such steps to its end and accepts that with probability
// min(1, exp(H0 - H)) (Neal 2011). NUTS doubles the trajectory, forwards or
// backwards in time by a fair coin, until it turns back: with rho the sum of the
// momenta of a piece of it, p_- and p_+ those at its ends, it goes on while
//
//	p_-'M⁻¹rho > 0  and  p_+'M⁻¹rho > 0
//
// for the whole, for every subtree that the doublings are made of, and for each half
// joined with the nearest point of the other half: this last check finds turns between
// the halves that the first two miss. The next state is one of the points. Within a
// doubling a point has probability proportional to exp(H0 - H); the doubling's point
// replaces the one before it with probability min(1, its weight over the weight of all
// before it).
// (Hoffman and Gelman, The No-U-Turn sampler, JMLR 15, 2014; Betancourt, A
// conceptual introduction to Hamiltonian Monte Carlo, arXiv:1701.02434, 2017, A.4
// and A.5; the checks between halves are those of Stan from 2.21.)
//
// A trajectory whose energy rises by more than 1,000, or that comes to a point where
// the density is zero or NaN, ends there as a divergence and is not used.
//
// # Warm-up
//
// [Warmup] comes before the sampling, and its result, a [Tuning], is plain data. The
// step size follows dual averaging towards the target acceptance; the metric M⁻¹ is
// the variance or covariance of the draws in windows that double in length, n/(n+5)
// of it and 1e-3 5/(n+5) of the identity ([Windows]). As the last window is short,
// the acceptance comes out above its target rather than below: by some 0.1 at 0.8.
//
// # Keys
//
// Chain c has the split c of the run's key, and iteration i of its draws the i-th
// 128 bits of that split's generator. Each decision in a trajectory is a function of
// those bits and of its address, the depth of the doubling and the leaf in it: a
// point is chosen by the largest of log weight plus a Gumbel variate at its address.
// Nothing depends on the order in which the tree is built, on the number of chains or
// on the number of processors; a run and its continuation ([Run], From) have the draws
// of one longer run.
//
// # Cost
//
// A leapfrog step of NUTS costs its gradient and, besides, some 0.1 us and 4 ns a
// dimension with a diagonal metric; with a dense one also 4 D² flop. It allocates
// nothing. Chains run on a goroutine each; a Target that uses several goroutines an
// evaluation is told how many a chain may have ([ParallelTarget]). A chain stores 5 D
// numbers for each level of doubling, some 70 D in all.
//
// # Approximations
//
// [MAP] finds the mode from several starts. [NewLaplace] gives the normal distribution
// that has the mode as mean and the curvature there as precision, and with it an
// estimate of the evidence. [SVI] maximises the evidence lower bound of a normal
// guide, diagonal or of full rank, by reparameterised gradients.
package infer
