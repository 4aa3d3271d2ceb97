package main

import (
	"context"
	"fmt"
	"math"
	"slices"

	"matheron/gp"
	"matheron/kernel"
	"matheron/ppl"
	"matheron/rng"
)

// minWeight is the least part of the posterior that makes a second mode worth a note.
const minWeight = 0.01

// modes are the optima of the posterior that chains start in.
type modes struct {
	fitted *gp.Fitted
	chains []int // of each chain, its optimum
}

// findModes maximises the posterior, as map does, and allocates the chains to its
// optima by their weights.
func (p *nutsProgram) findModes(ctx context.Context, chains int) (*modes, error) {
	fitted, err := p.fit.Run(ctx, p.task.prior(), p.task.units.X, p.task.units.Y)
	if err != nil {
		return nil, err
	}
	return &modes{fitted, allocate(fitted.Optima, chains)}, nil
}

// allocate returns the optimum of each chain: to each optimum its weight times the
// number of chains, rounded by the largest remainders. A mode of less than half a chain
// gets none: a chain that stayed there would have many times the draws that it should.
func allocate(optima []gp.Optimum, chains int) []int {
	counts, left := make([]int, len(optima)), chains
	remainder := make([]float64, len(optima))
	for i, o := range optima {
		w := o.Weight
		if math.IsNaN(w) {
			w = 0
		}
		counts[i] = int(w * float64(chains))
		remainder[i] = w*float64(chains) - float64(counts[i])
		left -= counts[i]
	}
	for ; left > 0; left-- {
		most := 0
		for i, r := range remainder {
			if r > remainder[most] {
				most = i
			}
		}
		counts[most]++
		remainder[most] = -1
	}
	var out []int
	for i, n := range counts {
		for range n {
			out = append(out, i)
		}
	}
	return out
}

// starts returns a start for each chain: around the optimum that it has, as far from
// it as the posterior allows. So the chains of one optimum start apart, and those of
// different ones stay where there is something to find.
func (p *nutsProgram) starts(ctx context.Context, key rng.Key, m *modes) ([][]float64, error) {
	out := make([][]float64, len(m.chains))
	for c, i := range m.chains {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		centre, err := p.point(m.fitted.Params, m.fitted.Optima[i].Params)
		if err != nil {
			return nil, err
		}
		if math.IsInf(p.target.LogProbGrad(nil, centre), -1) {
			return nil, errNoEvidence // the fit has added jitter, which the program does not
		}
		out[c] = p.around(centre, key.Split(c))
	}
	return out, nil
}

// point returns the point of the target with these values.
func (p *nutsProgram) point(params []kernel.Param, theta []float64) ([]float64, error) {
	values := ppl.Values{}
	for i, q := range params {
		if slices.Contains(p.target.Names(), q.Name) {
			values[q.Name] = []float64{theta[i]}
		}
	}
	return p.target.Unconstrain(values)
}

// around returns a point near to the centre, with a density that is lower by no more
// than twice what draws of the posterior mostly have. The first standard deviation that is
// tried is 1, a factor of e; if nothing else is left it is the centre itself.
func (p *nutsProgram) around(centre []float64, key rng.Key) []float64 {
	dim := float64(len(centre))
	least := p.target.LogProbGrad(nil, centre) - dim - 4*math.Sqrt(dim)
	x := make([]float64, len(centre))
	for i, scale := range []float64{1, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.08, 0.05, 0.02} {
		for j := range 3 {
			r := key.Split(3*i + j).Rand()
			for d, v := range centre {
				x[d] = v + scale*r.NormFloat64()
			}
			if v := p.target.LogProbGrad(nil, x); v >= least {
				return x
			}
		}
	}
	return centre
}

// several reports whether chains start in different modes.
func (m *modes) several() bool {
	return slices.ContainsFunc(m.chains, func(i int) bool { return i != m.chains[0] })
}

// notes say which modes the posterior has, where there is more than one.
func (m *modes) notes() []string {
	var out []string
	best := m.fitted.Optima[0]
	for i, o := range m.fitted.Optima[1:] {
		if !(o.Weight >= minWeight) {
			continue
		}
		at := m.differ(best, o)
		count := 0
		for _, c := range m.chains {
			if c == i+1 {
				count++
			}
		}
		start := "no chain starts there, and the draws may not go there"
		if count > 0 {
			start = fmt.Sprintf("%d of %d chains start there, and chains may not move between modes, so that the draws need not have these shares", count, len(m.chains))
		}
		out = append(out, fmt.Sprintf("the posterior has another mode, with %s near %.3g in place of %.3g and about %.0f%% of the mass: %s",
			m.fitted.Params[at].Name, o.Params[at], best.Params[at], 100*o.Weight, start))
	}
	return out
}

// differ returns the parameter that two modes differ in most: of positive ones, by
// their ratio, while there are any. How far apart two levels or slopes are depends on
// units.
func (m *modes) differ(a, b gp.Optimum) int {
	most, factor := 0, 0.0
	for j, p := range m.fitted.Params {
		if p.Lower < 0 {
			continue
		}
		if t := math.Abs(math.Log(b.Params[j] / a.Params[j])); t > factor {
			most, factor = j, t
		}
	}
	return most
}
