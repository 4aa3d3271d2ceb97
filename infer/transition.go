package infer

import (
	"math"
	"math/rand/v2"
	"sync/atomic"

	"matheron/rng"
)

// Tuning is what a warm-up finds, as plain data.
type Tuning struct {
	StepSize float64
	Metric   Metric
}

// Info is what a step reports.
type Info struct {
	// Energy is H at the new state with the momentum that it came with.
	Energy float64
	// Accept is the mean over the trajectory of min(1, exp(H0 - H)).
	Accept float64
	// Depth counts the doublings whose points were used; of HMC it is 0.
	Depth int
	// Leapfrogs counts the leapfrog steps, and so the gradients.
	Leapfrogs int
	// Divergent says that the energy rose too far: the step size is too large for the
	// curvature somewhere along the trajectory, or the trajectory left the support.
	Divergent bool
}

// Transition is one Markov chain on a target. Step sets dst to the state that
// follows s, reusing the storage of dst, which may be s itself. The result is a
// function of the arguments: a Transition holds scratch space only, and is used by
// one goroutine at a time. Step allocates nothing but the generator of the key.
type Transition interface {
	Step(dst *State, s State, tuning Tuning, key rng.Key) Info
}

// stepper is a Transition that takes a seed for a key: a run draws the seeds of all
// iterations of a chain from one generator.
type stepper interface {
	Transition
	step(dst *State, s State, tuning Tuning, r seed) Info
}

// sampler is what NUTS and HMC have in common.
type sampler interface {
	Warmup() Warmup
	transition(t Target, stop *atomic.Bool) stepper
}

var (
	_ sampler = NUTS{}
	_ sampler = HMC{}
)

// seed is the randomness of one iteration, 128 bits out of a key. The uniform number
// behind each decision is a function of the seed and of the address of the decision,
// so that a trajectory does not depend on the order in which it is built.
type seed struct {
	hi, lo uint64
}

// newSeed returns the seed of a key.
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
// pseudorandom number generators, OOPSLA 2014), with half of the seed before each.
func (s seed) uniform(depth, leaf int) float64 {
	x := mix64(s.hi + (uint64(depth)<<40+uint64(leaf))*0x9e3779b97f4a7c15)
	x = mix64(x ^ s.lo)
	return (float64(x>>11) + 0.5) / (1 << 53)
}

// gumbel returns a standard Gumbel variate at an address.
func (s seed) gumbel(depth, leaf int) float64 {
	return -math.Log(-math.Log(s.uniform(depth, leaf)))
}

// mix64 is the finaliser of SplitMix64.
func mix64(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// seeds generates the seeds of the iterations of a chain, in order.
type seeds struct {
	source *rand.ChaCha8
}

func newSeeds(key rng.Key) *seeds { return &seeds{key.Source()} }

func (s *seeds) next() seed { return seed{s.source.Uint64(), s.source.Uint64()} }

// skip passes over n iterations.
func (s *seeds) skip(n int) {
	for range n {
		s.next()
	}
}
