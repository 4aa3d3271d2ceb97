package linalg

import (
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// Inverse sets dst, n x n, to (K + jitter I)⁻¹ = L⁻ᵀ L⁻¹, both triangles. dst
// must not overlap the factor. Cost 2 n³/3.
func (c *Cholesky) Inverse(dst *mat.Dense) {
	n := c.N()
	wantShape("Inverse", "dst", dst, n, n)
	l, d := c.l.RawMatrix(), dst.RawMatrix()
	wantApart("Inverse", d, l)
	for i := range n {
		copy(d.Data[i*d.Stride:i*d.Stride+n], l.Data[i*l.Stride:])
	}
	c.invert(d)
}

// InverseInPlace is [Cholesky.Inverse] in the storage of c. Neither c nor what L
// returned may be used after it.
func (c *Cholesky) InverseInPlace() *mat.Dense {
	inv := c.l
	c.l = nil
	c.invert(inv.RawMatrix())
	return inv
}

func (c *Cholesky) invert(m blas64.General) {
	s := newSolver(c.workers, 2*cubed(m.Rows)/3)
	defer s.end()
	s.invert(m)
	if s.team == nil {
		mirror(m)
		return
	}
	rows := (m.Rows + block - 1) / block
	s.team.do(rows, func(i int, _ *scratch) { mirrorRows(m, (rows-1-i)*block) }) // the longest first
}

// invert overwrites L, the lower triangle of m, with that of (L Lᵀ)⁻¹. It does not
// touch the upper triangle.
func (s solver) invert(m blas64.General) {
	if m.Rows <= smallOrder {
		s.invertSmall(m)
		return
	}
	s.invertLower(m)
	s.square(m)
}

// invertLower overwrites L with V = L⁻¹, by halves:
//
//	V_11 = L_11^-1,   V_21 = -L_22^-1 L_21 L_11^-1,   V_22 = L_22^-1
func (s solver) invertLower(l blas64.General) {
	n := l.Rows
	if n <= asm.TriangleOrder() {
		s.set(factorIn(l), false)
		v := s.blockOf(n, n)
		for i := range n {
			v.Data[i*v.Stride+i] = 1
		}
		s.tri.SolveColumns(v.Data, v.Stride, n)
		copyLower(l, v)
		return
	}
	l11, l21, l22 := partition(l, half(n))
	s.solveLeft(factorIn(l22), l21, false)
	s.solveRight(factorIn(l11), l21, false)
	for i := range l21.Rows {
		row := l21.Data[i*l21.Stride:][:l21.Cols]
		for j, v := range row {
			row[j] = -v
		}
	}
	s.invertLower(l11)
	s.invertLower(l22)
}

// square overwrites the lower triangle of V with that of VᵀV, by halves:
//
//	R_11 = V_11' V_11 + V_21' V_21,   R_21 = V_22' V_21,   R_22 = V_22' V_22
func (s solver) square(v blas64.General) {
	n := v.Rows
	if n <= asm.TriangleOrder() {
		t := s.blockOf(n, n)
		copyLower(t, v)
		p := product{c: v, alpha: 1, a: transposed(t), b: plain(t), k: n, diag: 1}
		p.compute(s.scratch, 0, n, 0, n)
		return
	}
	n1 := half(n)
	v11, v21, v22 := partition(v, n1)
	s.square(v11)
	s.multiply(product{c: v11, alpha: 1, a: transposed(v21), b: plain(v21), k: n - n1, diag: 1, add: true})
	s.multiplyTransLower(v22, v21)
	s.square(v22)
}

// multiplyTransLower sets b to Vᵀ b, by halves:
//
//	X_1 = V_11' B_1 + V_21' B_2,   X_2 = V_22' B_2
func (s solver) multiplyTransLower(v, b blas64.General) {
	n := v.Rows
	if b.Cols > 8 && s.onTeam(float64(n)*float64(n)*float64(b.Cols)) {
		s.team.columns(b.Cols, func(q *scratch, j0, j1 int) {
			solver{nil, q}.multiplyTransLower(v, view(b, 0, j0, n, j1-j0))
		})
		return
	}
	if n <= asm.TriangleOrder() {
		t := s.blockOf(n, n)
		copyLower(t, v)
		tile := asm.GemmTile[float64]()
		s.b = packColumns(s.b, plain(b), n, b.Cols, tile.Cols)
		asm.Gemm(&asm.Product[float64]{
			M: n, N: b.Cols, K: n,
			A: t.Data, APanel: tile.Rows, ARow: 1, ACol: n,
			B: s.b, BPanel: n * tile.Cols, BRow: tile.Cols,
			C: b.Data, CRow: b.Stride, Diag: b.Cols, Alpha: 1,
		})
		return
	}
	n1 := half(n)
	v11, v21, v22 := partition(v, n1)
	b1, b2 := splitRows(b, n1)
	s.multiplyTransLower(v11, b1)
	s.multiply(product{c: b1, alpha: 1, a: transposed(v21), b: plain(b2), k: n - n1, diag: whole, add: true})
	s.multiplyTransLower(v22, b2)
}
