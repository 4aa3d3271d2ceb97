package gptest

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
)

// predictions are what a posterior says at points.
type predictions struct {
	mean, variance []float64
}

func predict(p gp.Posterior, x *mat.Dense) predictions {
	return predictions{p.Mean(nil, x), p.Variance(nil, x)}
}

func checkShapes(p gp.Posterior, o Options) error {
	n, d := o.Points.Dims()
	if p.Inputs() != d {
		return fmt.Errorf("%d inputs, the points have %d", p.Inputs(), d)
	}
	before := mat.DenseCopyOf(o.Points)
	got := predict(p, o.Points)
	cov := p.Covariance(nil, o.Points)
	if !mat.Equal(before, o.Points) {
		return fmt.Errorf("the points were modified")
	}
	for what, v := range map[string][]float64{"mean": got.mean, "variance": got.variance} {
		if len(v) != n {
			return fmt.Errorf("a %s of %d elements for %d points", what, len(v), n)
		}
		for i, e := range v {
			if math.IsNaN(e) || math.IsInf(e, 0) || what == "variance" && e < 0 {
				return fmt.Errorf("the %s at point %d is %v", what, i, e)
			}
		}
	}
	if cov == nil {
		return fmt.Errorf("the covariance is nil")
	}
	if r, c := cov.Dims(); r != n || c != n {
		return fmt.Errorf("a covariance of %d x %d for %d points", r, c, n)
	}
	// Destinations hold something else before.
	mean, variance, dst := slices.Repeat([]float64{7}, n), slices.Repeat([]float64{7}, n), mat.NewDense(n, n, slices.Repeat([]float64{7}, n*n))
	if r := p.Mean(mean, o.Points); &r[0] != &mean[0] || !slices.Equal(mean, got.mean) {
		return fmt.Errorf("the destination of Mean does not hold what is returned without one")
	}
	if r := p.Variance(variance, o.Points); &r[0] != &variance[0] || !slices.Equal(variance, got.variance) {
		return fmt.Errorf("the destination of Variance does not hold what is returned without one")
	}
	if r := p.Covariance(dst, o.Points); r != dst || !mat.Equal(dst, cov) {
		return fmt.Errorf("the destination of Covariance does not hold what is returned without one")
	}
	return nil
}

// take returns the rows of x.
func take(x *mat.Dense, rows []int) *mat.Dense {
	_, d := x.Dims()
	out := mat.NewDense(len(rows), d, nil)
	for i, r := range rows {
		out.SetRow(i, x.RawRowView(r))
	}
	return out
}

// selections returns ways to take n points otherwise: each alone, backwards, and so
// often repeated that no block holds all.
func selections(n int) [][]int {
	var out [][]int
	var back, many []int
	for i := range n {
		out = append(out, []int{i})
		back = append(back, n-1-i)
	}
	for i := range 1031 { // a prime, beyond the usual blocks
		many = append(many, (i*7)%n)
	}
	return append(out, back, many)
}

// checkRows checks that a prediction depends on its own row of the input alone.
func checkRows(p gp.Posterior, o Options) error {
	want := predict(p, o.Points)
	n, _ := o.Points.Dims()
	for _, rows := range selections(n) {
		if err := same(predict(p, take(o.Points, rows)), want, rows, o); err != nil {
			return fmt.Errorf("of %d points at once: %w", len(rows), err)
		}
	}
	return nil
}

// same compares element i of got with element rows[i] of want.
func same(got, want predictions, rows []int, o Options) error {
	for what, v := range map[string][2][]float64{"mean": {got.mean, want.mean}, "variance": {got.variance, want.variance}} {
		size := greatest(v[1])
		for i, r := range rows {
			if d := math.Abs(v[0][i] - v[1][r]); !(d <= o.tol()*size) {
				return fmt.Errorf("the %s at point %d is %v, and was %v", what, r, v[0][i], v[1][r])
			}
		}
	}
	return nil
}

// greatest returns the greatest magnitude, at least the least normal number.
func greatest(v []float64) float64 {
	m := 0x1p-1022
	for _, e := range v {
		m = math.Max(m, math.Abs(e))
	}
	return m
}

// checkConcurrent predicts from several goroutines.
func checkConcurrent(p gp.Posterior, o Options) error {
	want := predict(p, o.Points)
	n, _ := o.Points.Dims()
	const workers = 8
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					errs[w] = fmt.Errorf("panic: %v", r)
				}
			}()
			for i := range n {
				rows := []int{(i + w) % n, (i + w + 1) % n}
				if err := same(predict(p, take(o.Points, rows)), want, rows, o); err != nil {
					errs[w] = err
					return
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return fmt.Errorf("on one of %d goroutines: %w", workers, err)
		}
	}
	return nil
}

// checkMisuse checks that shapes that do not fit panic.
func checkMisuse(p gp.Posterior, o Options) error {
	n, d := o.Points.Dims()
	wide := mat.NewDense(n, d+1, nil)
	for name, f := range map[string]func(){
		"Mean of points with a column more":       func() { p.Mean(nil, wide) },
		"Variance of points with a column more":   func() { p.Variance(nil, wide) },
		"Covariance of points with a column more": func() { p.Covariance(nil, wide) },
		"Draw at points with a column more":       func() { p.Draw(o.Key, 1, wide) },
		"Mean of a destination too long":          func() { p.Mean(make([]float64, n+1), o.Points) },
		"Variance of a destination too long":      func() { p.Variance(make([]float64, n+1), o.Points) },
		"Covariance of a destination too large":   func() { p.Covariance(mat.NewDense(n+1, n+1, nil), o.Points) },
		"Draw of no functions":                    func() { p.Draw(o.Key, 0, o.Points) },
	} {
		if !panics(f) {
			return fmt.Errorf("%s: no panic", name)
		}
	}
	return nil
}

func panics(f func()) (yes bool) {
	defer func() { yes = recover() != nil }()
	f()
	return false
}
