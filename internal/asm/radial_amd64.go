//go:build !noasm

package asm

func cov(p Profile, dst, x, scale, y []float64, stride int, variance, alpha float64) {
	switch level {
	case AVX512:
		switch p {
		case RBF:
			covRBFAVX512(dst, x, scale, y, stride, variance, alpha)
		case Matern12:
			covMatern12AVX512(dst, x, scale, y, stride, variance, alpha)
		case Matern32:
			covMatern32AVX512(dst, x, scale, y, stride, variance, alpha)
		case Matern52:
			covMatern52AVX512(dst, x, scale, y, stride, variance, alpha)
		case RationalQuadratic:
			covRationalQuadraticAVX512(dst, x, scale, y, stride, variance, alpha)
		}
	case AVX2:
		switch p {
		case RBF:
			covRBFAVX2(dst, x, scale, y, stride, variance, alpha)
		case Matern12:
			covMatern12AVX2(dst, x, scale, y, stride, variance, alpha)
		case Matern32:
			covMatern32AVX2(dst, x, scale, y, stride, variance, alpha)
		case Matern52:
			covMatern52AVX2(dst, x, scale, y, stride, variance, alpha)
		case RationalQuadratic:
			covRationalQuadraticAVX2(dst, x, scale, y, stride, variance, alpha)
		}
	default:
		covGeneric(p, dst, x, scale, y, stride, variance, alpha)
	}
}

func slope(p Profile, h, w, x, scale, y []float64, stride int, variance, alpha float64, sums *[3]float64) {
	switch level {
	case AVX512:
		switch p {
		case RBF:
			slopeRBFAVX512(h, w, x, scale, y, stride, variance, alpha, sums)
		case Matern12:
			slopeMatern12AVX512(h, w, x, scale, y, stride, variance, alpha, sums)
		case Matern32:
			slopeMatern32AVX512(h, w, x, scale, y, stride, variance, alpha, sums)
		case Matern52:
			slopeMatern52AVX512(h, w, x, scale, y, stride, variance, alpha, sums)
		case RationalQuadratic:
			slopeRationalQuadraticAVX512(h, w, x, scale, y, stride, variance, alpha, sums)
		}
	case AVX2:
		switch p {
		case RBF:
			slopeRBFAVX2(h, w, x, scale, y, stride, variance, alpha, sums)
		case Matern12:
			slopeMatern12AVX2(h, w, x, scale, y, stride, variance, alpha, sums)
		case Matern32:
			slopeMatern32AVX2(h, w, x, scale, y, stride, variance, alpha, sums)
		case Matern52:
			slopeMatern52AVX2(h, w, x, scale, y, stride, variance, alpha, sums)
		case RationalQuadratic:
			slopeRationalQuadraticAVX2(h, w, x, scale, y, stride, variance, alpha, sums)
		}
	default:
		slopeGeneric(p, h, w, x, scale, y, stride, variance, alpha, sums)
	}
}
