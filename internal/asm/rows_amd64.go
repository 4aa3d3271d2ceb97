//go:build !noasm

package asm

func exp(dst, x []float64) {
	switch level {
	case AVX512:
		expAVX512(dst, x)
	case AVX2:
		expAVX2(dst, x)
	default:
		expGeneric(dst, x)
	}
}

func sinCos(sin, cos, x []float64) (largest float64) {
	switch level {
	case AVX512:
		return sinCosAVX512(sin, cos, x)
	case AVX2:
		return sinCosAVX2(sin, cos, x)
	}
	return sinCosGeneric(sin, cos, x)
}
