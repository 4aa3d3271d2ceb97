package pathtest

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
)

func checkGradient(f function.Functions, o Options) error {
	g, ok := f.(function.Grader)
	if !ok {
		return nil
	}
	grads, err := g.Grad(o.Points)
	switch {
	case o.NotSmooth && err == nil:
		return fmt.Errorf("functions that are not differentiable gave a gradient")
	case o.NotSmooth:
		return nil
	case err != nil:
		return err
	}
	if err := checkGradShape(grads, f.Len(), o.Points); err != nil {
		return err
	}
	if err := checkDifferences(f, o, grads); err != nil {
		return err
	}
	if err := checkSum(f, o, grads); err != nil {
		return err
	}
	each, ok := f.(function.EachGrader)
	if !ok {
		return nil
	}
	xs := make([]*mat.Dense, f.Len())
	n, _ := o.Points.Dims()
	for s := range xs {
		xs[s] = take(o.Points, []int{s % n, (s + 1) % n})
	}
	own, err := each.GradEach(xs)
	if err != nil {
		return fmt.Errorf("GradEach: %w", err)
	}
	if len(own) != f.Len() {
		return fmt.Errorf("GradEach: gradients of %d functions of %d", len(own), f.Len())
	}
	for s := range own {
		want := take(grads[s], []int{s % n, (s + 1) % n})
		if !mat.EqualApprox(own[s], want, o.tol()*scale(grads[s])) {
			return fmt.Errorf("function %d: GradEach gave %v where Grad gave %v", s, mat.Formatted(own[s]), mat.Formatted(want))
		}
	}
	return nil
}

// checkSum compares the gradient of a weighted sum with the sum of the gradients.
func checkSum(f function.Functions, o Options, grads []*mat.Dense) error {
	sum, ok := f.(function.SumGrader)
	if !ok {
		return nil
	}
	w := make([]float64, f.Len())
	for s := range w {
		w[s] = float64(s%5) - 1.5
	}
	n, d := o.Points.Dims()
	for i := range n {
		got, err := sum.GradSum(nil, w, o.Points.RawRowView(i))
		if err != nil {
			return fmt.Errorf("GradSum: %w", err)
		}
		if len(got) != d {
			return fmt.Errorf("GradSum: %d derivatives of %d inputs", len(got), d)
		}
		for c := range d {
			want, size := 0.0, 0.0
			for s := range w {
				want += w[s] * grads[s].At(i, c)
				size += math.Abs(w[s]) * scale(grads[s])
			}
			if !(math.Abs(got[c]-want) <= o.tol()*size) {
				return fmt.Errorf("GradSum: derivative %d of the sum at point %d is %v, and of the gradients %v", c, i, got[c], want)
			}
		}
	}
	return nil
}

func checkGradShape(grads []*mat.Dense, n int, x *mat.Dense) error {
	if len(grads) != n {
		return fmt.Errorf("gradients of %d functions of %d", len(grads), n)
	}
	rows, d := x.Dims()
	for s, g := range grads {
		if r, c := g.Dims(); r != rows || c != d {
			return fmt.Errorf("the gradient of function %d is %d x %d, want %d x %d", s, r, c, rows, d)
		}
	}
	return nil
}

// checkDifferences compares gradients with central differences extrapolated
// from the steps h and h/2, whose error is bounded by what they differ in and
// by rounding:
//
//	D(h) = (f(x+h) - f(x-h))/2h,  f' = (4 D(h/2) - D(h))/3 + O(h^4)
func checkDifferences(f function.Functions, o Options, grads []*mat.Dense) error {
	n, d := o.Points.Dims()
	for c := range d {
		h := step(o.Points, c)
		coarse, size, err := differences(f, o.Points, c, h)
		if err != nil {
			return err
		}
		fine, _, err := differences(f, o.Points, c, h/2)
		if err != nil {
			return err
		}
		for s := range grads {
			for i := range n {
				a, b := coarse.At(s, i), fine.At(s, i)
				want := (4*b - a) / 3
				// The error of b is (a-b)/3; values are right to some 1e-14 of
				// their scale, and are divided by h.
				tol := math.Abs(a-b)/3 + 1e-13*size/h + 1e-8*math.Abs(want)
				if got := grads[s].At(i, c); !(math.Abs(got-want) <= tol) {
					return fmt.Errorf("function %d at point %d: derivative %d is %v, differences give %v (+- %.1e)", s, i, c, got, want, tol)
				}
			}
		}
	}
	return nil
}

// step returns the step of a difference in column c: a thousandth of the
// points' range.
func step(x *mat.Dense, c int) float64 {
	v := mat.Col(nil, c, x)
	low, high := v[0], v[0]
	for _, e := range v {
		low, high = math.Min(low, e), math.Max(high, e)
	}
	if high > low {
		return 1e-3 * (high - low)
	}
	return 1e-3
}

// differences returns central differences in column c, S x N, and the largest
// value.
func differences(f function.Functions, x *mat.Dense, c int, h float64) (*mat.Dense, float64, error) {
	n, _ := x.Dims()
	up, down := mat.DenseCopyOf(x), mat.DenseCopyOf(x)
	for i := range n {
		up.Set(i, c, x.At(i, c)+h)
		down.Set(i, c, x.At(i, c)-h)
	}
	a, err := eval(f, up)
	if err != nil {
		return nil, 0, err
	}
	b, err := eval(f, down)
	if err != nil {
		return nil, 0, err
	}
	out := mat.NewDense(f.Len(), n, nil)
	for s := range f.Len() {
		for i := range n {
			out.Set(s, i, (a.At(s, i)-b.At(s, i))/(up.At(i, c)-down.At(i, c)))
		}
	}
	return out, math.Max(scale(a), scale(b)), nil
}
