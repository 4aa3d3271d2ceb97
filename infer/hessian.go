package infer

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// CurvatureError says that the density has no normal approximation at a point: it
// is not a strict maximum, or the density ends beside it.
type CurvatureError struct {
	Coordinate int
	// Curvature is the second derivative of -log p along that coordinate, or the
	// pivot there if the coordinate alone is curved well; NaN where the density ends.
	Curvature float64
}

// Error names the coordinate.
func (e *CurvatureError) Error() string {
	if math.IsNaN(e.Curvature) {
		return fmt.Sprintf("coordinate %d: the density or its gradient is not finite beside the mode", e.Coordinate)
	}
	return fmt.Sprintf("coordinate %d: the curvature of -log p at the mode is %.3g, not positive", e.Coordinate, e.Curvature)
}

// Steps of the differences, as shares of the scale of each coordinate. The first
// guess of the scale needs a digit only. For the Hessian the error of five points
// is h⁴/30 times the fifth derivative, 3e-14 where derivatives on that scale are of
// order one, and rounding adds some eps/h = 2e-13 times the noise of the gradient.
const (
	scaleStep   = 1e-5
	hessianStep = 1e-3
)

// hessian returns the second derivatives of -log p at x, symmetrised, and the scale
// of each coordinate, the deviation of its normal approximation given the others:
// by differences of the gradient over five points of each coordinate. Cost 6 D
// gradients.
func hessian(t Target, x []float64) (*mat.SymDense, []float64, error) {
	n := len(x)
	y := append([]float64(nil), x...)
	scale := make([]float64, n)
	diff := func(dst []float64, i int, h float64) bool {
		up, down := make([]float64, n), make([]float64, n)
		a, b := x[i]+h, x[i]-h
		y[i] = a
		lp := logProbGrad(t, up, y)
		y[i] = b
		lp += logProbGrad(t, down, y)
		y[i] = x[i]
		for k := range dst {
			dst[k] = (down[k] - up[k]) / (a - b)
		}
		return !math.IsInf(lp, -1) && allFinite(dst)
	}
	row := make([]float64, n)
	for i := range x {
		if !diff(row, i, scaleStep*max(1, math.Abs(x[i]))) {
			return nil, nil, &CurvatureError{i, math.NaN()}
		}
		if !(row[i] > 0) {
			return nil, nil, &CurvatureError{i, row[i]}
		}
		scale[i] = 1 / math.Sqrt(row[i])
	}
	full := mat.NewDense(n, n, nil)
	wide := make([]float64, n)
	for i := range x {
		h := hessianStep * scale[i]
		if !diff(row, i, h) || !diff(wide, i, 2*h) {
			return nil, nil, &CurvatureError{i, math.NaN()}
		}
		for k := range row {
			full.Set(i, k, (4*row[k]-wide[k])/3)
		}
		if d := full.At(i, i); !(d > 0) {
			return nil, nil, &CurvatureError{i, d}
		}
		scale[i] = 1 / math.Sqrt(full.At(i, i))
	}
	out := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			out.SetSym(i, j, (full.At(i, j)+full.At(j, i))/2)
		}
	}
	return out, scale, nil
}
