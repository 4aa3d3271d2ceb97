package asm

import "fmt"

// Arithmetic of rows. All panic if lengths differ; dst may be an operand.

// Multiply sets dst[i] to a[i] b[i].
func Multiply(dst, a, b []float64) {
	checkRows("Multiply", len(dst), len(a), len(b))
	for ; len(dst) > piece; dst, a, b = dst[piece:], a[piece:], b[piece:] {
		multiply(dst[:piece], a[:piece], b[:piece])
	}
	multiply(dst, a, b)
}

// Scale sets dst[i] to s a[i].
func Scale(dst []float64, s float64, a []float64) {
	checkRows("Scale", len(dst), len(a), len(a))
	for ; len(dst) > piece; dst, a = dst[piece:], a[piece:] {
		scale(dst[:piece], s, a[:piece])
	}
	scale(dst, s, a)
}

// AddScaled adds s a[i] to dst[i], with one rounding except in the Go loop.
func AddScaled(dst []float64, s float64, a []float64) {
	checkRows("AddScaled", len(dst), len(a), len(a))
	for ; len(dst) > piece; dst, a = dst[piece:], a[piece:] {
		addScaled(dst[:piece], s, a[:piece])
	}
	addScaled(dst, s, a)
}

// ScaleLess sets dst[i] to s a[i] - b[i].
func ScaleLess(dst []float64, s float64, a, b []float64) {
	checkRows("ScaleLess", len(dst), len(a), len(b))
	for ; len(dst) > piece; dst, a, b = dst[piece:], a[piece:], b[piece:] {
		scaleLess(dst[:piece], s, a[:piece], b[:piece])
	}
	scaleLess(dst, s, a, b)
}

// ScaleDifferences sets dst[i] to s h[i] (x - y[i]).
func ScaleDifferences(dst []float64, s float64, h []float64, x float64, y []float64) {
	checkRows("ScaleDifferences", len(dst), len(h), len(y))
	for ; len(dst) > piece; dst, h, y = dst[piece:], h[piece:], y[piece:] {
		scaleDifferences(dst[:piece], s, h[:piece], x, y[:piece])
	}
	scaleDifferences(dst, s, h, x, y)
}

// MultiplySum multiplies dst[i] by p a[i] + q b[i]. Both products are rounded, so that
// the sum is 0 if they cancel, as in sin u cos v - cos u sin v for u = v.
func MultiplySum(dst []float64, p float64, a []float64, q float64, b []float64) {
	checkRows("MultiplySum", len(dst), len(a), len(b))
	for ; len(dst) > piece; dst, a, b = dst[piece:], a[piece:], b[piece:] {
		multiplySum(dst[:piece], p, a[:piece], q, b[:piece])
	}
	multiplySum(dst, p, a, q, b)
}

// Dot returns the sum of a[i] b[i].
func Dot(a, b []float64) float64 {
	checkRows("Dot", len(a), len(b), len(b))
	var sum float64
	for ; len(a) > piece; a, b = a[piece:], b[piece:] {
		sum += dot(a[:piece], b[:piece])
	}
	return sum + dot(a, b)
}

func checkRows(name string, n, a, b int) {
	if n != a || n != b {
		panic(fmt.Sprintf("asm: %s of rows of %d, %d and %d", name, n, a, b))
	}
}

func multiplyGeneric(dst, a, b []float64) {
	for i, v := range a {
		dst[i] = v * b[i]
	}
}

func scaleGeneric(dst []float64, s float64, a []float64) {
	for i, v := range a {
		dst[i] = s * v
	}
}

func addScaledGeneric(dst []float64, s float64, a []float64) {
	for i, v := range a {
		dst[i] += s * v
	}
}

func scaleLessGeneric(dst []float64, s float64, a, b []float64) {
	for i, v := range a {
		dst[i] = s*v - b[i]
	}
}

func scaleDifferencesGeneric(dst []float64, s float64, h []float64, x float64, y []float64) {
	for i, v := range h {
		dst[i] = s * v * (x - y[i])
	}
}

func multiplySumGeneric(dst []float64, p float64, a []float64, q float64, b []float64) {
	for i, v := range a {
		dst[i] *= float64(p*v) + float64(q*b[i])
	}
}

func dotGeneric(a, b []float64) (sum float64) {
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}
