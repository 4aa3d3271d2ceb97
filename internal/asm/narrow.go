package asm

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
