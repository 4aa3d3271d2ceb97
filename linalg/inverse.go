package linalg

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// Inverse sets dst, n x n, to (K + jitter I)⁻¹ = L⁻ᵀ L⁻¹, both triangles. dst
// must not overlap the factor. Cost 2 n³/3; besides dst, 128 rows of scratch.
func (c *Cholesky) Inverse(dst *mat.Dense) {
	n := c.N()
	wantShape("Inverse", "dst", dst, n, n)
	l, d := c.l.RawMatrix(), dst.RawMatrix()
	wantApart("Inverse", d, l)
	for i := range n {
		copy(d.Data[i*d.Stride:i*d.Stride+n], l.Data[i*l.Stride:])
	}
	invert(d, c.workers)
}

// InverseInPlace is [Cholesky.Inverse] into the storage of c itself, which must
// not be used again, nor anything that L returned.
func (c *Cholesky) InverseInPlace() *mat.Dense {
	inv := c.l
	c.l = nil
	invert(inv.RawMatrix(), c.workers)
	return inv
}

// invert overwrites the factor in m, with zeros above its diagonal, with the
// inverse of what it is the factor of.
func invert(m blas64.General, workers int) {
	var scratch []float64
	if m.Rows > smallOrder {
		scratch = make([]float64, 2*block*m.Rows)
	}
	invertTriangle(m, scratch, workers)
	mirror(m)
}

// invertTriangle is invert for the lower triangle alone, given 2 block rows of
// scratch unless m is small.
func invertTriangle(m blas64.General, scratch []float64, workers int) {
	if m.Rows <= smallOrder {
		invertSmall(m)
		return
	}
	half := block * m.Rows
	invertLower(m, scratch[:half], workers)
	squareInverse(m, scratch[half:2*half], scratch[:half], workers)
}

// tile is the number of columns that one call of the loops below works on.
const tile = 2 * block

// invertLower overwrites L with L⁻¹ by block rows, top to bottom, each of which
// needs L of its own row alone:
//
//	(L^-1)_ij = -L_ii^-1 sum_{j<=k<i} L_ik (L^-1)_kj
func invertLower(m blas64.General, packed []float64, workers int) {
	n := m.Rows
	corner := newGeneral(min(block, n), min(block, n))
	for i := 0; i < n; i += block {
		h := min(block, n-i)
		square := view(m, i, i, h, h)
		copyLower(corner, square)
		diag := triangle(view(corner, 0, 0, h, h))
		if i > 0 {
			row := blas64.General{Rows: h, Cols: i, Stride: i, Data: packed[:h*i]}
			for r := range h {
				copy(row.Data[r*i:(r+1)*i], m.Data[(i+r)*m.Stride:])
			}
			tiles := (i + tile - 1) / tile
			split(workers, tiles, float64(i)*float64(i)*float64(h), func(t int) {
				j := t * tile
				w := min(tile, i-j)
				out := view(m, i, j, h, w)
				clearRows(out)
				gemmAdd(out, -1, view(row, 0, j, h, i-j), view(m, j, j, i-j, w))
				blas64.Trsm(blas.Left, blas.NoTrans, 1, diag, out)
			})
		}
		clearRows(square)
		for r := range h {
			square.Data[r*square.Stride+r] = 1
		}
		blas64.Trsm(blas.Left, blas.NoTrans, 1, diag, square)
	}
}

// squareInverse overwrites the lower triangle of m, which holds V = L⁻¹ with
// zeros above, with that of VᵀV. Block row i of the result needs the block rows
// of V from i on alone, so that it takes the place of block row i of V:
//
//	(V'V)_ij = sum_{k>=i} V_kiᵀ V_kj,  j <= i
func squareInverse(m blas64.General, scratch, packed []float64, workers int) {
	n := m.Rows
	for i := 0; i < n; i += block {
		h := min(block, n-i)
		vt := blas64.General{Rows: h, Cols: n - i, Stride: n - i, Data: packed[:h*(n-i)]}
		transpose(vt, view(m, i, i, n-i, h))
		row := blas64.General{Rows: h, Cols: i + h, Stride: i + h, Data: scratch[:h*(i+h)]}
		tiles := (i + h + tile - 1) / tile
		split(workers, tiles, 2*float64(n-i)*float64(h)*float64(i+h), func(t int) {
			j := t * tile
			w := min(tile, i+h-j)
			out := view(row, 0, j, h, w)
			clearRows(out)
			gemmAdd(out, 1, vt, view(m, i, j, n-i, w))
		})
		for r := range h {
			copy(m.Data[(i+r)*m.Stride:(i+r)*m.Stride+i+r+1], row.Data[r*row.Stride:])
		}
	}
}
