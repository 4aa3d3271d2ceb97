// Package ppltest checks what others write for package ppl: a program ([TestModel]),
// a distribution over values of the tape ([TestDistribution]), a handler ([TestHandler]).
//
// In go one of these and some keys or points, out come errors of the test that
// name the site and the law that does not hold. Gradients are compared with central
// differences of five points, whose error is of the order h^4, at steps of 1e-3
// times the scale of the coordinate: some 1e-9 of the density's curvature, so that
// a tolerance of 1e-6 is far from chance and finds each wrong term.
//
// A check runs the program a few dozen times.
package ppltest
