package linalg

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Workers is the number of goroutines that a call may use, the caller's among
// them; 0 means GOMAXPROCS. The functions of this package are methods of Workers(0).
// A caller that runs beside others, such as a chain, uses [Serial]. Results have the
// same bits for any number.
type Workers int

// Serial uses the goroutine of the caller alone.
const Serial Workers = 1

// serialBelow is the work, in flop, below which a second goroutine does not pay: it
// takes 0.1 to 0.2 ms to wake, in which one core does some 1e7 flop.
const serialBelow = 2e7

// forWork returns the number of goroutines for a call of the given work, in flop.
func (w Workers) forWork(flop float64) int {
	if w == 1 || flop < serialBelow {
		return 1
	}
	if w <= 0 {
		return runtime.GOMAXPROCS(0)
	}
	return int(w)
}

// team is the goroutines of one call. They spin until the next step, since waking a
// goroutine takes longer than most steps of a factorisation. A step is a number of
// tasks; each goroutine takes the next one when it is free, so that one that wakes
// late, or loses its processor to another process, delays little.
type team struct {
	size int // the caller included
	wait sync.WaitGroup
	// state is the number of the current step, whether it can be joined, and how many
	// have joined: see below.
	state atomic.Uint64
	next  atomic.Int64
	tasks int
	task  func(i int, s *scratch)
	own   *scratch
}

// The parts of team.state.
const (
	joined   = 1<<16 - 1
	open     = 1 << 16
	stopped  = 1 << 17
	nextStep = 1 << 18
)

// backOff is the back-off in the i-th turn of a spinning loop: after some 0.1 ms it
// yields to other goroutines, and after some ms, when the machine must be busy with
// other work, it sleeps.
func backOff(i int) {
	switch {
	case i > 1<<18:
		time.Sleep(50 * time.Microsecond)
	case i > 1<<14:
		runtime.Gosched()
	}
}

// newTeam starts size-1 goroutines, which stop must end.
func newTeam(size int) *team {
	t := &team{size: size, own: scratches.Get().(*scratch)}
	for range size - 1 {
		t.wait.Go(t.follow)
	}
	return t
}

// stop returns when all goroutines have ended.
func (t *team) stop() {
	t.state.Store(stopped)
	t.wait.Wait()
	scratches.Put(t.own)
}

// do calls f(0, s), ..., f(n-1, s) once each, in parallel, and returns when all have
// returned; s is the scratch of the goroutine that makes the call.
func (t *team) do(n int, f func(i int, s *scratch)) {
	if t == nil || t.size == 1 || n == 1 {
		s := scratches.Get().(*scratch)
		for i := range n {
			f(i, s)
		}
		scratches.Put(s)
		return
	}
	t.tasks, t.task = n, f
	t.next.Store(0)
	step := t.state.Load() + nextStep
	t.state.Store(step | open)
	t.work(t.own)
	// No goroutine joins any more; those that did may be at their last task.
	t.state.And(^uint64(open))
	for i := 0; t.state.Load()&joined != 0; i++ {
		backOff(i)
	}
}

// work does tasks while there are any.
func (t *team) work(s *scratch) {
	for {
		i := int(t.next.Add(1)) - 1
		if i >= t.tasks {
			return
		}
		t.task(i, s)
	}
}

// follow joins each step that it meets open.
func (t *team) follow() {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	var last uint64
	for i := 0; ; i++ {
		now := t.state.Load()
		switch {
		case now&stopped != 0:
			return
		case now&open != 0 && now/nextStep != last && t.state.CompareAndSwap(now, now+1):
			t.work(s)
			t.state.Add(^uint64(0))
			last, i = now/nextStep, 0
		default:
			backOff(i)
		}
	}
}

// pieces cuts n into at most that many ranges, of multiples of the given step, and
// calls f for each with its beginning and its end. Later ranges are smaller, so that
// the goroutines end together even if some start late, unless the work of equal ranges
// is decreasing by itself.
func (t *team) pieces(n, step, pieces int, decreasing bool, f func(s *scratch, from, to int)) {
	steps := (n + step - 1) / step
	bound := func(i int) int {
		if decreasing {
			return min(i*steps/pieces*step, n)
		}
		left := pieces - i
		return min((steps-steps*left*left/(pieces*pieces))*step, n)
	}
	t.do(pieces, func(i int, s *scratch) {
		if from, to := bound(i), bound(i+1); from < to {
			f(s, from, to)
		}
	})
}
