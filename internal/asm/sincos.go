package asm

import (
	"fmt"
	"math"
)

// SinCos sets sin[i] and cos[i] to the sine and cosine of x[i]. The three do not
// overlap. It panics if lengths differ.
//
// Errors are below 1.5 ulp for |x[i]| <= 1e6, multiples of pi/2 included; beyond,
// each element is that of [math.Sincos], as are those of the Go loop. The sign of a
// zero is lost.
func SinCos(sin, cos, x []float64) {
	if len(sin) != len(x) || len(cos) != len(x) {
		panic(fmt.Sprintf("asm: SinCos of %d elements into %d and %d", len(x), len(sin), len(cos)))
	}
	for len(x) > piece {
		sinCosPiece(sin[:piece], cos[:piece], x[:piece])
		sin, cos, x = sin[piece:], cos[piece:], x[piece:]
	}
	sinCosPiece(sin, cos, x)
}

// farthest is the largest |x| whose remainder by pi/2, in three parts, is right.
const farthest = 1e6

func sinCosPiece(sin, cos, x []float64) {
	if sinCos(sin, cos, x) > farthest {
		for i, v := range x {
			if math.Abs(v) > farthest {
				sin[i], cos[i] = math.Sincos(v)
			}
		}
	}
}

// sinCosGeneric is right for all x and returns 0. Variants return the largest |x[i]|,
// so that the caller can correct elements out of their range.
func sinCosGeneric(sin, cos, x []float64) (largest float64) {
	for i, v := range x {
		sin[i], cos[i] = math.Sincos(v)
	}
	return 0
}
