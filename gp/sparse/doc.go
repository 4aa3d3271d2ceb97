// Package sparse is Gaussian-process regression through M inducing variables,
// for tables that are too large for an exact posterior.
//
// From a process, inducing inputs Z and a table of N rows come a guide q(u), a Gaussian
// distribution of the inducing variables, and the [Posterior] of f that it makes:
//
//	u = f(Z) + sqrt(jitter) xi,  K = K_ZZ + jitter I = L L',  u ~ N(m(Z), K)
//	q(f) = Int p(f | u) q(u) du,  A = k(x,Z) K^-1
//	E f(x)      = m(x) + A (m_u - m(Z))
//	cov f(x,x') = k(x,x') - A k(Z,x') + A S_u A'
//
// The jitter is a part of the model of u, so that everything below holds for any jitter.
//
// # Guides
//
// [FullRank], [MeanField], [Natural] and [Delta] are distributions of u, or, inside of
// [Whitened], of v = L⁻¹ (u - m(Z)), whose prior is N(0, I). All are immutable and
// convert to each other where that is exact. A guide of one's own needs the three
// methods of [Guide] to predict, and those of [Trainable] to be fitted.
//
// # Bounds
//
// [Prior.Condition] has the optimal guide in closed form, and [Collapsed] its bound
// (Titsias 2009); [ELBO] is the bound for any guide on a batch of rows (Hensman,
// Fusi and Lawrence 2013). Both have gradients to kernel, mean, noise and inducing
// inputs, the ELBO to the guide as well:
//
//	ELBO(q) = sum_i E_q log N(y_i | f(x_i), s_i) - KL(q(u) || p(u))
//	        = collapsed bound - KL(q || q*)  <=  log p(y)
//
// q* is the optimal guide. It is not p(u | y) of the exact model, which [Inducing.Exact]
// has: with few inducing inputs the two differ by nats.
//
// # Fit
//
// [Fit] climbs the collapsed bound by L-BFGS-B, or the ELBO on batches by
// natural-gradient steps for the guide (Salimbeni, Eleftheriadis and Hensman 2018)
// and Adam for the rest. It starts at inducing inputs that [GreedyVariance] chooses.
//
// # Cost
//
// 2 N M² flop for a bound, some 8 N M² with its gradient, and O(M³); memory O(M²)
// and three matrices of M x 1024. A mean costs O(M) a point, a variance O(M²).
// On one machine every result has the same bits for any GOMAXPROCS.
package sparse
