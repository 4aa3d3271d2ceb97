package gp

import (
	"context"
	"math"
	"runtime"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/parallel"
	"matheron/optimize"
)

// The evidence of a sum of kernels has ridges: a variance and a lengthscale that
// trade against each other for a fraction of a nat, beside directions a
// thousand times as steep. From the second stage on, the climb is therefore in
// coordinates in which the curvature where the stage before ended is the
// identity. There a gradient of g is g^2/2
// nats from the top, which is the rule that ends the climb.
const (
	// whiteTol is the gradient at which a whitened climb ends: 1e-4 nats or so
	// for each parameter.
	whiteTol = 0.015
	// flattest bounds how far a direction is stretched: a curvature of less, in
	// nats over a factor of e, is taken for this.
	flattest = 0.05
	// hessianStep is the step of the differences of the gradient, in the
	// logarithm: the curvature need not be exact.
	hessianStep = 1e-3
)

// whitening is an affine map z = origin + t u from whitened coordinates.
type whitening struct {
	origin []float64
	t      *mat.Dense
	volume float64 // log |det t|
}

// interior reports whether no parameter is at an end of the box.
func (l *layout) interior(z []float64) bool {
	for i, s := range l.slots {
		if z[i] <= s.lower || z[i] >= s.upper {
			return false
		}
	}
	return true
}

// whiten returns the coordinates in which the objective on some rows, with the
// curvature that it has at z, is round. It returns nil if the curvature cannot be had
// there.
func (l *layout) whiten(ctx context.Context, z []float64, x *mat.Dense, y []float64) *whitening {
	p := len(z)
	columns := make([][]float64, p+1) // gradients at z and at a step along each
	workers := min(runtime.GOMAXPROCS(0), p+1)
	objectives := make([]func(z, grad []float64) float64, workers) // each with its N x N storage
	parallel.Do(workers, p+1, func(w, i int) {
		if ctx.Err() != nil {
			return
		}
		if objectives[w] == nil {
			objectives[w] = l.objective(evidenceAmong(workers, x, y))
		}
		at := append([]float64(nil), z...)
		if i < p {
			at[i] += hessianStep
		}
		g := make([]float64, p)
		if v := objectives[w](at, g); !math.IsInf(v, 0) && !math.IsNaN(v) {
			columns[i] = g
		}
	})
	h := mat.NewSymDense(p, nil)
	for i := range p {
		if columns[i] == nil || columns[p] == nil {
			return nil
		}
	}
	for i := range p {
		for j := range i + 1 {
			a, b := columns[i][j]-columns[p][j], columns[j][i]-columns[p][i]
			h.SetSym(i, j, 0.5*(a+b)/hessianStep)
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(h, true) {
		return nil
	}
	var v mat.Dense
	eig.VectorsTo(&v)
	volume := 0.0
	for j, curvature := range eig.Values(nil) {
		s := 1 / math.Sqrt(math.Max(math.Abs(curvature), flattest))
		volume += math.Log(s)
		for i := range p {
			v.Set(i, j, v.At(i, j)*s)
		}
	}
	return &whitening{z, &v, volume}
}

// to returns the point at u.
func (w *whitening) to(dst, u []float64) {
	for i := range dst {
		s := w.origin[i]
		for j, v := range w.t.RawRowView(i) {
			s += v * u[j]
		}
		dst[i] = s
	}
}

// rise returns how much lower a point is than the one at, by the curvature.
func (w *whitening) rise(z, at []float64) float64 {
	p := len(z)
	u := mat.NewVecDense(p, nil)
	for i, v := range z {
		u.SetVec(i, v-at[i])
	}
	var x mat.VecDense
	if err := x.SolveVec(w.t, u); err != nil {
		return math.Inf(1)
	}
	return 0.5 * mat.Dot(&x, &x)
}

// minimize climbs from the origin of w.
func (w *whitening) minimize(ctx context.Context, l *layout, f optimize.Objective, m optimize.LBFGS) (optimize.Result, error) {
	p := len(w.origin)
	z, gz := make([]float64, p), make([]float64, p)
	white := func(u, grad []float64) float64 {
		w.to(z, u)
		if !l.interior(z) {
			return math.Inf(1)
		}
		if grad == nil {
			return f(z, nil)
		}
		v := f(z, gz)
		clear(grad)
		for i, g := range gz {
			for j, t := range w.t.RawRowView(i) {
				grad[j] += t * g
			}
		}
		return v
	}
	m.GradTol, m.RelTol = whiteTol, 1e-12
	r, err := m.Minimize(ctx, white, make([]float64, p))
	if r.X != nil {
		u := r.X
		r.X = make([]float64, p)
		w.to(r.X, u)
	}
	return r, err
}
