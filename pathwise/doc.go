// Package pathwise draws functions from the posterior of a Gaussian process.
//
// A draw is made once and is then a function: it can be evaluated anywhere, as
// often as one likes, differentiated, optimised, divided into the terms of a sum of
// kernels, conditioned on new rows, and stored.
//
//	      prior path             correction
//	f_s(x) = m(x) + phi(x).w_s + k(x, X) v_s,
//	v_s = H⁻¹ (y - m(X) - Phi_X w_s - e_s),   H = K_XX + Sigma,   e_s ~ N(0, Sigma)
//
// This is Matheron's rule (Wilson et al. 2020, "Efficiently sampling functions
// from Gaussian process posteriors"; Wilson et al. 2021, JMLR 22): a draw of the
// prior, made of the kernel's features phi with weights w_s ~ N(0, I), plus a
// correction at the data, made of the kernel itself. Sigma is everything on the
// diagonal of H: noise, white kernels and jitter.
//
//	paths, err := pathwise.Sampler{Posterior: post, Features: 1024}.Draw(rng.New(0), 64)
//	f := paths.Eval(grid)        // 64 x len(grid)
//	g := paths.Path(3)           // one function: g.At(x), g.Grad(dst, x), g.Minimize(ctx, box)
//
// One [Sampler] draws from every kind of posterior, and what it draws is one type,
// [Paths]: prior features and a correction. From an exact posterior the correction has a
// weight a row; where its kernel has finite rank (see [gp.Woodbury]), a weight a feature
// instead. From a sparse posterior it has a weight an inducing input. Functions of a
// mixture of posteriors, such as one with a part for each draw of the hyperparameters,
// come in parts, each with its own features and correction.
//
// # What the basis does and does not do
//
// Given the basis, a path is Gaussian with known moments ([Paths.Moments]): its mean
// is the exact posterior mean whatever the basis, and its covariance is
// (Phi* - A Phi_X)(Phi* - A Phi_X)ᵀ + A Sigma Aᵀ with A = k(·, X) H⁻¹. Only the
// first term is approximate, with an error of order F^-1/2 that all paths of a
// shared basis have in common; with a basis for each path
// ([Sampler.PerPath]) it averages out. [Paths.Fidelity] says how large it is.
//
// # Cost
//
// Drawing costs one product and one solve, O(N (F + N) S), beside the
// posterior's factorisation. Evaluation costs O((F + N)(D + S)) a point with a
// shared basis, in tiles of bounded memory, and O(S F D) more with a basis a path.
// Nearly all of it is the product of a tile's features and covariances with the
// weights, at the rate of a large matrix product. Gradients at common points
// ([Paths.Grad]) are D such products, at points of each path's own ([Paths.GradEach])
// one pass a point, O((F + N) D); that of a weighted sum of all paths
// ([Paths.GradSum]) costs about one path's. [Paths.Float32] evaluates in single
// precision. A [Path] that is kept allocates nothing at a point if its kernel is one
// RBF, Matern or rational quadratic; other kernels, sums and products take small
// allocations, some for each block of rows.
//
// # Randomness
//
// Path s has its own stream for its weights and one for its noise, whose r-th
// number is the noise of row r: the same key gives the same functions for any
// number of paths, goroutines and tiles, and functions conditioned on new rows
// ([Paths.Condition]) are those that would have been drawn on all rows at once. The
// bits are the same on one machine; between processors of different vector
// instructions a function of one posterior agrees to rounding.
package pathwise
