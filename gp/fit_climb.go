package gp

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/parallel"
	"matheron/optimize"
	"matheron/progress"
)

// steps moves the points a few steps up on a part, in place, and returns what is
// minimised at each, NaN for none.
func (s *search) steps(ctx context.Context, on *part, points [][]float64, count int) []float64 {
	values := make([]float64, len(points))
	for i, r := range s.round(ctx, on, points, nil, count, nil) {
		values[i] = math.NaN()
		if r.X != nil && !math.IsInf(r.F, 0) {
			points[i], values[i] = r.X, r.F
		}
	}
	return values
}

// round climbs from each of the points on a part.
func (s *search) round(ctx context.Context, on *part, points [][]float64, white []*whitening, iterations int, report progress.Func) []optimize.Result {
	x, y, l := on.x, on.y, on.l
	if len(points) == 0 {
		return nil
	}
	if len(l.slots) == 0 {
		v := l.objective(NewEvidence(x, y))(nil, nil)
		return []optimize.Result{{X: []float64{}, F: v, Evaluations: 1}}
	}
	box := optimize.Box{Lower: make([]float64, len(l.slots)), Upper: make([]float64, len(l.slots))}
	for i, s := range l.slots {
		box.Lower[i], box.Upper[i] = s.lower, s.upper
	}
	workers := min(runtime.GOMAXPROCS(0), len(points))
	if len(y) > together {
		workers = 1
	}
	ends := make([]optimize.Result, len(points))
	one := func(i int) (optimize.Result, error) {
		m := optimize.LBFGSB{Box: box, Memory: memory, MaxIterations: iterations, RelTol: relTol}
		if on != s.whole {
			m.RelTol = roughTol
		}
		if report != nil {
			stage := fmt.Sprintf("stage %d of %d, %d rows", s.at+1, len(s.stages), len(y))
			m.Observe = func(it optimize.Iteration) {
				report(progress.Update{Stage: stage, Part: i + 1, Parts: len(points), Done: it.Iteration, Value: -it.F})
			}
		}
		f := optimize.Objective(l.objective(evidenceAmong(workers, x, y)))
		if white != nil && white[i] != nil {
			return white[i].minimize(ctx, l, f, optimize.LBFGS{Memory: memory, MaxIterations: iterations, Observe: m.Observe})
		}
		return m.Minimize(ctx, f, points[i])
	}
	parallel.Do(workers, len(points), func(_, i int) {
		r, err := one(i)
		r.Err = err
		ends[i] = r
	})
	return ends
}

// report describes a climb.
func (s *search) report(a ascent) FitStart {
	l, n := s.whole.l, len(a.on.y)
	out := FitStart{Rows: n, From: l.theta(a.from), Objective: math.NaN(), LogEvidence: math.NaN(), Status: a.Status.String(), Evaluations: a.Evaluations}
	if a.X == nil {
		if a.Err != nil {
			out.Status = a.Err.Error()
		}
		return out
	}
	// The climb had these rows for all.
	prior := l.params.LogPriorGrad(nil, a.X)
	out.To, out.LogEvidence = l.theta(a.X), (-a.F-prior)/a.on.l.weight
	out.Objective = out.LogEvidence + prior
	return out
}

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
