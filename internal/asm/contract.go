package asm

import "fmt"

// Squares adds to acc[d] the sum over j of h[j] (x[d] - y_dj)^2, where y_dj is
// y[d*stride+j]. It panics if numbers of columns differ or there are fewer points than
// weights.
func Squares(acc, h, x, y []float64, stride int) {
	checkContraction("Squares", acc, x, len(h), y, stride)
	for most := rowPiece(len(x)); len(h) > most; h, y = h[most:], y[most:] {
		squares(acc, h[:most], x, y, stride)
	}
	squares(acc, h, x, y, stride)
}

// SquaresOf is Squares with the weights a[j] b[j], whose sum it returns. It panics if
// there is no column too.
func SquaresOf(acc, a, b, x, y []float64, stride int) float64 {
	checkContraction("SquaresOf", acc, x, len(a), y, stride)
	if len(a) != len(b) || len(x) == 0 {
		panic(fmt.Sprintf("asm: SquaresOf with %d times %d weights of %d columns", len(a), len(b), len(x)))
	}
	var sum float64
	for most := rowPiece(len(x)); len(a) > most; a, b, y = a[most:], b[most:], y[most:] {
		sum += squaresOf(acc, a[:most], b[:most], x, y, stride)
	}
	return sum + squaresOf(acc, a, b, x, y, stride)
}

// Differences adds to acc[d] the sum over j of h[j] (x[d] - y_dj). It panics as
// Squares does.
func Differences(acc, h, x, y []float64, stride int) {
	checkContraction("Differences", acc, x, len(h), y, stride)
	for most := rowPiece(len(x)); len(h) > most; h, y = h[most:], y[most:] {
		differences(acc, h[:most], x, y, stride)
	}
	differences(acc, h, x, y, stride)
}

// Products adds to acc[d] the sum over j of h[j] y_dj. It panics if there are fewer
// points than weights.
func Products(acc, h, y []float64, stride int) {
	checkColumns("Products", len(acc), len(h), len(y), stride)
	for most := rowPiece(len(acc)); len(h) > most; h, y = h[most:], y[most:] {
		products(acc, h[:most], y, stride)
	}
	products(acc, h, y, stride)
}

func checkContraction(name string, acc, x []float64, n int, y []float64, stride int) {
	if len(acc) != len(x) {
		panic(fmt.Sprintf("asm: %s of %d columns into %d", name, len(x), len(acc)))
	}
	checkColumns(name, len(x), n, len(y), stride)
}

func squaresGeneric(acc, h, x, y []float64, stride int) {
	for d, xd := range x {
		var s float64
		for j, v := range y[d*stride:][:len(h)] {
			t := xd - v
			s += h[j] * t * t
		}
		acc[d] += s
	}
}

func squaresOfGeneric(acc, a, b, x, y []float64, stride int) (sum float64) {
	for j, v := range a {
		sum += v * b[j]
	}
	for d, xd := range x {
		var s float64
		for j, v := range y[d*stride:][:len(a)] {
			t := xd - v
			s += a[j] * b[j] * t * t
		}
		acc[d] += s
	}
	return sum
}

func differencesGeneric(acc, h, x, y []float64, stride int) {
	for d, xd := range x {
		var s float64
		for j, v := range y[d*stride:][:len(h)] {
			s += h[j] * (xd - v)
		}
		acc[d] += s
	}
}

func productsGeneric(acc, h, y []float64, stride int) {
	for d := range acc {
		var s float64
		for j, v := range y[d*stride:][:len(h)] {
			s += h[j] * v
		}
		acc[d] += s
	}
}
