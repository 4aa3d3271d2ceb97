package ad

import "math"

// binaryRule is an elementwise function of two values. row sets y along one row
// of the result, in which a and b step by sa and sb, 0 or 1; back adds to da and
// db, either of which is nil for a constant.
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
	opMax:       {"Max", rowOf(greater), backOf(maxSlopes)},
	opMin:       {"Min", rowOf(lesser), backOf(minSlopes)},
	opLogAddExp: {"LogAddExp", rowOf(logAddExp), backOf(logAddExpSlopes)},
}

func binary(op int32, a, b Value) Value {
	r := &binaryRules[op]
	t, na, nb := pair(r.name, a, b)
	if op <= opDiv && na.shape == scalarShape && nb.shape == scalarShape {
		return scalars(t, op, a.id, b.id)
	}
	s := joint(r.name, na.shape, nb.shape)
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

// backOf is the backward function of a function of two numbers, by its two derivatives.
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
