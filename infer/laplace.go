package infer

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/linalg"
)

// Laplace is the normal approximation of a target at its mode,
//
//	q = N(x*, H⁻¹),  H = -d² log p(x*),
//	log Z = log p(x*) + D/2 log 2 pi - 1/2 log det H.
type Laplace struct {
	*Gaussian
	// LogEvidence estimates the log of the integral of the density. It is exact for
	// a normal one.
	LogEvidence float64
	// Mode is x*.
	Mode State
	// Decrement is g'H⁻¹g/2 there, the log density that another Newton step would
	// gain.
	Decrement float64
}

// Newton steps stop at a gain in log density that is too small to matter.
const (
	newtonGain  = 1e-10
	newtonSteps = 5
)

// NewLaplace returns the approximation at the mode near x, which it improves by a
// few Newton steps. H comes from differences of the gradient over five points of
// each coordinate, on its own scale, and is symmetrised; it is factorised after
// scaling to a unit diagonal, so that coordinates may have very different scales. The
// errors are a [*CurvatureError], an [*InitError] if the density at x is not finite,
// the error that a target panics with, and ctx.Err(). Cost 6 D gradients a Newton
// step, and D³.
func NewLaplace(ctx context.Context, t Target, x []float64) (_ *Laplace, err error) {
	defer recoverTo(&err, "")
	s := NewState(t, x)
	if !s.finite() {
		return nil, initError(t, 0, 1, s)
	}
	for step := 0; ; step++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		g, err := normalAt(t, s.X)
		if err != nil {
			return nil, err
		}
		// d = L L' g is the Newton step.
		n := len(s.X)
		lg := mat.NewVecDense(n, nil)
		lg.MulVec(g.l.T(), mat.NewVecDense(n, s.Grad))
		decrement := mat.Dot(lg, lg) / 2
		var d mat.VecDense
		d.MulVec(g.l, lg)
		next := append([]float64(nil), s.X...)
		for i := range next {
			next[i] += d.AtVec(i)
		}
		if decrement > newtonGain && step < newtonSteps {
			if moved := NewState(t, next); moved.finite() && moved.LogProb > s.LogProb {
				s = moved
				continue
			}
		}
		return &Laplace{
			Gaussian:    g,
			LogEvidence: s.LogProb + float64(n)/2*log2Pi + g.logDet(),
			Mode:        s,
			Decrement:   decrement,
		}, nil
	}
}

// normalAt returns N(x, H⁻¹).
func normalAt(t Target, x []float64) (*Gaussian, error) {
	h, scale, err := hessian(t, x)
	if err != nil {
		return nil, err
	}
	n := len(x)
	unit := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			unit.Set(i, j, h.At(i, j)*scale[i]*scale[j])
		}
	}
	chol, err := linalg.Factorize(unit, linalg.Policy{})
	if err != nil {
		return nil, curvature(err)
	}
	cov := mat.NewDense(n, n, nil)
	chol.Inverse(cov)
	factor, err := linalg.Factorize(cov, linalg.Policy{})
	if err != nil {
		return nil, curvature(err)
	}
	l := mat.DenseCopyOf(factor.L())
	for i := range n {
		row := l.RawRowView(i)
		for j := range row {
			row[j] *= scale[i]
		}
	}
	return NewGaussian(x, l), nil
}

// curvature returns the error of a failed factorisation, with its coordinate.
func curvature(err error) error {
	var e *linalg.NotPositiveDefinite
	if errors.As(err, &e) {
		return &CurvatureError{e.Pivot, e.Value}
	}
	return fmt.Errorf("hessian: %w", err)
}

// CurvatureError says that the density has no normal approximation at a point: it
// is not a strict maximum, or the density ends beside it.
type CurvatureError struct {
	Coordinate int
	// Curvature is the second derivative of -log p along that coordinate if it is not
	// positive, and otherwise the pivot of the factorisation; NaN where the density
	// ends.
	Curvature float64
}

// Error names the coordinate.
func (e *CurvatureError) Error() string {
	if math.IsNaN(e.Curvature) {
		return fmt.Sprintf("coordinate %d: the density or its gradient is not finite beside the mode", e.Coordinate)
	}
	return fmt.Sprintf("coordinate %d: the curvature of -log p at the mode is %.3g, not positive", e.Coordinate, e.Curvature)
}

// Steps of the differences, as fractions of the scale of each coordinate. The scale
// itself is needed to a digit. The truncation error of five points is h⁴/30 times the
// fifth derivative, 3e-14 where derivatives on that scale are of order one; rounding
// adds some eps/h = 2e-13 times the gradient.
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
