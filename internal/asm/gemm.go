package asm

import "fmt"

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
