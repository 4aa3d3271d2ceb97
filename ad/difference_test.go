package ad_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/ad"
)

// shape of an argument: none for a scalar, one number for a vector, two for a
// matrix.
type shape []int

func (s shape) len() int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// variable puts data on the tape as a variable of this shape.
func (s shape) variable(t *ad.Tape, data []float64) ad.Value {
	switch len(s) {
	case 0:
		return t.Scalar(data[0])
	case 1:
		return t.Vector(data)
	}
	return t.Matrix(mat.NewDense(s[0], s[1], data))
}

func (s shape) constant(t *ad.Tape, data []float64) ad.Value {
	switch len(s) {
	case 0:
		return t.Const(data[0])
	case 1:
		return t.ConstVector(data)
	}
	return t.ConstMatrix(mat.NewDense(s[0], s[1], data))
}

// program is a function of some values.
type program func(t *ad.Tape, x []ad.Value) ad.Value

// weights are fixed numbers that tell the elements of a result apart.
func weights(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 0.5 + math.Abs(math.Sin(float64(3*i+1)))
		if i%3 == 2 {
			w[i] = -w[i]
		}
	}
	return w
}

// weighted returns S = sum_i w_i y_i of the result y, and sum_i |w_i y_i|, which
// bounds the rounding of S.
func weighted(f program, shapes []shape, x [][]float64) (s, size float64) {
	t := ad.NewTape()
	args := make([]ad.Value, len(x))
	for k := range x {
		args[k] = shapes[k].constant(t, x[k])
	}
	y := f(t, args).Data()
	for i, w := range weights(len(y)) {
		s += w * y[i]
		size += math.Abs(w * y[i])
	}
	return s, size
}

// reverse returns the gradient of S on the tape, with the arguments in held as
// constants.
func reverse(t *ad.Tape, f program, shapes []shape, x [][]float64, held func(k int) bool) [][]float64 {
	args := make([]ad.Value, len(x))
	for k := range x {
		if held(k) {
			args[k] = shapes[k].constant(t, x[k])
		} else {
			args[k] = shapes[k].variable(t, x[k])
		}
	}
	y := f(t, args)
	t.BackwardFrom(y, weights(y.Len()))
	grads := make([][]float64, len(x))
	for k := range x {
		if !held(k) {
			grads[k] = append([]float64(nil), args[k].Grad()...)
		}
	}
	return grads
}

// difference is the central difference of fourth order along dir,
//
//	D(h) = (8 (S(h) - S(-h)) - (S(2h) - S(-2h))) / 12h = S' + O(h^4),
//
// with a bound of its error: that of the truncation by comparison with D(2h),
// which has 16 times as much of it, and that of the rounding. Each element of a
// result is good to some ulp of its size: 8 are allowed to programs of several
// operations, times the sum 18/12 of the weights of D.
func difference(f program, shapes []shape, x, dir [][]float64, h float64) (d, tol float64) {
	at := func(s float64) (float64, float64) {
		moved := make([][]float64, len(x))
		for k := range x {
			moved[k] = make([]float64, len(x[k]))
			for i := range x[k] {
				moved[k][i] = x[k][i] + s*dir[k][i]
			}
		}
		return weighted(f, shapes, moved)
	}
	p1, size := at(h)
	m1, _ := at(-h)
	p2, _ := at(2 * h)
	m2, _ := at(-2 * h)
	p4, _ := at(4 * h)
	m4, _ := at(-4 * h)
	d = (8*(p1-m1) - (p2 - m2)) / (12 * h)
	coarse := (8*(p2-m2) - (p4 - m4)) / (24 * h)
	const eps = 0x1p-52
	return d, 2*math.Abs(coarse-d)/15 + 8*1.5*eps*size/h
}

// checkGradient compares the gradient of every element of every argument with
// its difference quotient, alone and with each other argument a constant.
func checkGradient(t *testing.T, f program, shapes []shape, x [][]float64) {
	t.Helper()
	tape := ad.NewTape()
	all := reverse(tape, f, shapes, x, func(int) bool { return false })
	dir := make([][]float64, len(x))
	for k := range x {
		dir[k] = make([]float64, len(x[k]))
	}
	// With terms of fifth order around one, h^4/30 and 8 eps/h meet near 2^-9.
	const h = 0x1p-9
	for k := range x {
		for i := range x[k] {
			dir[k][i] = 1
			want, tol := difference(f, shapes, x, dir, h)
			dir[k][i] = 0
			// The bound must be a check: a factor or a term left out is far more.
			if scale := math.Max(1, math.Abs(want)); tol > 1e-6*scale {
				t.Fatalf("argument %d, element %d: difference quotient %g is only good to %g: choose another domain", k, i, want, tol)
			}
			if got := all[k][i]; !(math.Abs(got-want) <= tol) {
				t.Errorf("argument %d, element %d: gradient %.12g, difference quotient %.12g, off by %.2g > %.2g", k, i, got, want, math.Abs(got-want), tol)
			}
		}
	}
	// Another use of each argument adds its part, 3, before the operation does.
	tape.Reset()
	args := make([]ad.Value, len(x))
	for k := range x {
		args[k] = shapes[k].variable(tape, x[k])
	}
	y := f(tape, args)
	total := ad.Dot(ad.Reshape(y, y.Len()), tape.ConstVector(weights(y.Len())))
	for k := range args {
		total = ad.Add(total, ad.Scale(ad.Sum(args[k]), 3))
	}
	tape.Backward(total)
	for k := range args {
		for i, g := range args[k].Grad() {
			// Some sums of numbers up to size, in another order.
			size := math.Max(3, math.Abs(all[k][i]))
			if math.Abs(g-3-all[k][i]) > 32*0x1p-52*size {
				t.Errorf("argument %d, element %d: gradient %g with another use of derivative 3, %g without", k, i, g, all[k][i])
			}
		}
	}
	if len(x) == 1 {
		return
	}
	// What is constant changes nothing in the gradient of the rest, to the bit.
	for only := range x {
		tape.Reset()
		one := reverse(tape, f, shapes, x, func(k int) bool { return k != only })
		for i, g := range one[only] {
			if g != all[only][i] {
				t.Errorf("argument %d, element %d: gradient %g with the others constant, %g without", only, i, g, all[only][i])
			}
		}
	}
}

// uniform fills arguments from their domains.
func uniform(r *rand.Rand, shapes []shape, domain func(k int) (lo, hi float64)) [][]float64 {
	x := make([][]float64, len(shapes))
	for k, s := range shapes {
		lo, hi := domain(k)
		x[k] = make([]float64, s.len())
		for i := range x[k] {
			x[k][i] = lo + (hi-lo)*r.Float64()
		}
	}
	return x
}

func generator(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

// A derivative that is wrong by a hundred-thousandth does not pass.
func TestDifferenceQuotientIsACheck(t *testing.T) {
	x := [][]float64{{0.7}}
	wrong := func(_ *ad.Tape, x []ad.Value) ad.Value {
		return ad.CustomScalar(math.Exp(x[0].Float()), func(dx [][]float64, dy []float64, _ [][]float64, y []float64) {
			dx[0][0] += dy[0] * y[0] * (1 + 1e-5)
		}, x[0])
	}
	got := reverse(ad.NewTape(), wrong, []shape{{}}, x, func(int) bool { return false })[0][0]
	want, tol := difference(wrong, []shape{{}}, x, [][]float64{{1}}, 0x1p-9)
	if math.Abs(got-want) <= 100*tol {
		t.Errorf("off by %g, tolerance %g", got-want, tol)
	}
}
