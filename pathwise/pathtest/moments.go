package pathtest

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
)

// gaussian is a mean and a covariance at the points.
type gaussian struct {
	mean []float64
	cov  mat.Symmetric
}

// checkMoments compares the functions with the moments that they should have.
func checkMoments(f function.Functions, o Options) error {
	if o.Mean == nil && o.Cov == nil {
		return nil
	}
	n, _ := o.Points.Dims()
	if len(o.Mean) != n || o.Cov == nil || o.Cov.SymmetricDim() != n {
		panic(fmt.Sprintf("pathtest: Mean and Cov are not those of %d points", n))
	}
	return compareMoments(f, o, func(int) (gaussian, error) { return gaussian{o.Mean, o.Cov}, nil }, o.Slack)
}

// checkDistribution compares the functions with the distribution that they state.
func checkDistribution(f function.Functions, o Options) error {
	l, ok := f.(function.Momenter)
	if !ok {
		return nil
	}
	return compareMoments(f, o, func(i int) (gaussian, error) {
		mean, cov, err := l.Moments(i, o.Points)
		if err != nil {
			return gaussian{}, err
		}
		n, _ := o.Points.Dims()
		if len(mean) != n || cov.SymmetricDim() != n {
			return gaussian{}, fmt.Errorf("a mean of %d and a covariance of %d for %d points", len(mean), cov.SymmetricDim(), n)
		}
		return gaussian{mean, cov}, nil
	}, 0)
}

// compareMoments compares first and second moments over the functions with
// those of the distribution of each. Under independent Gaussian f_s the mean residual
// has the variance mean_s C_aa/S, the mean product of two mean_s (C_aa C_bb +
// C_ab^2)/S.
func compareMoments(f function.Functions, o Options, of func(i int) (gaussian, error), slack float64) error {
	v, err := eval(f, o.Points)
	if err != nil {
		return err
	}
	n, _ := o.Points.Dims()
	count := float64(f.Len())
	first, firstVar := make([]float64, n), make([]float64, n)
	second, secondVar := mat.NewDense(n, n, nil), mat.NewDense(n, n, nil)
	size := 0.0
	for s := range f.Len() {
		l, err := of(s)
		if err != nil {
			return err
		}
		row := v.RawRowView(s)
		for a := range n {
			ra, caa := row[a]-l.mean[a], l.cov.At(a, a)
			size = math.Max(size, math.Max(math.Abs(row[a]), math.Abs(l.mean[a])))
			first[a] += ra / count
			firstVar[a] += caa / count
			for b := range a + 1 {
				rb, cab := row[b]-l.mean[b], l.cov.At(a, b)
				second.Set(a, b, second.At(a, b)+(ra*rb-cab)/count)
				secondVar.Set(a, b, secondVar.At(a, b)+(caa*l.cov.At(b, b)+cab*cab)/count)
			}
		}
	}
	// Where there is no variance the functions agree to rounding only.
	rounding := 1e-7 * size
	for a := range n {
		sd := math.Sqrt(math.Max(0, firstVar[a]))
		tol := o.sigmas()*sd/math.Sqrt(count) + slack*sd + rounding
		if !(math.Abs(first[a]) <= tol) {
			return fmt.Errorf("at point %d the mean over %d functions is off by %.3g, allowed %.3g", a, f.Len(), first[a], tol)
		}
	}
	for a := range n {
		for b := range a + 1 {
			sd := math.Sqrt(math.Max(0, secondVar.At(a, b)))
			product := math.Sqrt(math.Max(0, firstVar[a]*firstVar[b]))
			// Mean residuals enter squared: slack in the mean and in the covariance.
			tol := o.sigmas()*sd/math.Sqrt(count) + (slack+slack*slack)*product + rounding*rounding +
				rounding*math.Sqrt(math.Max(0, math.Max(firstVar[a], firstVar[b])))
			if !(math.Abs(second.At(a, b)) <= tol) {
				return fmt.Errorf("at points %d and %d the covariance over %d functions is off by %.3g, allowed %.3g", a, b, f.Len(), second.At(a, b), tol)
			}
		}
	}
	return nil
}
