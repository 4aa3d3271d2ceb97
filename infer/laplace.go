package infer

import (
	"context"
	"errors"
	"fmt"

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
	// Mode is the point, after the Newton steps from where it was sought.
	Mode State
	// Decrement is g'H⁻¹g/2 there, what another Newton step would gain in log
	// density.
	Decrement float64
}

// Newton steps stop at a gain that no use of the approximation can see.
const (
	newtonGain  = 1e-10
	newtonSteps = 5
)

// NewLaplace returns the approximation at the mode near x, which it improves by a
// few Newton steps. H comes from differences of the gradient over five points of
// each coordinate, on its own scale, and is symmetrised; it is factorised after
// scaling to a unit diagonal, so that coordinates of very different scales do no
// harm. The errors are a [*CurvatureError], an [*InitError] if the density at x is
// not finite, that of a target which panics with one, and ctx.Err(). Cost 6 D gradients a Newton step, and D³.
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

// curvature names the coordinate of a factorisation that failed.
func curvature(err error) error {
	var e *linalg.NotPositiveDefinite
	if errors.As(err, &e) {
		return &CurvatureError{e.Pivot, e.Value}
	}
	return fmt.Errorf("hessian: %w", err)
}
