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
	if x, ok := any(c).(matrix[float64]); ok && c.rows <= fewRows && c.cols >= fewColumns {
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
const fewRows, fewColumns = 4, 8

// rowsTimes is mulAdd for a few rows.
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
