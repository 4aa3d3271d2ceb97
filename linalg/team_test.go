package linalg

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// Each task is done once, one at a time by each goroutine, whatever steps follow one
// another; and the goroutines are gone when stop returns.
func TestTeam(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, size := range []int{1, 2, 3, 8} {
		team := newTeam(size)
		for step := range 200 {
			n := step % 23
			calls := make([]atomic.Int32, n)
			var busy [23]atomic.Pointer[scratch]
			team.do(n, func(i int, s *scratch) {
				for q := range n {
					if busy[q].Load() == s {
						t.Errorf("%d goroutines: two tasks at a time with one scratch", size)
					}
				}
				busy[i].Store(s)
				if step == 20 {
					time.Sleep(time.Millisecond) // until the others have come
				}
				calls[i].Add(1)
				busy[i].Store(nil)
			})
			for i := range calls {
				if c := calls[i].Load(); c != 1 {
					t.Fatalf("%d goroutines, step %d: task %d of %d done %d times", size, step, i, n, c)
				}
			}
		}
		team.stop()
		// After Wait a goroutine may still be ending.
		for end := time.Now().Add(time.Second); runtime.NumGoroutine() > before && time.Now().Before(end); {
			runtime.Gosched()
		}
		if now := runtime.NumGoroutine(); now > before {
			t.Fatalf("%d goroutines: %d are left, there were %d", size, now, before)
		}
	}
}

// Pieces cover all, once, and begin at multiples of the step.
func TestPieces(t *testing.T) {
	team := newTeam(3)
	defer team.stop()
	for _, n := range []int{1, 7, 8, 9, 64, 100, 1001} {
		for _, step := range []int{1, 8, 24} {
			for q, pieces := range []int{1, 2, 5, 12, 1, 2, 5, 12} {
				seen := make([]atomic.Int32, n)
				var count atomic.Int32
				team.pieces(n, step, pieces, q < 4, func(_ *scratch, from, to int) {
					count.Add(1)
					if from%step != 0 || to%step != 0 && to != n || from >= to {
						t.Errorf("%d by %d in %d: a piece from %d to %d", n, step, pieces, from, to)
					}
					for i := from; i < to; i++ {
						seen[i].Add(1)
					}
				})
				for i := range seen {
					if seen[i].Load() != 1 {
						t.Fatalf("%d by %d in %d: element %d in %d pieces", n, step, pieces, i, seen[i].Load())
					}
				}
				if int(count.Load()) > pieces {
					t.Errorf("%d by %d: %d pieces, want at most %d", n, step, count.Load(), pieces)
				}
			}
		}
	}
}
