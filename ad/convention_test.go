package ad_test

import (
	"math"
	"testing"

	"matheron/ad"
)

var (
	inf = math.Inf(1)
	nan = math.NaN()
)

// slopes returns the value and the gradient of a function of scalars.
func slopes(f func(x []ad.Value) ad.Value, x ...float64) (y float64, dx []float64) {
	t := ad.NewTape()
	args := make([]ad.Value, len(x))
	for k := range x {
		args[k] = t.Scalar(x[k])
	}
	v := f(args)
	t.Backward(v)
	for _, a := range args {
		dx = append(dx, a.Grad()[0])
	}
	return v.Float(), dx
}

// same is equality in which NaN equals NaN, to a few ulp.
func same(a, b float64) bool {
	return a == b || a != a && b != b || math.Abs(a-b) <= 4e-16*math.Max(math.Abs(a), math.Abs(b))
}

// Where there is no derivative the documentation says what is returned; at the
// ends of the line formulas must not overflow or cancel.
func TestConventionsAndExtremes(t *testing.T) {
	clip := func(x []ad.Value) ad.Value { return ad.Clip(x[0], -1, 2) }
	lse := func(x []ad.Value) ad.Value { return ad.LogSumExp(ad.Stack(0, x...)) }
	pow := func(p float64) func(x []ad.Value) ad.Value {
		return func(x []ad.Value) ad.Value { return ad.PowConst(x[0], p) }
	}
	for _, c := range []struct {
		name string
		f    func([]ad.Value) ad.Value
		x    []float64
		y    float64
		dx   []float64
	}{
		{"abs", one(ad.Abs), []float64{0}, 0, []float64{0}},
		{"abs", one(ad.Abs), []float64{nan}, nan, []float64{nan}},
		{"sqrt", one(ad.Sqrt), []float64{0}, 0, []float64{inf}},
		{"log", one(ad.Log), []float64{0}, -inf, []float64{inf}},
		{"max", two(ad.Max), []float64{1, 1}, 1, []float64{0.5, 0.5}},
		{"max", two(ad.Max), []float64{1, 2}, 2, []float64{0, 1}},
		{"max", two(ad.Max), []float64{nan, inf}, nan, []float64{nan, nan}},
		{"min", two(ad.Min), []float64{1, 1}, 1, []float64{0.5, 0.5}},
		{"min", two(ad.Min), []float64{1, 2}, 1, []float64{1, 0}},
		{"min", two(ad.Min), []float64{-inf, nan}, nan, []float64{nan, nan}},
		{"max of x and x", func(x []ad.Value) ad.Value { return ad.Max(x[0], x[0]) }, []float64{3}, 3, []float64{1}},
		{"clip", clip, []float64{-1}, -1, []float64{1}},
		{"clip", clip, []float64{2}, 2, []float64{1}},
		{"clip", clip, []float64{2.5}, 2, []float64{0}},
		{"clip", clip, []float64{-7}, -1, []float64{0}},
		{"clip", clip, []float64{nan}, nan, []float64{nan}},
		{"pow", two(ad.Pow), []float64{0, 2}, 0, []float64{0, 0}},
		{"pow", two(ad.Pow), []float64{0, 0}, 1, []float64{0, -inf}},
		{"pow", two(ad.Pow), []float64{-2, 3}, -8, []float64{12, nan}},
		{"x^0", pow(0), []float64{0}, 1, []float64{0}},
		{"x^2", pow(2), []float64{0}, 0, []float64{0}},
		{"x^3", pow(3), []float64{-2}, -8, []float64{12}},

		{"logistic", one(ad.Logistic), []float64{800}, 1, []float64{0}},
		{"logistic", one(ad.Logistic), []float64{-800}, 0, []float64{0}},
		{"logistic", one(ad.Logistic), []float64{40}, 1, []float64{math.Exp(-40)}},
		{"logistic", one(ad.Logistic), []float64{-40}, math.Exp(-40), []float64{math.Exp(-40)}},
		{"softplus", one(ad.Softplus), []float64{800}, 800, []float64{1}},
		{"softplus", one(ad.Softplus), []float64{-40}, math.Exp(-40), []float64{math.Exp(-40)}},
		{"softplus", one(ad.Softplus), []float64{inf}, inf, []float64{1}},
		{"softplus", one(ad.Softplus), []float64{-inf}, 0, []float64{0}},
		{"tanh", one(ad.Tanh), []float64{20}, 1, []float64{4 * math.Exp(-40)}},
		{"tanh", one(ad.Tanh), []float64{-400}, -1, []float64{0}},
		{"erfc", one(ad.Erfc), []float64{10}, math.Erfc(10), []float64{-2 / math.SqrtPi * math.Exp(-100)}},
		{"log1p", one(ad.Log1p), []float64{1e-20}, 1e-20, []float64{1}},
		{"expm1", one(ad.Expm1), []float64{1e-20}, 1e-20, []float64{1}},
		{"logaddexp", two(ad.LogAddExp), []float64{1000, 1000}, 1000 + math.Ln2, []float64{0.5, 0.5}},
		{"logaddexp", two(ad.LogAddExp), []float64{-inf, 3}, 3, []float64{0, 1}},
		{"logaddexp", two(ad.LogAddExp), []float64{-inf, -inf}, -inf, []float64{0, 0}},
		{"logaddexp", two(ad.LogAddExp), []float64{inf, 3}, inf, []float64{1, 0}},
		{"logsumexp", lse, []float64{1000, 1000}, 1000 + math.Ln2, []float64{0.5, 0.5}},
		{"logsumexp", lse, []float64{-1000, -1000}, -1000 + math.Ln2, []float64{0.5, 0.5}},
		{"logsumexp", lse, []float64{-inf, 3}, 3, []float64{0, 1}},
		{"logsumexp", lse, []float64{-inf, -inf}, -inf, []float64{0, 0}},
		{"logsumexp", lse, []float64{nan, 3}, nan, []float64{nan, nan}},
		{"logsumexp", lse, []float64{3, nan}, nan, []float64{nan, nan}},
		{"logsumexp", lse, []float64{inf, 3}, inf, []float64{nan, 0}},
		{"lgamma", one(ad.Lgamma), []float64{0}, inf, []float64{-inf}},
	} {
		y, dx := slopes(c.f, c.x...)
		ok := same(y, c.y)
		for k := range dx {
			ok = ok && same(dx[k], c.dx[k])
		}
		if !ok {
			t.Errorf("%s of %v: value %g, derivatives %g; want %g, %g", c.name, c.x, y, dx, c.y, c.dx)
		}
	}
}

// The branch that Where does not take contributes nothing, not even a NaN.
func TestWhereProtectsTheOtherBranch(t *testing.T) {
	tape := ad.NewTape()
	x := tape.Vector([]float64{-1, 0, 4})
	bad := ad.Mul(ad.Sqrt(x), ad.Add(ad.Log(x), ad.Pow(x, x)))
	y := ad.Where([]bool{false, false, true}, bad, ad.Neg(x))
	tape.Backward(ad.Sum(y))
	want := 0.25*(math.Log(4)+256) + 2*(0.25+256*(1+math.Log(4)))
	g := x.Grad()
	if g[0] != -1 || g[1] != -1 || !same(g[2], want) {
		t.Errorf("gradient %v, want [-1 -1 %g]", g, want)
	}
}

// Against mpmath (40 digits).
func TestDigammaAndTrigamma(t *testing.T) {
	for _, c := range []struct{ x, digamma, trigamma float64 }{
		{1e-3, -1000.5755719318103005, 1000001.642533195869},
		{0.5, -1.9635100260214234794, 4.9348022005446793094},
		{1.4616321449683623, 0, 0.96767224544762120697},
		{3, 0.92278433509846713939, 0.39493406684822643647},
		{7.01, 1.8743186115527390003, 0.15331023259078123716}, // gonum's digamma is off by 5e-11 here
		{7.5, 1.9467574842460867881, 0.14261589669670379977},
		{12.25, 2.4641546551853689558, 0.085055142988163208079},
		{19.99, 2.9700111525617639408, 0.05129711763484186657},
		{100, 4.6001618527380874002, 0.010050166663333571395},
		{-0.5, 0.036489973978576520559, 8.9348022005446793094},
		{-2.3, 3.3173231575618201233, 14.725912160961279282},
		{-7.75, -1.0307688328309315122, 19.618144334352289465},
	} {
		y, dx := slopes(one(ad.Digamma), c.x)
		// Twenty steps of recurrence: some ulp of a sum of size 5.
		if math.Abs(y-c.digamma) > 4e-15*math.Max(1, math.Abs(c.digamma)) {
			t.Errorf("digamma(%g) = %.17g, want %.17g", c.x, y, c.digamma)
		}
		if math.Abs(dx[0]-c.trigamma) > 2e-14*c.trigamma {
			t.Errorf("trigamma(%g) = %.17g, want %.17g", c.x, dx[0], c.trigamma)
		}
		_, dx = slopes(one(ad.Lgamma), c.x)
		if dx[0] != y {
			t.Errorf("derivative of lgamma at %g is %g, digamma %g", c.x, dx[0], y)
		}
	}
	for _, c := range []struct{ x, y, dy float64 }{
		{0, -inf, inf}, {-3, nan, inf}, {inf, inf, 0}, {-inf, nan, nan}, {nan, nan, nan},
	} {
		if y, dx := slopes(one(ad.Digamma), c.x); !same(y, c.y) || !same(dx[0], c.dy) {
			t.Errorf("digamma(%g) = %g with derivative %g, want %g, %g", c.x, y, dx[0], c.y, c.dy)
		}
	}
}
