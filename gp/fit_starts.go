package gp

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/parallel"
	"matheron/rng"
)

const (
	// candidates is the number of points that are tried, for each parameter.
	candidates    = 32
	minCandidates = 96
	maxCandidates = 320
	// widening is how many times the starts as many candidates are climbed for a few
	// steps.
	widening = 3
	// firstSteps is the number of these.
	firstSteps = 10
)

// free reports whether starts choose the slot's value.
func (s slot) free() bool {
	return !s.given && (s.role.high > s.role.low || len(s.role.choices) > 0)
}

// candidates returns points that cover the roles' ranges, one in so many of a
// scrambled Sobol sequence, and minus the objective at each, NaN for none.
func (f Fit) candidates(ctx context.Context, on *part, index, of int) (points [][]float64, values []float64) {
	free := 0
	for _, s := range on.l.slots {
		if s.free() {
			free++
		}
	}
	count := 1
	if free > 0 {
		count = min(maxCandidates, max(minCandidates, candidates*free))
	}
	sobol := f.sobol(free)
	for i := range count {
		if i%of == index || count == 1 {
			points = append(points, on.l.start(sobol(i), i/of))
		}
	}
	return points, on.l.values(ctx, points, on.x, on.y)
}

// sobol returns the points of a sequence in so many dimensions, random ones where
// there is no such sequence.
func (f Fit) sobol(dim int) func(i int) []float64 {
	key := f.Key.Named("starts")
	if dim > 0 {
		if sobol, err := rng.NewSobol(dim, key); err == nil {
			return func(i int) []float64 {
				u := make([]float64, dim)
				sobol.Point(u, i)
				return u
			}
		}
	}
	return func(i int) []float64 {
		u, r := make([]float64, dim), key.Split(i).Rand()
		for j := range u {
			u[j] = r.Float64()
		}
		return u
	}
}

// values returns what a climb minimises at each of the points, NaN where there is
// none.
func (l *layout) values(ctx context.Context, points [][]float64, x *mat.Dense, y []float64) []float64 {
	out := make([]float64, len(points))
	workers := min(runtime.GOMAXPROCS(0), len(points))
	if len(y) > together {
		workers = 1
	}
	objectives := make([]func(z, grad []float64) float64, workers)
	parallel.Do(workers, len(points), func(w, i int) {
		out[i] = math.NaN()
		if ctx.Err() != nil {
			return
		}
		if objectives[w] == nil {
			objectives[w] = l.objective(evidenceAmong(workers, x, y))
		}
		if v := objectives[w](points[i], nil); !math.IsInf(v, 0) {
			out[i] = v
		}
	})
	return out
}

// start returns the i-th start, at a point of the unit cube. One in three has the
// same place for all lengthscales of a term, and one in three nearly the same: where
// there are many inputs, a random one of them is mostly too short.
func (l *layout) start(u []float64, i int) []float64 {
	z := make([]float64, len(l.slots))
	common := map[string]float64{}
	for at, s := range l.slots {
		v := s.Value
		if s.free() {
			place := u[0]
			u = u[1:]
			if s.role.kind == lengthscaleRole {
				first, ok := common[s.role.term]
				if !ok {
					first = place
					common[s.role.term] = place
				}
				switch i % 3 {
				case 0:
					place = first
				case 1:
					place = math.Max(0, math.Min(1, first+0.3*(place-0.5)))
				}
			}
			v = s.role.draw(place)
		}
		z[at] = math.Max(s.lower, math.Min(s.upper, s.onto.Unconstrain(l.clamp(s, v))))
	}
	return z
}

// draw returns the start at u of (0, 1): one of the choices, the k-th with a weight of
// 1/k, or a number log-uniform over the range. A period is nine times in ten a choice,
// another number half of the time.
func (r role) draw(u float64) float64 {
	n := len(r.choices)
	if n == 0 {
		return r.low * math.Pow(r.high/r.low, u)
	}
	chosen := 0.5 // the part of (0, 1) that stands for choices
	if r.kind == periodRole {
		chosen = 0.9
	}
	if u >= chosen {
		return r.low * math.Pow(r.high/r.low, (u-chosen)/(1-chosen))
	}
	total := 0.0
	for k := range n {
		total += 1 / float64(k+1)
	}
	left := u / chosen * total
	for k := range n - 1 {
		if left -= 1 / float64(k+1); left < 0 {
			return r.choices[k]
		}
	}
	return r.choices[n-1]
}

// clamp moves v inside of the slot's support, which a prior may have narrowed.
func (l *layout) clamp(s slot, v float64) float64 {
	if o := s.Support(); s.Prior != nil && !o.Contains(v) {
		return within(o)
	}
	return v
}

// different returns the indices of up to want points that are good and differ, given
// what a climb minimises at each, NaN for no value. The best points of a table are often
// all in one basin, mostly that of a function that explains the noise. So the first half
// are the best of each kind: by noise and lengthscales, and by period. The others are
// the best that are not near to those before.
func (l *layout) different(points [][]float64, values []float64, want int) []int {
	var order []int
	for i, v := range values {
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	var out []int
	for _, kind := range []func(z []float64) string{l.level, l.cycle} {
		seen := map[string]bool{}
		limit := min(want, len(out)+(want+3)/4+1)
		for _, i := range order {
			if k := kind(points[i]); k != "" && !seen[k] && len(out) < limit {
				seen[k] = true
				if !slices.Contains(out, i) {
					out = append(out, i)
				}
			}
		}
	}
	for _, distance := range []float64{0.12, 0.03} {
		for _, i := range order {
			near := slices.ContainsFunc(out, func(j int) bool { return i == j || l.distance(points[i], points[j]) < distance })
			if len(out) < want && !near {
				out = append(out, i)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	return out
}

// level says in which third of their ranges the noise and the lengthscales are.
func (l *layout) level(z []float64) string {
	var noise, length, lengths float64
	for i, s := range l.slots {
		switch s.role.kind {
		case noiseRole:
			noise = s.place(z[i])
		case lengthscaleRole:
			length += s.place(z[i])
			lengths++
		}
	}
	return fmt.Sprintf("%.0f %.0f", math.Round(2*noise), math.Round(2*length/math.Max(1, lengths)))
}

// cycle says at which of the likely periods each period is; "" where there is none.
func (l *layout) cycle(z []float64) string {
	out := ""
	for i, s := range l.slots {
		if s.role.kind == periodRole && s.free() {
			p, at := s.onto.Constrain(z[i]), -1
			for k, c := range s.role.choices {
				if math.Abs(p/c-1) < 0.05 && at < 0 {
					at = k
				}
			}
			out += fmt.Sprintf("%d ", at)
		}
	}
	return out
}

// place returns where a point of the line is in the range of the starts, from 0 to 1.
func (s slot) place(z float64) float64 {
	at := math.Log(s.onto.Constrain(z)/s.role.low) / math.Log(s.role.high/s.role.low)
	return math.Max(0, math.Min(1, at))
}

// distance is how far apart two points are: the root mean square over free
// parameters of the part of their range.
func (l *layout) distance(a, b []float64) float64 {
	sum, n := 0.0, 0.0
	for i, s := range l.slots {
		if !s.free() {
			continue
		}
		t := 1.0
		if s.role.kind == periodRole {
			t = math.Min(1, math.Abs(a[i]-b[i])/0.1) // a tenth is another period
		} else {
			t = s.place(a[i]) - s.place(b[i])
		}
		sum += t * t
		n++
	}
	return math.Sqrt(sum / math.Max(1, n))
}

// nearest returns the index of the point that is nearest to z.
func (l *layout) nearest(z []float64, points [][]float64) int {
	best := 0
	for i, p := range points {
		if l.distance(z, p) < l.distance(z, points[best]) {
			best = i
		}
	}
	return best
}
