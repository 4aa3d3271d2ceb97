package emulate

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Returns are the returns of a policy along draws of the dynamics.
type Returns struct {
	// Values has the return of draw s from start i, S x M.
	Values *mat.Dense
	// MeanDynamics has, for each start, the return along the mean of all draws. It is
	// one number, without the uncertainty of the dynamics, and not the mean of the
	// returns, which are not linear in the dynamics.
	MeanDynamics []float64

	states     [][]*mat.Dense
	meanStates [][]*mat.Dense
}

// PerPath returns J_s, the mean over the starts of draw s's returns: a draw from
// the distribution of the policy's expected return.
func (r *Returns) PerPath() []float64 {
	s, m := r.Values.Dims()
	out := make([]float64, s)
	for k := range out {
		for _, v := range r.Values.RawRowView(k) {
			out[k] += v
		}
		out[k] /= float64(m)
	}
	return out
}

// Mean returns the mean of J_s over the draws.
func (r *Returns) Mean() float64 {
	sum, j := 0.0, r.PerPath()
	for _, v := range j {
		sum += v
	}
	return sum / float64(len(j))
}

// SD returns the standard deviation of J_s, with S - 1 below: how uncertain the
// return is for what is not known of the dynamics. NaN for a single draw.
func (r *Returns) SD() float64 {
	mean, sum, j := r.Mean(), 0.0, r.PerPath()
	for _, v := range j {
		sum += (v - mean) * (v - mean)
	}
	return math.Sqrt(sum / float64(len(j)-1))
}

// StandardError returns that of Mean, SD / sqrt(S): how far it may be off for the
// number of draws.
func (r *Returns) StandardError() float64 {
	s, _ := r.Values.Dims()
	return r.SD() / math.Sqrt(float64(s))
}

// Quantile returns the p-quantile of J_s.
func (r *Returns) Quantile(p float64) float64 {
	checkProbability(p)
	j := r.PerPath()
	return newEmpirical(j, normalise(nil, len(j))).quantile(p)
}

// CVaR returns the conditional value at risk, the mean of the worst part alpha of
// J_s (Rockafellar and Uryasev 2000), for 0 < alpha <= 1.
func (r *Returns) CVaR(alpha float64) float64 {
	if !(alpha > 0 && alpha <= 1) {
		panic(fmt.Sprintf("emulate: a tail probability of %v", alpha))
	}
	j := r.PerPath()
	slices.Sort(j)
	left, sum := alpha*float64(len(j)), 0.0
	for _, v := range j {
		w := math.Min(1, left)
		sum += w * v
		if left -= w; left <= 0 {
			break
		}
	}
	return sum / (alpha * float64(len(j)))
}

// MeanDynamicsReturn returns the mean over the starts of MeanDynamics.
func (r *Returns) MeanDynamicsReturn() float64 {
	sum := 0.0
	for _, v := range r.MeanDynamics {
		sum += v
	}
	return sum / float64(len(r.MeanDynamics))
}

// Trajectory returns the states of draw s from a start, (Horizon + 1) x state, read
// only. After the step that Done ended it at, the last state is repeated. It panics
// unless the rollout was to Keep them.
func (r *Returns) Trajectory(s, start int) *mat.Dense {
	if r.states == nil {
		panic("emulate: trajectories of a rollout that did not keep them")
	}
	return r.states[s][start]
}

// MeanTrajectory returns [Returns.Trajectory] along the mean dynamics.
func (r *Returns) MeanTrajectory(start int) *mat.Dense {
	if r.meanStates == nil {
		panic("emulate: trajectories of a rollout that did not keep them")
	}
	return r.meanStates[0][start]
}
