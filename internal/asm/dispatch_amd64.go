//go:build !noasm

package asm

import (
	"golang.org/x/sys/cpu"
)

// highest returns the level of this processor and operating system.
func highest() Level {
	switch x := cpu.X86; {
	case !x.HasAVX2 || !x.HasFMA || !x.HasBMI2:
		return Generic
	case x.HasAVX512F && x.HasAVX512DQ && x.HasAVX512BW && x.HasAVX512VL:
		return AVX512
	}
	return AVX2
}

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

func squares(acc, h, x, y []float64, stride int) {
	switch level {
	case AVX512:
		squaresAVX512(acc, h, x, y, stride)
	case AVX2:
		squaresAVX2(acc, h, x, y, stride)
	default:
		squaresGeneric(acc, h, x, y, stride)
	}
}

func squaresOf(acc, a, b, x, y []float64, stride int) (sum float64) {
	switch level {
	case AVX512:
		return squaresOfAVX512(acc, a, b, x, y, stride)
	case AVX2:
		return squaresOfAVX2(acc, a, b, x, y, stride)
	}
	return squaresOfGeneric(acc, a, b, x, y, stride)
}

func differences(acc, h, x, y []float64, stride int) {
	switch level {
	case AVX512:
		differencesAVX512(acc, h, x, y, stride)
	case AVX2:
		differencesAVX2(acc, h, x, y, stride)
	default:
		differencesGeneric(acc, h, x, y, stride)
	}
}

func products(acc, h, y []float64, stride int) {
	switch level {
	case AVX512:
		productsAVX512(acc, h, y, stride)
	case AVX2:
		productsAVX2(acc, h, y, stride)
	default:
		productsGeneric(acc, h, y, stride)
	}
}

func phases(p, x, omega []float64, stride int) {
	switch level {
	case AVX512:
		phasesAVX512(p, x, omega, stride)
	case AVX2:
		phasesAVX2(p, x, omega, stride)
	default:
		phasesGeneric(p, x, omega, stride)
	}
}

func waves(sin, cos, x, omega []float64, stride int, scale float64) (largest float64) {
	switch level {
	case AVX512:
		return wavesAVX512(sin, cos, x, omega, stride, scale)
	case AVX2:
		return wavesAVX2(sin, cos, x, omega, stride, scale)
	}
	return wavesGeneric(sin, cos, x, omega, stride, scale)
}

func waveSum(a, b, x, omega []float64, stride int) (sum, largest float64) {
	switch level {
	case AVX512:
		return waveSumAVX512(a, b, x, omega, stride)
	case AVX2:
		return waveSumAVX2(a, b, x, omega, stride)
	}
	return waveSumGeneric(a, b, x, omega, stride)
}

func waveSlopes(h, a, b, x, omega []float64, stride int) (sum, largest float64) {
	switch level {
	case AVX512:
		return waveSlopesAVX512(h, a, b, x, omega, stride)
	case AVX2:
		return waveSlopesAVX2(h, a, b, x, omega, stride)
	}
	return waveSlopesGeneric(h, a, b, x, omega, stride)
}

func multiply(dst, a, b []float64) {
	switch level {
	case AVX512:
		multiplyAVX512(dst, a, b)
	case AVX2:
		multiplyAVX2(dst, a, b)
	default:
		multiplyGeneric(dst, a, b)
	}
}

func scale(dst []float64, s float64, a []float64) {
	switch level {
	case AVX512:
		scaleAVX512(dst, s, a)
	case AVX2:
		scaleAVX2(dst, s, a)
	default:
		scaleGeneric(dst, s, a)
	}
}

func addScaled(dst []float64, s float64, a []float64) {
	switch level {
	case AVX512:
		addScaledAVX512(dst, s, a)
	case AVX2:
		addScaledAVX2(dst, s, a)
	default:
		addScaledGeneric(dst, s, a)
	}
}

func scaleLess(dst []float64, s float64, a, b []float64) {
	switch level {
	case AVX512:
		scaleLessAVX512(dst, s, a, b)
	case AVX2:
		scaleLessAVX2(dst, s, a, b)
	default:
		scaleLessGeneric(dst, s, a, b)
	}
}

func dot(a, b []float64) (sum float64) {
	switch level {
	case AVX512:
		return dotAVX512(a, b)
	case AVX2:
		return dotAVX2(a, b)
	}
	return dotGeneric(a, b)
}

func covPeriodic(dst, sinX, cosX, scale, sinY, cosY []float64, stride int, variance float64) {
	switch level {
	case AVX512:
		covPeriodicAVX512(dst, sinX, cosX, scale, sinY, cosY, stride, variance)
	case AVX2:
		covPeriodicAVX2(dst, sinX, cosX, scale, sinY, cosY, stride, variance)
	default:
		covPeriodicGeneric(dst, sinX, cosX, scale, sinY, cosY, stride, variance)
	}
}

func sumsPeriodic(acc, a, b, x, sinX, cosX, y, sinY, cosY []float64, stride int) (sum float64) {
	switch level {
	case AVX512:
		return sumsPeriodicAVX512(acc, a, b, x, sinX, cosX, y, sinY, cosY, stride)
	case AVX2:
		return sumsPeriodicAVX2(acc, a, b, x, sinX, cosX, y, sinY, cosY, stride)
	}
	return sumsPeriodicGeneric(acc, a, b, x, sinX, cosX, y, sinY, cosY, stride)
}

func narrow(dst []float32, src []float64) {
	switch level {
	case AVX512:
		narrowAVX512(dst, src)
	case AVX2:
		narrowAVX2(dst, src)
	default:
		narrowGeneric(dst, src)
	}
}

func scaleDifferences(dst []float64, s float64, h []float64, x float64, y []float64) {
	switch level {
	case AVX512:
		scaleDifferencesAVX512(dst, s, h, x, y)
	case AVX2:
		scaleDifferencesAVX2(dst, s, h, x, y)
	default:
		scaleDifferencesGeneric(dst, s, h, x, y)
	}
}

func multiplySum(dst []float64, p float64, a []float64, q float64, b []float64) {
	switch level {
	case AVX512:
		multiplySumAVX512(dst, p, a, q, b)
	case AVX2:
		multiplySumAVX2(dst, p, a, q, b)
	default:
		multiplySumGeneric(dst, p, a, q, b)
	}
}

func rowTimes(c, a, b []float64, stride, add int) {
	switch level {
	case AVX512:
		rowTimesAVX512(c, a, b, stride, add)
	case AVX2:
		rowTimesAVX2(c, a, b, stride, add)
	default:
		rowTimesGeneric(c, a, b, stride, add)
	}
}

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

// gemmTile computes the tile of m rows from i and n columns from j by the kernel
// of the active level that is as wide as need be.
func gemmTile[T Float](p *Product[T], t Tile, i, j, m, n int) {
	var a, b *T
	if p.K > 0 {
		a, b = &p.A[i/t.Rows*p.APanel], &p.B[j/t.Cols*p.BPanel]
	}
	c, diag, add := &p.C[i*p.CRow+j], p.Diag+i-j, 0
	if p.Add {
		add = 1
	}
	switch p := any(p).(type) {
	case *Product[float64]:
		a, b, c := any(a).(*float64), any(b).(*float64), any(c).(*float64)
		switch {
		case level == AVX512 && n > 16:
			gemm3AVX512(m, p.K, a, p.ARow, p.ACol, b, p.BRow, c, p.CRow, n, diag, p.Alpha, add)
		case level == AVX512 && n > 8:
			gemm2AVX512(m, p.K, a, p.ARow, p.ACol, b, p.BRow, c, p.CRow, n, diag, p.Alpha, add)
		case level == AVX512:
			gemm1AVX512(m, p.K, a, p.ARow, p.ACol, b, p.BRow, c, p.CRow, n, diag, p.Alpha, add)
		case n > 4:
			gemm2AVX2(m, p.K, a, p.ARow, p.ACol, b, p.BRow, c, p.CRow, n, diag, p.Alpha, add)
		default:
			gemm1AVX2(m, p.K, a, p.ARow, p.ACol, b, p.BRow, c, p.CRow, n, diag, p.Alpha, add)
		}
	case *Product[float32]:
		a, b, c := any(a).(*float32), any(b).(*float32), any(c).(*float32)
		switch {
		case level == AVX512 && n > 32:
			sgemm3AVX512(m, p.K, a, p.ARow, p.ACol, b, p.BRow, c, p.CRow, n, diag, p.Alpha, add)
		case level == AVX512 && n > 16:
			sgemm2AVX512(m, p.K, a, p.ARow, p.ACol, b, p.BRow, c, p.CRow, n, diag, p.Alpha, add)
		case level == AVX512:
			sgemm1AVX512(m, p.K, a, p.ARow, p.ACol, b, p.BRow, c, p.CRow, n, diag, p.Alpha, add)
		case n > 8:
			sgemm2AVX2(m, p.K, a, p.ARow, p.ACol, b, p.BRow, c, p.CRow, n, diag, p.Alpha, add)
		default:
			sgemm1AVX2(m, p.K, a, p.ARow, p.ACol, b, p.BRow, c, p.CRow, n, diag, p.Alpha, add)
		}
	}
}
