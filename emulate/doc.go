// Package emulate puts function draws in the place of what they were learned from:
// a simulator, the dynamics of a system, a regressor.
//
// It takes functions, by the small interfaces of package function: paths of a Gaussian
// process, or whatever else gives a sample of functions. A draw is one function
// wherever and however often it is evaluated, and that is what the uses here rest on.
//
// # A surrogate of a simulator
//
// [Inversion] infers the input u of a simulator from observed outputs, with drawn
// functions in the simulator's place:
//
//	OnPath    p(u | y, f_s)  in proportion to  p(u) p(y | f_s(u))
//	Marginal  p(u | y)       in proportion to  p(u) 1/S sum_s p(y | f_s(u))
//
// Both are a [Target], which any gradient-based sampler takes. [Pool] puts the
// chains of many paths together and says how much of the variance is the surrogate's.
// The two differ: pooled with equal weights, paths count alike whatever was observed
// (a modular posterior); the marginal weighs path s by its evidence p(y | f_s), as
// Pool does when it is given those weights. With the simulator itself as the
// function, OnPath is the answer that both are to be compared with. [InBox] keeps
// a sampler where the surrogate has been trained.
//
// # Policy evaluation
//
// [Rollout] runs a policy along each draw of the dynamics,
//
//	x_t+1 = x_t + f_s(x_t, a_t),   J_s = sum_t g^t r(x_t, a_t, x_t+1),
//
// and gives the distribution of the return, beside the return along the mean
// dynamics, which knows nothing of the uncertainty. A fresh draw from the marginal at
// each step would let errors average out along the way and be as wrong.
//
// # Ensembles
//
// [Ensemble] is S functions behind Predict: one member, the mean, SD, intervals with
// the noise of an observation, weights, coverage on held-out rows, and tables of any
// length.
//
// # Cost
//
// A log density costs J K values and gradients of a path on OnPath, S times that on
// Marginal, for J outputs at K settings. A rollout costs two evaluations of S M
// points a step and dimension of the state, for M starts. An ensemble costs S
// evaluations a row and the sorting of their values.
//
// On one machine every result has the same bits for any GOMAXPROCS if the draws have.
package emulate
