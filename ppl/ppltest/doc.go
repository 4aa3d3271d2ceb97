// Package ppltest checks implementations for package ppl: a program ([TestModel]), a
// distribution over values of the tape ([TestDistribution]), a handler ([TestHandler]).
//
// It takes one of these and a key, and gives errors of the test that name the site and
// the property that does not hold. Gradients are compared with central differences of
// five points, of error O(h^4), at steps of 1e-3 times the scale of the coordinate:
// the error is some 1e-9 times the density's curvature, far below the tolerance of
// 1e-6, which in turn is far below a wrong term.
//
// A check runs the program a few dozen times.
package ppltest
