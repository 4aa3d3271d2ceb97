package infer

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync/atomic"

	"matheron/rng"
)

// HMC is Hamiltonian Monte Carlo with a path of given length (Neal, MCMC using
// Hamiltonian dynamics, 2011): fresh momentum, leapfrog steps for a time T, and
// a Metropolis decision at the end. T is drawn for each step, uniformly from
// PathLength (1 - Jitter) to PathLength (1 + Jitter), as a fixed time that is a
// multiple of a period of the density would return to its start each time.
//
// Its fields are settings. The zero value is ready for use.
type HMC struct {
	// PathLength is the mean of T. 0 means pi/2, a quarter of the period of a normal
	// density whose covariance is the metric M⁻¹.
	PathLength float64
	// Jitter is between 0 and 1; 0 means 0.5 and a negative value none.
	Jitter float64
	// MaxSteps bounds the leapfrog steps of a path. 0 means 1,023.
	MaxSteps int
	// TargetAccept, MaxEnergyError, Metric and Windows are as in [NUTS].
	TargetAccept   float64
	MaxEnergyError float64
	Metric         MetricKind
	Windows        Windows
}

func (s HMC) check() {
	if s.TargetAccept < 0 || s.TargetAccept >= 1 {
		panic(fmt.Sprintf("infer: HMC with target acceptance %v", s.TargetAccept))
	}
	if s.PathLength < 0 || s.Jitter > 1 || s.MaxSteps < 0 || s.MaxEnergyError < 0 {
		panic("infer: HMC with a setting out of range")
	}
}

// Warmup returns the warm-up of these settings.
func (s HMC) Warmup() Warmup {
	return Warmup{TargetAccept: cmp.Or(s.TargetAccept, 0.8), Metric: s.Metric, Windows: s.Windows}
}

// Run draws from the target: see [Run].
func (s HMC) Run(ctx context.Context, t Target, run Run) (*Draws, error) {
	s.check()
	return run.run(ctx, t, s)
}

// Transition returns the Markov chain of t, for use by one goroutine.
func (s HMC) Transition(t Target) Transition {
	s.check()
	return s.transition(t, nil)
}

func (s HMC) transition(t Target, stop *atomic.Bool) stepper {
	h := &hmc{
		target:   t,
		stop:     stop,
		length:   cmp.Or(s.PathLength, math.Pi/2),
		jitter:   max(0, cmp.Or(s.Jitter, 0.5)),
		maxSteps: cmp.Or(s.MaxSteps, 1023),
		maxDelta: cmp.Or(s.MaxEnergyError, 1000),
		z:        newPhase(t.Dim()),
	}
	h.rand = rand.New(&h.pcg)
	return h
}

// hmc is the chain of one target.
type hmc struct {
	target   Target
	stop     *atomic.Bool
	length   float64
	jitter   float64
	maxSteps int
	maxDelta float64
	z        phase
	pcg      rand.PCG
	rand     *rand.Rand
}

// Step implements [Transition].
func (h *hmc) Step(dst *State, s State, tuning Tuning, key rng.Key) Info {
	return h.step(dst, s, tuning, newSeed(key))
}

func (h *hmc) step(dst *State, s State, tuning Tuning, r seed) Info {
	m, eps := tuning.Metric, tuning.StepSize
	checkMetric(m, h.target.Dim())
	z := &h.z
	z.start(s)
	h.pcg.Seed(r.hi, r.lo)
	m.Momentum(z.p, h.rand)
	m.Velocity(z.v, z.p)
	start := z.energy()

	length := h.length * (1 + h.jitter*(2*r.uniform(0, addressLength)-1))
	// Compare before the conversion to int, which a huge quotient would overflow.
	steps := h.maxSteps
	if n := math.Ceil(length / eps); n < float64(steps) {
		steps = max(1, int(n))
	}
	info := Info{Energy: start}
	end := math.Inf(1)
	for range steps {
		if h.stop != nil && h.stop.Load() {
			break
		}
		z.leapfrog(h.target, m, eps)
		info.Leapfrogs++
		if end = z.energy(); !(end-start <= h.maxDelta) {
			info.Divergent = true
			break
		}
	}
	if !info.Divergent {
		info.Accept = math.Exp(min(0, start-end))
	}
	if !info.Divergent && r.uniform(0, addressAccept) < info.Accept {
		dst.set(z.x, z.grad, z.logProb)
		info.Energy = end
	} else {
		dst.set(s.X, s.Grad, s.LogProb)
	}
	return info
}
