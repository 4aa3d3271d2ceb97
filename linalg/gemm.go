package linalg

import (
	"sync"

	"gonum.org/v1/gonum/blas/blas64"

	"matheron/internal/asm"
)

// depth is the number of products that are summed before the sum is added to C, which
// is read and written once for that many columns of A. It is a constant, since the
// order of every sum depends on it.
const depth = 512

// operand is a matrix to multiply by: element (i, j) is data[i*row+j*col], and row
// or col is 1.
type operand struct {
	data     []float64
	row, col int
}

func plain(m blas64.General) operand      { return operand{m.Data, m.Stride, 1} }
func transposed(m blas64.General) operand { return operand{m.Data, 1, m.Stride} }

// from returns o without its first i rows and j columns.
func (o operand) from(i, j int) operand {
	return operand{o.data[min(i*o.row+j*o.col, len(o.data)):], o.row, o.col}
}

// product is C = [C +] alpha A B, where C is m x n and A is m x k, for the elements
// with j < i + diag.
//
// Every element is
//
//	C(i,j) = ((C(i,j) + alpha S_0) + alpha S_1) + ...
//
// where S_l sums depth products, from zero, in the order of k, for any shape of the
// product, any cuts and any number of goroutines.
type product struct {
	c     blas64.General
	alpha float64
	a, b  operand
	k     int
	diag  int
	add   bool
}

// whole is the diag of a product that has no triangle.
const whole = 1 << 40

// run computes the product on as many goroutines as w allows and the work deserves.
func (p *product) run(w Workers) {
	p.transposeVector()
	size := w.forWork(p.flop())
	if size == 1 {
		p.serial()
		return
	}
	t := newTeam(size)
	defer t.stop()
	t.multiply(*p)
}

// transposeVector turns a product of a matrix and a vector into Cᵀ = Bᵀ Aᵀ if that
// reads the matrix row by row and C is a vector without gaps.
func (p *product) transposeVector() {
	m, n := p.c.Rows, p.c.Cols
	if p.diag < n || !(m == 1 && p.b.col != 1 || n == 1 && p.a.col != 1 && (p.c.Stride == 1 || m == 1)) {
		return
	}
	p.c.Rows, p.c.Cols, p.c.Stride = n, m, max(m, 1)
	p.a, p.b = p.b.transpose(), p.a.transpose()
}

// flop returns twice the number of multiplications, for at least 8 rows and columns: a
// vector takes the time of 8.
func (p *product) flop() float64 {
	m, n := float64(max(p.c.Rows, 8)), float64(max(p.c.Cols, 8))
	if p.diag < p.c.Cols {
		n /= 2
	}
	return 2 * m * n * float64(p.k)
}

// serial computes the product on the calling goroutine. It does not allocate if the
// pool has the storage of packed operands.
func (p *product) serial() {
	if p.c.Rows == 0 || p.c.Cols == 0 {
		return
	}
	s := scratches.Get().(*scratch)
	p.compute(s, 0, p.c.Rows, 0, p.c.Cols)
	scratches.Put(s)
}

// multiply computes the product as one step of a team. C is cut by columns if there
// are many, so that nothing is packed twice, and otherwise by rows; there are several
// pieces for each goroutine, so that the goroutines end together.
func (t *team) multiply(p product) {
	m, n := p.c.Rows, p.c.Cols
	if m == 0 || n == 0 {
		return
	}
	tile, triangle := asm.GemmTile[float64](), p.diag < n
	pieces := max(t.size, min(4*t.size, int(p.flop()/pieceFlop)))
	if n >= pieces*tile.Cols {
		pieces = max(pieces, 2*n/256+1) // at most 256 columns, which stay in the cache
		t.pieces(n, tile.Cols, pieces, triangle, func(s *scratch, j0, j1 int) { p.compute(s, 0, m, j0, j1) })
		return
	}
	t.pieces(m, tile.Rows, pieces, triangle, func(s *scratch, i0, i1 int) {
		if triangle {
			i0, i1 = max(m-i1, 0), m-i0 // the longest first
		}
		p.compute(s, i0, i1, 0, n)
	})
}

// pieceFlop is the least work of a piece, unless there are fewer pieces than
// goroutines.
const pieceFlop = 2e5

func roundUp(n, step int) int { return (n + step - 1) / step * step }

// narrow is the number of rows of A up to which B is not packed: packing costs about
// as much as reading B that many times.
const narrow = 16

// width is the number of columns of B that are packed at a time; with depth rows they
// fill the part of the second-level cache that A and C do not need.
const width = 384

// height is the number of rows of A that are packed at a time.
const height = 64

// compute computes rows [i0, i1) and columns [j0, j1) of C on the calling
// goroutine.
func (p *product) compute(s *scratch, i0, i1, j0, j1 int) {
	t := asm.GemmTile[float64]()
	j1 = min(j1, i1-1+p.diag)
	if j1-j0 <= t.Cols && p.k > depth && p.k <= 8*depth {
		p.panel(s, t, i0, i1, j0, j1)
		return
	}
	for l := 0; l == 0 || l < p.k; l += depth {
		d := min(depth, p.k-l)
		for j := j0; j < j1; j += width {
			w := min(width, j1-j)
			// Rows before this one have no elements in these columns.
			i := max(i0, (j-p.diag+1)/t.Rows*t.Rows)
			b := p.b.from(l, j)
			panels := asm.Product[float64]{N: w, K: d, B: b.data, BPanel: t.Cols, BRow: b.row}
			if b.col != 1 || i1-i > narrow {
				s.b = packColumns(s.b, b, d, w, t.Cols)
				panels.B, panels.BPanel, panels.BRow = s.b, d*t.Cols, t.Cols
			}
			p.rows(s, panels, t.Rows, i, i1, j, l)
		}
	}
}

// panel is compute for one panel of B: rows of A are read from end to end.
func (p *product) panel(s *scratch, t asm.Tile, i0, i1, j0, j1 int) {
	b := p.b.from(0, j0)
	if b.col != 1 || b.row > 2*t.Cols && i1-i0 > narrow {
		s.b = packColumns(s.b, b, p.k, j1-j0, t.Cols)
		b = operand{s.b, t.Cols, 1}
	}
	for i := i0; i < i1; i += height {
		for l := 0; l < p.k; l += depth {
			x := asm.Product[float64]{N: j1 - j0, K: min(depth, p.k-l), B: b.from(l, 0).data, BRow: b.row}
			p.rows(s, x, t.Rows, i, min(i+height, i1), j0, l)
		}
	}
}

// rows multiplies rows [i0, i1) and columns from l of A by the panels of B, for the
// columns of C from j.
func (p *product) rows(s *scratch, x asm.Product[float64], tile, i0, i1, j, l int) {
	x.CRow, x.Alpha, x.Add = p.c.Stride, p.alpha, p.add || l > 0
	step := i1 - i0
	pack := p.a.col > 2*tile // columns of A apart: a transpose
	if pack {
		step = height
	}
	for i := i0; i < i1; i += step {
		x.M = min(step, i1-i)
		a := p.a.from(i, l)
		x.A, x.APanel, x.ARow, x.ACol = a.data, tile*a.row, a.row, a.col
		if pack {
			s.a = packRows(s.a, a, x.M, x.K, tile)
			x.A, x.APanel, x.ARow, x.ACol = s.a, x.K*tile, 1, tile
		}
		x.C = p.c.Data[i*p.c.Stride+j:]
		x.Diag = min(p.diag+i-j, x.N)
		asm.Gemm(&x)
	}
}

// scratch is the storage of one goroutine: packed operands, and the triangle and the
// square of the current diagonal block.
type scratch struct {
	a, b   []float64
	tri    asm.Triangle
	square []float64
}

// blockOf returns an r x c matrix of zeros, valid until the next call.
func (s *scratch) blockOf(r, c int) blas64.General {
	s.square = grown(s.square, r*c)
	clear(s.square)
	return blas64.General{Rows: r, Cols: c, Stride: c, Data: s.square}
}

// scratches holds the storage between calls. No result depends on it.
var scratches = sync.Pool{New: func() any { return new(scratch) }}

// packColumns stores the k x n matrix b in panels of c columns, row by row, in buf or,
// if that is too small, in new storage, and returns it. It does not set the columns
// that the last panel lacks.
func packColumns(buf []float64, b operand, k, n, c int) []float64 {
	buf = grown(buf, roundUp(n, c)*k)
	if b.col == 1 {
		asm.PackPanels(buf, c, b.data, b.row, k, n)
		return buf
	}
	for j := 0; j < n; j += c {
		asm.Transpose(buf[j*k:], c, b.data[j*b.col:], b.col, min(c, n-j), k)
	}
	return buf
}

// packRows stores the m x k matrix a in panels of r rows, column by column.
func packRows(buf []float64, a operand, m, k, r int) []float64 {
	return packColumns(buf, operand{a.data, a.col, a.row}, k, m, r)
}

// grown returns storage of n elements: buf if it is large enough.
func grown(buf []float64, n int) []float64 {
	if cap(buf) < n {
		return make([]float64, n)
	}
	return buf[:n]
}
