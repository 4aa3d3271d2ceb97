//go:build !amd64 || noasm

package asm

// highest returns the level of this platform.
func highest() Level { return Generic }

func exp(dst, x []float64) { expGeneric(dst, x) }

func sinCos(sin, cos, x []float64) (largest float64) { return sinCosGeneric(sin, cos, x) }

func squares(acc, h, x, y []float64, stride int) {
	squaresGeneric(acc, h, x, y, stride)
}

func squaresOf(acc, a, b, x, y []float64, stride int) (sum float64) {
	return squaresOfGeneric(acc, a, b, x, y, stride)
}

func differences(acc, h, x, y []float64, stride int) {
	differencesGeneric(acc, h, x, y, stride)
}

func products(acc, h, y []float64, stride int) {
	productsGeneric(acc, h, y, stride)
}

func phases(p, x, omega []float64, stride int) {
	phasesGeneric(p, x, omega, stride)
}

func waves(sin, cos, x, omega []float64, stride int, scale float64) (largest float64) {
	return wavesGeneric(sin, cos, x, omega, stride, scale)
}

func waveSum(a, b, x, omega []float64, stride int) (sum, largest float64) {
	return waveSumGeneric(a, b, x, omega, stride)
}

func waveSlopes(h, a, b, x, omega []float64, stride int) (sum, largest float64) {
	return waveSlopesGeneric(h, a, b, x, omega, stride)
}

func cov(p Profile, dst, x, scale, y []float64, stride int, variance, alpha float64) {
	covGeneric(p, dst, x, scale, y, stride, variance, alpha)
}

func slope(p Profile, h, w, x, scale, y []float64, stride int, variance, alpha float64, sums *[3]float64) {
	slopeGeneric(p, h, w, x, scale, y, stride, variance, alpha, sums)
}

func multiply(dst, a, b []float64) {
	multiplyGeneric(dst, a, b)
}

func scale(dst []float64, s float64, a []float64) {
	scaleGeneric(dst, s, a)
}

func addScaled(dst []float64, s float64, a []float64) {
	addScaledGeneric(dst, s, a)
}

func scaleLess(dst []float64, s float64, a, b []float64) {
	scaleLessGeneric(dst, s, a, b)
}

func dot(a, b []float64) (sum float64) {
	return dotGeneric(a, b)
}

func covPeriodic(dst, sinX, cosX, scale, sinY, cosY []float64, stride int, variance float64) {
	covPeriodicGeneric(dst, sinX, cosX, scale, sinY, cosY, stride, variance)
}

func sumsPeriodic(acc, a, b, x, sinX, cosX, y, sinY, cosY []float64, stride int) (sum float64) {
	return sumsPeriodicGeneric(acc, a, b, x, sinX, cosX, y, sinY, cosY, stride)
}

func narrow(dst []float32, src []float64) { narrowGeneric(dst, src) }

func scaleDifferences(dst []float64, s float64, h []float64, x float64, y []float64) {
	scaleDifferencesGeneric(dst, s, h, x, y)
}

func multiplySum(dst []float64, p float64, a []float64, q float64, b []float64) {
	multiplySumGeneric(dst, p, a, q, b)
}

func rowTimes(c, a, b []float64, stride, add int) { rowTimesGeneric(c, a, b, stride, add) }

// gemmTile is not reached: the only level here is Generic.
func gemmTile[T Float](*Product[T], Tile, int, int, int, int) { panic("asm: no assembly") }

// The only level here is Generic: but for copyPanels, these are not reached.

func transposePanel(int, int, *float64, int, *float64, int)  { panic("asm: no assembly") }
func copyPanels(int, int, int, *float64, int, *float64) bool { return false }
func solveColumns(*Triangle, int, *float64, int)             { panic("asm: no assembly") }
func solveRows(*Triangle, int, *float64, int)                { panic("asm: no assembly") }
