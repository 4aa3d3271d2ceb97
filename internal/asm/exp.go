package asm

import (
	"fmt"
	"math"
)

// piece is how many elements of a row a call into assembly is given where an
// element costs about a nanosecond: a call cannot be interrupted.
const piece = 4096

// Exp sets dst[i] to e^x[i]. dst may be x. It panics if their lengths differ.
//
// Errors are below 1.3 ulp, and 0.9 for AVX2, subnormal results included; those of
// the Go loop are those of [math.Exp]. Results overflow to +Inf above 709.78 and underflow to 0
// below -745.13.
func Exp(dst, x []float64) {
	if len(dst) != len(x) {
		panic(fmt.Sprintf("asm: Exp of %d elements into %d", len(x), len(dst)))
	}
	for len(x) > piece {
		exp(dst[:piece], x[:piece])
		dst, x = dst[piece:], x[piece:]
	}
	exp(dst, x)
}

func expGeneric(dst, x []float64) {
	for i, v := range x {
		dst[i] = math.Exp(v)
	}
}
