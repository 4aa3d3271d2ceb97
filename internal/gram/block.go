package gram

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// Matrix is rows of numbers, the first of which is row Lo.
type Matrix struct {
	Lo, Hi       int
	Cols, Stride int
	Data         []float64
}

// Of returns the rows of m.
func Of(m *mat.Dense) Matrix {
	r := m.RawMatrix()
	return Matrix{0, r.Rows, r.Cols, r.Stride, r.Data}
}

// Row returns row i.
func (m Matrix) Row(i int) []float64 {
	at := (i - m.Lo) * m.Stride
	return m.Data[at : at+m.Cols : at+m.Cols]
}

// Dense returns rows [lo, hi) as a matrix of gonum, which shares them.
func (m Matrix) Dense(lo, hi int) *mat.Dense {
	at := (lo - m.Lo) * m.Stride
	return mat.NewDense(hi-lo, m.Stride, m.Data[at:at+(hi-lo)*m.Stride]).Slice(0, hi-lo, 0, m.Cols).(*mat.Dense)
}

// Block is rows [Lo, Hi) of a matrix: of a full one, or of a lower triangle, whose
// row i has i+1 elements. The zero Block is none.
type Block struct {
	Lo, Hi int
	cols   int // elements of row 0, and
	grow   int // 1 for a triangle: how many more from row to row
	stride int // 0 where all rows are the same
	data   []float64
}

// full returns all rows of m.
func full(m *mat.Dense) Block {
	r := m.RawMatrix()
	return Block{Hi: r.Rows, cols: r.Cols, stride: r.Stride, data: r.Data}
}

// Given reports whether there is a block.
func (b Block) Given() bool { return b.data != nil }

// Triangle reports whether b is of a lower triangle. The points of its rows are then
// those that the engine is bound to.
func (b Block) Triangle() bool { return b.grow != 0 }

// Width returns the number of elements of row i.
func (b Block) Width(i int) int { return b.cols + b.grow*i }

// first returns the first row that reaches column c.
func (b Block) first(c int) int {
	return max(b.Lo, b.grow*c)
}

// Row returns row i.
func (b Block) Row(i int) []float64 {
	at, n := (i-b.Lo)*b.stride, b.Width(i)
	return b.data[at : at+n : at+n]
}

// Rows returns rows [lo, hi) of b.
func (b Block) Rows(lo, hi int) Block {
	if b.data != nil {
		b.data = b.data[(lo-b.Lo)*b.stride:]
	}
	b.Lo, b.Hi = lo, hi
	return b
}

// Fill sets each element.
func (b Block) Fill(v float64) {
	for i := b.Lo; i < b.Hi; i++ {
		fill(b.Row(i), v)
	}
}

// copyFrom copies the same rows of a.
func (b Block) copyFrom(a Block) {
	for i := b.Lo; i < b.Hi; i++ {
		copy(b.Row(i), a.Row(i))
	}
}

// add adds a.
func (b Block) add(a Block) {
	for i := b.Lo; i < b.Hi; i++ {
		asm.AddScaled(b.Row(i), 1, a.Row(i))
	}
}

// mul sets b to the elementwise product of x and y.
func (b Block) mul(x, y Block) {
	for i := b.Lo; i < b.Hi; i++ {
		asm.Multiply(b.Row(i), x.Row(i), y.Row(i))
	}
}

// scale sets b to f a.
func (b Block) scale(f float64, a Block) {
	for i := b.Lo; i < b.Hi; i++ {
		asm.Scale(b.Row(i), f, a.Row(i))
	}
}

// Dense returns a full matrix of the rows of b, zero above a triangle. It is a copy.
func (b Block) Dense() *mat.Dense {
	m := mat.NewDense(b.Hi-b.Lo, b.Width(b.Hi-1), nil)
	for i := b.Lo; i < b.Hi; i++ {
		copy(m.RawRowView(i-b.Lo), b.Row(i))
	}
	return m
}

// Scratch is storage for the intermediate results of a call, taken and given back
// like a stack. It grows to what is asked for and is kept by whoever makes many calls.
// One is for one goroutine. A nil Scratch allocates.
type Scratch struct {
	data []float64
	used int
}

// Floats returns n numbers of any value, until a Release to a mark made before.
func (s *Scratch) Floats(n int) []float64 {
	if s == nil {
		return make([]float64, n)
	}
	if s.used+n > len(s.data) {
		// Those who hold a part of the old storage keep it.
		s.data = make([]float64, 2*(s.used+n))
	}
	out := s.data[s.used : s.used+n : s.used+n]
	s.used += n
	return out
}

// Mark returns what Release takes to give back all that is taken from here on.
func (s *Scratch) Mark() int {
	if s == nil {
		return 0
	}
	return s.used
}

// Release gives back what was taken since the mark.
func (s *Scratch) Release(mark int) {
	if s != nil {
		s.used = mark
	}
}

// Block returns a block of the shape of rows [lo, hi) of b.
func (s *Scratch) Block(b Block, lo, hi int) Block {
	b.Lo, b.Hi, b.stride = lo, hi, b.Width(hi-1)
	b.data = s.Floats((hi - lo) * b.stride)
	return b
}

// fill sets each element of dst.
func fill(dst []float64, v float64) {
	for i := range dst {
		dst[i] = v
	}
}

// Points are inputs by row and by column.
type Points struct {
	Matrix
	Values  []float64 // number d of point j is Values[d*N+j]
	N, Dims int
}

// NewPoints returns the rows of y, which must stay as they are.
func NewPoints(y Matrix) *Points {
	n, d := y.Hi-y.Lo, y.Cols
	p := &Points{y, make([]float64, n*d), n, d}
	for j := range n {
		for i, v := range y.Row(y.Lo + j) {
			p.Values[i*n+j] = v
		}
	}
	return p
}

// Column returns number d of all points.
func (p *Points) Column(d int) []float64 { return p.Values[d*p.N : (d+1)*p.N] }

// mostPart is the most points of a part.
const mostPart = 512

// part returns how many points the rows of a block are given at a time: those
// whose numbers stay in the first-level cache from row to row. It depends on the
// number of columns alone, so that sums are cut at the same places at all times.
func (p *Points) part() int { return max(64, min(mostPart, 4096/p.Dims&^63)) }

// mustFit panics unless there is one number for all inputs, or one for each.
func mustFit(owner, what string, each bool, have, dims int) {
	if each && have != dims {
		panic(fmt.Sprintf("kernel: %s has %d %ss for inputs of %d columns", owner, have, what, dims))
	}
}
