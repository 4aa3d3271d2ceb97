package infer

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync/atomic"

	"matheron/rng"
)

// HMC is Hamiltonian Monte Carlo with a path of given length (Neal, MCMC using
// Hamiltonian dynamics, 2011): fresh momentum, leapfrog steps for a time T, and
// a Metropolis decision at the end. T is drawn anew for each step, evenly from
// PathLength (1 - Jitter) to PathLength (1 + Jitter), so that no direction of a
// normal density comes round to where it began every time.
//
// Its fields are settings. The zero value is ready for use.
type HMC struct {
	// PathLength is the mean time T, in units of the metric, in which a well
	// adapted density has unit scale. 0 means pi/2, a quarter of the period there.
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
	return Warmup{TargetAccept: or(s.TargetAccept, 0.8), Metric: s.Metric, Windows: s.Windows}
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
		length:   or(s.PathLength, math.Pi/2),
		jitter:   max(0, or(s.Jitter, 0.5)),
		maxSteps: orInt(s.MaxSteps, 1023),
		maxDelta: or(s.MaxEnergyError, 1000),
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
func (h *hmc) Step(dst *State, key rng.Key, s State, tuning Tuning) Info {
	return h.step(dst, newSeed(key), s, tuning)
}

func (h *hmc) step(dst *State, l seed, s State, tuning Tuning) Info {
	m, eps := tuning.Metric, tuning.StepSize
	checkMetric(m, h.target.Dim())
	z := &h.z
	z.start(s)
	h.pcg.Seed(l.hi, l.lo)
	m.Momentum(z.p, h.rand)
	m.Velocity(z.v, z.p)
	start := z.energy()

	length := h.length * (1 + h.jitter*(2*l.uniform(0, addressLength)-1))
	// Compared before the conversion, which has no meaning for a huge quotient.
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
	if !info.Divergent && l.uniform(0, addressAccept) < info.Accept {
		dst.set(z.x, z.grad, z.logProb)
		info.Energy = end
	} else {
		dst.set(s.X, s.Grad, s.LogProb)
	}
	return info
}
