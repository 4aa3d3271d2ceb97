package plot

import (
	"math"

	"gonum.org/v1/plot/vg"
)

// decimate reduces a polyline to what can be seen of it. Of each run of
// consecutive points in one column of the given width it keeps the lowest and
// the highest, in their order, and of the whole line its ends. A run is
// wherever the line stays in a column, so x need not increase. Then simplify
// drops points within tol of the line between their neighbours.
//
// After Jugel, Jerzak, Hackenbroich, Markl, M4: a visualization-oriented time
// series data aggregation, VLDB 2014, which also keeps the first and last
// point of each column: for columns of a pixel or less the difference is below
// the width of a line.
func decimate(pts []vg.Point, column, tol vg.Length) []vg.Point {
	if len(pts) < 3 {
		return pts
	}
	kept := make([]vg.Point, 0, 64)
	kept = append(kept, pts[0])
	last := len(pts) - 1
	for i := 1; i < last; {
		at := math.Floor(float64(pts[i].X / column))
		low, high := i, i
		j := i + 1
		for ; j < last && math.Floor(float64(pts[j].X/column)) == at; j++ {
			if pts[j].Y < pts[low].Y {
				low = j
			}
			if pts[j].Y > pts[high].Y {
				high = j
			}
		}
		first, second := min(low, high), max(low, high)
		kept = append(kept, pts[first])
		if second != first {
			kept = append(kept, pts[second])
		}
		i = j
	}
	kept = append(kept, pts[last])
	return simplify(kept, tol)
}

// simplify is the line simplification of Douglas and Peucker, Algorithms for
// the reduction of the number of points required to represent a digitized
// line, Cartographica 10 (1973), with a stack in place of recursion.
func simplify(pts []vg.Point, tol vg.Length) []vg.Point {
	keep := make([]bool, len(pts))
	keep[0], keep[len(pts)-1] = true, true
	stack := [][2]int{{0, len(pts) - 1}}
	for len(stack) > 0 {
		span := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		worst, at := tol, -1
		for i := span[0] + 1; i < span[1]; i++ {
			if d := distance(pts[i], pts[span[0]], pts[span[1]]); d > worst {
				worst, at = d, i
			}
		}
		if at >= 0 {
			keep[at] = true
			stack = append(stack, [2]int{span[0], at}, [2]int{at, span[1]})
		}
	}
	out := pts[:0]
	for i, p := range pts {
		if keep[i] {
			out = append(out, p)
		}
	}
	return out
}

// distance is that of p from the segment a b.
func distance(p, a, b vg.Point) vg.Length {
	ab, ap := b.Sub(a), p.Sub(a)
	t := vg.Length(0)
	if l := ab.Dot(ab); l > 0 {
		t = min(max(ap.Dot(ab)/l, 0), 1)
	}
	d := ap.Sub(ab.Scale(t))
	return vg.Length(math.Hypot(float64(d.X), float64(d.Y)))
}

// distinct keeps one of the points that fall into the same square cell: under
// an opaque dot the others cannot be seen.
func distinct(pts []vg.Point, cell vg.Length) []vg.Point {
	seen := make(map[[2]int]struct{}, len(pts))
	out := make([]vg.Point, 0, len(pts))
	for _, p := range pts {
		key := [2]int{int(math.Floor(float64(p.X / cell))), int(math.Floor(float64(p.Y / cell)))}
		if _, dup := seen[key]; dup {
			continue
		}
		seen[key] = struct{}{}
		out = append(out, p)
	}
	return out
}
