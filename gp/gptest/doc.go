// Package gptest checks that a posterior keeps the promises of [gp.Posterior]: one of
// your own that passes can be used wherever the posteriors of this project are.
//
//	func TestMyPosterior(t *testing.T) {
//		gptest.Test(t, mine, gptest.Options{Points: grid})
//	}
//
// What flows in is a posterior and points, T x D. What flows out is nil, or an error that
// names the promise and the point.
//
// The promises are: shapes, destinations that are used and returned, finite numbers,
// inputs left as they are, a panic for shapes that do not fit; the same numbers for every
// subset, order and number of points, and from every goroutine; variances that are not
// negative, and covariances that are symmetric, have the variances on their diagonal and
// are positive semidefinite; draws that a key repeats and whose moments are those that
// the posterior states,
//
//	|mean_s f_s(a) - m_a| <= z se,  |mean_s (f_s(a)-m_a)(f_s(b)-m_b) - C_ab| <= z se
//
// with the standard errors se of the draws themselves.
//
// [TestSolver] checks a kind of solver, [gp.SolverKind], in the same way: against dense
// algebra, with each ability that its solvers have.
//
// Cost: some twenty predictions of each point, and [Options].Draws joint draws.
package gptest
