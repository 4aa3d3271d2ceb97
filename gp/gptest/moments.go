package gptest

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
)

// checkCovariance checks that the covariance is one, with the variances in it.
func checkCovariance(p gp.Posterior, o Options) error {
	variance, cov := p.Variance(nil, o.Points), p.Covariance(nil, o.Points)
	n := len(variance)
	size := greatest(variance)
	sym := mat.NewSymDense(n, nil)
	for i := range n {
		if d := math.Abs(cov.At(i, i) - variance[i]); !(d <= o.tol()*size) {
			return fmt.Errorf("the covariance of point %d with itself is %v, its variance %v", i, cov.At(i, i), variance[i])
		}
		for j := range i + 1 {
			if cov.At(i, j) != cov.At(j, i) {
				return fmt.Errorf("the covariance of points %d and %d is %v, and %v the other way round", i, j, cov.At(i, j), cov.At(j, i))
			}
			sym.SetSym(i, j, cov.At(i, j))
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(sym, false) {
		return fmt.Errorf("the eigenvalues of the covariance did not converge")
	}
	if least := eig.Values(nil)[0]; !(least >= -float64(n)*o.tol()*size) {
		return fmt.Errorf("the covariance has the eigenvalue %v", least)
	}
	return nil
}

func draw(p gp.Posterior, o Options, s int) (*mat.Dense, float64, error) {
	n, _ := o.Points.Dims()
	draws, jitter, err := p.Draw(o.Key, s, o.Points)
	if err != nil {
		return nil, 0, err
	}
	if r, c := draws.Dims(); r != s || c != n {
		return nil, 0, fmt.Errorf("%d draws at %d points are %d x %d", s, n, r, c)
	}
	if !(jitter >= 0) || math.IsInf(jitter, 0) {
		return nil, 0, fmt.Errorf("the jitter is %v", jitter)
	}
	return draws, jitter, nil
}

// checkDraws checks that a key repeats the draws, and that another does not.
func checkDraws(p gp.Posterior, o Options) error {
	n, _ := o.Points.Dims()
	s := n + 1
	first, _, err := draw(p, o, s)
	if err != nil {
		return err
	}
	again, _, err := draw(p, o, s)
	if err != nil {
		return err
	}
	if !mat.Equal(first, again) {
		return fmt.Errorf("the same key gave other draws")
	}
	if greatest(p.Variance(nil, o.Points)) < 1e-12*greatest(p.Mean(nil, o.Points)) {
		return nil // all draws are alike to rounding
	}
	o.Key = o.Key.Named("another")
	other, _, err := draw(p, o, s)
	if err != nil {
		return err
	}
	if mat.Equal(first, other) {
		return fmt.Errorf("another key gave the same draws")
	}
	for i := 1; i < s; i++ {
		if mat.Equal(first.Slice(0, 1, 0, first.RawMatrix().Cols), first.Slice(i, i+1, 0, first.RawMatrix().Cols)) {
			return fmt.Errorf("draws 0 and %d are one", i)
		}
	}
	return nil
}

// checkMoments compares the moments of draws with those that the posterior states.
func checkMoments(p gp.Posterior, o Options) error {
	s := o.draws()
	draws, jitter, err := draw(p, o, s)
	if err != nil {
		return err
	}
	mean, cov := p.Mean(nil, o.Points), p.Covariance(nil, o.Points)
	size := greatest(mean)
	products := make([]float64, s)
	for a := range mean {
		for i := range s {
			products[i] = draws.At(i, a) - mean[a]
		}
		if m, se := average(products); !(math.Abs(m) <= o.sigmas()*se+1e-9*size) {
			return fmt.Errorf("at point %d the mean of %d draws is off by %.3g, allowed %.3g", a, s, m, o.sigmas()*se)
		}
		for b := range a + 1 {
			for i := range s {
				products[i] = (draws.At(i, a) - mean[a]) * (draws.At(i, b) - mean[b])
			}
			m, se := average(products)
			m -= cov.At(a, b)
			if !(math.Abs(m) <= o.sigmas()*se+jitter+1e-9*size*size) {
				return fmt.Errorf("at points %d and %d the covariance of %d draws is off by %.3g, allowed %.3g", a, b, s, m, o.sigmas()*se)
			}
		}
	}
	return nil
}

// average returns the mean and its standard error.
func average(v []float64) (mean, se float64) {
	n := float64(len(v))
	for _, e := range v {
		mean += e / n
	}
	var square float64
	for _, e := range v {
		square += (e - mean) * (e - mean) / n
	}
	return mean, math.Sqrt(square / n)
}
