package bayesopt

import (
	"context"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
)

// Thompson returns the optimum of each of the functions, in their order: a batch
// by Thompson sampling, if they are independent draws of what the function may be
// (Thompson 1933; Kandasamy et al. 2018 for batches). Values are the functions' own.
// All functions are searched with the same screen.
//
// The errors are those of [Search.Maximize]; the optima that were found come with
// them. It panics, as a function's Grad does, if one is not differentiable.
func (s Search) Thompson(ctx context.Context, goal Goal, fs ...function.GradFunction) ([]Optimum, error) {
	var out []Optimum
	for _, f := range fs {
		o, err := s.Maximize(ctx, single{f, function.Evaluator(f), goal})
		if err != nil {
			return out, err
		}
		o.Value *= -goal.sign()
		out = append(out, o)
	}
	return out, nil
}

// single is a function as an acquisition.
type single struct {
	f    function.GradFunction
	eval func(dst []float64, x *mat.Dense) []float64
	goal Goal
}

func (a single) Eval(x *mat.Dense) []float64 {
	out := a.eval(nil, x)
	for i := range out {
		out[i] *= -a.goal.sign()
	}
	return out
}

func (a single) Grad(dst, x []float64) (float64, error) {
	var v [1]float64
	a.eval(v[:], mat.NewDense(1, len(x), x))
	a.f.Grad(dst, x)
	for i := range dst {
		dst[i] *= -a.goal.sign()
	}
	return -a.goal.sign() * v[0], nil
}
