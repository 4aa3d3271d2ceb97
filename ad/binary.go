package ad

import (
	"fmt"
	"math"
)

// binaryRule is an elementwise function of two values. row sets y along one row of the
// result, with strides sa and sb, 0 or 1, of a and b; back adds to da and db, either of
// which is nil for a constant.
type binaryRule struct {
	name string
	row  func(y, a, b []float64, sa, sb int)
	back func(g, y, a, b, da, db []float64, sa, sb int)
}

// The elementwise functions of two values, in the order of binaryRules.
const (
	opAdd = iota
	opSub
	opMul
	opDiv
	opPow
	opMax
	opMin
	opLogAddExp
)

var binaryRules = [...]binaryRule{
	opAdd:       {"Add", addRow, addBack},
	opSub:       {"Sub", subRow, subBack},
	opMul:       {"Mul", mulRow, mulBack},
	opDiv:       {"Div", divRow, divBack},
	opPow:       {"Pow", rowOf(math.Pow), backOf(powSlopes)},
	opMax:       {"Max", rowOf(larger), backOf(maxSlopes)},
	opMin:       {"Min", rowOf(smaller), backOf(minSlopes)},
	opLogAddExp: {"LogAddExp", rowOf(logAddExp), backOf(logAddExpSlopes)},
}

func binary(op int32, a, b Value) Value {
	r := &binaryRules[op]
	t, na, nb := pair(r.name, a, b)
	if op <= opDiv && na.shape == scalarShape && nb.shape == scalarShape {
		return scalars(t, op, a.id, b.id)
	}
	s := broadcastShape(r.name, na.shape, nb.shape)
	w := walk(s, na.shape, nb.shape)
	as, bs := t.value(na), t.value(nb)
	n, y := t.push(s, na.adj >= 0 || nb.adj >= 0, binaryBack)
	n.a, n.b, n.aux = a.id, b.id, op
	if w.rows == 1 {
		r.row(y, as, bs, w.ca, w.cb)
		return t.last()
	}
	for i := range w.rows {
		r.row(y[i*w.cols:(i+1)*w.cols], as[i*w.ra:], bs[i*w.rb:], w.ca, w.cb)
	}
	return t.last()
}

func binaryBack(t *Tape, n *node) {
	r := &binaryRules[n.aux]
	na, nb := &t.nodes[n.a], &t.nodes[n.b]
	w := walk(n.shape, na.shape, nb.shape)
	a, b, y := t.value(na), t.value(nb), t.value(n)
	g, da, db := t.adjoint(n), t.adjoint(na), t.adjoint(nb)
	if w.rows == 1 {
		r.back(g, y, a, b, da, db, w.ca, w.cb)
		return
	}
	for i := range w.rows {
		lo, hi := i*w.cols, (i+1)*w.cols
		var dai, dbi []float64
		if da != nil {
			dai = da[i*w.ra:]
		}
		if db != nil {
			dbi = db[i*w.rb:]
		}
		r.back(g[lo:hi], y[lo:hi], a[i*w.ra:], b[i*w.rb:], dai, dbi, w.ca, w.cb)
	}
}

// rowOf is the row function of a function of two numbers.
func rowOf(f func(a, b float64) float64) func(y, a, b []float64, sa, sb int) {
	return func(y, a, b []float64, sa, sb int) {
		for i := range y {
			y[i] = f(a[i*sa], b[i*sb])
		}
	}
}

// backOf is the derivative of a function of two numbers, by its two slopes.
func backOf(d func(a, b, y float64) (da, db float64)) func(g, y, a, b, da, db []float64, sa, sb int) {
	return func(g, y, a, b, da, db []float64, sa, sb int) {
		for i, gi := range g {
			if gi == 0 {
				continue
			}
			fa, fb := d(a[i*sa], b[i*sb], y[i])
			if da != nil {
				da[i*sa] += gi * fa
			}
			if db != nil {
				db[i*sb] += gi * fb
			}
		}
	}
}

// Pow returns a^b, broadcast, with derivatives b a^(b-1) to a and a^b log a to b; the
// latter is 0 where a^b is 0, and NaN for negative a. For a constant exponent see
// [PowConst].
func Pow(a, b Value) Value { return binary(opPow, a, b) }

func powSlopes(a, b, y float64) (da, db float64) {
	if b != 0 {
		da = b * math.Pow(a, b-1)
	}
	if y != 0 {
		db = y * math.Log(a)
	}
	return da, db
}

// PowConst returns x^p for a constant p, with derivative p x^(p-1).
func PowConst(x Value, p float64) Value {
	nx := x.in("PowConst")
	t := x.t
	xs := t.value(nx)
	n, y := t.push(nx.shape, nx.adj >= 0, powConstBack)
	n.a, n.c = x.id, p
	for i, v := range xs {
		y[i] = math.Pow(v, p)
	}
	return t.last()
}

func powConstBack(t *Tape, n *node) {
	nx := &t.nodes[n.a]
	x, dx := t.value(nx), t.adjoint(nx)
	for i, g := range t.adjoint(n) {
		if g != 0 && n.c != 0 {
			dx[i] += g * n.c * math.Pow(x[i], n.c-1)
		}
	}
}

// Max returns the elementwise maximum, broadcast. The derivative is 1 to the larger and
// 0 to the other, and half to each where both are equal. If either is NaN, so are the
// result and the derivatives.
func Max(a, b Value) Value { return binary(opMax, a, b) }

// Min returns the elementwise minimum, with the conventions of [Max].
func Min(a, b Value) Value { return binary(opMin, a, b) }

// larger returns the larger, or NaN if either is. math.Max returns +Inf for +Inf and
// NaN.
func larger(a, b float64) float64 { return max(a, b) }

func smaller(a, b float64) float64 { return min(a, b) }

func maxSlopes(a, b, _ float64) (da, db float64) {
	switch {
	case a > b:
		return 1, 0
	case a < b:
		return 0, 1
	case a == b:
		return 0.5, 0.5
	}
	return nan, nan
}

func minSlopes(a, b, y float64) (da, db float64) {
	db, da = maxSlopes(a, b, y)
	return da, db
}

// Where returns a where cond is true and b where it is false, a and b broadcast.
// cond has as many elements as the result, row by row, and is copied. The derivative to
// the argument that is not taken is zero, also where its own is infinite or NaN.
func Where(cond []bool, a, b Value) Value {
	t, na, nb := pair("Where", a, b)
	s := broadcastShape("Where", na.shape, nb.shape)
	if len(cond) != s.len() {
		panic(fmt.Sprintf("ad: Where: %d conditions for %v", len(cond), s))
	}
	w := walk(s, na.shape, nb.shape)
	as, bs := t.value(na), t.value(nb)
	n, y := t.push(s, na.adj >= 0 || nb.adj >= 0, whereBack)
	n.a, n.b, n.aux = a.id, b.id, int32(len(t.bools))
	t.bools = append(t.bools, cond...)
	for i := range w.rows {
		for j := range w.cols {
			k := i*w.cols + j
			if cond[k] {
				y[k] = as[i*w.ra+j*w.ca]
			} else {
				y[k] = bs[i*w.rb+j*w.cb]
			}
		}
	}
	return t.last()
}

func whereBack(t *Tape, n *node) {
	na, nb := &t.nodes[n.a], &t.nodes[n.b]
	w := walk(n.shape, na.shape, nb.shape)
	g, da, db := t.adjoint(n), t.adjoint(na), t.adjoint(nb)
	cond := t.bools[n.aux:][:len(g)]
	for i := range w.rows {
		for j := range w.cols {
			k := i*w.cols + j
			switch {
			case cond[k] && da != nil:
				da[i*w.ra+j*w.ca] += g[k]
			case !cond[k] && db != nil:
				db[i*w.rb+j*w.cb] += g[k]
			}
		}
	}
}
