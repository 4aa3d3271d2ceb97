package asm

import (
	"fmt"
)

// Float is the type of a product's elements.
type Float interface{ float32 | float64 }

// Tile is the shape of the tiles that [Gemm] cuts a product into: rows and columns of
// C. The columns are those of a panel of B. Products may have any shape, panels only
// this one.
type Tile struct{ Rows, Cols int }

// GemmTile returns the tile of the active level for elements of type T.
func GemmTile[T Float]() Tile {
	lanes := 1
	if is32[T]() {
		lanes = 2
	}
	switch level {
	case AVX512:
		return Tile{Rows: 8, Cols: 24 * lanes}
	case AVX2:
		return Tile{Rows: 6, Cols: 8 * lanes}
	}
	return Tile{Rows: 4, Cols: 4}
}

func is32[T Float]() bool {
	var x any = T(0)
	_, ok := x.(float32)
	return ok
}

// Product is what [Gemm] computes: for 0 <= i < M, 0 <= j < N and j < i + Diag,
//
//	C(i,j) = [C(i,j) +] Alpha sum_k A(i,k) B(k,j),  0 <= k < K
//
// The sum starts from zero and takes one k after the other, each with one rounding
// where the level has fused multiply-add; Alpha times the sum is added to C with
// one rounding in the same way. An element depends on row i of A, column j of B and
// itself alone.
//
// Elements are found with r = GemmTile().Rows and c = GemmTile().Cols at
//
//	A(i,k): A[i/r*APanel + i%r*ARow + k*ACol]
//	B(k,j): B[j/c*BPanel + k*BRow + j%c]
//	C(i,j): C[i*CRow + j]
//
// so that A and B may be matrices as they are (APanel = r*ARow, BPanel = c), their
// transposes, or panels that were packed.
type Product[T Float] struct {
	M, N, K            int
	A                  []T
	APanel, ARow, ACol int
	B                  []T
	BPanel, BRow       int
	C                  []T
	CRow               int
	Diag               int // N or more for all of C, 1 for its lower triangle
	Alpha              T
	Add                bool // C is added to, not overwritten
}

// Gemm computes p. C must not overlap A or B.
func Gemm[T Float](p *Product[T]) {
	if p.M <= 0 || p.N <= 0 {
		return
	}
	t := GemmTile[T]()
	p.check(t)
	if level == Generic {
		gemmGeneric(p, t)
		return
	}
	for i := 0; i < p.M; i += t.Rows {
		m := min(t.Rows, p.M-i)
		for j := 0; j < p.N && j < i+m-1+p.Diag; j += t.Cols {
			gemmTile(p, t, i, j, m, min(t.Cols, p.N-j))
		}
	}
}

// check panics if an element is outside of its slice, which assembly does not check.
func (p *Product[T]) check(t Tile) {
	i, j, k := p.M-1, p.N-1, max(p.K-1, 0)
	last := i*p.CRow + j
	ok := last < len(p.C) && p.CRow >= 0
	if p.K > 0 {
		// The last row of a panel, and the last panel.
		a := i/t.Rows*p.APanel + i%t.Rows*p.ARow + k*p.ACol
		b := j/t.Cols*p.BPanel + k*p.BRow + j%t.Cols
		if i >= t.Rows {
			a = max(a, (i/t.Rows-1)*p.APanel+(t.Rows-1)*p.ARow+k*p.ACol)
		}
		if j >= t.Cols {
			b = max(b, (j/t.Cols-1)*p.BPanel+k*p.BRow+t.Cols-1)
		}
		ok = ok && a < len(p.A) && b < len(p.B) && min(p.APanel, p.ARow, p.ACol, p.BPanel, p.BRow) >= 0
	}
	if !ok {
		panic(fmt.Sprintf("asm: Gemm: a product of %d x %d x %d leaves its slices", p.M, p.N, p.K))
	}
}

// gemmGeneric is Gemm in Go. The conversions keep the compiler from fusing product
// and sum on machines that can, so that it is the same on all.
func gemmGeneric[T Float](p *Product[T], t Tile) {
	for i := 0; i < p.M; i += t.Rows {
		m := min(t.Rows, p.M-i)
		for j := 0; j < p.N && j < i+m-1+p.Diag; j += t.Cols {
			n := min(t.Cols, p.N-j)
			all := j+n <= i+p.Diag // of these rows and columns
			r := 0
			for ; all && n == t.Cols && r+2 <= m; r += 2 {
				gemmBlock(p, t, i+r, j)
			}
			for c := j; c < j+n; c++ {
				if all && r == 0 && m == t.Rows {
					gemmColumn(p, t, i, c)
					continue
				}
				for q := i + r; q < i+m; q++ {
					if c < q+p.Diag {
						gemmElement(p, t, q, c)
					}
				}
			}
		}
	}
}

// gemmElement is the loop that defines Gemm: it computes element i, j of C.
func gemmElement[T Float](p *Product[T], t Tile, i, j int) {
	a := p.A[min(i/t.Rows*p.APanel+i%t.Rows*p.ARow, len(p.A)):]
	b := p.B[min(j/t.Cols*p.BPanel+j%t.Cols, len(p.B)):]
	var s T
	for k := range p.K {
		s += T(a[k*p.ACol] * b[k*p.BRow])
	}
	update(p, i*p.CRow+j, s)
}

// gemmColumn is gemmElement for the 4 rows from i, at once to hide the latency of
// the sums.
func gemmColumn[T Float](p *Product[T], t Tile, i, j int) {
	a := p.A[min(i/t.Rows*p.APanel, len(p.A)):]
	b := p.B[min(j/t.Cols*p.BPanel+j%t.Cols, len(p.B)):]
	var s0, s1, s2, s3 T
	r1, r2, r3 := p.ARow, 2*p.ARow, 3*p.ARow
	ai, bi := 0, 0
	for range p.K {
		x := b[bi]
		s0 += T(a[ai] * x)
		s1 += T(a[ai+r1] * x)
		s2 += T(a[ai+r2] * x)
		s3 += T(a[ai+r3] * x)
		ai += p.ACol
		bi += p.BRow
	}
	c := i*p.CRow + j
	update(p, c, s0)
	update(p, c+p.CRow, s1)
	update(p, c+2*p.CRow, s2)
	update(p, c+3*p.CRow, s3)
}

// gemmBlock is gemmElement for 2 rows from i and the 4 columns of the panel from j,
// whose sums stay in registers.
func gemmBlock[T Float](p *Product[T], t Tile, i, j int) {
	a := p.A[min(i/t.Rows*p.APanel+i%t.Rows*p.ARow, len(p.A)):]
	b := p.B[min(j/t.Cols*p.BPanel, len(p.B)):]
	var s00, s01, s02, s03, s10, s11, s12, s13 T
	ai, bi := 0, 0
	for range p.K {
		row := b[bi : bi+4 : bi+4]
		x, y := a[ai], a[ai+p.ARow]
		s00 += T(x * row[0])
		s01 += T(x * row[1])
		s02 += T(x * row[2])
		s03 += T(x * row[3])
		s10 += T(y * row[0])
		s11 += T(y * row[1])
		s12 += T(y * row[2])
		s13 += T(y * row[3])
		ai += p.ACol
		bi += p.BRow
	}
	c := i*p.CRow + j
	update(p, c, s00)
	update(p, c+1, s01)
	update(p, c+2, s02)
	update(p, c+3, s03)
	c += p.CRow
	update(p, c, s10)
	update(p, c+1, s11)
	update(p, c+2, s12)
	update(p, c+3, s13)
}

// update stores a sum in the element of C at c.
func update[T Float](p *Product[T], c int, s T) {
	s = T(p.Alpha * s)
	if p.Add {
		s += p.C[c]
	}
	p.C[c] = s
}

// RowTimes sets c[j] to the sum over k of a[k] b[k*stride+j], or adds it: what
// [Gemm] does for one row and Alpha 1, with the same bits, without the rows that a
// tile has to spare. It panics if b has fewer rows of len(c) than a has elements.
func RowTimes(c, a, b []float64, stride int, add bool) {
	if len(c) == 0 {
		return
	}
	if len(a) > 0 && (stride < 0 || (len(a)-1)*stride+len(c) > len(b)) {
		panic(fmt.Sprintf("asm: RowTimes of %d by %d x %d, %d apart, in %d numbers", len(a), len(a), len(c), stride, len(b)))
	}
	plus := 0
	if add {
		plus = 1
	}
	// So many columns that a call ends in time.
	for most := max(64, 1<<18/max(len(a), 1)&^63); len(c) > most; c, b = c[most:], b[most:] {
		rowTimes(c[:most], a, b, stride, plus)
	}
	rowTimes(c, a, b, stride, plus)
}

func rowTimesGeneric(c, a, b []float64, stride, add int) {
	for j := range c {
		var s float64
		for k, v := range a {
			s += float64(v * b[k*stride+j])
		}
		if add != 0 {
			s += c[j]
		}
		c[j] = s
	}
}
