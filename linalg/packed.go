package linalg

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// Packed is the right operand of many products: B, k x n, in the order in which the
// kernels read it. It is immutable and safe for many goroutines; its products run on
// that of the caller and allocate nothing. They have the bits of [Mul] and [MulAdd].
type Packed struct{ m packed[float64] }

// Packed32 is [Packed] for single precision: sums and all in float32.
type Packed32 struct{ m packed[float32] }

// PackedRows is the step of [Packed.MulRows].
const PackedRows = depth

// Pack returns b as the right operand of products. Cost k n.
func Pack(b *mat.Dense) *Packed {
	m := b.RawMatrix()
	return &Packed{newPacked(plain(m), m.Rows, m.Cols)}
}

// PackTrans is [Pack] of bᵀ.
func PackTrans(b *mat.Dense) *Packed {
	m := b.RawMatrix()
	return &Packed{newPacked(transposed(m), m.Cols, m.Rows)}
}

// Pack32 is [Pack] in single precision.
func Pack32(b blas32.General) *Packed32 {
	return &Packed32{newPacked(operand[float32]{b.Data, b.Stride, 1}, b.Rows, b.Cols)}
}

// Dims returns k and n.
func (p *Packed) Dims() (k, n int) { return p.m.k, p.m.n }

// Dims returns k and n.
func (p *Packed32) Dims() (k, n int) { return p.m.k, p.m.n }

// Mul sets dst, m x n, to a B; a is m x k. dst must not overlap a. Cost 2 m k n.
func (p *Packed) Mul(dst, a *mat.Dense) { p.rows("Packed.Mul", dst, 1, a, 0, p.m.k, false) }

// MulAdd adds alpha a B to dst, with the shapes of [Packed.Mul].
func (p *Packed) MulAdd(dst *mat.Dense, alpha float64, a *mat.Dense) {
	p.rows("Packed.MulAdd", dst, alpha, a, 0, p.m.k, true)
}

// MulRows adds a B_r to dst, m x n, where B_r are as many rows of B from the given
// one as a has columns; for row 0 it overwrites dst instead. The row is a multiple
// of [PackedRows]. Calls for all rows in ascending order, in steps of multiples of
// PackedRows, leave the bits of [Packed.Mul], so that a can be made piece by piece.
func (p *Packed) MulRows(dst, a *mat.Dense, row int) {
	_, c := a.Dims()
	if row < 0 || row%PackedRows != 0 || row+c > p.m.k {
		panic(fmt.Sprintf("linalg: Packed.MulRows: rows %d to %d of %d, in steps of %d", row, row+c, p.m.k, PackedRows))
	}
	p.rows("Packed.MulRows", dst, 1, a, row, c, row > 0)
}

func (p *Packed) rows(op string, dst *mat.Dense, alpha float64, a *mat.Dense, row, k int, add bool) {
	m, _ := a.Dims()
	wantShape(op, "a", a, m, k)
	wantShape(op, "dst", dst, m, p.m.n)
	d, ra := dst.RawMatrix(), a.RawMatrix()
	wantApart(op, d, ra)
	p.m.mul(d.Data, d.Stride, alpha, plain(ra), m, row, k, add)
}

// Mul sets dst, m x n, to a B; a is m x k. dst must not overlap a. Cost 2 m k n.
func (p *Packed32) Mul(dst, a blas32.General) { p.rows("Mul", dst, a, 0, p.m.k, false) }

// MulRows is [Packed.MulRows] in single precision.
func (p *Packed32) MulRows(dst, a blas32.General, row int) {
	if row < 0 || row%PackedRows != 0 || row+a.Cols > p.m.k {
		panic(fmt.Sprintf("linalg: Packed32.MulRows: rows %d to %d of %d, in steps of %d", row, row+a.Cols, p.m.k, PackedRows))
	}
	p.rows("MulRows", dst, a, row, a.Cols, row > 0)
}

func (p *Packed32) rows(op string, dst, a blas32.General, row, k int, add bool) {
	if a.Cols != k || dst.Rows != a.Rows || dst.Cols != p.m.n {
		panic(fmt.Sprintf("linalg: Packed32.%s: %d x %d = %d x %d by %d x %d", op, dst.Rows, dst.Cols, a.Rows, a.Cols, k, p.m.n))
	}
	p.m.mul(dst.Data, dst.Stride, 1, operand[float32]{a.Data, a.Stride, 1}, a.Rows, row, k, add)
}

// packed holds blocks of depth rows one after the other, each in panels.
type packed[T asm.Float] struct {
	k, n, across int // across is n rounded up to whole panels
	data         []T
}

func newPacked[T asm.Float](b operand[T], k, n int) packed[T] {
	tile := asm.GemmTile[T]()
	p := packed[T]{k: k, n: n, across: roundUp(n, tile.Cols)}
	p.data = make([]T, k*p.across)
	for l := 0; l < k; l += depth {
		packColumns(p.data[l*p.across:], b.from(l, 0), min(depth, k-l), n, tile.Cols)
	}
	return p
}

// mul computes c = [c +] alpha a B_r, for m rows of a and k rows of B from row on.
func (p *packed[T]) mul(c []T, stride int, alpha T, a operand[T], m, row, k int, add bool) {
	tile := asm.GemmTile[T]()
	for l := 0; l == 0 || l < k; l += depth {
		d := min(depth, k-l)
		// A block has all its rows, of which the first d count.
		full := min(depth, p.k-row-l)
		al := a.from(0, l)
		asm.Gemm(&asm.Product[T]{
			M: m, N: p.n, K: d,
			A: al.data, APanel: tile.Rows * al.row, ARow: al.row, ACol: al.col,
			B: p.data[(row+l)*p.across:], BPanel: full * tile.Cols, BRow: tile.Cols,
			C: c, CRow: stride, Diag: p.n,
			Alpha: alpha, Add: add || l > 0,
		})
	}
}
