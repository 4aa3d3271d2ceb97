package store

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"gonum.org/v1/gonum/mat"
)

// arrayRef says where an array is: its first byte from the start of the
// arrays, and its shape. In JSON it is {"offset":o,"shape":[rows,columns]}.
type arrayRef struct {
	Offset int64    `json:"offset"`
	Shape  [2]int64 `json:"shape"`
}

// arrays collects the arrays of a file in their order, each as a function that passes
// its rows on one by one: memory holds one array at a time.
type arrays struct {
	size  int64
	parts []array
}

type array struct {
	what string
	rows func(put func(row []float64) error) error
}

// add appends an array and returns where it will be.
func (a *arrays) add(what string, r, c int, rows func(put func(row []float64) error) error) *arrayRef {
	ref := &arrayRef{a.size, [2]int64{int64(r), int64(c)}}
	a.size += 8 * int64(r) * int64(c)
	a.parts = append(a.parts, array{what, rows})
	return ref
}

// dense appends a matrix of r x c that is made when it is written.
func (a *arrays) dense(what string, r, c int, m func() *mat.Dense) *arrayRef {
	return a.add(what, r, c, func(put func([]float64) error) error {
		m := m()
		for i := range r {
			if err := put(m.RawRowView(i)); err != nil {
				return err
			}
		}
		return nil
	})
}

// column appends a vector as a matrix of one column.
func (a *arrays) column(what string, v []float64) *arrayRef {
	return a.add(what, len(v), 1, func(put func([]float64) error) error { return put(v) })
}

// writeTo writes the arrays as little-endian float64, row after row.
func (a *arrays) writeTo(w io.Writer) error {
	buf := make([]byte, 0, 1<<16)
	for _, p := range a.parts {
		err := p.rows(func(row []float64) error {
			if notFinite(row) >= 0 {
				return fmt.Errorf("a number of the %s is not finite", p.what)
			}
			for _, v := range row {
				buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(v))
				if len(buf) == cap(buf) {
					if _, err := w.Write(buf); err != nil {
						return err
					}
					buf = buf[:0]
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	_, err := w.Write(buf)
	return err
}

// arrayReader reads the arrays of a file one after the other. They must lie
// as they are asked for, without gaps: no array is larger than what is left.
type arrayReader struct {
	in   *bufio.Reader
	next int64
	size int64
}

// read returns the numbers of an array whose shape must be r x c, where -1
// stands for any but 0.
func (a *arrayReader) read(what string, ref *arrayRef, r, c int64) (rows, columns int, v []float64, err error) {
	if ref == nil {
		return 0, 0, nil, fmt.Errorf("no %s", what)
	}
	rs, cs := ref.Shape[0], ref.Shape[1]
	left := (a.size - a.next) / 8
	switch {
	case rs < 1 || cs < 1 || r >= 0 && rs != r || c >= 0 && cs != c:
		return 0, 0, nil, fmt.Errorf("%s of %d x %d", what, rs, cs)
	case ref.Offset != a.next:
		return 0, 0, nil, fmt.Errorf("%s at %d, where %d is next", what, ref.Offset, a.next)
	case cs > left/rs: // rs*cs > left, without overflow
		return 0, 0, nil, fmt.Errorf("%s of %d x %d, where the file has %d numbers left", what, rs, cs, left)
	}
	v = make([]float64, rs*cs)
	var buf [1 << 15]byte
	for at := 0; at < len(v); {
		part := buf[:8*min(len(v)-at, len(buf)/8)]
		if _, err := io.ReadFull(a.in, part); err != nil {
			return 0, 0, nil, err
		}
		for i := 0; i < len(part); i += 8 {
			f := math.Float64frombits(binary.LittleEndian.Uint64(part[i:]))
			if !finite(f) {
				return 0, 0, nil, fmt.Errorf("%s: number %d is %v", what, at, f)
			}
			v[at] = f
			at++
		}
	}
	a.next += 8 * rs * cs
	return int(rs), int(cs), v, nil
}

// dense reads a matrix.
func (a *arrayReader) dense(what string, ref *arrayRef, r, c int64) (*mat.Dense, error) {
	rows, columns, v, err := a.read(what, ref, r, c)
	if err != nil {
		return nil, err
	}
	return mat.NewDense(rows, columns, v), nil
}

// column reads a vector of n numbers.
func (a *arrayReader) column(what string, ref *arrayRef, n int64) ([]float64, error) {
	_, _, v, err := a.read(what, ref, n, 1)
	return v, err
}
