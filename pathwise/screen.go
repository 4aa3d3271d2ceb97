package pathwise

import (
	"cmp"
	"math"
	"slices"

	"matheron/optimize"
)

// screen is the points at which the paths of a search are tried, with what all
// paths share of the choice of starts among them.
type screen struct {
	points [][]float64
	scaled [][]float64 // in units of the box's diagonal, free inputs alone
	near   float64     // how near neighbours are
	// neighbours are the points that are near to each, or nil where that would be
	// most of them.
	neighbours [][]int32
}

// apart is how far the starts of a path are from each other at least, as a part
// of the box's diagonal, where there are more of them than basins.
const apart = 0.05

// manyNeighbours is the mean number of neighbours beyond which they are not
// listed: a path's best points then have nearly all others near.
const manyNeighbours = 100

func (s Search) screen(points [][]float64) *screen {
	var free []int
	for d, low := range s.Box.Lower {
		if s.Box.Upper[d] > low {
			free = append(free, d)
		}
	}
	c := &screen{points: points, scaled: make([][]float64, len(points))}
	if len(free) > 0 {
		// Two spacings of a grid: Sobol points leave gaps of that size.
		c.near = 2 * math.Pow(float64(len(points)), -1/float64(len(free)))
	}
	root := math.Sqrt(math.Max(1, float64(len(free))))
	all := make([]float64, len(points)*len(free))
	for i, x := range points {
		c.scaled[i], all = all[:len(free):len(free)], all[len(free):]
		for j, d := range free {
			c.scaled[i][j] = (x[d] - s.Box.Lower[d]) / (s.Box.Upper[d] - s.Box.Lower[d]) / root
		}
	}
	c.list()
	return c
}

// list lists the neighbours. Along the first input these are in a window.
func (c *screen) list() {
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
func (c *screen) within(i, j int32, distance float64) bool {
	sum, a := 0.0, c.scaled[i]
	for d, v := range c.scaled[j] {
		t := a[d] - v
		sum += t * t
	}
	return sum < distance*distance
}

// starts returns the indices of the points to start from: the best of those that
// no better point is near to, a basin each; and where these are too few, the
// best others that are apart from them and from each other. Of two that are as
// good the earlier is better.
func (c *screen) starts(values []float64, want int) []int32 {
	var out []int32
	if c.neighbours != nil {
		for i := range int32(len(values)) {
			if !slices.ContainsFunc(c.neighbours[i], func(j int32) bool { return better(values, j, i) }) {
				out = append(out, i)
			}
		}
		slices.SortFunc(out, func(a, b int32) int { return cmp.Or(cmp.Compare(values[a], values[b]), cmp.Compare(a, b)) })
		out = out[:min(want, len(out))]
	} else {
		order := newRanking(values)
		for len(out) < want && order.more() {
			i, before := order.next()
			if !slices.ContainsFunc(before, func(j int32) bool { return c.within(i, j, c.near) }) {
				out = append(out, i)
			}
		}
	}
	others := min(apart, c.near)
	for order := newRanking(values); len(out) < want && order.more(); {
		i, _ := order.next()
		if !slices.ContainsFunc(out, func(j int32) bool { return i == j || c.within(i, j, others) }) {
			out = append(out, i)
		}
	}
	return out
}

// better reports whether point i is better than point j.
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
	r := &ranking{values: values, heap: indices(len(values)), n: len(values)}
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

// around returns the part of the box that is near to x.
func (c *screen) around(box optimize.Box, x []float64) optimize.Box {
	b := optimize.Box{Lower: make([]float64, len(x)), Upper: make([]float64, len(x))}
	for d, v := range x {
		r := c.near * (box.Upper[d] - box.Lower[d])
		b.Lower[d], b.Upper[d] = max(box.Lower[d], v-r), min(box.Upper[d], v+r)
	}
	return b
}
