// Package rng is the one source of randomness in Matheron: keys that name
// streams of random numbers, and scrambled Sobol points.
//
// # Keys
//
// A [Key] goes in wherever something is drawn, and the generator of the
// standard library comes out of it. Keys are derived, never advanced:
//
//	key(seed)    = SHA-256('n', seed)
//	k.Split(i)   = SHA-256('s', k, i)
//	k.Named(s)   = SHA-256('a', k, s)
//	k.Rand()     = ChaCha8 keyed by the 256 bits of k
//
// Path i, chain j and the site "name" each get a child of the caller's key, so
// that what one of them draws depends neither on the order of the work nor on
// the number of goroutines. The streams are part of the API: a key gives the same
// numbers in every version and on every machine.
//
// A key is written to files and messages as text, 64 hexadecimal digits, and in JSON
// as a string of these ([Key.MarshalText], [ParseKey]).
//
// Deriving a key costs a block or two of SHA-256 (some 0.1 us), a generator its
// first block of ChaCha8 (some 0.3 us), a number a few ns.
//
// # Sobol points
//
// [Sobol] is a digital sequence in base 2 with the direction numbers of Joe and
// Kuo (2008), in up to [MaxSobolDims] dimensions, scrambled by a key. Point i is
//
//	x_d(i) = sum_k y_k 2^-k + 2^-53,  y = L_d C_d g(i) + e_d  over the integers mod 2
//
// with g(i) the bits of the Gray code of i, C_d the generating matrix of
// dimension d, L_d a random lower triangular matrix with unit diagonal and e_d a
// random shift (Matousek 1998). A point costs O(D log i). The error of the mean of a
// smooth function over 2^m points is almost O(2^(-3m/2)); over independent points it
// is O(2^(-m/2)).
package rng
