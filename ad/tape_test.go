package ad_test

import (
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/ad"
	"matheron/linalg"
)

// A program of every operation in the table allocates nothing when its tape has
// seen it before. Rows that allocate by themselves (a copy, a mask) are left out by
// name, and their operations run on what was made before.
func TestSecondRunAllocatesNothing(t *testing.T) {
	type row struct {
		op     operation
		shapes []shape
		x      [][]float64
		dense  []*mat.Dense
		args   []ad.Value
	}
	var rows []*row
	for _, op := range operations() {
		if op.name == "CustomVector" || op.name == "CustomMatrix" || op.name == "Where" {
			continue
		}
		for _, shapes := range op.shapes {
			r := &row{op: op, shapes: shapes, x: op.arguments(shapes)}
			r.args = make([]ad.Value, len(shapes))
			r.dense = make([]*mat.Dense, len(shapes))
			for k, s := range shapes {
				if len(s) == 2 {
					r.dense[k] = mat.NewDense(s[0], s[1], r.x[k])
				}
			}
			rows = append(rows, r)
		}
	}
	mask := []bool{true, false, true}
	custom := []float64{0, 0, 0}
	dense := mat.NewDense(1, 3, custom)
	tape := ad.NewTape()
	run := func() {
		tape.Reset()
		total := tape.Const(0)
		for _, r := range rows {
			for k, s := range r.shapes {
				switch len(s) {
				case 0:
					r.args[k] = tape.Scalar(r.x[k][0])
				case 1:
					r.args[k] = tape.Vector(r.x[k])
				case 2:
					r.args[k] = tape.Matrix(r.dense[k])
				}
			}
			total = ad.Add(total, ad.Sum(r.op.f(r.args)))
		}
		v := tape.ConstVector(custom)
		w := tape.Vector(custom)
		z := tape.Scalar(2)
		total = ad.Add(total, ad.Sum(ad.Where(mask, v, w)))
		total = ad.Add(total, ad.Sum(ad.CustomVector(custom, squareTimes, w, z)))
		total = ad.Add(total, ad.Sum(ad.CustomMatrix(dense, copied, w)))
		total = ad.Add(total, ad.StopGradient(total))
		tape.Backward(total)
		_ = z.Grad()[0]
	}
	run()
	if tape.Err() != nil {
		t.Fatal(tape.Err())
	}
	if n := testing.AllocsPerRun(20, run); n != 0 {
		t.Errorf("%g allocations a run", n)
	}
}

func TestGradientAllocatesNothing(t *testing.T) {
	f := ad.Gradient(logDensity)
	x, g := []float64{0.3, -0.2, 0.1, 0.5}, make([]float64, 4)
	f(g, x)
	if n := testing.AllocsPerRun(20, func() { f(g, x) }); n != 0 {
		t.Errorf("%g allocations a call", n)
	}
}

// logDensity is a program that uses operations of each kind.
func logDensity(t *ad.Tape, x ad.Value) ad.Value {
	k := ad.AddDiag(ad.Exp(ad.Neg(ad.Square(ad.Sub(ad.Reshape(x, x.Len(), 1), x)))), ad.Exp(ad.At(x, 0)))
	l := ad.Cholesky(k)
	z := ad.SolveLower(l, x)
	return ad.Scale(ad.Add(ad.Dot(z, z), ad.LogDet(l)), -0.5)
}

// Beyond what one goroutine does, linalg takes memory of its own, but none of
// the size of a matrix.
func TestLargeProgramsAllocateNoMatrix(t *testing.T) {
	const n = 200
	f := ad.Gradient(logDensity)
	x, g := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = math.Sin(float64(i))
	}
	f(g, x)
	// The pool of scratch may be emptied by the garbage collector.
	least := uint64(math.MaxUint64)
	for range 5 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f(g, x)
		runtime.ReadMemStats(&after)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
	}
	if least > 8*n*n/2 {
		t.Errorf("%d bytes in a later run, a matrix has %d", least, 8*n*n)
	}
}

// A tape for each goroutine, one program for all; and the same bits for any
// number of processors.
func TestGoroutinesAndProcessors(t *testing.T) {
	const n = 150
	x := make([]float64, n)
	for i := range x {
		x[i] = math.Sin(float64(i))
	}
	run := func() []float64 {
		g := make([]float64, n)
		return append(g, ad.Gradient(logDensity)(g, x))
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	want := run()
	runtime.GOMAXPROCS(4)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if got := run(); !slices.Equal(got, want) {
				t.Error("other bits on 4 processors")
			}
		})
	}
	wg.Wait()
}

func TestSameBits(t *testing.T) {
	x := []float64{0.3, -0.2, 0.1, 0.5, 1.5}
	f, g := ad.Gradient(logDensity), ad.Gradient(logDensity)
	a, b := make([]float64, 5), make([]float64, 5)
	fa := f(a, x)
	// The other tape has seen other programs before.
	g(make([]float64, 2), x[:2])
	g(make([]float64, 3), x[2:])
	if fb := g(b, x); fa != fb || !slices.Equal(a, b) {
		t.Errorf("%v %v, then %v %v", fa, a, fb, b)
	}
	if fb := g(nil, x); fa != fb {
		t.Errorf("%v with gradient, %v without", fa, fb)
	}
}

// A tape serves programs of other shapes, larger and smaller.
func TestReuseWithOtherShapes(t *testing.T) {
	reused := ad.NewTape()
	for _, n := range []int{3, 90, 1, 7, 200, 2} {
		x := uniform(generator(uint64(n)), []shape{{n}}, func(int) (float64, float64) { return -1, 1 })
		f := func(t *ad.Tape, x []ad.Value) ad.Value { return logDensity(t, x[0]) }
		all := func(int) bool { return false }
		reused.Reset()
		got := reverse(reused, f, []shape{{n}}, x, all)[0]
		want := reverse(ad.NewTape(), f, []shape{{n}}, x, all)[0]
		if !slices.Equal(got, want) {
			t.Errorf("n = %d: %v on a reused tape, %v on a new one", n, got, want)
		}
	}
}

// Backward may be called for one value after another.
func TestBackwardAgain(t *testing.T) {
	tape := ad.NewTape()
	x := tape.Vector([]float64{2, 3})
	a, b := ad.Sum(ad.Square(x)), ad.Dot(x, tape.ConstVector([]float64{5, 7}))
	for range 2 {
		tape.Backward(a)
		if g := x.Grad(); !slices.Equal(g, []float64{4, 6}) {
			t.Errorf("gradient of the sum of squares: %v", g)
		}
		tape.Backward(b)
		if g := x.Grad(); !slices.Equal(g, []float64{5, 7}) {
			t.Errorf("gradient of the dot product: %v", g)
		}
	}
	late := tape.Scalar(1)
	c := ad.Mul(a, late)
	tape.Backward(a)
	if g := late.Grad(); g[0] != 0 {
		t.Errorf("gradient to what came after: %v", g)
	}
	tape.Backward(c)
	if g := late.Grad(); g[0] != 13 {
		t.Errorf("gradient to the factor: %v", g)
	}
	tape.Backward(tape.Const(1))
	if g := x.Grad(); !slices.Equal(g, []float64{0, 0}) {
		t.Errorf("gradient of a constant: %v", g)
	}
	tape.BackwardFrom(ad.Square(x), []float64{1, 10})
	if g := x.Grad(); !slices.Equal(g, []float64{4, 60}) {
		t.Errorf("vector-Jacobian product: %v", g)
	}
}

// A value that shares the storage of a variable adds to its adjoint exactly once.
func TestViewsOfViews(t *testing.T) {
	tape := ad.NewTape()
	x := tape.Matrix(mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6}))
	r := ad.Row(ad.Reshape(x, 3, 2), 1) // 3 4
	f := ad.Add(ad.Mul(ad.At(r, 0), ad.At(x, 0, 2)), ad.Sum(ad.Slice(r, 1, 2)))
	tape.Backward(f) // x_02² + x_10
	if g := x.Grad(); !slices.Equal(g, []float64{0, 0, 6, 1, 0, 0}) {
		t.Errorf("gradient %v", g)
	}
	// Of a constant, also one that is the caller's memory.
	c := tape.ConstMatrix(mat.NewDense(2, 2, []float64{1, 2, 3, 4}))
	if v := ad.At(ad.Reshape(ad.Row(c, 1), 2, 1), 1, 0); v.Float() != 4 || !v.IsConst() {
		t.Errorf("%v, constant %t", v, v.IsConst())
	}
	view := mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6}).Slice(0, 2, 1, 3).(*mat.Dense)
	for _, v := range []ad.Value{tape.ConstMatrix(view), tape.Matrix(view)} {
		if !mat.Equal(v.Dense(), view) {
			t.Errorf("%v of a view", v)
		}
	}
}

func TestStopGradient(t *testing.T) {
	tape := ad.NewTape()
	x := tape.Vector([]float64{2, 3})
	tape.Backward(ad.Dot(x, ad.StopGradient(ad.Square(x))))
	if g := x.Grad(); !slices.Equal(g, []float64{4, 9}) {
		t.Errorf("gradient %v", g)
	}
	if y := ad.Exp(ad.StopGradient(x)); !y.IsConst() {
		t.Error("a function of a constant is not one")
	}
}

// Nothing is stored or called in the backward pass for what depends on constants only.
func TestConstantsDoNoWork(t *testing.T) {
	tape := ad.NewTape()
	x, c := tape.Scalar(2), tape.Const(3)
	called := 0
	count := func(dx [][]float64, dy []float64, _ [][]float64, _ []float64) {
		called++
		if dx[0] != nil {
			t.Error("adjoint of a constant")
		}
		if len(dx) > 1 {
			dx[1][0] += dy[0]
		}
	}
	y := ad.CustomScalar(3, count, c)
	tape.Backward(ad.Mul(x, ad.Exp(y)))
	if called != 0 || !y.IsConst() {
		t.Errorf("called %d times", called)
	}
	tape.Backward(ad.CustomScalar(3, count, c, x))
	if called != 1 || x.Grad()[0] != 1 {
		t.Errorf("called %d times, gradient %v", called, x.Grad())
	}
}

func TestCholeskyFailure(t *testing.T) {
	for _, n := range []int{3, 100} {
		k := mat.NewDense(n, n, nil)
		for i := range n {
			k.Set(i, i, 2)
		}
		k.Set(n-1, n-1, -1)
		f := ad.Gradient(func(t *ad.Tape, x ad.Value) ad.Value {
			l := ad.Cholesky(ad.AddDiag(t.ConstMatrix(k), ad.At(x, 0)))
			v := ad.LogDet(l)
			var npd *linalg.NotPositiveDefinite
			failed := errors.As(t.Err(), &npd)
			if want := k.At(n-1, n-1)+x.Data()[0] <= 0; failed != want {
				panic("Err")
			}
			if failed && (npd.Pivot != n-1 || npd.Value != -0.5 || !math.IsNaN(v.Float())) {
				panic(npd.Error())
			}
			return v
		})
		g := []float64{0}
		if v := f(g, []float64{0.5}); !math.IsNaN(v) || !math.IsNaN(g[0]) {
			t.Errorf("n = %d: value %g, gradient %g of a factor that failed", n, v, g)
		}
		// The tape recovers.
		if v := f(g, []float64{2}); math.IsNaN(v) || !(g[0] > 0) {
			t.Errorf("n = %d: value %g, gradient %g afterwards", n, v, g)
		}
	}
	tape := ad.NewTape()
	ad.Cholesky(tape.Matrix(mat.NewDense(2, 2, []float64{1, 0, math.NaN(), 1})))
	var npd *linalg.NotPositiveDefinite
	if !errors.As(tape.Err(), &npd) || npd.Pivot != 1 || !math.IsNaN(npd.Value) {
		t.Errorf("a NaN in the matrix: %v", tape.Err())
	}
}

// A pivot that is positive but below its rounding is a failure, as in package linalg:
// n - 1 eps, left of 1 in n rows.
func TestCholeskyPivotLostInRounding(t *testing.T) {
	for _, n := range []int{3, 100} {
		k := mat.NewDense(n, n, nil)
		for i := range n {
			k.Set(i, i, 1)
		}
		k.Set(n-1, n-2, 1)
		for c, lost := range map[int]bool{n - 1: true, n + 1: false} {
			k.Set(n-1, n-1, 1+float64(c)*0x1p-52)
			tape := ad.NewTape()
			ad.Cholesky(tape.Matrix(k))
			var npd *linalg.NotPositiveDefinite
			if errors.As(tape.Err(), &npd) != lost || lost && (npd.Pivot != n-1 || !npd.Lost()) {
				t.Errorf("n = %d, pivot of %d eps: error %v", n, c, tape.Err())
			}
		}
	}
}

func TestMisusePanics(t *testing.T) {
	tape, other := ad.NewTape(), ad.NewTape()
	old := tape.Vector([]float64{1, 2})
	tape.Reset()
	s, v, m := tape.Scalar(1), tape.Vector([]float64{1, 2}), tape.Matrix(mat.NewDense(2, 3, nil))
	back := func([][]float64, []float64, [][]float64, []float64) {}
	for name, f := range map[string]func(){
		"zero value":                func() { ad.Exp(ad.Value{}) },
		"zero value, second":        func() { ad.Add(s, ad.Value{}) },
		"run before":                func() { ad.Exp(old) },
		"run before, second":        func() { ad.Mul(v, old) },
		"run before, data":          func() { old.Data() },
		"run before, backward":      func() { tape.Backward(old) },
		"two tapes":                 func() { ad.Add(s, other.Scalar(1)) },
		"two tapes, backward":       func() { tape.Backward(other.Scalar(1)) },
		"two tapes, concat":         func() { ad.Concat(0, s, other.Scalar(1)) },
		"two tapes, custom":         func() { ad.CustomScalar(1, back, s, other.Scalar(1)) },
		"two tapes, gradient":       func() { ad.Gradient(func(*ad.Tape, ad.Value) ad.Value { return other.Scalar(1) })(nil, []float64{1}) },
		"shapes":                    func() { ad.Add(v, tape.Vector([]float64{1, 2, 3})) },
		"shapes, row of matrix":     func() { ad.Mul(v, m) },
		"backward of a vector":      func() { tape.Backward(v) },
		"seed":                      func() { tape.BackwardFrom(v, []float64{1}) },
		"float of a vector":         func() { v.Float() },
		"grad before backward":      func() { ad.NewTape().Scalar(1).Grad() },
		"grad of no variable":       func() { y := ad.Sum(v); tape.Backward(y); y.Grad() },
		"grad of a constant":        func() { tape.Backward(s); tape.Const(1).Grad() },
		"grad of a later variable":  func() { tape.Backward(s); tape.Scalar(1).Grad() },
		"axis":                      func() { ad.SumAxis(v, 1) },
		"axis of a scalar":          func() { ad.LogSumExpAxis(s, 0) },
		"matmul":                    func() { ad.MatMul(m, m) },
		"matmul with a scalar":      func() { ad.MatMul(s, m) },
		"matmul with a vector":      func() { ad.MatMul(m, v) },
		"dot":                       func() { ad.Dot(v, m) },
		"transpose":                 func() { ad.Transpose(v) },
		"outer":                     func() { ad.Outer(v, m) },
		"diag":                      func() { ad.Diag(m) },
		"diagonal":                  func() { ad.Diagonal(v) },
		"add to diagonal":           func() { ad.AddDiag(ad.Outer(v, v), ad.Row(m, 0)) },
		"trace":                     func() { ad.Trace(m) },
		"log det":                   func() { ad.LogDet(m) },
		"cholesky":                  func() { ad.Cholesky(m) },
		"solve":                     func() { ad.SolveLower(ad.Outer(v, v), ad.Row(m, 0)) },
		"solve, no square":          func() { ad.SolveLowerTrans(m, v) },
		"index":                     func() { ad.At(v, 2) },
		"index below zero":          func() { ad.At(m, -1, 0) },
		"number of indices":         func() { ad.At(m, 1) },
		"slice":                     func() { ad.Slice(v, 1, 3) },
		"slice of a matrix":         func() { ad.Slice(m, 0, 1) },
		"row":                       func() { ad.Row(m, 2) },
		"rows":                      func() { ad.Rows(m, 2, 1) },
		"col":                       func() { ad.Col(m, 3) },
		"cols":                      func() { ad.Cols(m, 0, 4) },
		"reshape":                   func() { ad.Reshape(m, 4) },
		"reshape, three dimensions": func() { ad.Reshape(m, 1, 2, 3) },
		"reshape, negative":         func() { ad.Reshape(m, -2, -3) },
		"gather":                    func() { ad.Gather(v, []int{2}) },
		"gather from a scalar":      func() { ad.Gather(s, []int{0}) },
		"concat of nothing":         func() { ad.Concat(0) },
		"concat, axis":              func() { ad.Concat(1, v, v) },
		"concat, rank":              func() { ad.Concat(0, v, m) },
		"concat, columns":           func() { ad.Concat(0, m, ad.Transpose(m)) },
		"concat, rows":              func() { ad.Concat(1, m, ad.Transpose(m)) },
		"stack":                     func() { ad.Stack(0, v, ad.Row(m, 0)) },
		"stack of matrices":         func() { ad.Stack(0, m, m) },
		"where":                     func() { ad.Where([]bool{true}, v, v) },
		"clip":                      func() { ad.Clip(v, 2, 1) },
		"clip NaN":                  func() { ad.Clip(v, math.NaN(), 1) },
		"custom without inputs":     func() { ad.CustomScalar(1, back) },
		"custom without a VJP":      func() { ad.CustomScalar(1, nil, s) },
		"gradients and inputs":      func() { ad.WithGradient(1, nil, s) },
		"gradient and input":        func() { ad.WithGradient(1, [][]float64{{1}}, v) },
		"gradient's length": func() {
			ad.Gradient(func(_ *ad.Tape, x ad.Value) ad.Value { return ad.Sum(x) })([]float64{1}, []float64{1, 2})
		},
		"gradient of a vector": func() { ad.Gradient(func(_ *ad.Tape, x ad.Value) ad.Value { return x })(nil, []float64{1, 2}) },
	} {
		func() {
			defer func() {
				switch r := recover().(type) {
				case string:
					if !strings.HasPrefix(r, "ad: ") || strings.Contains(r, "\n") {
						t.Errorf("%s: panic %q", name, r)
					}
				case nil:
					t.Errorf("%s: no panic", name)
				default:
					t.Errorf("%s: panic %v", name, r)
				}
			}()
			f()
		}()
	}
}

func TestReading(t *testing.T) {
	tape := ad.NewTape()
	x := tape.Matrix(mat.NewDense(2, 2, []float64{1, 2, 3, 4}))
	if s := ad.Row(x, 1).String(); s != "(2)[3 4]" {
		t.Errorf("String: %s", s)
	}
	if s := x.String() + tape.Const(5).String(); s != "(2, 2)[1 2 3 4]()[5]" {
		t.Errorf("String: %s", s)
	}
	if n := tape.Len(); n != 3 {
		t.Errorf("%d values on the tape, want 3", n)
	}
	d := x.Dense()
	d.Set(0, 0, 7)
	if x.Data()[0] != 1 || x.Tape() != tape || x.IsConst() || x.Len() != 4 {
		t.Errorf("%v", x)
	}
	tape.Reset()
	if s := x.String(); s != "ad.Value(invalid)" || tape.Len() != 0 {
		t.Errorf("String: %s", s)
	}
	if d := tape.Vector(nil).Dense(); !d.IsEmpty() {
		t.Errorf("Dense of nothing: %v", d)
	}
}

// A gradient of zero need not be there, and a constant takes none.
func TestWithGradientOfSome(t *testing.T) {
	tape := ad.NewTape()
	x, y, c := tape.Vector([]float64{1, 2}), tape.Scalar(3), tape.Const(4)
	f := ad.WithGradient(9, [][]float64{nil, {1}, {5}}, x, c, y)
	tape.Backward(ad.Add(ad.Square(f), ad.Scale(f, 2))) // 2 f + 2 = 20
	if gx, gy := x.Grad(), y.Grad(); gx[0] != 0 || gx[1] != 0 || gy[0] != 100 {
		t.Errorf("gradients %v, %v, want 0 0 and 100", gx, gy)
	}
	if !ad.WithGradient(1, [][]float64{{1}}, c).IsConst() {
		t.Error("not a constant")
	}
}

func TestEmptyValues(t *testing.T) {
	tape := ad.NewTape()
	x := tape.Vector(nil)
	l := tape.Matrix(new(mat.Dense))
	y := ad.Add(ad.Sum(ad.Exp(x)), ad.Add(ad.LogDet(ad.Cholesky(l)), ad.Sum(ad.SolveLower(l, x))))
	y = ad.Add(y, ad.Add(ad.Sum(ad.MatMul(l, x)), ad.Sum(ad.Outer(x, x))))
	y = ad.Add(y, ad.Add(ad.Dot(x, x), ad.Sum(ad.MatMul(l, l))))
	tape.Backward(y)
	if y.Float() != 0 || len(x.Grad()) != 0 {
		t.Errorf("%v, gradient %v", y, x.Grad())
	}
	if v := ad.LogSumExp(x).Float(); !math.IsInf(v, -1) {
		t.Errorf("logsumexp of nothing is %g", v)
	}
	if v := ad.Mean(x).Float(); !math.IsNaN(v) {
		t.Errorf("mean of nothing is %g", v)
	}
}
