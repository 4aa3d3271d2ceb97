package ad

// Clip returns x held between lo and hi: derivative 1 for lo <= x <= hi, else 0.
// A NaN stays a NaN, with derivative NaN. Clip panics if not lo <= hi.
func Clip(x Value, lo, hi float64) Value {
	if !(lo <= hi) {
		panic("ad: Clip: want lo <= hi")
	}
	nx := x.in("Clip")
	t := x.t
	xs := t.value(nx)
	n, y := t.push(nx.shape, nx.adj >= 0, clipBack)
	n.a, n.c = x.id, lo
	for i, v := range xs {
		y[i] = min(max(v, lo), hi)
	}
	t.store(1)[0] = hi // behind y, which may move y
	return t.last()
}

func clipBack(t *Tape, n *node) {
	nx := &t.nodes[n.a]
	x, dx := t.value(nx), t.adjoint(nx)
	lo, hi := n.c, t.val[n.val+n.len()]
	for i, g := range t.adjoint(n) {
		switch {
		case g == 0 || x[i] < lo || x[i] > hi:
		case x[i] != x[i]:
			dx[i] = nan
		default:
			dx[i] += g
		}
	}
}
