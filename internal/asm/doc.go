// Package asm holds the inner loops of Matheron: generated vector code, and the
// Go loop that defines each.
//
// A kernel is a Go function of this package, such as Exp(dst, x). It calls the
// variant of the processor's level (see [Level]): AVX-512, AVX2 with FMA, or the
// Go loop, whose name ends in Generic, and which is also what every other platform
// runs, what the tag noasm builds, and what the tests compare each variant with.
//
// Errors are measured against math/big by the tests, at random arguments and at those
// where they are largest: see [Exp], [SinCos] and [Radial].
//
// # Bits
//
// A variant is a function of its arguments alone, to the last bit; where a kernel
// works along a row, an element does not depend on its neighbours nor on how many
// there are. Variants differ from each other by rounding.
//
// # For testing
//
// The environment variable MATHERON_CPU, read once at start, forces a level:
// avx512, avx2 or generic. A value that is unknown, or that the processor lacks,
// ends the program. The go command does not see that tests depend on it: run them
// with -count=1.
//
// # Generated files
//
// Files z*_amd64.s and z*_amd64.go are made by the module in gen, with avo. Calls
// into assembly cannot be interrupted by the scheduler or the garbage collector:
// a call stays below some 10 us.
package asm

//go:generate go -C gen run .
