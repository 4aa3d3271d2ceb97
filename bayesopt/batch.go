package bayesopt

import (
	"context"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
)

// Batch returns q points, each of which maximises what it adds to those before it:
//
//	x_j = argmax a(x | x_1, ..., x_j-1)
//
// on the same draws. For [ExpectedImprovement] a is the increase of
// mean_s max_j max(I_s - f_s(x_j), 0), the expected improvement of the batch, and
// the values of the points sum to it. The pending points, which may be nil, are
// those before the first.
//
// The errors are those of [Search.Maximize]; the points that were found come with
// them.
func (s Search) Batch(ctx context.Context, draws function.GradFunctions, score Sequential, q int, pending *mat.Dense) ([]Optimum, error) {
	if q <= 0 {
		panic("bayesopt: a batch of no points")
	}
	if pending != nil {
		values := function.Eval(draws, pending)
		_, n := values.Dims()
		for i := range n {
			score = score.After(mat.Col(nil, i, values))
		}
	}
	var out []Optimum
	for j := range q {
		at := s
		at.Key = s.Key.Split(j)
		o, err := at.Maximize(ctx, NewMonteCarlo(draws, score))
		if err != nil {
			return out, err
		}
		out = append(out, o)
		score = score.After(mat.Col(nil, 0, function.Eval(draws, mat.NewDense(1, len(o.X), o.X))))
	}
	return out, nil
}

// Improvement returns the expected improvement of evaluating all rows of x at
// once, mean_s max_j max(I_s - f_s(x_j), 0) (f_s - I_s for Maximize).
func Improvement(draws function.Functions, score ExpectedImprovement, x *mat.Dense) float64 {
	values := function.Eval(draws, x)
	s, _ := values.Dims()
	best := make([]float64, s)
	for i := range best {
		row := values.RawRowView(i)
		best[i] = row[0]
		for _, v := range row[1:] {
			best[i] = score.Goal.better(best[i], v)
		}
	}
	return score.Of(nil, best)
}
