package optimize

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Screen is points of a finite box at which functions are tried, as [SobolStarts]
// has them, with what all functions share of the choice of starts among them. It
// is safe for many goroutines.
type Screen struct {
	points [][]float64
	scaled [][]float64 // in units of the box's diagonal, free inputs alone
	near   float64     // how near neighbours are
	// neighbours are points near to each point: all of them if complete, else
	// the first someNeighbours that were found.
	neighbours [][]int32
	complete   bool
}

// apart is how far starts are from each other at least, as a part
// of the box's diagonal, where there are more of them than basins.
const apart = 0.05

// manyNeighbours is the mean number of neighbours beyond which they are not all
// listed, but someNeighbours of each: most points have a better one among these.
const (
	manyNeighbours = 50
	someNeighbours = 24
)

// NewScreen returns the screen of the points, which are not copied. It panics if a
// bound of the box is missing. Cost: that of finding the pairs of neighbours.
func NewScreen(box Box, points [][]float64) *Screen {
	if box.Lower == nil || len(box.Upper) != len(box.Lower) {
		panic("optimize: a Screen without a bound below and above each variable")
	}
	var free []int
	for d, low := range box.Lower {
		if box.Upper[d] > low {
			free = append(free, d)
		}
	}
	c := &Screen{points: points, scaled: make([][]float64, len(points))}
	if len(free) > 0 {
		// Two spacings of a grid: Sobol points leave gaps of that size.
		c.near = 2 * math.Pow(float64(len(points)), -1/float64(len(free)))
	}
	root := math.Sqrt(math.Max(1, float64(len(free))))
	all := make([]float64, len(points)*len(free))
	for i, x := range points {
		c.scaled[i], all = all[:len(free):len(free)], all[len(free):]
		for j, d := range free {
			c.scaled[i][j] = (x[d] - box.Lower[d]) / (box.Upper[d] - box.Lower[d]) / root
		}
	}
	c.list()
	return c
}

// list lists the neighbours. Along the first input these are in a window.
func (c *Screen) list() {
	n := len(c.points)
	if n == 0 || len(c.scaled[0]) == 0 {
		return
	}
	order := indices(n)
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(c.scaled[a][0], c.scaled[b][0]) })
	lists, left := make([][]int32, n), manyNeighbours*n/2
	for at, i := range order {
		for _, j := range order[at+1:] {
			if c.scaled[j][0]-c.scaled[i][0] >= c.near {
				break
			}
			if !c.within(i, j, c.near) {
				continue
			}
			if left--; left < 0 {
				c.some(order)
				return
			}
			lists[i], lists[j] = append(lists[i], j), append(lists[j], i)
		}
	}
	c.neighbours, c.complete = lists, true
}

// some lists a few neighbours of each point, the first met along the first input.
func (c *Screen) some(order []int32) {
	c.neighbours = make([][]int32, len(order))
	all := make([]int32, 0, someNeighbours*len(order))
	for at, i := range order {
		from := len(all)
		for step := 1; step < len(order) && len(all)-from < someNeighbours; step++ {
			seen := false
			for _, k := range [2]int{at - step, at + step} {
				if k < 0 || k >= len(order) || math.Abs(c.scaled[order[k]][0]-c.scaled[i][0]) >= c.near {
					continue
				}
				seen = true
				if len(all)-from < someNeighbours && c.within(i, order[k], c.near) {
					all = append(all, order[k])
				}
			}
			if !seen {
				break
			}
		}
		c.neighbours[i] = all[from:len(all):len(all)]
	}
}

func indices(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(i)
	}
	return out
}

// within reports whether two points are nearer to each other than distance, a
// part of the box's diagonal.
func (c *Screen) within(i, j int32, distance float64) bool {
	sum, a := 0.0, c.scaled[i]
	for d, v := range c.scaled[j] {
		t := a[d] - v
		sum += t * t
	}
	return sum < distance*distance
}

// Near returns how near the neighbours of a point are, as a part of the box's
// sides: two spacings of a grid of as many points.
func (c *Screen) Near() float64 { return c.near }

// Starts returns the indices of up to want points to minimise from, given the
// values there: the best of those that no better point is near to, a basin each;
// and where these are too few, the best others that are apart from them and from
// each other. Of two that are as good the earlier is better; points whose
// value is NaN or infinite are left out. It panics unless there is a value for each point.
func (c *Screen) Starts(values []float64, want int) []int {
	if len(values) != len(c.points) {
		panic(fmt.Sprintf("optimize: %d values at %d points", len(values), len(c.points)))
	}
	values = numbers(values)
	var found []int32
	for i, v := range values {
		if i := int32(i); !math.IsNaN(v) && !c.beaten(values, i) {
			found = append(found, i)
		}
	}
	slices.SortFunc(found, func(a, b int32) int { return cmp.Or(cmp.Compare(values[a], values[b]), cmp.Compare(a, b)) })
	found = found[:min(want, len(found))]
	others := min(apart, c.near)
	for order := newRanking(values); len(found) < want && order.more(); {
		i := order.next()
		if !slices.ContainsFunc(found, func(j int32) bool { return i == j || c.within(i, j, others) }) {
			found = append(found, i)
		}
	}
	out := make([]int, len(found))
	for k, i := range found {
		out[k] = int(i)
	}
	return out
}

// beaten reports whether a better point is near to point i.
func (c *Screen) beaten(values []float64, i int32) bool {
	if len(c.neighbours) > 0 {
		for _, j := range c.neighbours[i] {
			if better(values, j, i) {
				return true
			}
		}
	}
	if c.complete {
		return false
	}
	for j := range values {
		if j := int32(j); better(values, j, i) && c.within(i, j, c.near) {
			return true
		}
	}
	return false
}

// numbers returns values with NaN for those that are infinite.
func numbers(values []float64) []float64 {
	inf := func(v float64) bool { return math.IsInf(v, 0) }
	if !slices.ContainsFunc(values, inf) {
		return values
	}
	values = slices.Clone(values)
	for i, v := range values {
		if inf(v) {
			values[i] = math.NaN()
		}
	}
	return values
}

// better reports whether point i is better than point j, which NaN never is.
func better(values []float64, i, j int32) bool {
	return values[i] < values[j] || values[i] == values[j] && i < j
}

// ranking gives points from the best on. Few are asked for, so that it is a heap.
type ranking struct {
	values []float64
	heap   []int32 // the first n of it, the best at 0
	n      int
}

func newRanking(values []float64) *ranking {
	r := &ranking{values: values, heap: indices(len(values))}
	r.heap = slices.DeleteFunc(r.heap, func(i int32) bool { return math.IsNaN(values[i]) })
	r.n = len(r.heap)
	for i := r.n/2 - 1; i >= 0; i-- {
		r.down(i)
	}
	return r
}

func (r *ranking) more() bool { return r.n > 0 }

// next returns the best point that is left.
func (r *ranking) next() (best int32) {
	best = r.heap[0]
	r.n--
	r.heap[0] = r.heap[r.n]
	r.down(0)
	return best
}

func (r *ranking) down(i int) {
	for {
		child := 2*i + 1
		if child >= r.n {
			return
		}
		if child+1 < r.n && better(r.values, r.heap[child+1], r.heap[child]) {
			child++
		}
		if !better(r.values, r.heap[child], r.heap[i]) {
			return
		}
		r.heap[i], r.heap[child] = r.heap[child], r.heap[i]
		i = child
	}
}
