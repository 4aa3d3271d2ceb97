package linalg

import (
	"fmt"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// Mul sets dst to a b; dst is m x n, a is m x k, b is k x n. dst must not
// overlap a or b. Row i of dst depends on row i of a and on b alone, to the
// last bit. Cost 2 m n k.
func Mul(dst, a, b *mat.Dense) {
	mulShapes("Mul", dst, a, b)
	clearRows(dst.RawMatrix())
	mulAdd(dst.RawMatrix(), 1, a.RawMatrix(), b.RawMatrix())
}

// MulAdd adds alpha a b to dst, with the shapes and promises of [Mul].
func MulAdd(dst *mat.Dense, alpha float64, a, b *mat.Dense) {
	mulShapes("MulAdd", dst, a, b)
	mulAdd(dst.RawMatrix(), alpha, a.RawMatrix(), b.RawMatrix())
}

// MulTransB sets dst to a bᵀ; dst is m x n, a is m x k, b is n x k. dst must
// not overlap a or b. Row i of dst depends on row i of a and on b alone, to the
// last bit. Cost 2 m n k, and a copy of b.
func MulTransB(dst, a, b *mat.Dense) {
	m, k := a.Dims()
	n, kb := b.Dims()
	if k != kb {
		panic(fmt.Sprintf("linalg: MulTransB: a has %d columns and b has %d", k, kb))
	}
	wantShape("MulTransB", "dst", dst, m, n)
	d, ra, rb := dst.RawMatrix(), a.RawMatrix(), b.RawMatrix()
	wantApart("MulTransB", d, ra)
	wantApart("MulTransB", d, rb)
	// gonum sums A Bᵀ by dot products whose order of summation depends on how
	// the shape falls into its blocks. A B it sums in the order of k always.
	bt := newGeneral(k, n)
	transpose(bt, rb)
	clearRows(d)
	mulAdd(d, 1, ra, bt)
}

// MulTransA sets dst to aᵀ b; dst is m x n, a is k x m, b is k x n. dst must
// not overlap a or b. Element (i, j) of dst depends on column i of a and column
// j of b alone, to the last bit. Cost 2 m n k.
func MulTransA(dst, a, b *mat.Dense) {
	k, m := a.Dims()
	kb, n := b.Dims()
	if k != kb {
		panic(fmt.Sprintf("linalg: MulTransA: a has %d rows and b has %d", k, kb))
	}
	wantShape("MulTransA", "dst", dst, m, n)
	d, ra, rb := dst.RawMatrix(), a.RawMatrix(), b.RawMatrix()
	wantApart("MulTransA", d, ra)
	wantApart("MulTransA", d, rb)
	if m < block/4 || n < block/4 {
		// Thin: transposing would cost as much as it saves. The order of
		// summation is the same.
		if m > 0 && n > 0 {
			blas64.Gemm(blas.Trans, blas.NoTrans, 1, ra, rb, 0, d)
		}
		return
	}
	// Columns of a with a long stride fall on few cache lines; a strip of them,
	// transposed, is read in order.
	strips := (m + block - 1) / block
	split(0, strips, 2*float64(m)*float64(n)*float64(k), func(s int) {
		i := s * block
		h := min(block, m-i)
		at := newGeneral(h, k)
		transpose(at, view(ra, 0, i, k, h))
		out := view(d, i, 0, h, n)
		clearRows(out)
		gemmAdd(out, 1, at, rb)
	})
}

func mulShapes(op string, dst, a, b *mat.Dense) {
	m, k := a.Dims()
	kb, n := b.Dims()
	if k != kb {
		panic(fmt.Sprintf("linalg: %s: a has %d columns and b has %d rows", op, k, kb))
	}
	wantShape(op, "dst", dst, m, n)
	wantApart(op, dst.RawMatrix(), a.RawMatrix())
	wantApart(op, dst.RawMatrix(), b.RawMatrix())
}

// mulAdd adds alpha a b to c on all processors. Each element is summed in the
// order of k, here, in gonum, and in gemmAdd.
func mulAdd(c blas64.General, alpha float64, a, b blas64.General) {
	switch {
	case c.Rows == 0 || c.Cols == 0:
	case c.Cols == 1:
		const strip = 4 * block
		split(0, (c.Rows+strip-1)/strip, 2*float64(c.Rows)*float64(a.Cols), func(s int) {
			i := s * strip
			h := min(strip, c.Rows-i)
			gemvAdd(view(c, i, 0, h, 1), alpha, view(a, i, 0, h, a.Cols), b)
		})
	default:
		blas64.Gemm(blas.NoTrans, blas.NoTrans, alpha, a, b, 1, c)
	}
}

// gemmAdd adds alpha a b to c on the calling goroutine, in blocks that stay in
// the second-level cache. Each element is summed in the order of k.
func gemmAdd(c blas64.General, alpha float64, a, b blas64.General) {
	if c.Cols == 1 {
		gemvAdd(c, alpha, a, b)
		return
	}
	const width, depth = 2 * block, 2 * block
	for i := 0; i < c.Rows; i += block {
		h := min(block, c.Rows-i)
		for j := 0; j < c.Cols; j += width {
			w := min(width, c.Cols-j)
			cij := view(c, i, j, h, w)
			for l := 0; l < a.Cols; l += depth {
				d := min(depth, a.Cols-l)
				// At most two of gonum's blocks, which it does not spread over goroutines.
				blas64.Gemm(blas.NoTrans, blas.NoTrans, alpha, view(a, i, l, h, d), view(b, l, j, d, w), 1, cij)
			}
		}
	}
}

// gemvAdd is gemmAdd for one column, with its bits: gonum's product would make
// a call an element. Four rows at a time hide the latency of the sums; the
// conversions keep the compiler from fusing product and sum on machines that can.
func gemvAdd(c blas64.General, alpha float64, a, b blas64.General) {
	i := 0
	for ; i+4 <= c.Rows; i += 4 {
		a0 := a.Data[i*a.Stride:][:a.Cols]
		a1 := a.Data[(i+1)*a.Stride:][:len(a0)]
		a2 := a.Data[(i+2)*a.Stride:][:len(a0)]
		a3 := a.Data[(i+3)*a.Stride:][:len(a0)]
		s0, s1, s2, s3 := c.Data[i*c.Stride], c.Data[(i+1)*c.Stride], c.Data[(i+2)*c.Stride], c.Data[(i+3)*c.Stride]
		for l, v := range a0 {
			x := b.Data[l*b.Stride]
			s0 += float64(float64(alpha*v) * x)
			s1 += float64(float64(alpha*a1[l]) * x)
			s2 += float64(float64(alpha*a2[l]) * x)
			s3 += float64(float64(alpha*a3[l]) * x)
		}
		c.Data[i*c.Stride], c.Data[(i+1)*c.Stride], c.Data[(i+2)*c.Stride], c.Data[(i+3)*c.Stride] = s0, s1, s2, s3
	}
	for ; i < c.Rows; i++ {
		s := c.Data[i*c.Stride]
		for l, v := range a.Data[i*a.Stride:][:a.Cols] {
			s += float64(float64(alpha*v) * b.Data[l*b.Stride])
		}
		c.Data[i*c.Stride] = s
	}
}

// transpose sets dst to srcᵀ, in squares of which both sides stay in the cache.
func transpose(dst, src blas64.General) {
	const side = 16
	for i0 := 0; i0 < src.Rows; i0 += side {
		i1 := min(i0+side, src.Rows)
		for j0 := 0; j0 < src.Cols; j0 += side {
			j1 := min(j0+side, src.Cols)
			for i := i0; i < i1; i++ {
				row := src.Data[i*src.Stride : i*src.Stride+src.Cols]
				for j := j0; j < j1; j++ {
					dst.Data[j*dst.Stride+i] = row[j]
				}
			}
		}
	}
}

func clearRows(m blas64.General) {
	for i := range m.Rows {
		clear(m.Data[i*m.Stride : i*m.Stride+m.Cols])
	}
}
