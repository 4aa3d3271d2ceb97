package data

import (
	"encoding/json"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Transform is a strictly monotone function T of one variable. Inverse(Apply(x))
// is x up to rounding wherever Apply is finite.
type Transform interface {
	Apply(x float64) float64   // T(x); NaN or infinite outside the domain
	Inverse(y float64) float64 // T⁻¹(y)
	Deriv(x float64) float64   // dT/dx at x
}

// Affine is T(x) = (x - Shift)/Scale. In JSON it is the pair [Shift, Scale],
// which is [mean, sd] for a standardisation.
type Affine struct {
	Shift float64
	Scale float64 // not 0
}

// Standardize returns the transform to mean 0 and standard deviation 1, with the
// population's standard deviation (divisor n, as numpy.std has it). A constant
// column is only centred: its Scale is 1. Values that differ by at most four
// units in the last place count as constant.
//
// It panics if x is empty.
func Standardize(x []float64) Affine {
	if len(x) == 0 {
		panic("data: Standardize of no values")
	}
	return standardize(len(x), func(i int) float64 { return x[i] })
}

func standardize(n int, at func(int) float64) Affine {
	mean, sd := moments(n, at)
	if sd == 0 {
		sd = 1
	}
	return Affine{Shift: mean, Scale: sd}
}

// MinMax returns the transform to the unit interval: the least value goes to 0,
// the greatest to 1. A constant column, in the sense of [Standardize], is only
// shifted, to 0. It panics if x is empty.
func MinMax(x []float64) Affine {
	if len(x) == 0 {
		panic("data: MinMax of no values")
	}
	low, high := x[0], x[0]
	for _, v := range x {
		low, high = min(low, v), max(high, v)
	}
	if constant(low, high) {
		return Affine{Shift: low, Scale: 1}
	}
	return Affine{Shift: low, Scale: high - low}
}

func (a Affine) Apply(x float64) float64   { return (x - a.Shift) / a.Scale }
func (a Affine) Inverse(y float64) float64 { return y*a.Scale + a.Shift }
func (a Affine) Deriv(float64) float64     { return 1 / a.Scale }

// MarshalJSON returns [Shift, Scale].
func (a Affine) MarshalJSON() ([]byte, error) {
	return json.Marshal([2]float64{a.Shift, a.Scale})
}

// UnmarshalJSON reads [Shift, Scale], both finite and Scale not 0.
func (a *Affine) UnmarshalJSON(text []byte) error {
	var pair []float64
	if err := json.Unmarshal(text, &pair); err != nil {
		return err
	}
	if len(pair) != 2 || pair[1] == 0 {
		return fmt.Errorf("a standardisation must be [mean, sd] with sd not 0, it is %s", text)
	}
	*a = Affine{Shift: pair[0], Scale: pair[1]}
	return nil
}

// Log is T(x) = ln x, for x > 0.
type Log struct{}

func (Log) Apply(x float64) float64   { return math.Log(x) }
func (Log) Inverse(y float64) float64 { return math.Exp(y) }
func (Log) Deriv(x float64) float64   { return 1 / x }

// Logit is T(x) = ln((x - Lower)/(Upper - x)), for Lower < x < Upper.
type Logit struct{ Lower, Upper float64 }

func (l Logit) Apply(x float64) float64 {
	return math.Log(x-l.Lower) - math.Log(l.Upper-x)
}

// Inverse returns Lower + (Upper - Lower)/(1 + exp(-y)), from the nearer end.
func (l Logit) Inverse(y float64) float64 {
	e := math.Exp(-math.Abs(y))
	step := (l.Upper - l.Lower) * (e / (1 + e))
	if y < 0 {
		return l.Lower + step
	}
	return l.Upper - step
}

func (l Logit) Deriv(x float64) float64 {
	return 1/(x-l.Lower) + 1/(l.Upper-x)
}

// Chain applies its transforms in turn: T(x) = T_k(... T_1(x)). An empty chain is
// the identity.
type Chain []Transform

func (c Chain) Apply(x float64) float64 {
	for _, t := range c {
		x = t.Apply(x)
	}
	return x
}

func (c Chain) Inverse(y float64) float64 {
	for i := len(c) - 1; i >= 0; i-- {
		y = c[i].Inverse(y)
	}
	return y
}

func (c Chain) Deriv(x float64) float64 {
	d := 1.0
	for _, t := range c {
		d *= t.Deriv(x)
		x = t.Apply(x)
	}
	return d
}

// moments returns the mean and the population's standard deviation (divisor n)
// of at(0) ... at(n-1), in two passes; sd is 0 when the values differ by no more
// than rounding. The values are scaled by a power of two, which is exact, so that
// neither squares nor sums overflow.
//
// The second pass corrects the mean and the sum of squares by the sum of the
// deviations, which would be 0 in exact arithmetic (Chan, Golub and LeVeque,
// The American Statistician 37, 1983, eq. 1.7).
func moments(n int, at func(int) float64) (mean, sd float64) {
	low, high := at(0), at(0)
	for i := range n {
		low, high = min(low, at(i)), max(high, at(i))
	}
	if constant(low, high) {
		return low/2 + high/2, 0
	}
	_, exp := math.Frexp(max(math.Abs(low), math.Abs(high)))
	scaled := func(i int) float64 { return math.Ldexp(at(i), -exp) }
	for i := range n {
		mean += scaled(i)
	}
	mean /= float64(n)
	var sum, squares float64
	for i := range n {
		d := scaled(i) - mean
		sum += d
		squares += d * d
	}
	mean += sum / float64(n)
	squares -= sum * sum / float64(n)
	return math.Ldexp(mean, exp), math.Ldexp(math.Sqrt(squares/float64(n)), exp)
}

// constant reports whether numbers from low to high are one number: those that were
// meant to be equal may differ in their last places, by four units at most.
func constant(low, high float64) bool {
	const ulps = 4 * 0x1p-52
	return low == high || high/2-low/2 <= ulps*max(math.Abs(low), math.Abs(high))/2
}

// Columns holds a transform a column of a matrix; nil leaves a column as it is.
// Its methods set dst, which may be the matrix that they read and is allocated
// when nil, and return it. They panic if shapes do not match.
type Columns []Transform

// DomainError reports a value that a transform does not take, such as the
// logarithm of a negative number.
type DomainError struct {
	Row, Column int // in the matrix, from 0
	Value       float64
	Transform   Transform
}

func (e *DomainError) Error() string {
	return fmt.Sprintf("row %d, column %d: %v is outside the domain of %T", e.Row+1, e.Column+1, e.Value, e.Transform)
}

// Apply sets dst[i][j] = T_j(x[i][j]). If one is not finite it stops there and
// returns a [*DomainError].
func (c Columns) Apply(dst, x *mat.Dense) (*mat.Dense, error) {
	dst, n := c.shape(dst, x)
	for i := range n {
		out, in := dst.RawRowView(i), x.RawRowView(i)
		for j, t := range c {
			v := in[j]
			if out[j] = v; t == nil {
				continue
			}
			if out[j] = t.Apply(v); !finite(out[j]) {
				return nil, &DomainError{Row: i, Column: j, Value: v, Transform: t}
			}
		}
	}
	return dst, nil
}

// Inverse sets dst[i][j] = T_j⁻¹(y[i][j]).
func (c Columns) Inverse(dst, y *mat.Dense) *mat.Dense {
	dst, n := c.shape(dst, y)
	for i := range n {
		out, in := dst.RawRowView(i), y.RawRowView(i)
		for j, t := range c {
			if out[j] = in[j]; t != nil {
				out[j] = t.Inverse(in[j])
			}
		}
	}
	return dst
}

// Grad turns gradients by the transformed inputs into gradients by the inputs x,
// by the chain rule: dst[i][j] = g[i][j] T_j'(x[i][j]). Row i of g is the
// gradient of a function at T(x_i).
func (c Columns) Grad(dst, g, x *mat.Dense) *mat.Dense {
	dst, n := c.shape(dst, g)
	c.shape(dst, x)
	for i := range n {
		out, in, at := dst.RawRowView(i), g.RawRowView(i), x.RawRowView(i)
		for j, t := range c {
			v := in[j]
			if t != nil {
				v *= t.Deriv(at[j])
			}
			out[j] = v
		}
	}
	return dst
}

func (c Columns) shape(dst, x *mat.Dense) (*mat.Dense, int) {
	n, d := x.Dims()
	if d != len(c) {
		panic(fmt.Sprintf("data: %d transforms for a %d x %d matrix", len(c), n, d))
	}
	return into(dst, n, d), n
}

// into returns dst, or a new matrix if it is nil, and checks its shape.
func into(dst *mat.Dense, n, d int) *mat.Dense {
	if dst == nil {
		return mat.NewDense(n, d, nil)
	}
	if r, c := dst.Dims(); r != n || c != d {
		panic(fmt.Sprintf("data: destination is %d x %d, want %d x %d", r, c, n, d))
	}
	return dst
}
