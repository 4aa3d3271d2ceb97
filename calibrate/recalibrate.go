package calibrate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"

	"matheron/optimize"
)

// Map is a monotone map of [0, 1] onto itself that makes transforms uniform:
// Forward is the distribution function of past transforms. A prediction whose
// quantile function is Q becomes one whose quantile function is Q(Inverse(p))
// (Kuleshov et al. 2018).
type Map interface {
	Forward(u float64) float64
	Inverse(p float64) float64
}

// Beta is the distribution function of a Beta distribution, I_u(A, B): smooth, with two
// parameters, and the identity where both are 1.
type Beta struct {
	A, B float64
}

// Forward implements Map.
func (b Beta) Forward(u float64) float64 { return mathext.RegIncBeta(b.A, b.B, u) }

// Inverse implements Map.
func (b Beta) Inverse(p float64) float64 { return mathext.InvRegIncBeta(b.A, b.B, p) }

// ErrTooFew is the error of a map fitted to fewer than two different transforms.
var ErrTooFew = errors.New("a recalibration needs at least two different transforms")

// FitBeta returns the Beta distribution of greatest likelihood of the transforms,
//
//	sum_i log u_i + (B-1) log(1 - u_i) - N log B(A, B).
//
// Transforms of 0 and 1, which have no likelihood, count as 1/(2N) from the end.
// The errors are ErrTooFew and that of ctx. It panics if a transform is not in
// [0, 1].
func FitBeta(ctx context.Context, u []float64) (Beta, error) {
	mustBeTransforms(u)
	if !differ(u) {
		return Beta{}, ErrTooFew
	}
	n := float64(len(u))
	low, high := 0.0, 0.0
	for _, v := range u {
		if v == 0 || v == 1 {
			v = min(max(v, 1/(2*n)), 1-1/(2*n))
		}
		low += math.Log(v) / n
		high += math.Log1p(-v) / n
	}
	objective := func(t, grad []float64) float64 {
		a, b := math.Exp(t[0]), math.Exp(t[1])
		if grad != nil {
			both := mathext.Digamma(a + b)
			grad[0] = a * (mathext.Digamma(a) - both - low)
			grad[1] = b * (mathext.Digamma(b) - both - high)
		}
		return mathext.Lbeta(a, b) - (a-1)*low - (b-1)*high
	}
	r, err := optimize.LBFGS{GradTol: 1e-10, RelTol: -1}.Minimize(ctx, objective, []float64{0, 0})
	if err != nil {
		return Beta{}, err
	}
	return Beta{A: math.Exp(r.X[0]), B: math.Exp(r.X[1])}, nil
}

func differ(u []float64) bool {
	return slices.ContainsFunc(u, func(v float64) bool { return v != u[0] })
}

// Empirical is the distribution function of past transforms, linear between them:
// (0, 0), (u_(i), i/(N+1)), (1, 1), equal transforms taken together with their
// mean rank. It is the isotonic regression of Kuleshov et al. (2018), whose
// targets already ascend.
type Empirical struct {
	u, p []float64
}

// NewEmpirical returns the map of the transforms. The error is ErrTooFew. It panics
// if a transform is not in [0, 1].
func NewEmpirical(u []float64) (*Empirical, error) {
	mustBeTransforms(u)
	if !differ(u) {
		return nil, ErrTooFew
	}
	v := slices.Sorted(slices.Values(u))
	e := &Empirical{u: []float64{0}, p: []float64{0}}
	for from := 0; from < len(v); {
		to := from + 1
		for to < len(v) && v[to] == v[from] {
			to++
		}
		if v[from] > 0 && v[from] < 1 {
			e.u = append(e.u, v[from])
			e.p = append(e.p, float64(from+1+to)/2/float64(len(v)+1))
		}
		from = to
	}
	e.u, e.p = append(e.u, 1), append(e.p, 1)
	return e, nil
}

// empiricalJSON is the places and the probabilities that the map is linear between.
type empiricalJSON struct {
	U []float64 `json:"u"`
	P []float64 `json:"p"`
}

// MarshalJSON returns the map as an object of u and p, the points that it is linear
// between, (0, 0) and (1, 1) among them.
func (e *Empirical) MarshalJSON() ([]byte, error) { return json.Marshal(empiricalJSON{e.u, e.p}) }

// UnmarshalJSON sets e to the map of the text. The error says why the text is none.
func (e *Empirical) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var made empiricalJSON
	if err := d.Decode(&made); err != nil {
		return fmt.Errorf("calibrate: empirical map: %w", err)
	}
	n := len(made.U)
	if n < 2 || len(made.P) != n {
		return fmt.Errorf("calibrate: empirical map: %d places and %d probabilities", n, len(made.P))
	}
	for i := range n {
		u, p := made.U[i], made.P[i]
		switch {
		case i == 0 && (u != 0 || p != 0), i == n-1 && (u != 1 || p != 1):
			return fmt.Errorf("calibrate: empirical map: it goes through (%g, %g) at its end", u, p)
		case i > 0 && !(u > made.U[i-1] && p > made.P[i-1]):
			return fmt.Errorf("calibrate: empirical map: point %d, (%g, %g), is not above the one before", i, u, p)
		}
	}
	e.u, e.p = made.U, made.P
	return nil
}

// Forward implements Map.
func (e *Empirical) Forward(u float64) float64 { return interpolate(e.u, e.p, u) }

// Inverse implements Map.
func (e *Empirical) Inverse(p float64) float64 { return interpolate(e.p, e.u, p) }

// interpolate is linear between the ascending x, and constant beyond.
func interpolate(x, y []float64, at float64) float64 {
	i, exact := slices.BinarySearch(x, at)
	switch {
	case exact:
		return y[i]
	case i == 0:
		return y[0]
	case i == len(x):
		return y[len(y)-1]
	}
	t := (at - x[i-1]) / (x[i] - x[i-1])
	return (1-t)*y[i-1] + t*y[i]
}

// Recalibrated returns quantile p of a prediction known by its draws, after the
// map: that part of the draws which Inverse says, linear between them. It panics
// if there are no draws or p is not in [0, 1].
func Recalibrated(m Map, draws []float64, p float64) float64 {
	if len(draws) == 0 {
		panic("calibrate: a quantile of no draws")
	}
	mustBeLevel(p)
	return quantile(min(max(m.Inverse(p), 0), 1), slices.Sorted(slices.Values(draws)))
}
