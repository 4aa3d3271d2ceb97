package pathwise

import (
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// depth is the number of features, and of rows that paths are conditioned on,
// that are summed before the sum is added to a path's value. It is a part of what
// the bits of a value are.
const depth = 256

// matrix is a block of numbers, row-major.
type matrix[T asm.Float] struct {
	rows, cols, stride int
	data               []T
}

func newMatrix[T asm.Float](r, c int) matrix[T] { return matrix[T]{r, c, c, make([]T, r*c)} }

func dense(m *mat.Dense) matrix[float64] {
	if m == nil {
		return matrix[float64]{}
	}
	r := m.RawMatrix()
	return matrix[float64]{r.Rows, r.Cols, r.Stride, r.Data}
}

// newStrided returns a zero matrix of n rows and s columns.
// Its rows are not a multiple of 512 bytes apart: a panel of columns would fall on
// few lines of a cache.
func newStrided(n, s int) *mat.Dense {
	stride := newStride(s)
	m := new(mat.Dense)
	m.SetRawMatrix(blas64.General{Rows: n, Cols: s, Stride: stride, Data: make([]float64, n*stride)})
	return m
}

func newStride(s int) int {
	if s%64 == 0 {
		return s + 8
	}
	return s
}

// mulAdd adds a b to c, or sets c to it. An element is the sum over blocks of
// depth k, each summed from zero in the order of k: it depends on its row of a,
// its column of b and itself alone, to the last bit.
func mulAdd[T asm.Float](c, a, b matrix[T], add bool) {
	if b.rows == 0 && !add {
		for i := range c.rows {
			clear(c.data[i*c.stride:][:c.cols])
		}
	}
	if x, ok := any(c).(matrix[float64]); ok && c.rows <= rowsSingly && c.cols >= columnsSingly {
		rowsTimes(x, any(a).(matrix[float64]), any(b).(matrix[float64]), add)
		return
	}
	tile := asm.GemmTile[T]()
	for k := 0; k < b.rows; k += depth {
		p := asm.Product[T]{
			M: c.rows, K: min(depth, b.rows-k),
			A: a.data[k:], APanel: tile.Rows * a.stride, ARow: a.stride, ACol: 1,
			BPanel: tile.Cols, BRow: b.stride,
			CRow: c.stride, Alpha: 1, Add: add || k > 0,
		}
		// A panel of b stays in the cache while all rows pass by.
		for j := 0; j < c.cols; j += tile.Cols {
			p.N = min(tile.Cols, c.cols-j)
			p.B, p.C, p.Diag = b.data[k*b.stride+j:], c.data[j:], p.N
			asm.Gemm(&p)
		}
	}
}

// Up to so many rows, and from so many columns, rows go one by one: a tile of the
// product has more.
const rowsSingly, columnsSingly = 4, 8

// rowsTimes is mulAdd for so few rows.
func rowsTimes(c, a, b matrix[float64], add bool) {
	for k := 0; k < b.rows; k += depth {
		for i := range c.rows {
			row := a.data[i*a.stride+k:][:min(depth, b.rows-k)]
			asm.RowTimes(c.data[i*c.stride:][:c.cols], row, b.data[k*b.stride:], b.stride, add || k > 0)
		}
	}
}

// transposeTo sets dst[j][i] to src[i][j] + plus[i] for the columns j of src.
func transposeTo[T asm.Float](dst *mat.Dense, at int, src matrix[T], plus []float64) {
	const side = 8
	for j := 0; j < src.cols; j += side {
		w := min(side, src.cols-j)
		for i := 0; i < src.rows; i += side {
			h := min(side, src.rows-i)
			if w == side && h == side {
				transposeBlock(dst, at+i, j, src.data[i*src.stride+j:], src.stride, plus[i:i+side])
				continue
			}
			for c := range w {
				row := dst.RawRowView(j + c)[at+i:][:h]
				for r := range row {
					row[r] = float64(src.data[(i+r)*src.stride+j+c]) + plus[i+r]
				}
			}
		}
	}
}

// transposeBlock is transposeTo for a square: every line of the cache is written
// once.
func transposeBlock[T asm.Float](dst *mat.Dense, i, j int, src []T, stride int, plus []float64) {
	p := (*[8]float64)(plus)
	s0, s1, s2, s3 := src, src[stride:], src[2*stride:], src[3*stride:]
	s4, s5, s6, s7 := src[4*stride:], src[5*stride:], src[6*stride:], src[7*stride:]
	for c := range 8 {
		d := (*[8]float64)(dst.RawRowView(j + c)[i:])
		d[0], d[1], d[2], d[3] = float64(s0[c])+p[0], float64(s1[c])+p[1], float64(s2[c])+p[2], float64(s3[c])+p[3]
		d[4], d[5], d[6], d[7] = float64(s4[c])+p[4], float64(s5[c])+p[5], float64(s6[c])+p[6], float64(s7[c])+p[7]
	}
}

// from returns rows i to j of m.
func (m matrix[T]) from(i, j int) matrix[T] {
	if m.data == nil {
		return m
	}
	return matrix[T]{j - i, m.cols, m.stride, m.data[i*m.stride:]}
}

// block returns the first n columns of n rows from i on.
func (m matrix[T]) block(i, n int) matrix[T] {
	if m.data == nil {
		return m
	}
	return matrix[T]{n, n, m.stride, m.data[i*m.stride:]}
}

// columns returns columns i to j.
func (m matrix[T]) columns(i, j int) matrix[T] {
	if m.data == nil {
		return m
	}
	return matrix[T]{m.rows, j - i, m.stride, m.data[i:]}
}

func (o operand) columns(i, j int) operand { return operand{o.wide.columns(i, j), o.low.columns(i, j)} }

// at returns a value.
func (t *total) at(i, s int) float64 {
	if t.low.data == nil {
		return t.wide.data[i*t.wide.stride+s]
	}
	return float64(t.low.data[i*t.low.stride+s])
}

// narrow rounds the weights, if evaluation is in single precision.
func (p *part) narrow() {
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
