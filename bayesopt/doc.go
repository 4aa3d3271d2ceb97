// Package bayesopt chooses where to evaluate an expensive function next, from
// draws of what the function may be.
//
// It takes draws f_1 ... f_S of one function ([function.Functions]), and gives the
// points to evaluate. Where the draws come from is not known here: paths of a
// Gaussian process, a mixture over hyperparameters, an ensemble.
//
//	acquisition     a(x) = u(f_1(x), ..., f_S(x))          [MonteCarlo]
//	its gradient    sum_s du/df_s grad f_s(x)
//
//	ExpectedImprovement       mean_s max(I_s - f_s, 0)
//	LogExpectedImprovement    log mean_s t log(1 + exp((I_s - f_s)/t))
//	ProbabilityOfImprovement  mean_s 1[f_s < I_s]
//	ConfidenceBound           -(mean_s f_s - sqrt(b) sd_s f_s)
//	Feasibility               mean_s 1[f_s <= threshold]
//
// for [Minimize]; [Maximize] changes the sign of f. A score is made of the same
// draws everywhere, so a(x) is a fixed, piecewise smooth function and its gradient
// is exact: no noise enters the search (the sample average approximation; Wilson,
// Hutter and Deisenroth 2018, Maximizing acquisition functions for Bayesian
// optimization; Balandat et al. 2020, BoTorch, theorem 1).
//
// An incumbent I_s for each draw makes the expected improvement that of noisy
// observations ([Incumbents]: what draw s itself thinks of the points evaluated so
// far; Letham et al. 2019), and that of a batch: with the points already in the
// batch, or asked for and not yet told, among them, the gains of points that are
// chosen one after the other sum to the expected improvement of all together
// ([Search.Batch]; greedy, within 1 - 1/e of the best batch, Wilson et al. 2018).
// [Search.Thompson] gives each of q functions its own optimum instead.
//
// [Search] maximises from many starts, the best points of a Sobol screen.
// [State] is the record of what was asked and told.
//
// # Flat acquisitions
//
// Where no draw improves on its incumbent, the expected improvement of the draws
// is exactly 0, and so is its gradient: a local search that starts there stays there,
// so starts are picked by value. [LogExpectedImprovement] slopes towards
// improvement everywhere.
//
// # Cost
//
// A score costs O(S) beside the S values of the draws, its gradient one gradient of
// each draw. A search costs Screen values of every draw and some 10 gradients
// a start.
package bayesopt
