package design

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/integrate/quad"
)

// mixture is normal distributions of equal weight, its components.
type mixture struct {
	mean, sd []float64
}

// density returns p(y).
func (l mixture) density(y float64) float64 {
	p := 0.0
	for i, m := range l.mean {
		z := (y - m) / l.sd[i]
		if z > -tail && z < tail {
			p += math.Exp(-z*z/2) / l.sd[i]
		}
	}
	return p / (float64(len(l.mean)) * math.Sqrt(2*math.Pi))
}

// surprise returns -p log p, whose integral is the entropy.
func (l mixture) surprise(y float64) float64 {
	p := l.density(y)
	if p == 0 {
		return 0
	}
	return -p * math.Log(p)
}

// tail is how many standard deviations of each component are integrated over: beyond,
// -p log p has a mass of less than 1e-16.
const tail = 9

// entropy returns -∫ p log p, to 1e-9.
func (l mixture) entropy() float64 {
	low, high, narrow := l.extent()
	if narrow < 0x1p-26*max(math.Abs(low), math.Abs(high)) {
		return l.apart()
	}
	return l.integrate(low, high, narrow)
}

// extent returns the ends of what is integrated over, and the least width of a component.
func (l mixture) extent() (low, high, narrow float64) {
	low, high, narrow = math.Inf(1), math.Inf(-1), math.Inf(1)
	for i, m := range l.mean {
		low, high = min(low, m-tail*l.sd[i]), max(high, m+tail*l.sd[i])
		narrow = min(narrow, l.sd[i])
	}
	return low, high, narrow
}

// integrate returns the entropy by quadrature.
func (l mixture) integrate(low, high, narrow float64) float64 {
	if h, ok := l.trapezoid(low, high, narrow); ok {
		return h
	}
	return l.adaptive(narrow)
}

// apart returns the entropy of components that are far from zero or from each other, where
// places a width apart may be the same number. An entropy does not change with the
// place of zero, and that of groups without overlap, each with a part w of the components,
// is
//
//	sum w (entropy of the group - log w).
//
// So each group is integrated with zero in its narrowest component.
func (l mixture) apart() float64 {
	order := make([]int, len(l.mean))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		return cmp.Compare(l.mean[i]-tail*l.sd[i], l.mean[j]-tail*l.sd[j])
	})
	sum := 0.0
	for len(order) > 0 {
		n, zero, end := 0, order[0], math.Inf(-1)
		for n < len(order) && (n == 0 || l.mean[order[n]]-tail*l.sd[order[n]] <= end) {
			i := order[n]
			end = max(end, l.mean[i]+tail*l.sd[i])
			if l.sd[i] < l.sd[zero] {
				zero = i
			}
			n++
		}
		var group mixture
		for _, i := range order[:n] {
			group.mean = append(group.mean, l.mean[i]-l.mean[zero])
			group.sd = append(group.sd, l.sd[i])
		}
		w := float64(n) / float64(len(l.mean))
		sum += w * (group.integrate(group.extent()) - math.Log(w))
		order = order[n:]
	}
	return sum
}

// most is how many points the trapezoidal rule may take.
const most = 4096

// trapezoid integrates by the trapezoidal rule, halving a step that is narrow at
// first. On a function that is analytic and vanishes at both ends its error falls
// like exp(-c/step): it is squared when the step is halved (Trefethen and Weideman
// 2014, The exponentially convergent trapezoidal rule), so that a last change of
// 1e-6 leaves an error of 1e-9 and less. It reports false if that takes too many
// points.
func (l mixture) trapezoid(low, high, narrow float64) (float64, bool) {
	cells := math.Ceil((high - low) / narrow)
	if cells > most/2 {
		return 0, false
	}
	n := int(cells)
	step := (high - low) / cells
	sum := 0.0
	for i := 1; i < n; i++ {
		sum += l.surprise(low + float64(i)*step)
	}
	before := sum * step
	for 2*n <= most {
		for i := range n {
			sum += l.surprise(low + (float64(i)+0.5)*step)
		}
		n, step = 2*n, step/2
		now := sum * step
		if math.Abs(now-before) <= 1e-6 {
			return now, true
		}
		before = now
	}
	return 0, false
}

// adaptive integrates components of very different widths. Panels begin at places that
// show each component, so that none is missed, and are halved until they agree with
// their halves.
func (l mixture) adaptive(narrow float64) float64 {
	var places []float64
	for i, m := range l.mean {
		for _, z := range []float64{-tail, -4, -1.5, 0, 1.5, 4, tail} {
			places = append(places, m+z*l.sd[i])
		}
	}
	slices.Sort(places)
	end := places[len(places)-1]
	cuts := places[:1]
	for _, y := range places[1:] {
		if y-cuts[len(cuts)-1] >= narrow {
			cuts = append(cuts, y)
		}
	}
	if cuts[len(cuts)-1] < end {
		cuts = append(cuts, end)
	}
	g := newPanels(l.surprise)
	sum := 0.0
	tol := 1e-9 / float64(len(cuts))
	for i, a := range cuts[:len(cuts)-1] {
		sum += g.adapt(a, cuts[i+1], g.panel(a, cuts[i+1]), tol, 30)
	}
	return sum
}

// panels integrates a function by the Gauss-Legendre rule of ten points.
type panels struct {
	f    func(float64) float64
	x, w [10]float64 // on [-1, 1]
}

func newPanels(f func(float64) float64) *panels {
	g := &panels{f: f}
	quad.Legendre{}.FixedLocations(g.x[:], g.w[:], -1, 1)
	return g
}

func (g *panels) panel(a, b float64) float64 {
	mid, half := (a+b)/2, (b-a)/2
	sum := 0.0
	for i, x := range g.x {
		sum += g.w[i] * g.f(mid+half*x)
	}
	return sum * half
}

func (g *panels) adapt(a, b, whole, tol float64, depth int) float64 {
	mid := (a + b) / 2
	left, right := g.panel(a, mid), g.panel(mid, b)
	if depth == 0 || !(math.Abs(left+right-whole) > tol) {
		return left + right
	}
	return g.adapt(a, mid, left, tol/2, depth-1) + g.adapt(mid, b, right, tol/2, depth-1)
}
