package rng

import (
	_ "embed"
	"encoding/binary"
	"math/bits"
)

// packedDirections is the table new-joe-kuo-6.21201 (LICENSE-joe-kuo.txt) as
// packed by internal/joekuo, which documents the form.
//
//go:embed directions.bin
var packedDirections string

// maxDegree is the largest degree of a polynomial in the table.
const maxDegree = 18

// polynomial is the row of the table for one dimension: the degree s, the
// coefficients a_1 ... a_(s-1) as the bits of a, and the odd m_1 ... m_s.
type polynomial struct {
	s int
	a uint64
	m [maxDegree]uint64
}

// readPolynomial decodes the row of dimension d (from 0). Dimension 0 is the
// van der Corput sequence, which the table does not list: all m_j are 1, and
// here that is the degree 0. It reads that row alone: rows of one degree are
// equally long.
func readPolynomial(d int) polynomial {
	if d == 0 {
		return polynomial{}
	}
	row, bit := d-1, 8*4*maxDegree
	for s := 1; s <= maxDegree; s++ {
		count := int(binary.LittleEndian.Uint32([]byte(packedDirections[4*(s-1) : 4*s])))
		width := (s - 1) + s*(s-1)/2
		if row >= count {
			row -= count
			bit += count * width
			continue
		}
		bit += row * width
		p := polynomial{s: s, a: readBits(bit, s-1)}
		bit += s - 1
		for j := range s {
			p.m[j] = 2*readBits(bit, j) + 1
			bit += j
		}
		return p
	}
	panic("rng: dimension beyond the table")
}

// readBits returns the number of the given width that starts at a bit of the
// packed table, most significant bit first.
func readBits(bit, width int) uint64 {
	var v uint64
	for b := bit; b < bit+width; b++ {
		v = v<<1 | uint64(packedDirections[b/8]>>(7-b%8)&1)
	}
	return v
}

// directions sets v[j] to the direction number m_(j+1) / 2^(j+1) of the
// polynomial as a fraction of sobolBits binary digits, from the recurrence
//
//	m_j = 2 a_1 m_(j-1) + ... + 2^(s-1) a_(s-1) m_(j-s+1) + 2^s m_(j-s) + m_(j-s)
//
// with exclusive or for + (Joe and Kuo 2003, equation 2).
func (p polynomial) directions(v *[sobolBits]uint64) {
	for j := range v {
		switch {
		case p.s == 0:
			v[j] = 1 << (sobolBits - 1 - j)
		case j < p.s:
			v[j] = p.m[j] << (sobolBits - 1 - j)
		default:
			// As v[j] is m_j times 2^(sobolBits-j), the powers of two of the
			// recurrence cancel, except that of the last term.
			v[j] = v[j-p.s] ^ v[j-p.s]>>p.s
			for a := p.a; a != 0; a &= a - 1 {
				k := p.s - 1 - bits.TrailingZeros64(a) // a_k is bit s-1-k
				v[j] ^= v[j-k]
			}
		}
	}
}
