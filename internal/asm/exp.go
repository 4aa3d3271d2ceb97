package asm

import (
	"fmt"
	"math"
)

// piece is the number of elements of a row in one call into assembly, for kernels of
// about a nanosecond an element: a call cannot be interrupted.
const piece = 4096

// Exp sets dst[i] to e^x[i]. dst may be x. It panics if their lengths differ.
//
// Errors are below 1.3 ulp, and 0.9 for AVX2, subnormal results included; the Go loop
// has those of [math.Exp]. Results overflow to +Inf above 709.78 and underflow to 0
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
