package rng

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
)

// Key names one independent stream of random numbers. A key is a value: it is
// never advanced, so the same key gives the same numbers each time, in any order and
// on any number of goroutines. Derive a key for each purpose by [Key.Split] and
// [Key.Named] instead of drawing twice from one.
//
// The zero Key is valid and equal to no key made by [New].
type Key struct {
	state [32]byte
}

// The first byte of each hashed message keeps the three ways to make a key
// apart: no seed, index or name can collide with one of another kind.
const (
	tagNew   = 'n'
	tagSplit = 's'
	tagNamed = 'a'
)

// New returns the key of a seed.
func New(seed uint64) Key {
	var m [9]byte
	m[0] = tagNew
	binary.LittleEndian.PutUint64(m[1:], seed)
	return Key{sha256.Sum256(m[:])}
}

// Split returns the i-th child of k. Children of different index, and of
// different parents, are independent.
func (k Key) Split(i int) Key {
	var m [41]byte
	m[0] = tagSplit
	copy(m[1:], k.state[:])
	binary.LittleEndian.PutUint64(m[33:], uint64(i))
	return Key{sha256.Sum256(m[:])}
}

// Named returns the child of k for a purpose, such as "noise" or a site's name.
func (k Key) Named(name string) Key {
	m := make([]byte, 0, 33+len(name))
	m = append(m, tagNamed)
	m = append(m, k.state[:]...)
	m = append(m, name...)
	return Key{sha256.Sum256(m)}
}

// Source returns a new ChaCha8 source at the start of the stream of k.
func (k Key) Source() *rand.ChaCha8 {
	return rand.NewChaCha8(k.state)
}

// Rand returns a new generator at the start of the stream of k. It is not safe
// for concurrent use; derive a key a goroutine instead.
func (k Key) Rand() *rand.Rand {
	return rand.New(k.Source())
}
