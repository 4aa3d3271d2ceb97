package linalg

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// team is the goroutines of one call. They look for the next step by spinning:
// waking a goroutine takes longer than most steps of a factorisation. A step is a
// number of tasks, which whoever is free takes in order, so that a goroutine that
// wakes late, or loses its processor to another process, delays little.
type team struct {
	size int // the caller included
	wait sync.WaitGroup
	// state is the number of the present step, whether it can be joined, and how
	// many have joined: see below.
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

// pause is called in the i-th turn of a loop that looks for another goroutine's
// doing. After some 0.1 ms others may run; after some ms, when the machine must
// have more to do than this, the processor is theirs.
func pause(i int) {
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

// do calls f(0, s), ..., f(n-1, s), each once, in parallel, and returns when all
// have returned; s is the scratch of the goroutine that calls.
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
	// Nobody joins any more; those who did may be at their last task.
	t.state.And(^uint64(open))
	for i := 0; t.state.Load()&joined != 0; i++ {
		pause(i)
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
			pause(i)
		}
	}
}

// pieces cuts n into at most as many ranges, of multiples of the given step, and calls
// f for each with its beginning and its end. Later ones are smaller, so that the
// goroutines end together however late they come, unless the work falls off by itself
// from the first to the last.
func (t *team) pieces(n, step, pieces int, falls bool, f func(s *scratch, from, to int)) {
	steps := (n + step - 1) / step
	bound := func(i int) int {
		if falls {
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
