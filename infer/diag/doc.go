// Package diag says how far the draws of Markov chains can be trusted. It takes
// plain numbers, the draws of one quantity as chains x draws ([][]float64), and gives
// R-hat, effective sample sizes, Monte Carlo standard errors, intervals, and a
// [Table] of all of them.
//
// With M chains of N draws each cut into halves, chain means m_j, within-chain
// variances s_j^2, W = mean s_j^2 and B = N var m_j:
//
//	R-hat  = sqrt((B/W + N - 1)/N)            near 1: the chains agree
//	rho_t  = 1 - (W - mean acov_t)/V,         V = W (N-1)/N + B/N
//	ESS    = M N / (-1 + 2 sum rho_t)         over Geyer's initial monotone sequence
//	MCSE   = sd / sqrt(ESS)
//	E-BFMI = mean (E_i - E_(i-1))^2 / var E   below 0.3: heavy tails
//
// [RHat] is the larger of two: of the ranks of the draws (bulk) and of the ranks
// of their distances from the median (tail), each turned into normal scores.
// [ESSBulk] is that of the normal scores, [ESSTail] the smaller of those of the
// events below the 5% and the 95% quantile. Usual thresholds are R-hat < 1.01 and
// ESS > 100 a chain.
//
// [Ranks] say whether a sampler draws from the posterior of a model at all, by
// simulation-based calibration.
//
// Definitions are those of Vehtari, Gelman, Simpson, Carpenter and Bürkner,
// Rank-normalization, folding, and localization (Bayesian Analysis 16, 2021), and
// the numbers those of ArviZ 0.23, its edge cases included: NaN among the draws,
// fewer than 4 of them, or for R-hat one chain, give NaN; of a constant the ESS
// is the number of draws and R-hat NaN. E-BFMI is Betancourt's
// (arXiv:1604.00695).
//
// Each function costs O(M N log(M N)), allocates a few times its input, and does not
// change it. Chains of different lengths panic.
package diag
