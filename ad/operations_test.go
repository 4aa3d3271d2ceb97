package ad_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/mathext"

	"matheron/ad"
)

// operation is one row of the table that every operation is in: its gradient is
// compared with difference quotients, its value with a plain formula, and one
// program of all rows must allocate nothing.
type operation struct {
	name   string
	f      func(x []ad.Value) ad.Value
	shapes [][]shape                 // each a set of arguments
	domain [][2]float64              // of each argument; the last serves the rest too
	value  func(x []float64) float64 // of elementwise operations
	// proper turns arguments into ones that the operation is for, such as a positive
	// definite matrix.
	proper func(x [][]float64)
}

func one(f func(ad.Value) ad.Value) func([]ad.Value) ad.Value {
	return func(x []ad.Value) ad.Value { return f(x[0]) }
}

func two(f func(a, b ad.Value) ad.Value) func([]ad.Value) ad.Value {
	return func(x []ad.Value) ad.Value { return f(x[0], x[1]) }
}

func real1(f func(float64) float64) func([]float64) float64 {
	return func(x []float64) float64 { return f(x[0]) }
}

func real2(f func(a, b float64) float64) func([]float64) float64 {
	return func(x []float64) float64 { return f(x[0], x[1]) }
}

var (
	anyShape = [][]shape{{{}}, {{5}}, {{3, 4}}}
	pairs    = [][]shape{
		{{}, {}}, {{4}, {4}}, {{3, 4}, {3, 4}},
		{{}, {4}}, {{4}, {}}, {{}, {3, 4}}, {{3, 4}, {}},
		{{4}, {3, 4}}, {{3, 4}, {4}}, {{3, 1}, {3, 4}}, {{3, 4}, {3, 1}}, {{1, 4}, {3, 4}}, {{3, 4}, {1, 4}},
		{{3, 1}, {4}}, {{4}, {3, 1}}, {{3, 1}, {1, 4}}, {{1, 4}, {3, 1}},
		{{1}, {4}}, {{1}, {3, 4}}, {{1, 1}, {4}}, {{3, 1}, {1}}, {{3, 1}, {}},
	}
	matrices = [][]shape{{{3, 4}}, {{1, 5}}, {{4, 1}}}
	square   = [][]shape{{{4, 4}}, {{1, 1}}}
	factors  = [][]shape{{{4, 4}, {4}}, {{4, 4}, {4, 3}}, {{4, 4}, {4, 1}}, {{1, 1}, {1}}}

	around   = [][2]float64{{-2, 2}}
	positive = [][2]float64{{0.4, 3}}
)

// dominant makes the first argument diagonally dominant, hence its symmetric
// part positive definite.
func dominant(x [][]float64) {
	n := int(math.Sqrt(float64(len(x[0]))))
	for i := range n {
		x[0][i*(n+1)] += 2 * float64(n)
	}
}

func operations() []operation {
	mask := func(n int) []bool {
		m := make([]bool, n)
		for i := range m {
			m[i] = i%3 != 1
		}
		return m
	}
	indices := []int{2, 0, 2, 1}
	known := [][]float64{make([]float64, 3), {0}}
	weightsOf := weights(12)
	return []operation{
		{name: "Neg", f: one(ad.Neg), shapes: anyShape, domain: around, value: func(x []float64) float64 { return -x[0] }},
		{name: "Scale", f: func(x []ad.Value) ad.Value { return ad.Scale(x[0], -1.7) }, shapes: anyShape, domain: around, value: func(x []float64) float64 { return -1.7 * x[0] }},
		{name: "Shift", f: func(x []ad.Value) ad.Value { return ad.Shift(x[0], 0.3) }, shapes: anyShape, domain: around, value: func(x []float64) float64 { return x[0] + 0.3 }},
		{name: "Square", f: one(ad.Square), shapes: anyShape, domain: around, value: func(x []float64) float64 { return x[0] * x[0] }},
		{name: "Inv", f: one(ad.Inv), shapes: anyShape, domain: positive, value: func(x []float64) float64 { return 1 / x[0] }},
		{name: "Sqrt", f: one(ad.Sqrt), shapes: anyShape, domain: positive, value: real1(math.Sqrt)},
		{name: "Exp", f: one(ad.Exp), shapes: anyShape, domain: around, value: real1(math.Exp)},
		{name: "Expm1", f: one(ad.Expm1), shapes: anyShape, domain: around, value: real1(math.Expm1)},
		{name: "Log", f: one(ad.Log), shapes: anyShape, domain: positive, value: real1(math.Log)},
		{name: "Log1p", f: one(ad.Log1p), shapes: anyShape, domain: positive, value: real1(math.Log1p)},
		{name: "Sin", f: one(ad.Sin), shapes: anyShape, domain: around, value: real1(math.Sin)},
		{name: "Cos", f: one(ad.Cos), shapes: anyShape, domain: around, value: real1(math.Cos)},
		{name: "Tanh", f: one(ad.Tanh), shapes: anyShape, domain: around, value: real1(math.Tanh)},
		{name: "Abs", f: one(ad.Abs), shapes: anyShape, domain: [][2]float64{{-2, -0.1}}, value: real1(math.Abs)},
		{name: "Abs", f: one(ad.Abs), shapes: anyShape, domain: positive, value: real1(math.Abs)},
		{name: "Erf", f: one(ad.Erf), shapes: anyShape, domain: around, value: real1(math.Erf)},
		{name: "Erfc", f: one(ad.Erfc), shapes: anyShape, domain: around, value: real1(math.Erfc)},
		{name: "Lgamma", f: one(ad.Lgamma), shapes: anyShape, domain: positive, value: func(x []float64) float64 { y, _ := math.Lgamma(x[0]); return y }},
		{name: "Lgamma", f: one(ad.Lgamma), shapes: anyShape, domain: [][2]float64{{-1.7, -1.3}}},
		{name: "Digamma", f: one(ad.Digamma), shapes: anyShape, domain: positive, value: func(x []float64) float64 { return mathext.Digamma(x[0]+30) - harmonic(x[0], 30) }},
		{name: "Digamma", f: one(ad.Digamma), shapes: anyShape, domain: [][2]float64{{-2.6, -2.4}}},
		{name: "Logistic", f: one(ad.Logistic), shapes: anyShape, domain: around, value: func(x []float64) float64 { return 1 / (1 + math.Exp(-x[0])) }},
		{name: "Softplus", f: one(ad.Softplus), shapes: anyShape, domain: around, value: func(x []float64) float64 { return math.Log(1 + math.Exp(x[0])) }},
		{name: "PowConst", f: func(x []ad.Value) ad.Value { return ad.PowConst(x[0], -1.3) }, shapes: anyShape, domain: positive, value: func(x []float64) float64 { return math.Pow(x[0], -1.3) }},
		{name: "PowConst", f: func(x []ad.Value) ad.Value { return ad.PowConst(x[0], 3) }, shapes: anyShape, domain: around, value: func(x []float64) float64 { return x[0] * x[0] * x[0] }},
		{name: "Clip", f: func(x []ad.Value) ad.Value { return ad.Clip(x[0], -5, 5) }, shapes: anyShape, domain: around, value: func(x []float64) float64 { return x[0] }},
		{name: "Clip", f: func(x []ad.Value) ad.Value { return ad.Clip(x[0], -5, -4) }, shapes: anyShape, domain: around, value: func([]float64) float64 { return -4 }},

		{name: "Add", f: two(ad.Add), shapes: pairs, domain: around, value: func(x []float64) float64 { return x[0] + x[1] }},
		{name: "Sub", f: two(ad.Sub), shapes: pairs, domain: around, value: func(x []float64) float64 { return x[0] - x[1] }},
		{name: "Mul", f: two(ad.Mul), shapes: pairs, domain: around, value: func(x []float64) float64 { return x[0] * x[1] }},
		{name: "Div", f: two(ad.Div), shapes: pairs, domain: [][2]float64{{-2, 2}, {0.4, 3}}, value: func(x []float64) float64 { return x[0] / x[1] }},
		{name: "Pow", f: two(ad.Pow), shapes: pairs, domain: [][2]float64{{0.4, 3}, {-2, 2}}, value: real2(math.Pow)},
		{name: "Max", f: two(ad.Max), shapes: pairs, domain: [][2]float64{{-2, 0}, {0.1, 3}}, value: real2(math.Max)},
		{name: "Max", f: two(ad.Max), shapes: pairs, domain: [][2]float64{{0.1, 3}, {-2, 0}}, value: real2(math.Max)},
		{name: "Min", f: two(ad.Min), shapes: pairs, domain: [][2]float64{{-2, 0}, {0.1, 3}}, value: real2(math.Min)},
		{name: "Min", f: two(ad.Min), shapes: pairs, domain: [][2]float64{{0.1, 3}, {-2, 0}}, value: real2(math.Min)},
		{name: "LogAddExp", f: two(ad.LogAddExp), shapes: pairs, domain: around, value: real2(func(a, b float64) float64 { return math.Log(math.Exp(a) + math.Exp(b)) })},

		{name: "Sum", f: one(ad.Sum), shapes: anyShape, domain: around},
		{name: "Mean", f: one(ad.Mean), shapes: anyShape, domain: around},
		{name: "LogSumExp", f: one(ad.LogSumExp), shapes: anyShape, domain: around},
		{name: "SumAxis0", f: func(x []ad.Value) ad.Value { return ad.SumAxis(x[0], 0) }, shapes: [][]shape{{{5}}, {{3, 4}}}, domain: around},
		{name: "SumAxis1", f: func(x []ad.Value) ad.Value { return ad.SumAxis(x[0], 1) }, shapes: matrices, domain: around},
		{name: "MeanAxis0", f: func(x []ad.Value) ad.Value { return ad.MeanAxis(x[0], 0) }, shapes: [][]shape{{{5}}, {{3, 4}}}, domain: around},
		{name: "MeanAxis1", f: func(x []ad.Value) ad.Value { return ad.MeanAxis(x[0], 1) }, shapes: matrices, domain: around},
		{name: "LogSumExpAxis0", f: func(x []ad.Value) ad.Value { return ad.LogSumExpAxis(x[0], 0) }, shapes: [][]shape{{{5}}, {{3, 4}}}, domain: around},
		{name: "LogSumExpAxis1", f: func(x []ad.Value) ad.Value { return ad.LogSumExpAxis(x[0], 1) }, shapes: matrices, domain: around},
		{name: "Dot", f: two(ad.Dot), shapes: [][]shape{{{5}, {5}}, {{2, 3}, {2, 3}}}, domain: around},

		{name: "MatMul", f: two(ad.MatMul), domain: around, shapes: [][]shape{
			{{3, 4}, {4, 2}}, {{3, 4}, {4}}, {{3}, {3, 4}}, {{4}, {4}}, {{3, 1}, {1, 4}}, {{3, 4}, {4, 1}}, {{1, 4}, {4, 3}},
		}},
		{name: "Transpose", f: one(ad.Transpose), shapes: matrices, domain: around},
		{name: "Outer", f: two(ad.Outer), shapes: [][]shape{{{3}, {4}}}, domain: around},
		{name: "Diag", f: one(ad.Diag), shapes: [][]shape{{{4}}}, domain: around},
		{name: "Diagonal", f: one(ad.Diagonal), shapes: matrices, domain: around},
		{name: "AddDiag", f: two(ad.AddDiag), shapes: [][]shape{{{3, 3}, {3}}, {{3, 3}, {}}}, domain: around},
		{name: "Trace", f: one(ad.Trace), shapes: square, domain: around},
		{name: "Cholesky", f: one(ad.Cholesky), shapes: square, domain: around, proper: dominant},
		{name: "SolveLower", f: two(ad.SolveLower), shapes: factors, domain: around, proper: dominant},
		{name: "SolveLowerTrans", f: two(ad.SolveLowerTrans), shapes: factors, domain: around, proper: dominant},
		{name: "CholeskySolve", f: two(ad.CholeskySolve), shapes: factors, domain: around, proper: dominant},
		{name: "LogDet", f: one(ad.LogDet), shapes: square, domain: around, proper: dominant},

		{name: "At", f: func(x []ad.Value) ad.Value { return ad.At(x[0], 2) }, shapes: [][]shape{{{4}}}, domain: around},
		{name: "At", f: func(x []ad.Value) ad.Value { return ad.At(x[0], 1, 2) }, shapes: [][]shape{{{2, 4}}}, domain: around},
		{name: "Slice", f: func(x []ad.Value) ad.Value { return ad.Slice(x[0], 1, 4) }, shapes: [][]shape{{{5}}}, domain: around},
		{name: "Row", f: func(x []ad.Value) ad.Value { return ad.Row(x[0], 1) }, shapes: [][]shape{{{3, 4}}}, domain: around},
		{name: "Rows", f: func(x []ad.Value) ad.Value { return ad.Rows(x[0], 1, 3) }, shapes: [][]shape{{{3, 4}}}, domain: around},
		{name: "Col", f: func(x []ad.Value) ad.Value { return ad.Col(x[0], 1) }, shapes: [][]shape{{{3, 4}}}, domain: around},
		{name: "Cols", f: func(x []ad.Value) ad.Value { return ad.Cols(x[0], 1, 3) }, shapes: [][]shape{{{3, 4}}}, domain: around},
		{name: "Reshape", f: func(x []ad.Value) ad.Value { return ad.Reshape(x[0], 4, 3) }, shapes: [][]shape{{{3, 4}}, {{12}}}, domain: around},
		{name: "Reshape", f: func(x []ad.Value) ad.Value { return ad.Reshape(x[0], 12) }, shapes: [][]shape{{{3, 4}}}, domain: around},
		{name: "Reshape", f: func(x []ad.Value) ad.Value { return ad.Reshape(x[0]) }, shapes: [][]shape{{{1}}, {{1, 1}}}, domain: around},
		{name: "Gather", f: func(x []ad.Value) ad.Value { return ad.Gather(x[0], indices) }, shapes: [][]shape{{{3}}, {{3, 2}}}, domain: around},
		{name: "Concat0", f: func(x []ad.Value) ad.Value { return ad.Concat(0, x...) }, domain: around, shapes: [][]shape{
			{{3}, {2}, {}}, {{}, {2}}, {{2, 3}, {1, 3}},
		}},
		{name: "Concat1", f: func(x []ad.Value) ad.Value { return ad.Concat(1, x...) }, shapes: [][]shape{{{2, 3}, {2, 1}, {2, 2}}}, domain: around},
		{name: "Stack0", f: func(x []ad.Value) ad.Value { return ad.Stack(0, x...) }, shapes: [][]shape{{{3}, {3}}, {{}, {}, {}}}, domain: around},
		{name: "Stack1", f: func(x []ad.Value) ad.Value { return ad.Stack(1, x...) }, shapes: [][]shape{{{3}, {3}}}, domain: around},
		{name: "Where", f: func(x []ad.Value) ad.Value {
			n := max(x[0].Len(), x[1].Len())
			return ad.Where(mask(12)[:n], x[0], x[1])
		}, shapes: [][]shape{{{3, 4}, {3, 4}}, {{}, {4}}, {{3, 4}, {4}}, {{3, 1}, {3, 4}}, {{}, {}}}, domain: around},
		{name: "CustomScalar", f: func(x []ad.Value) ad.Value {
			// y = sum_i x_i^2.
			y := 0.0
			for _, v := range x[0].Data() {
				y += v * v
			}
			return ad.CustomScalar(y, squares, x...)
		}, shapes: [][]shape{{{}}, {{3}}, {{2, 3}}}, domain: around},
		{name: "CustomVector", f: func(x []ad.Value) ad.Value {
			// y_i = x_i^2 z, a vector and a scalar.
			y := make([]float64, x[0].Len())
			for i, v := range x[0].Data() {
				y[i] = v * v * x[1].Float()
			}
			return ad.CustomVector(y, squareTimes, x...)
		}, shapes: [][]shape{{{3}, {}}}, domain: around},
		{name: "CustomMatrix", f: func(x []ad.Value) ad.Value {
			return ad.CustomMatrix(x[0].Dense(), copied, x...)
		}, shapes: [][]shape{{{3, 2}}}, domain: around},
		{name: "WithGradient", f: func(x []ad.Value) ad.Value {
			// y = sum_i x_i^2 z.
			var y float64
			z := x[1].Float()
			for i, v := range x[0].Data() {
				y += v * v * z
				known[0][i] = 2 * v * z
			}
			known[1][0] = y / z
			return ad.WithGradient(y, known, x...)
		}, shapes: [][]shape{{{3}, {}}}, domain: positive},
		{name: "x twice", f: func(x []ad.Value) ad.Value { return ad.Mul(x[0], x[0]) }, shapes: anyShape, domain: around},
		{name: "x over x", f: func(x []ad.Value) ad.Value { return ad.Pow(x[0], x[0]) }, shapes: anyShape, domain: positive},
		{name: "x x", f: func(x []ad.Value) ad.Value { return ad.MatMul(x[0], x[0]) }, shapes: square, domain: around},
		{name: "x with x", f: func(x []ad.Value) ad.Value { return ad.Concat(0, x[0], x[0]) }, shapes: [][]shape{{{3}}}, domain: around},
		{name: "L in L", f: func(x []ad.Value) ad.Value { return ad.SolveLower(x[0], x[0]) }, shapes: square, domain: around, proper: dominant},
		{name: "outer x", f: func(x []ad.Value) ad.Value { return ad.Outer(x[0], x[0]) }, shapes: [][]shape{{{3}}}, domain: around},
		{name: "with constants", f: func(x []ad.Value) ad.Value {
			t := x[0].Tape()
			return ad.Mul(ad.Add(x[0], t.Const(2)), t.ConstVector(weightsOf[:x[0].Len()]))
		}, shapes: [][]shape{{{5}}}, domain: around},
	}
}

func harmonic(x float64, n int) float64 {
	var s float64
	for k := range n {
		s += 1 / (x + float64(k))
	}
	return s
}

func squareTimes(dx [][]float64, dy []float64, x [][]float64, _ []float64) {
	z := x[1][0]
	for i, v := range x[0] {
		if dx[0] != nil {
			dx[0][i] += dy[i] * 2 * v * z
		}
		if dx[1] != nil {
			dx[1][0] += dy[i] * v * v
		}
	}
}

func squares(dx [][]float64, dy []float64, x [][]float64, _ []float64) {
	for i, v := range x[0] {
		dx[0][i] += dy[0] * 2 * v
	}
}

func copied(dx [][]float64, dy []float64, _ [][]float64, _ []float64) {
	for i, v := range dy {
		dx[0][i] += v
	}
}

func (op operation) arguments(shapes []shape) [][]float64 {
	x := uniform(generator(3), shapes, func(k int) (lo, hi float64) {
		d := op.domain[min(k, len(op.domain)-1)]
		return d[0], d[1]
	})
	if op.proper != nil {
		op.proper(x)
	}
	return x
}

func TestGradients(t *testing.T) {
	for _, op := range operations() {
		for _, shapes := range op.shapes {
			t.Run(fmt.Sprintf("%s%v", op.name, shapes), func(t *testing.T) {
				f := func(_ *ad.Tape, x []ad.Value) ad.Value { return op.f(x) }
				checkGradient(t, f, shapes, op.arguments(shapes))
			})
		}
	}
}

// Elementwise operations against plain functions, element by element, with the
// index rule of broadcasting written out: an index is 0 where the dimension is 1.
func TestElementwiseValues(t *testing.T) {
	for _, op := range operations() {
		if op.value == nil {
			continue
		}
		for _, shapes := range op.shapes {
			x := op.arguments(shapes)
			tape := ad.NewTape()
			args := make([]ad.Value, len(x))
			rows, cols, rank := 1, 1, 0
			for k, s := range shapes {
				args[k] = s.variable(tape, x[k])
				r, c := args[k].Dims()
				rows, cols, rank = max(rows, r), max(cols, c), max(rank, len(s))
			}
			y := op.f(args)
			if r, c := y.Dims(); r != rows || c != cols || y.Rank() != rank {
				t.Errorf("%s%v: result is %d x %d of rank %d, want %d x %d of rank %d", op.name, shapes, r, c, y.Rank(), rows, cols, rank)
				continue
			}
			for i := range rows {
				for j := range cols {
					at := make([]float64, len(x))
					for k := range args {
						r, c := args[k].Dims()
						at[k] = x[k][min(i, r-1)*c+min(j, c-1)]
					}
					want := op.value(at)
					// Both are good to a few ulp of numbers around one.
					if got := y.Data()[i*cols+j]; !(math.Abs(got-want) <= 1e-14*math.Max(1, math.Abs(want))) {
						t.Errorf("%s%v: element (%d, %d) is %.17g, want %.17g", op.name, shapes, i, j, got, want)
					}
				}
			}
		}
	}
}

// Every function of matrices against gonum/mat.
func TestMatrixValues(t *testing.T) {
	r := generator(5)
	x := uniform(r, []shape{{4, 4}, {4, 3}, {4}}, func(int) (float64, float64) { return -1, 1 })
	dominant(x)
	a, b := mat.NewDense(4, 4, x[0]), mat.NewDense(4, 3, x[1])
	v := mat.NewVecDense(4, x[2])
	low := mat.NewTriDense(4, mat.Lower, append([]float64(nil), x[0]...))
	sym := mat.NewSymDense(4, nil)
	for i := range 4 {
		for j := range i + 1 {
			sym.SetSym(i, j, a.At(i, j))
		}
	}
	var chol mat.Cholesky
	if !chol.Factorize(sym) {
		t.Fatal("not positive definite")
	}
	var l mat.TriDense
	chol.LTo(&l)
	var outer mat.Dense
	outer.Outer(1, v, v)
	of := func(f func(d *mat.Dense)) mat.Matrix {
		var d mat.Dense
		f(&d)
		return &d
	}
	solve := func(l mat.Matrix, b mat.Matrix) mat.Matrix {
		return of(func(d *mat.Dense) {
			if err := d.Solve(l, b); err != nil {
				t.Fatal(err)
			}
		})
	}
	tape := ad.NewTape()
	ta, tb, tv := tape.Matrix(a), tape.Matrix(b), tape.Vector(x[2])
	for _, c := range []struct {
		name string
		got  ad.Value
		want mat.Matrix
	}{
		{"A B", ad.MatMul(ta, tb), of(func(d *mat.Dense) { d.Mul(a, b) })},
		{"A v", ad.MatMul(ta, tv), of(func(d *mat.Dense) { d.Mul(a, v) })},
		{"v B", ad.MatMul(tv, tb), of(func(d *mat.Dense) { d.Mul(v.T(), b) })},
		{"A'", ad.Transpose(ta), a.T()},
		{"v v'", ad.Outer(tv, tv), &outer},
		{"cholesky", ad.Cholesky(ta), &l},
		{"L^-1 B", ad.SolveLower(ta, tb), solve(low, b)},
		{"L^-T B", ad.SolveLowerTrans(ta, tb), solve(low.T(), b)},
		{"L^-1 v", ad.SolveLower(ta, tv), solve(low, v)},
		{"L^-T v", ad.SolveLowerTrans(ta, tv), solve(low.T(), v)},
		{"K^-1 v", ad.CholeskySolve(ad.Cholesky(ta), tv), solve(sym, v)},
		{"log det", ad.LogDet(ad.Cholesky(ta)), mat.NewDense(1, 1, []float64{chol.LogDet()})},
		{"trace", ad.Trace(ta), mat.NewDense(1, 1, []float64{mat.Trace(a)})},
		{"sum", ad.Sum(ta), mat.NewDense(1, 1, []float64{mat.Sum(a)})},
		{"col", ad.Col(tb, 1), b.ColView(1)},
		{"row", ad.Row(tb, 1), b.RowView(1)},
		{"cols", ad.Cols(tb, 1, 3), b.Slice(0, 4, 1, 3)},
		{"rows", ad.Rows(tb, 1, 3), b.Slice(1, 3, 0, 3)},
		{"beside", ad.Concat(1, ta, tb), of(func(d *mat.Dense) { d.Augment(a, b) })},
		{"below", ad.Concat(0, tb, tb), of(func(d *mat.Dense) { d.Stack(b, b) })},
		{"diagonal", ad.Diagonal(ta), mat.NewVecDense(4, []float64{a.At(0, 0), a.At(1, 1), a.At(2, 2), a.At(3, 3)})},
		{"diag", ad.Diag(tv), mat.NewDiagDense(4, x[2])},
	} {
		rows, cols := c.want.Dims()
		got := mat.NewDense(rows, cols, append([]float64(nil), c.got.Data()...))
		// Sums of 4 products of numbers up to 9, and solves of condition below 10.
		if !mat.EqualApprox(got, c.want, 1e-13) {
			t.Errorf("%s:\n%v, want\n%v", c.name, mat.Formatted(got), mat.Formatted(c.want))
		}
	}
}

func TestReductionsAndIndices(t *testing.T) {
	tape := ad.NewTape()
	x := tape.Matrix(mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6}))
	lse := func(v ...float64) float64 {
		var s float64
		for _, x := range v {
			s += math.Exp(x)
		}
		return math.Log(s)
	}
	v := ad.Row(x, 1)
	for _, c := range []struct {
		name string
		got  ad.Value
		rank int
		want []float64
	}{
		{"sum", ad.Sum(x), 0, []float64{21}},
		{"mean", ad.Mean(x), 0, []float64{3.5}},
		{"sum 0", ad.SumAxis(x, 0), 1, []float64{5, 7, 9}},
		{"sum 1", ad.SumAxis(x, 1), 1, []float64{6, 15}},
		{"mean 0", ad.MeanAxis(x, 0), 1, []float64{2.5, 3.5, 4.5}},
		{"mean 1", ad.MeanAxis(x, 1), 1, []float64{2, 5}},
		{"lse", ad.LogSumExp(x), 0, []float64{lse(1, 2, 3, 4, 5, 6)}},
		{"lse 0", ad.LogSumExpAxis(x, 0), 1, []float64{lse(1, 4), lse(2, 5), lse(3, 6)}},
		{"lse 1", ad.LogSumExpAxis(x, 1), 1, []float64{lse(1, 2, 3), lse(4, 5, 6)}},
		{"lse of a vector", ad.LogSumExpAxis(v, 0), 0, []float64{lse(4, 5, 6)}},
		{"dot", ad.Dot(v, v), 0, []float64{77}},
		{"at", ad.At(x, 1, 2), 0, []float64{6}},
		{"slice", ad.Slice(v, 1, 3), 1, []float64{5, 6}},
		{"gather", ad.Gather(v, []int{2, 0, 2}), 1, []float64{6, 4, 6}},
		{"gather rows", ad.Gather(x, []int{1, 1, 0}), 2, []float64{4, 5, 6, 4, 5, 6, 1, 2, 3}},
		{"stack rows", ad.Stack(0, v, v), 2, []float64{4, 5, 6, 4, 5, 6}},
		{"stack columns", ad.Stack(1, v, v), 2, []float64{4, 4, 5, 5, 6, 6}},
		{"stack scalars", ad.Stack(0, ad.At(v, 0), ad.At(v, 2)), 1, []float64{4, 6}},
		{"where", ad.Where([]bool{true, false, true}, v, ad.Neg(v)), 1, []float64{4, -5, 6}},
		{"reshape", ad.Reshape(x, 3, 2), 2, []float64{1, 2, 3, 4, 5, 6}},
		{"add diagonal", ad.AddDiag(ad.Cols(x, 0, 2), tape.Const(10)), 2, []float64{11, 2, 4, 15}},
	} {
		if c.got.Rank() != c.rank {
			t.Errorf("%s: rank %d, want %d", c.name, c.got.Rank(), c.rank)
		}
		got := c.got.Data()
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
			continue
		}
		for i := range got {
			if math.Abs(got[i]-c.want[i]) > 1e-14*math.Abs(c.want[i]) {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
				break
			}
		}
	}
}
