package pathwise

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Fidelity says how far the distribution of a path is from the posterior that it is
// drawn from at some points, because its features are finitely many. All numbers are
// exact, not estimated from draws.
type Fidelity struct {
	// Wasserstein is the 2-Wasserstein distance of the two Gaussians, in
	// the units of f, divided by the square root of the number of points.
	Wasserstein float64
	// SDRatioMin and SDRatioMax are the least and the greatest ratio of the
	// path's standard deviation to the posterior's over the points where the
	// posterior is uncertain: its variance is more than 1e-10 of the prior's,
	// below which it is rounding. They are 1 where there is no such point.
	SDRatioMin, SDRatioMax float64
}

// certain is the part of the prior's variance below which what is left of it is
// the rounding of a difference, which is N eps of it or a few times that.
const certain = 1e-10

// Fidelity compares the distribution of path i at the rows of x with the posterior:
// the exact one, that of the inducing variables, or in a mixture that of the path's
// part. With a shared basis every path of a part has the same. The means agree by
// construction, so that
//
//	W^2 = tr(C1 + C2 - 2 (C2^1/2 C1 C2^1/2)^1/2).
//
// Cost O(T^3) beside [Paths.Moments]. The error is that of [Paths.Posterior]. It panics
// for a component of the kernel, whose posterior is not known.
func (p *Paths) Fidelity(i int, x *mat.Dense) (Fidelity, error) {
	q, i := p.of(i)
	p.checkInputs(x)
	if q.component.is {
		panic("pathwise: Fidelity of a component")
	}
	g, err := q.given()
	if err != nil {
		return Fidelity{}, err
	}
	_, c1 := q.moments(g, i, x)
	prior := make([]float64, c1.SymmetricDim())
	q.kernel.Diag(prior, x)
	return compare(c1, symmetric(g.covariance(x)), prior)
}

// compare compares the covariance c1 of paths with that of the posterior, c2.
func compare(c1, c2 *mat.SymDense, prior []float64) (Fidelity, error) {
	t := len(prior)
	out := Fidelity{SDRatioMin: math.Inf(1), SDRatioMax: 0}
	trace := 0.0
	for r := range t {
		a, b := math.Max(0, c1.At(r, r)), math.Max(0, c2.At(r, r))
		trace += a + b
		if b > certain*prior[r] {
			ratio := math.Sqrt(a / b)
			out.SDRatioMin, out.SDRatioMax = math.Min(out.SDRatioMin, ratio), math.Max(out.SDRatioMax, ratio)
		}
	}
	if out.SDRatioMax == 0 && math.IsInf(out.SDRatioMin, 1) {
		out.SDRatioMin, out.SDRatioMax = 1, 1
	}
	root, err := squareRoot(c2)
	if err != nil {
		return Fidelity{}, err
	}
	var inner mat.Dense
	inner.Mul(root, c1)
	inner.Mul(&inner, root)
	var eig mat.EigenSym
	if !eig.Factorize(symmetric(&inner), false) {
		return Fidelity{}, fmt.Errorf("pathwise: the eigenvalues of a covariance of %d points did not converge", t)
	}
	for _, v := range eig.Values(nil) {
		trace -= 2 * math.Sqrt(math.Max(0, v))
	}
	out.Wasserstein = math.Sqrt(math.Max(0, trace) / float64(t))
	return out, nil
}

// symmetric returns the mean of a and its transpose.
func symmetric(a *mat.Dense) *mat.SymDense {
	n, _ := a.Dims()
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			s.SetSym(i, j, 0.5*(a.At(i, j)+a.At(j, i)))
		}
	}
	return s
}

// squareRoot returns the symmetric square root of a covariance.
func squareRoot(c *mat.SymDense) (*mat.Dense, error) {
	n := c.SymmetricDim()
	var eig mat.EigenSym
	if !eig.Factorize(c, true) {
		return nil, fmt.Errorf("pathwise: the eigenvalues of a covariance of %d points did not converge", n)
	}
	var u, scaled, root mat.Dense
	eig.VectorsTo(&u)
	values := eig.Values(nil)
	scaled.Apply(func(_, j int, v float64) float64 { return v * math.Sqrt(math.Max(0, values[j])) }, &u)
	root.Mul(&scaled, u.T())
	return &root, nil
}
