package rng

// UnscrambledSobol is the sequence itself, whose points other programs share.
var UnscrambledSobol = newSobol

// PublishedRow returns the row of Joe and Kuo's table for a dimension, counted
// from 1 as there.
func PublishedRow(dimension int) (s int, a uint64, m []uint64) {
	p := readPolynomial(dimension - 1)
	return p.s, p.a, p.m[:p.s]
}
