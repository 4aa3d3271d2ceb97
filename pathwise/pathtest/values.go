package pathtest

import (
	"fmt"
	"math"
	"sync"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
)

// eval evaluates f and checks what holds for every result.
func eval(f function.Functions, x *mat.Dense) (*mat.Dense, error) {
	n, _ := x.Dims()
	v := f.Eval(x)
	if v == nil {
		return nil, fmt.Errorf("the result of Eval is nil")
	}
	if r, c := v.Dims(); r != f.Len() || c != n {
		return nil, fmt.Errorf("%d functions at %d points gave %d x %d, want S x N", f.Len(), n, r, c)
	}
	return v, nil
}

func checkShape(f function.Functions, o Options) error {
	if f.Len() < 1 {
		return fmt.Errorf("there are %d functions", f.Len())
	}
	if _, d := o.Points.Dims(); f.Inputs() != d {
		return fmt.Errorf("the functions have %d inputs, and the points %d", f.Inputs(), d)
	}
	before := mat.DenseCopyOf(o.Points)
	v, err := eval(f, o.Points)
	if err != nil {
		return err
	}
	if !mat.Equal(before, o.Points) {
		return fmt.Errorf("the points were modified by Eval")
	}
	r, c := v.Dims()
	for s := range r {
		for i := range c {
			if w := v.At(s, i); math.IsNaN(w) || math.IsInf(w, 0) {
				return fmt.Errorf("function %d at point %d is %v", s, i, w)
			}
		}
	}
	return nil
}

// checkRepeatable checks that a call gives the same bits again, and that what
// a caller does to a result is not seen by the next.
func checkRepeatable(f function.Functions, o Options) error {
	first, err := eval(f, o.Points)
	if err != nil {
		return err
	}
	kept := mat.DenseCopyOf(first)
	first.Zero()
	second, err := eval(f, o.Points)
	if err != nil {
		return err
	}
	return compare(second, kept, nil, 0)
}

// compare checks that column i of got is column of[i] of want, to within tol.
func compare(got, want *mat.Dense, of []int, tol float64) error {
	r, c := got.Dims()
	for s := range r {
		for i := range c {
			j := i
			if of != nil {
				j = of[i]
			}
			if d := math.Abs(got.At(s, i) - want.At(s, j)); !(d <= tol) {
				return fmt.Errorf("function %d at point %d gave %v, and then %v", s, j, want.At(s, j), got.At(s, i))
			}
		}
	}
	return nil
}

// scale returns the largest magnitude in a, at least the least normal number.
func scale(a *mat.Dense) float64 {
	return math.Max(mat.Max(a), math.Max(-mat.Min(a), 0x1p-1022))
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

// selections returns ways to take the points otherwise: each alone, backwards,
// every other, and so often repeated that no tile holds all.
func selections(n int) [][]int {
	var out [][]int
	var back, odd, many []int
	for i := range n {
		out = append(out, []int{i})
		back = append(back, n-1-i)
		if i%2 == 1 || n == 1 {
			odd = append(odd, i)
		}
	}
	for i := range 1031 { // a prime, beyond the usual tiles
		many = append(many, (i*7)%n)
	}
	return append(out, back, odd, many)
}

// checkRows checks that a value depends on its own row of the input alone.
func checkRows(f function.Functions, o Options) error {
	want, err := eval(f, o.Points)
	if err != nil {
		return err
	}
	n, _ := o.Points.Dims()
	for _, rows := range selections(n) {
		got, err := eval(f, take(o.Points, rows))
		if err != nil {
			return err
		}
		if err := compare(got, want, rows, o.tol()*scale(want)); err != nil {
			return fmt.Errorf("of %d points at once: %w", len(rows), err)
		}
	}
	return nil
}

// checkConcurrent evaluates from several goroutines, at different points.
func checkConcurrent(f function.Functions, o Options) error {
	want, err := eval(f, o.Points)
	if err != nil {
		return err
	}
	n, _ := o.Points.Dims()
	all := selections(n)
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
			for i := range all[:len(all)-1] {
				rows := all[(i+w)%(len(all)-1)]
				got, err := eval(f, take(o.Points, rows))
				if err == nil {
					err = compare(got, want, rows, o.tol()*scale(want))
				}
				if err != nil {
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

// checkWays checks that functions have the same values however they are evaluated:
// into a matrix of the caller's, whatever is in it, and at points of their own.
func checkWays(f function.Functions, o Options) error {
	want, err := eval(f, o.Points)
	if err != nil {
		return err
	}
	tol := o.tol() * scale(want)
	if to, ok := f.(function.EvalerTo); ok {
		r, c := want.Dims()
		got := mat.NewDense(r, c, nil)
		got.Apply(func(int, int, float64) float64 { return math.NaN() }, got)
		to.EvalTo(got, o.Points)
		if err := compare(got, want, nil, tol); err != nil {
			return fmt.Errorf("EvalTo: %w", err)
		}
	}
	each, ok := f.(function.EachEvaler)
	if !ok {
		return nil
	}
	xs, n := make([]*mat.Dense, f.Len()), want.RawMatrix().Cols
	for s := range xs {
		xs[s] = take(o.Points, []int{s % n, (s + 1) % n})
	}
	got := each.EvalEach(xs)
	if len(got) != f.Len() {
		return fmt.Errorf("EvalEach: values of %d functions of %d", len(got), f.Len())
	}
	for s, v := range got {
		if len(v) != 2 {
			return fmt.Errorf("EvalEach: function %d has %d values at 2 points", s, len(v))
		}
		for k, e := range v {
			i := (s + k) % n
			if !(math.Abs(e-want.At(s, i)) <= tol) {
				return fmt.Errorf("EvalEach: function %d at point %d gave %v, and Eval %v", s, i, e, want.At(s, i))
			}
		}
	}
	return nil
}
