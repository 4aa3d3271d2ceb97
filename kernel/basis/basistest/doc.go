// Package basistest checks that a type keeps the promises of [basis.Basis]. A
// test of an own feature set is one line:
//
//	func TestMine(t *testing.T) { basistest.Test(t, Mine{...}, 3) }
//
// What is checked: every number is finite and set, whatever dst held; InputGrad
// is the derivative of Eval, adds to dst, and takes weights by row or one row
// for all; row i depends on row i of the input alone, to the bit, however rows
// are cut; arguments are only read; calls from many goroutines give the same
// bits; and shapes that do not fit panic. A check costs a few thousand
// evaluations of a row.
//
// The kit does not know what kernel the features stand for: compare inner
// products with it in the type's own test.
package basistest
