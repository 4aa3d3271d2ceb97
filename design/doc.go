// Package design scores where to observe a function next in order to know it
// better: all of it, its hyperparameters, its greatest value, or where it crosses a
// level.
//
// It takes plain numbers about N candidate points: the values of S draws there, an
// S x N matrix, or exact moments. It gives a score for each candidate, greater
// being better, or a set of candidates. [Moments] and [Covariance] lead from draws
// to moments; with S draws a variance has a relative standard error of
// sqrt(2/(S - 1)).
//
//	predictive variance  var f(x)                                       [Moments]
//	joint entropy        1/2 log det(2 pi e (C + v I)) of a set         [Entropy], [GreedyEntropy]
//	BALD                 H[mean_m N(m_m, v_m)] - mean_m H[N(m_m, v_m)]  [BALD]
//	max-value entropy    mean_k g phi(g)/(2 Phi(g)) - log Phi(g)        [MaxValueEntropy]
//	level set            k sd - |mean - t|                              [Straddle]
//	                     E max(e - |f - t|, 0)                          [ExpectedFeasibility]
//	information gain     E log p(y | theta) / p(y)                      [Nested], [GaussianGain]
//
// # Information gain by nested Monte Carlo
//
// With N draws of the unknown theta_n that make outcomes y_n, and M more that
// estimate their evidence,
//
//	G = 1/N sum_n [ log p(y_n | theta_n) - log 1/M sum_m p(y_n | theta_m) ]
//
// is, by Jensen's inequality, too large in expectation, by var(w)/(2 M) to leading
// order, w = p(y | theta)/p(y) over theta (Rainforth et al. 2018, On nesting Monte
// Carlo estimators). With theta_n among the draws of its own evidence it is too
// small in expectation (Foster et al. 2020, the prior contrastive estimate):
// [Gain] has both, the estimate of the bias, and a standard error that counts both
// kinds of draws. The same draws and the same base randomness serve each design, so
// differences between designs are known better than the gains themselves
// ([Gain.Less]).
//
// # Cost
//
// A greedy set of q of N candidates costs O(N q (q + S)) from draws. BALD of M models
// costs some hundred evaluations of their mixture a candidate, O(M) each, and more
// where their widths are very different. Nested Monte Carlo costs N M likelihoods a
// design.
package design
