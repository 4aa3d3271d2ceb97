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
	// neighbours are the points that are near to each, or nil where that would be
	// most of them.
	neighbours [][]int32
}

// apart is how far starts are from each other at least, as a part
// of the box's diagonal, where there are more of them than basins.
const apart = 0.05

// manyNeighbours is the mean number of neighbours beyond which they are not
// listed: a function's best points then have nearly all others near.
const manyNeighbours = 100

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
				return
			}
			lists[i], lists[j] = append(lists[i], j), append(lists[j], i)
		}
	}
	c.neighbours = lists
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
// each other. Of two that are as good the earlier is better; a value that is NaN
// or infinite is none. It panics unless there is a value a point.
func (c *Screen) Starts(values []float64, want int) []int {
	if len(values) != len(c.points) {
		panic(fmt.Sprintf("optimize: %d values at %d points", len(values), len(c.points)))
	}
	values = numbers(values)
	var found []int32
	if c.neighbours != nil {
		for i, v := range values {
			i := int32(i)
			if !math.IsNaN(v) && !slices.ContainsFunc(c.neighbours[i], func(j int32) bool { return better(values, j, i) }) {
				found = append(found, i)
			}
		}
		slices.SortFunc(found, func(a, b int32) int { return cmp.Or(cmp.Compare(values[a], values[b]), cmp.Compare(a, b)) })
		found = found[:min(want, len(found))]
	} else {
		order := newRanking(values)
		for len(found) < want && order.more() {
			i, before := order.next()
			if !slices.ContainsFunc(before, func(j int32) bool { return c.within(i, j, c.near) }) {
				found = append(found, i)
			}
		}
	}
	others := min(apart, c.near)
	for order := newRanking(values); len(found) < want && order.more(); {
		i, _ := order.next()
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

// ranking hands points out from the best on, of which few are asked for.
type ranking struct {
	values []float64
	heap   []int32 // the first n of it, the best at 0
	n      int
	out    []int32 // handed out
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

// next returns the best point that is left, and those that are better.
func (r *ranking) next() (best int32, before []int32) {
	before = r.out
	best = r.heap[0]
	r.n--
	r.heap[0] = r.heap[r.n]
	r.down(0)
	r.out = append(r.out, best)
	return best, before
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
