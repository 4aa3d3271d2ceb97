package store

import (
	"matheron/data"
	"matheron/pathwise"
)

// Path is one function of a [PathSet], in the units of the table. It is safe for many
// goroutines.
type Path struct {
	path    pathwise.Path
	scaling *data.Scaling
}

// At returns f(x). It panics if x has other than D numbers.
func (f Path) At(x []float64) float64 {
	if f.scaling == nil {
		return f.path.At(x)
	}
	return f.scaling.Target.Inverse(f.path.At(f.scaled(x)))
}

// Grad sets dst to the gradient of f at x and returns it; nil allocates. It panics if f
// has none, see [pathwise.Path.Grad].
func (f Path) Grad(dst, x []float64) []float64 {
	if f.scaling == nil {
		return f.path.Grad(dst, x)
	}
	dst = f.path.Grad(dst, f.scaled(x))
	for j, a := range f.scaling.Inputs {
		dst[j] *= f.scaling.Target.Scale / a.Scale
	}
	return dst
}

// scaled returns x in the units of the path.
func (f Path) scaled(x []float64) []float64 {
	if len(x) != len(f.scaling.Inputs) {
		return x // the path refuses its length
	}
	z := make([]float64, len(x))
	for j, a := range f.scaling.Inputs {
		z[j] = a.Apply(x[j])
	}
	return z
}
