// Package functional answers questions about functions that are known by draws:
// every quantity of interest is computed on each draw, as if it were the truth,
// and the answers are summarised with their Monte Carlo standard errors.
//
//	E g(f) ~ (1/S) sum_s g(f_s),  standard error  sd(g(f_s)) / sqrt(S)
//
// What flows in is [function.Functions]: S functions that are evaluated together, such
// as paths of package pathwise; what else a question needs of them is an interface of
// one method more ([function.Grader], [function.Set]). What flows out is a [Sample],
// one number a function with mean, sd, quantiles and standard errors, an [Estimate], or
// a [Probability].
//
//	Summarize, Quantiles     mean, sd and quantiles of f(x) at each x
//	Below, Chance, Feasible  P(f(x) < c), P(any event), P(all constraints hold)
//	Expectation, Maximize    E g(f(x)) for any g, its gradient, where it is greatest:
//	                         grad E g(f(x)) = (1/S) sum_s g'(f_s(x)) grad f_s(x)
//	Crossings                where each function crosses a level, and how often
//	Optima                   the distribution of the place and the value of the optimum
//	Quadrature               integral of w f along a line, on each function
//	Operator                 c f + b.grad f + sum_ij A_ij d2f/dx_i dx_j
//	Each                     any algorithm, run on each function
//
// Functions drawn together share what they share (one basis for all paths, one
// draw of the hyperparameters for several): a standard error says how far the
// estimate is from that of infinitely many functions drawn in the same way,
// independently given what is shared.
//
// # Cost
//
// Functions are asked for many points at once wherever a question allows it: a
// summary of N points is one evaluation of S x N values, an integral one for each
// round of refinement. Expectation and its gradient cost one Eval and one Grad of
// the batch. Crossings costs one Eval and one Grad of the grid and some ten calls
// of At for each crossing.
//
// On one machine results are the same bits for any GOMAXPROCS, provided the functions
// are.
package functional
