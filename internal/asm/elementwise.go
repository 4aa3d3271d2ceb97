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

// SinCos sets sin[i] and cos[i] to the sine and cosine of x[i]. The three do not
// overlap. It panics if lengths differ.
//
// Errors are below 1.5 ulp for |x[i]| <= 1e6, multiples of pi/2 included; beyond,
// each element is that of [math.Sincos], as are those of the Go loop. The sign of a
// zero is not kept.
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

// sinCosGeneric is right for all x. It returns 0; variants return the largest
// |x[i]|, for what they are wrong about to be mended.
func sinCosGeneric(sin, cos, x []float64) (largest float64) {
	for i, v := range x {
		sin[i], cos[i] = math.Sincos(v)
	}
	return 0
}

// Narrow sets dst[i] to src[i] in single precision, rounded to nearest. It panics
// if their lengths differ.
func Narrow(dst []float32, src []float64) {
	checkRows("Narrow", len(dst), len(src), len(src))
	for ; len(src) > piece; dst, src = dst[piece:], src[piece:] {
		narrow(dst[:piece], src[:piece])
	}
	whole := len(src) &^ 7
	narrow(dst[:whole], src[:whole])
	narrowGeneric(dst[whole:], src[whole:])
}

func narrowGeneric(dst []float32, src []float64) {
	for i, v := range src {
		dst[i] = float32(v)
	}
}
