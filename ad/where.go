package ad

import "fmt"

// Where returns a where cond is true and b where it is false, a and b broadcast.
// cond has as many elements as the result, row by row, and is copied. What flows
// back to the side that was not taken is zero, and passes no infinity or NaN on.
func Where(cond []bool, a, b Value) Value {
	t, na, nb := pair("Where", a, b)
	s := joint("Where", na.shape, nb.shape)
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
