package rng

import (
	"fmt"
	"math/bits"
)

// MaxSobolDims is the number of dimensions that Joe and Kuo's table covers.
const MaxSobolDims = 21201

// sobolBits is the number of binary digits of a point. With the half digit that
// is added to it, a coordinate takes all 53 bits of a float64 below 1 and is
// exact: with one digit more the largest would round to 1.
const sobolBits = 52

// Sobol is a scrambled Sobol sequence: points whose first 2^m, for each m, fill
// the unit cube evenly. Every single point is uniform in the cube, and the mean
// of a function over the points is unbiased over keys.
//
// The scrambling is the affine one of Matousek (1998, On the L2-discrepancy for
// anchored boxes, J. Complexity 14): a random lower triangular matrix and a
// digital shift in each dimension. Like Owen's nested scrambling it keeps the net
// property and gives means of the same variance; it is applied once, to the direction
// numbers, so that a point costs no more than without it.
//
// The scrambling of dimension d comes from Split(d) of the key: points of fewer
// dimensions are the first coordinates of points of more.
//
// A Sobol is immutable and safe for concurrent use. It holds 424 bytes a
// dimension.
type Sobol struct {
	shift []uint64            // e_d
	v     [][sobolBits]uint64 // the columns of L_d C_d
}

// DimsError is the error of a number of dimensions without Sobol points.
type DimsError struct {
	Dims int
}

func (e *DimsError) Error() string {
	return fmt.Sprintf("rng: %d dimensions asked for, Sobol points have 1 to %d", e.Dims, MaxSobolDims)
}

// NewSobol returns the Sobol sequence in dims dimensions that the key scrambles.
// It costs some 3 us a dimension. The error is a [*DimsError].
func NewSobol(dims int, key Key) (*Sobol, error) {
	s, err := newSobol(dims)
	if err != nil {
		return nil, err
	}
	for d := range s.v {
		source := key.Split(d).Source()
		var columns [sobolBits]uint64 // of L_d
		for j := range columns {
			diagonal := uint64(1) << (sobolBits - 1 - j)
			columns[j] = diagonal | source.Uint64()&(diagonal-1)
		}
		for j, v := range s.v[d] {
			s.v[d][j] = multiply(&columns, v)
		}
		s.shift[d] = source.Uint64() & (1<<sobolBits - 1)
	}
	return s, nil
}

// newSobol returns the sequence without scrambling.
func newSobol(dims int) (*Sobol, error) {
	if dims < 1 || dims > MaxSobolDims {
		return nil, &DimsError{dims}
	}
	s := &Sobol{shift: make([]uint64, dims), v: make([][sobolBits]uint64, dims)}
	for d := range s.v {
		readPolynomial(d).directions(&s.v[d])
	}
	return s, nil
}

// multiply returns the product over the integers mod 2 of a matrix, given by its
// columns, and the digits of v, the first digit being the most significant bit.
func multiply(columns *[sobolBits]uint64, v uint64) uint64 {
	var y uint64
	for ; v != 0; v &= v - 1 {
		y ^= columns[sobolBits-1-bits.TrailingZeros64(v)]
	}
	return y
}

// Dims returns the number of coordinates of a point.
func (s *Sobol) Dims() int { return len(s.v) }

// Point sets dst to point i, each coordinate an odd multiple of 2^-53 and so
// strictly between 0 and 1. Points come in the order of the Gray code, as in Joe
// and Kuo's program and in SciPy, and each is computed directly from its index
// in O(D log i): any i may be asked for, in any order. It panics unless dst has
// Dims elements and 0 <= i < 2^52.
//
// The even filling holds for the first 2^m points, and for each block of 2^m
// points that starts at a multiple of 2^m.
func (s *Sobol) Point(dst []float64, i int) {
	if len(dst) != len(s.v) {
		panic(fmt.Sprintf("rng: point of %d coordinates wanted from %d dimensions", len(dst), len(s.v)))
	}
	if i < 0 || uint64(i)>>sobolBits != 0 {
		panic(fmt.Sprintf("rng: Sobol point %d is not between 0 and 2^%d", i, sobolBits))
	}
	gray := uint64(i) ^ uint64(i)>>1
	for d := range dst {
		v := &s.v[d]
		u := s.shift[d]
		for g := gray; g != 0; g &= g - 1 {
			u ^= v[bits.TrailingZeros64(g)%sobolBits]
		}
		dst[d] = float64(2*u+1) * 0x1p-53
	}
}
