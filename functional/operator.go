package functional

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
)

// Operator is a linear differential operator of second order at most,
//
//	(L f)(x) = c(x) f(x) + sum_i b_i(x) df/dx_i + sum_ij A_ij(x) d2f/dx_i dx_j,
//
// with nil coefficients zero. They must be safe for concurrent use and must not
// keep their arguments; what they set is zero beforehand.
type Operator struct {
	Value    func(x []float64) float64            // c
	Gradient func(dst, x []float64)               // b
	Second   func(dst *mat.SymDense, x []float64) // A
	// Step is the largest step of differences in units of the inputs; 0: a
	// quarter of the functions' own scale, sd f / rms |grad f| over the points. It
	// must be well below the wavelengths of the functions: differences over whole
	// periods are zero.
	Step float64
}

// Laplacian returns factor times the sum of second derivatives; of one input with
// factor -1 it is -f”, the left side of a Poisson equation.
func Laplacian(factor float64) Operator {
	return Operator{Second: func(dst *mat.SymDense, _ []float64) {
		for i := range dst.SymmetricDim() {
			dst.SetSym(i, i, factor)
		}
	}}
}

// Applied is L f at some points.
type Applied struct {
	Values *mat.Dense // S x N
	// Error is the estimated error of the differences, S x N: zero where no
	// second derivative is asked for or the functions have them ([function.Hessianer]).
	Error *mat.Dense
}

// Apply returns L f at each row of x for each function. Second derivatives are
// those of the functions where they have them in closed form, and otherwise
// central differences of eighth order of their gradients,
//
//	dg/dx_j ~ (1/h) sum_{k=1}^4 c_k (g(x + k h e_j) - g(x - k h e_j)),
//	c = 4/5, -1/5, 4/105, -1/280,
//
// with the step halved until all errors are below 1e-9 of the greatest value, or
// rounding takes over. The error of a step is the larger of the distances from the
// result of sixth order and from that of the step before, which is pessimistic;
// each value is that of the step with the least error. The functions are evaluated
// up to 4 Step away from x.
//
// The error is that of Grad or Hessian, or that of ctx, which is asked before each
// step. Functions must be smooth: where
// they have fewer than two derivatives, as those of a Matern32, Error is as large as
// the values.
//
// Cost: 8 D gradients a point for each step, some five steps.
func (o Operator) Apply(ctx context.Context, f function.GradFunctions, x *mat.Dense) (Applied, error) {
	n, d := x.Dims()
	out := Applied{Values: mat.NewDense(f.Len(), n, nil), Error: mat.NewDense(f.Len(), n, nil)}
	if o.Value != nil {
		y := function.Eval(f, x)
		for i := range n {
			c := o.Value(x.RawRowView(i))
			for s := range f.Len() {
				out.Values.Set(s, i, c*y.At(s, i))
			}
		}
	}
	if o.Gradient != nil {
		g, err := function.Grad(f, x)
		if err != nil {
			return Applied{}, err
		}
		b := make([]float64, d)
		for i := range n {
			clear(b)
			o.Gradient(b, x.RawRowView(i))
			for s := range g {
				sum := out.Values.At(s, i)
				for j, v := range g[s].RawRowView(i) {
					sum += b[j] * v
				}
				out.Values.Set(s, i, sum)
			}
		}
	}
	if o.Second == nil {
		return out, nil
	}
	second := make([]*mat.SymDense, n)
	for i := range second {
		second[i] = mat.NewSymDense(d, nil)
		o.Second(second[i], x.RawRowView(i))
	}
	if h, ok := f.(function.Hessianer); ok {
		return out, o.closed(out.Values, h, f.Len(), x, second)
	}
	return out, o.differences(ctx, out, f, x, second)
}

// closed adds sum_ij A_ij H_ij.
func (o Operator) closed(dst *mat.Dense, f function.Hessianer, paths int, x *mat.Dense, a []*mat.SymDense) error {
	h, err := f.Hessian(x)
	if err != nil {
		return err
	}
	if len(h) != paths {
		panic(fmt.Sprintf("functional: %d functions have %d Hessians", paths, len(h)))
	}
	_, d := x.Dims()
	for s := range h {
		for i := range a {
			sum := dst.At(s, i)
			for p := range d {
				for q := range d {
					sum += a[i].At(p, q) * h[s][i].At(p, q)
				}
			}
			dst.Set(s, i, sum)
		}
	}
	return nil
}

// Coefficients of central differences of order 8 and 6 (Fornberg 1988, table 1).
var (
	eighth = [4]float64{4. / 5, -1. / 5, 4. / 105, -1. / 280}
	sixth  = [4]float64{3. / 4, -3. / 20, 1. / 60, 0}
)

const (
	maxHalvings = 40
	// rising is after how many steps without a smaller error for any value the
	// search ends.
	rising = 3
	// enough is the error at which the search ends, as a part of the greatest value.
	enough = 1e-9
)

// differences adds sum_ij A_ij d2f/dx_i dx_j by differences.
func (o Operator) differences(ctx context.Context, out Applied, f function.GradFunctions, x *mat.Dense, a []*mat.SymDense) error {
	n, _ := x.Dims()
	h := o.Step
	if h <= 0 {
		var err error
		if h, err = scale(f, x); err != nil {
			return err
		}
	}
	best := mat.NewDense(f.Len(), n, nil)
	best.Apply(func(int, int, float64) float64 { return math.NaN() }, best)
	out.Error.Apply(func(int, int, float64) float64 { return math.Inf(1) }, out.Error)
	var before *mat.Dense
	for step, idle := 0, 0; step < maxHalvings && idle < rising; step++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		high, low, err := secondDifferences(f, x, a, h)
		if err != nil {
			return err
		}
		idle++
		if before != nil {
			for s := range f.Len() {
				for i := range n {
					v := high.At(s, i)
					e := math.Max(math.Abs(v-low.At(s, i)), math.Abs(v-before.At(s, i)))
					if e < out.Error.At(s, i) {
						out.Error.Set(s, i, e)
						best.Set(s, i, v)
						idle = 0
					}
				}
			}
		}
		if before != nil && mat.Max(out.Error) <= enough*greatest(best) {
			break
		}
		before = high
		h /= 2
	}
	out.Values.Add(out.Values, best)
	return nil
}

// greatest returns the largest absolute value of m.
func greatest(m *mat.Dense) float64 { return math.Max(mat.Max(m), -mat.Min(m)) }

// scale returns sd f / rms |grad f| / 4 over functions and points, or 1 where that
// says nothing.
func scale(f function.GradFunctions, x *mat.Dense) (float64, error) {
	y := function.Eval(f, x)
	g, err := function.Grad(f, x)
	if err != nil {
		return 0, err
	}
	var m moments
	n, d := x.Dims()
	slope := 0.0
	for s := range g {
		for i := range n {
			m.add(y.At(s, i))
		}
		slope += mat.Dot(rows(g[s]), rows(g[s]))
	}
	h := math.Sqrt(m.m2/slope) / 4
	if m.n == 1 {
		h = math.Abs(m.mean) / math.Sqrt(slope) / 4
	}
	if !(h > 0) || math.IsInf(h, 1) {
		return 1, nil
	}
	// So that x + h is not x.
	return math.Max(h, 1e-6*mat.Norm(x, math.Inf(1))/float64(d)), nil
}

// rows returns the elements of m as one vector.
func rows(m *mat.Dense) *mat.VecDense {
	r, c := m.Dims()
	v := mat.NewVecDense(r*c, nil)
	for i := range r {
		copy(v.RawVector().Data[i*c:], m.RawRowView(i))
	}
	return v
}

// secondDifferences returns sum_ij A_ij d2f/dx_i dx_j by differences of step h, of
// order 8 and of order 6, S x N.
func secondDifferences(f function.GradFunctions, x *mat.Dense, a []*mat.SymDense, h float64) (high, low *mat.Dense, err error) {
	n, d := x.Dims()
	high, low = mat.NewDense(f.Len(), n, nil), mat.NewDense(f.Len(), n, nil)
	at := mat.NewDense(8*n, d, nil)
	for j := range d {
		// steps[r] is the step of row r that is truly made, rounding included.
		steps := make([]float64, 8*n)
		for i := range n {
			for k := range 8 {
				r := 8*i + k
				row := at.RawRowView(r)
				copy(row, x.RawRowView(i))
				m := float64(k%4 + 1)
				if k >= 4 {
					m = -m
				}
				row[j] += m * h
				steps[r] = (row[j] - x.At(i, j)) / m
			}
		}
		g, err := function.Grad(f, at)
		if err != nil {
			return nil, nil, err
		}
		for s := range g {
			for i := range n {
				for k := range 4 {
					plus, minus := 8*i+k, 8*i+k+4
					span := (steps[plus] + steps[minus]) / 2
					sum := 0.0
					for p := range d {
						sum += a[i].At(p, j) * (g[s].At(plus, p) - g[s].At(minus, p))
					}
					high.Set(s, i, high.At(s, i)+eighth[k]*sum/span)
					low.Set(s, i, low.At(s, i)+sixth[k]*sum/span)
				}
			}
		}
	}
	return high, low, nil
}
