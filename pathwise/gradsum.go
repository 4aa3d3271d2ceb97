package pathwise

import (
	"fmt"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// GradSum sets dst to the gradient at x of a weighted sum of the paths, and
// returns it; nil allocates.
//
//	grad sum_s w_s f_s(x),  one number of w a path
//
// It is that of a mean, or of the score of an acquisition. Where all paths share a
// basis their sum is a path itself, whose weights are sums of theirs: O((F + N) S)
// multiplications, and no trigonometric functions but those of one path. It returns
// the error of [Paths.CheckGrad].
func (p *Paths) GradSum(dst, w, x []float64) ([]float64, error) {
	if len(w) != p.n {
		panic(fmt.Sprintf("pathwise: a sum of %d weights for %d paths", len(w), p.n))
	}
	p.checkPoint(x)
	dst = p.gradient(dst, x)
	if err := p.CheckGrad(); err != nil {
		return nil, err
	}
	at, slope := mat.NewDense(1, len(x), x), mat.NewDense(1, len(x), nil)
	p.mean.InputGrad(slope, at)
	slope.Scale(floats.Sum(w), slope)
	unused := make([]float64, 1)
	switch {
	case p.weights == nil:
	case p.perPath:
		row := make([]float64, p.Features())
		for s, ws := range w {
			if ws != 0 {
				floats.Scale(ws, mat.Col(row, s, p.weights))
				p.bases[s].Sum(unused, slope, row, at)
			}
		}
	default:
		p.bases[0].Sum(unused, slope, weighted(p.weights, w), at)
	}
	v := weighted(p.update, w)
	for _, b := range p.against() {
		b.Sum(nil, slope, v[b.i:b.j], at, nil)
	}
	copy(dst, slope.RawRowView(0))
	return dst, nil
}

// weighted returns the sum of the columns of m with weights w.
func weighted(m *mat.Dense, w []float64) []float64 {
	n, _ := m.Dims()
	out := make([]float64, n)
	for i := range out {
		out[i] = asm.Dot(m.RawRowView(i), w)
	}
	return out
}

// gradient returns dst, or a new gradient if it is nil.
func (p *Paths) gradient(dst, x []float64) []float64 {
	if dst == nil {
		return make([]float64, len(x))
	}
	if len(dst) != len(x) {
		panic(fmt.Sprintf("pathwise: a gradient of %d for a point of %d numbers", len(dst), len(x)))
	}
	return dst
}

// GradSum is [Paths.GradSum] for the paths of all parts.
func (m *Mixture) GradSum(dst, w, x []float64) ([]float64, error) {
	if len(w) != m.Len() {
		panic(fmt.Sprintf("pathwise: a sum of %d weights for %d paths", len(w), m.Len()))
	}
	dst = m.parts[0].gradient(dst, x)
	sum, part := make([]float64, len(x)), make([]float64, len(x))
	for i, p := range m.parts {
		if _, err := p.GradSum(part, w[m.first[i]:m.first[i+1]], x); err != nil {
			return nil, err
		}
		floats.Add(sum, part)
	}
	copy(dst, sum)
	return dst, nil
}
