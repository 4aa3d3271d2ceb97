package infer

import (
	"math"
	"math/rand/v2"

	"matheron/rng"
)

// seed is the randomness of one iteration: 128 bits out of a key, from which each
// decision has its number by its address, whenever it is asked for. A trajectory
// therefore does not depend on the order in which it is built.
type seed struct {
	hi, lo uint64
}

// newSeed returns the lot of a key.
func newSeed(key rng.Key) seed {
	s := key.Source()
	return seed{s.Uint64(), s.Uint64()}
}

// Addresses of the decisions about a doubling as a whole; the leaves of the
// doubling of depth d have the addresses (d, 0) to (d, 2^d - 1).
const (
	addressDirection = -1
	addressAccept    = -2
	addressLength    = -3 // of an HMC path; its depth is 0
)

// uniform returns the number of an address, in the open interval (0, 1): two
// rounds of the finaliser of SplitMix64 (Steele, Lea and Flood, Fast splittable
// pseudorandom number generators, OOPSLA 2014), with half of the lot before each.
func (l seed) uniform(depth, leaf int) float64 {
	x := mix64(l.hi + (uint64(depth)<<40+uint64(leaf))*0x9e3779b97f4a7c15)
	x = mix64(x ^ l.lo)
	return (float64(x>>11) + 0.5) / (1 << 53)
}

// gumbel returns a standard Gumbel variate at an address.
func (l seed) gumbel(depth, leaf int) float64 {
	return -math.Log(-math.Log(l.uniform(depth, leaf)))
}

func mix64(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// seeds are the seeds of the iterations of a chain, in order.
type seeds struct {
	source *rand.ChaCha8
}

func newSeeds(key rng.Key) *seeds { return &seeds{key.Source()} }

func (l *seeds) next() seed { return seed{l.source.Uint64(), l.source.Uint64()} }

// skip passes over n iterations.
func (l *seeds) skip(n int) {
	for range n {
		l.next()
	}
}
