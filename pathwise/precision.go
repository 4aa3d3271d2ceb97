package pathwise

import (
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// Float32 returns the same functions evaluated in single precision, which is
// faster where products with the weights take most of the time, many paths at a
// point. Features and covariances are computed in double precision and rounded;
// their products with the rounded weights are summed in single precision. With
// u = 2⁻²⁴, a value differs from that of p by at most
//
//	(259 + B) u (sum_j |phi_j(x) w_js| + sum_i |k(x, x_i) v_is|) + u |f_s(x)|
//
// to first order, where B is the number of blocks of 256 features and rows. That
// is the worst case; errors of either sign mostly cancel. The weights v of the
// correction are large, and so is the error, where the noise is small beside the
// prior's variance.
//
// Values alone are in single precision: gradients, laws, draws of the correction
// and files are those of p. The rounded weights take half of the memory of p's on
// top of it.
func (p *Paths) Float32() *Paths {
	q := *p
	q.single32 = true
	q.narrow()
	return &q
}

// narrow rounds the weights, if evaluation is in single precision.
func (p *Paths) narrow() {
	if p.single32 {
		p.low.phi, p.low.k = narrowed(p.weights), narrowed(p.update)
	}
}

// low is weights in single precision.
type low struct{ phi, k matrix[float32] }

func narrowed(m *mat.Dense) matrix[float32] {
	if m == nil {
		return matrix[float32]{}
	}
	r, c := m.Dims()
	stride := newStride(c)
	out := matrix[float32]{r, c, stride, make([]float32, r*stride)}
	for i := range r {
		asm.Narrow(out.data[i*stride:i*stride+c], m.RawRowView(i))
	}
	return out
}

// operand is weights that features or covariances are multiplied by.
type operand struct {
	wide matrix[float64]
	low  matrix[float32]
}

func (o operand) from(i, j int) operand {
	return operand{o.wide.from(i, j), o.low.from(i, j)}
}

// total is the values of a tile, T x S, in one precision or the other.
type total struct {
	wide matrix[float64]
	low  matrix[float32]
	a    matrix[float32] // the other side of a product
}

// set sets column s of t.
func (t *total) set(s int, values []float64) {
	for i, v := range values {
		if t.low.data == nil {
			t.wide.data[i*t.wide.stride+s] = v
		} else {
			t.low.data[i*t.low.stride+s] = float32(v)
		}
	}
}

// add adds a w to t, or sets t to it.
func (t *total) add(a *mat.Dense, w operand, add bool) {
	if t.low.data == nil {
		mulAdd(t.wide, dense(a), w.wide, add)
		return
	}
	n, k := a.Dims()
	for i := range n {
		asm.Narrow(t.a.data[i*t.a.stride:][:k], a.RawRowView(i))
	}
	mulAdd(t.low, t.a, w.low, add)
}

// clear sets t to 0.
func (t *total) clear() {
	mulAdd(t.wide, matrix[float64]{}, matrix[float64]{}, false)
	mulAdd(t.low, matrix[float32]{}, matrix[float32]{}, false)
}

// transposeTo sets column at + i of dst to row i of t and plus[i].
func (t *total) transposeTo(dst *mat.Dense, at int, plus []float64) {
	if t.low.data == nil {
		transposeTo(dst, at, t.wide, plus)
		return
	}
	transposeTo(dst, at, t.low, plus)
}
