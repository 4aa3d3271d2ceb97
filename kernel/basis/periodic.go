package basis

import (
	"fmt"
	"math"
)

// MaxPeriodicConcentration is the largest q for which [PeriodicWeights] lists
// harmonics: at 1e10 they are about a million, 8 MB.
const MaxPeriodicConcentration = 1e10

// minPeriodicTol keeps the recurrence, which spans twice its exponent, inside float64.
const minPeriodicTol = 1e-100

// PeriodicWeights returns the weights c_0, c_1, ... of the cosine series of the
// periodic kernel with q = l^-2,
//
//	exp(-2 sin^2(t/2) q) = sum_j c_j cos(j t),  c_0 = e^-q I_0(q),  c_j = 2 e^-q I_j(q),
//
// up to the first term beyond which less than tol is left, scaled to sum to 1
// so that the marginal variance is exact; the kernel is then off by at most
// 2 tol anywhere. There are about sqrt(2 q log(1/tol)) of them for large q,
// which is also the cost. Each is right to about 1e-14 of itself up to
// q = 1e6.
//
// A tol below 1e-100 counts as 1e-100. It panics unless
// 0 <= q <= MaxPeriodicConcentration and 0 < tol < 1.
func PeriodicWeights(q, tol float64) []float64 {
	if !(q >= 0 && q <= MaxPeriodicConcentration) {
		panic(fmt.Sprintf("basis: PeriodicWeights: q is %v, want 0 to %v", q, float64(MaxPeriodicConcentration)))
	}
	if !(tol > 0 && tol < 1) {
		panic(fmt.Sprintf("basis: PeriodicWeights: tolerance %v", tol))
	}
	tol = max(tol, minPeriodicTol)
	if q < tol {
		return []float64{1} // all but c_0 is 1 - e^-q I_0(q) < q
	}
	c := millerBessel(q, millerStart(q, tol))
	// Sums run from the smallest term up.
	var sum float64
	for j := len(c) - 1; j > 0; j-- {
		c[j] *= 2
		sum += c[j]
	}
	sum += c[0]
	end := len(c)
	for tail := 0.0; end > 1; end-- {
		if tail += c[end-1] / sum; tail >= tol {
			break
		}
	}
	c = c[:end]
	sum = 0
	for j := end - 1; j >= 0; j-- {
		sum += c[j]
	}
	for j := range c {
		c[j] /= sum
	}
	return c
}

// millerStart returns an order n at which I_n(q)/I_0(q) is so small that
// neither the tail beyond it nor the error of starting the recurrence there
// is seen at tol, by the bound of Amos (1974, eq. 11)
//
//	I_{j+1}(q)/I_j(q) <= q / (j + 1/2 + sqrt((j + 1/2)^2 + q^2)).
func millerStart(q, tol float64) int {
	limit := math.Log(min(tol, 1e-17)) - 40 // 40 nats below what is kept
	var logRatio float64
	n := 0
	for ; logRatio > limit; n++ {
		h := float64(n) + 0.5
		logRatio += math.Log(q / (h + math.Hypot(h, q)))
	}
	return n + 1
}

// millerBessel returns numbers proportional to I_0(q) ... I_n(q) by Miller's
// backward recurrence I_{j-1} = I_{j+1} + (2j/q) I_j, which is stable since all
// terms are positive and I_j is its growing solution in this direction.
func millerBessel(q float64, n int) []float64 {
	const big = 0x1p600
	c := make([]float64, n+1)
	next, cur := 0.0, 0x1p-600
	for j := n; j >= 0; j-- {
		c[j] = cur
		if j == 0 {
			break
		}
		next, cur = cur, next+2*float64(j)/q*cur
		if cur > big {
			// Powers of two scale exactly; what underflows is far below any tol.
			cur, next = cur/big, next/big
			for i := j; i <= n; i++ {
				if c[i] == 0 {
					break
				}
				c[i] /= big
			}
		}
	}
	return c
}
