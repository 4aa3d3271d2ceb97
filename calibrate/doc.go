// Package calibrate says how good probabilistic predictions are, against what was
// then observed: whether they are calibrated (probability integral transforms,
// coverage), how good they are altogether (proper scores), how the scores change
// with the parameters of whatever made the predictions, and how predictions that
// are off can be recalibrated.
//
// Predictions are draws: a matrix X of S x N, row s being draw s of all N
// observations y, as functions evaluated at N inputs are. Observations have noise:
// draws of f must be made draws of y by [Observe] first. Closed forms for Gaussian
// predictions stand beside. All scores are losses: less is better.
//
//	PIT       u_i = (rank of y_i among its S draws + U) / (S+1)
//	CRPS      E|X - y| - 1/2 E|X - X'|               of each observation
//	Energy    E||X - y|| - 1/2 E||X - X'||           of all N together
//	Log       -log p(y), p Gaussian or a mixture of Gaussians
//
// (Gneiting and Raftery 2007.) The second expectation is estimated over the S(S-1)
// pairs of different draws ([Fair], unbiased) or over all S^2 pairs ([Standard],
// the score of the empirical distribution itself).
//
// # Gradients to parameters
//
// A [Model] turns parameters into draws by the same base randomness each time, so
// that draws are smooth functions of parameters, and pulls a gradient with respect
// to the draws back to the parameters:
//
//	dS/dtheta_p = sum_si dS/dX_si dX_si/dtheta_p
//
// [Objective] makes this a function for package optimize, and [Fit] minimises it.
//
// # Cost
//
// CRPS is O(S log S) an observation, the energy score O(S^2 N), each with its
// gradient.
package calibrate
