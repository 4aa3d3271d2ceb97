package diag

import (
	"fmt"
	"math"
)

// Ranks are the result of a simulation-based calibration (Talts, Betancourt,
// Simpson, Vehtari and Gelman 2018, arXiv:1804.06788). Parameters are drawn from
// their prior, data from the model, and Of draws from the posterior given the data;
// the rank of the parameter among the draws, 0 to Of, is uniform if these are
// independent draws of the posterior. The same holds of any function of parameters
// and data, such as the log density.
type Ranks struct {
	Of    int
	Ranks []int // one a simulation
}

// Rank returns how many of the draws are below the truth.
func Rank(truth float64, draws []float64) int {
	n := 0
	for _, v := range draws {
		if v < truth {
			n++
		}
	}
	return n
}

// check panics unless each rank is from 0 to Of.
func (r Ranks) check() {
	if r.Of < 1 || len(r.Ranks) == 0 {
		panic(fmt.Sprintf("diag: %d ranks among %d draws", len(r.Ranks), r.Of))
	}
	for i, k := range r.Ranks {
		if k < 0 || k > r.Of {
			panic(fmt.Sprintf("diag: rank %d is %d of %d", i, k, r.Of))
		}
	}
}

// Histogram returns how many ranks are in each of the bins. It has the form of a U if
// the draws are too narrow, of a hill if they are too wide, and of a slope if they are
// biased. It panics unless bins divides Of + 1.
func (r Ranks) Histogram(bins int) []int {
	r.check()
	if bins < 1 || (r.Of+1)%bins != 0 {
		panic(fmt.Sprintf("diag: %d ranks in %d bins", r.Of+1, bins))
	}
	out := make([]int, bins)
	for _, k := range r.Ranks {
		out[k*bins/(r.Of+1)]++
	}
	return out
}

// ECDF is the empirical distribution function of ranks less the uniform one, with the
// band that contains all of it with a given probability if the ranks are uniform.
type ECDF struct {
	// At are the points z = k/(Of+1) for k = 1 ... Of.
	At []float64
	// Difference is the fraction of the ranks below k, less z.
	Difference []float64
	// Lower and Upper are the band of the difference.
	Lower, Upper []float64
	// P is the p-value: the probability that uniform ranks are at least as far off at
	// some point.
	P float64
}

// Inside reports whether all of the difference is in the band.
func (e ECDF) Inside() bool {
	for i, d := range e.Difference {
		if d < e.Lower[i] || d > e.Upper[i] {
			return false
		}
	}
	return true
}

// ECDF compares the ranks with the uniform distribution (Säilynoja, Bürkner and
// Vehtari 2022, Statistics and Computing 32, 32). With N ranks, R_k of them below k,
// the statistic is the least of the two-sided binomial probabilities
//
//	gamma = min_k 2 min(F_k(R_k), 1 - F_k(R_k - 1)),  F_k = Binomial(N, k/(Of+1)),
//
// and the band is where that probability is above the greatest gamma for which uniform
// ranks are all inside with probability coverage. Both P and the band are exact: R_k
// is a Markov chain, and the probability that it stays inside is summed over its
// states. It panics unless 0 < coverage < 1. Cost O(Of N) for each of some 40 bands
// that are tried.
func (r Ranks) ECDF(coverage float64) ECDF {
	r.check()
	if !(coverage > 0 && coverage < 1) {
		panic(fmt.Sprintf("diag: a band of coverage %v", coverage))
	}
	n := len(r.Ranks)
	below := make([]int, r.Of+1) // of each k, the ranks below it
	for _, k := range r.Ranks {
		if k < r.Of {
			below[k+1]++
		}
	}
	for k := range r.Of {
		below[k+1] += below[k]
	}
	u := newUniformRanks(n, r.Of)
	gamma := 2.0
	for k := 1; k <= r.Of; k++ {
		gamma = min(gamma, u.probability(k, below[k]))
	}
	e := ECDF{P: min(1, max(0, 1-u.inside(gamma)))}
	limit := u.limit(coverage)
	for k := 1; k <= r.Of; k++ {
		z := float64(k) / float64(r.Of+1)
		lo, hi := u.interval(k, limit)
		e.At = append(e.At, z)
		e.Difference = append(e.Difference, float64(below[k])/float64(n)-z)
		e.Lower = append(e.Lower, float64(lo)/float64(n)-z)
		e.Upper = append(e.Upper, float64(hi)/float64(n)-z)
	}
	return e
}

// uniformRanks is the distribution of R_1 ... R_Of of n uniform ranks.
type uniformRanks struct {
	n, of        int
	logFactorial []float64
	inverse      []float64   // 1/i
	lower, upper [][]float64 // of each k: P(R_k <= j) and P(R_k >= j)
}

func newUniformRanks(n, of int) *uniformRanks {
	u := &uniformRanks{n: n, of: of, logFactorial: make([]float64, n+1), inverse: make([]float64, n+2), lower: make([][]float64, of+1), upper: make([][]float64, of+1)}
	for i := range n + 1 {
		u.inverse[i+1] = 1 / float64(i+1)
	}
	for i := range n {
		u.logFactorial[i+1] = u.logFactorial[i] + math.Log(float64(i+1))
	}
	for k := 1; k <= of; k++ {
		lower, upper := make([]float64, n+1), make([]float64, n+1)
		for j := range n + 1 {
			lower[j] = u.binomial(n, j, float64(k)/float64(of+1))
			upper[j] = lower[j]
		}
		for j := range n {
			lower[j+1] += lower[j]
			upper[n-1-j] += upper[n-j]
		}
		u.lower[k], u.upper[k] = lower, upper
	}
	return u
}

// binomial returns the probability of j out of n, 0 < p < 1.
func (u *uniformRanks) binomial(n, j int, p float64) float64 {
	return math.Exp(u.logFactorial[n] - u.logFactorial[j] - u.logFactorial[n-j] + float64(j)*math.Log(p) + float64(n-j)*math.Log1p(-p))
}

// probability returns the two-sided probability of R_k = j.
func (u *uniformRanks) probability(k, j int) float64 {
	return 2 * min(u.lower[k][j], u.upper[k][j])
}

// ties is the relative difference below which two probabilities count as equal: those
// of R and of its mirror image differ by rounding.
const ties = 1e-9

// interval returns the least and the greatest R_k with a probability above gamma;
// lo > hi if there is none.
func (u *uniformRanks) interval(k int, gamma float64) (lo, hi int) {
	gamma *= 1 + ties
	lo, hi = 0, u.n
	for lo <= u.n && u.probability(k, lo) <= gamma {
		lo++
	}
	for hi >= lo && u.probability(k, hi) <= gamma {
		hi--
	}
	return lo, hi
}

// inside returns the probability that all R_k have a probability above gamma:
// given R_(k-1) = i, R_k - i is Binomial(n - i, 1/(Of + 2 - k)), the number of ranks
// k-1 among those not below k-1.
func (u *uniformRanks) inside(gamma float64) float64 {
	at, from := []float64{1}, 0 // probabilities of R_0 = from, from + 1, ...
	for k := 1; k <= u.of; k++ {
		lo, hi := u.interval(k, gamma)
		if lo > hi {
			return 0
		}
		p := 1 / float64(u.of+2-k)
		next := make([]float64, hi-lo+1)
		for d, mass := range at {
			u.transition(next, mass, from+d, lo, hi, p)
		}
		at, from = next, lo
	}
	sum := 0.0
	for _, mass := range at {
		sum += mass
	}
	return sum
}

// transition adds to next, the states from lo to hi, those of a state i of the given
// mass, which grows by Binomial(n - i, p): it computes one probability, at the mode if
// that is inside, and the others by their ratios.
func (u *uniformRanks) transition(next []float64, mass float64, i, lo, hi int, p float64) {
	first := max(lo, i)
	if first > hi {
		return
	}
	m, odds := u.n-i, p/(1-p)
	mode := min(max(i+int(float64(m+1)*p), first), hi)
	top := mass * u.binomial(m, mode-i, p)
	value, least := top, top*1e-20 // smaller ones do not change the sums
	for j := mode; j <= hi && value > least; j++ {
		next[j-lo] += value
		value *= float64(m-j+i) * u.inverse[j-i+1] * odds
	}
	value, odds = top, 1/odds
	for j := mode; j > first && value > least; j-- {
		value *= float64(j-i) * u.inverse[m-j+i+1] * odds
		next[j-1-lo] += value
	}
}

// limit returns the greatest gamma, to rounding, that all probabilities of uniform
// ranks are above with probability coverage.
func (u *uniformRanks) limit(coverage float64) float64 {
	lo, hi := 0.0, 2.0
	for range 40 {
		mid := (lo + hi) / 2
		if u.inside(mid) >= coverage {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}
