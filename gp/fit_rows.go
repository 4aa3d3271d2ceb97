package gp

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/rng"
)

// A part of a large table that is taken at random has lost what is short: of 300
// rows of 1,500 hours, neighbours are five hours apart. So half of the rows come in
// groups: a row and its neighbours at these ranks, so that pairs of all distances
// are in the part.
var groupRanks = [...]int{1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64}

// rowOrder returns count rows of x in an order of which any first part will do for
// the whole: groups of neighbours and as many random rows in turn. Distances are in
// widths of the inputs. O(N D) a group.
func rowOrder(x *mat.Dense, inputs []inputScales, count int, key rng.Key) []int {
	n, _ := x.Dims()
	random := key.Rand().Perm(n)
	if count >= n {
		return random
	}
	out, in := make([]int, 0, count), make([]bool, n)
	take := func(i int) {
		if !in[i] && len(out) < count {
			in[i] = true
			out = append(out, i)
		}
	}
	distance, order := make([]float64, n), make([]int, n)
	next := 0
	for len(out) < count {
		for in[random[next]] {
			next++
		}
		centre := random[next]
		before := len(out)
		take(centre)
		from := x.RawRowView(centre)
		for i := range n {
			sum := 0.0
			for d, v := range x.RawRowView(i) {
				t := (v - from[d]) / inputs[d].width
				sum += t * t
			}
			distance[i], order[i] = sum, i
		}
		nearest(order, distance, groupRanks[len(groupRanks)-1]+1)
		for _, r := range groupRanks {
			if r < n {
				take(order[r])
			}
		}
		for group := len(out) - before; group > 0 && len(out) < count; group-- {
			for next < n && in[random[next]] {
				next++
			}
			if next == n {
				break
			}
			take(random[next])
		}
	}
	return out
}

// nearest puts the k indices of least distance first, in order.
func nearest(order []int, distance []float64, k int) {
	less := func(a, b int) int {
		switch {
		case distance[a] < distance[b]:
			return -1
		case distance[a] > distance[b]:
			return 1
		}
		return a - b
	}
	if k >= len(order) {
		slices.SortFunc(order, less)
		return
	}
	// A bound that few exceed: the k-th of a part is no less than the k-th of all.
	part := slices.Clone(order[:min(len(order), 8*k)])
	slices.SortFunc(part, less)
	bound := distance[part[k-1]]
	var near []int
	for _, i := range order {
		if distance[i] <= bound {
			near = append(near, i)
		}
	}
	slices.SortFunc(near, less)
	copy(order, near[:k])
}

// take returns some of the rows, in their order in the table, and the layout
// for them, in which they count as much as all.
func take(x *mat.Dense, y []float64, rows []int, l *layout) (*mat.Dense, []float64, *layout) {
	n, d := x.Dims()
	if len(rows) == n {
		return x, y, l
	}
	rows = slices.Clone(rows)
	slices.Sort(rows)
	sx, sy := mat.NewDense(len(rows), d, nil), make([]float64, len(rows))
	for i, r := range rows {
		sx.SetRow(i, x.RawRowView(r))
		sy[i] = y[r]
	}
	sub := *l
	sub.weight *= float64(n) / float64(len(rows))
	sub.params = l.params.withNoise(l.params.noise.rowsOf(rows))
	return sx, sy, &sub
}

// apart reports whether two points of the line differ by more than tol in some
// coordinate.
func apart(a, b []float64, tol float64) bool {
	for i := range a {
		if math.Abs(a[i]-b[i]) > tol {
			return true
		}
	}
	return false
}
