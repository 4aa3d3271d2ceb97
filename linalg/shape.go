package linalg

import (
	"fmt"
	"unsafe"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// wantShape panics unless m, called name in the message, is rows x cols.
func wantShape(op, name string, m *mat.Dense, rows, cols int) {
	if r, c := m.Dims(); r != rows || c != cols {
		panic(fmt.Sprintf("linalg: %s: %s is %d x %d, want %d x %d", op, name, r, c, rows, cols))
	}
}

// wantApart panics if dst shares an element with arg.
func wantApart(op string, dst, arg blas64.General) {
	if overlap(dst, arg) {
		panic("linalg: " + op + ": dst overlaps an argument")
	}
}

// overlap reports whether a and b share an element. Views of one matrix with the same
// stride are compared as rectangles; views of different strides overlap if their
// ranges do.
func overlap(a, b blas64.General) bool {
	if len(a.Data) == 0 || len(b.Data) == 0 {
		return false
	}
	const size = unsafe.Sizeof(float64(0))
	// The uintptrs are only compared, never converted back to pointers.
	a0 := uintptr(unsafe.Pointer(unsafe.SliceData(a.Data)))
	b0 := uintptr(unsafe.Pointer(unsafe.SliceData(b.Data)))
	if a0 > b0 {
		a, b, a0, b0 = b, a, b0, a0
	}
	d := int((b0 - a0) / size)
	if d >= (a.Rows-1)*a.Stride+a.Cols {
		return false
	}
	if a.Stride != b.Stride {
		return true
	}
	// b starts in column c of a's rows: it overlaps if that column is one of
	// a's, or if b reaches past the end of the row into a's first columns.
	c := d % a.Stride
	if c < a.Cols {
		return true
	}
	return c+b.Cols > a.Stride && d/a.Stride+1 < a.Rows
}

// view returns rows [i, i+r) and columns [j, j+c) of m, sharing its storage.
func view(m blas64.General, i, j, r, c int) blas64.General {
	lo := i*m.Stride + j
	return blas64.General{Rows: r, Cols: c, Stride: m.Stride, Data: m.Data[lo : lo+(r-1)*m.Stride+c]}
}
