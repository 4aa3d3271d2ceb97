// Package probtest checks that a distribution keeps the contract of package prob. Call
// it from a test of your own distribution:
//
//	func TestTriangle(t *testing.T) {
//		probtest.Test(t, Triangle{Lower: 0, Mode: 1, Upper: 3})
//	}
//
// Everything is compared with the log density: its integral by quadrature is 1, draws
// follow it (moments and Kolmogorov-Smirnov), moments and distribution function are its
// integrals, gradients its differences, and the quantile is the inverse of the
// distribution function. Abilities are found by their interfaces; one that a
// distribution lacks is not checked. The draws use constant keys, so that a
// distribution passes always or never.
//
// TestDiscrete does the same for a prob.Discrete, by sums and the chi-squared
// test. TestVector does it for a prob.Vector and the bijector of its support: the
// Jacobian is the determinant of differences, the mass is an average over draws of
// another density over it, and draws satisfy the identities of Stein for the gradient
// of the density; each within 5 standard errors.
//
// The quadrature is the trapezoid rule after the bijector of the support and
// y = median + IQR sinh(t). It resolves densities with a few modes of a width
// comparable to their interquartile range, kinks and poles at the ends of the
// support included, to 1e-6, but not several far narrower modes. A run takes some
// 50 ms.
package probtest
