package ppl

import (
	"fmt"
	"math"
	"math/rand/v2"

	"matheron/ad"
	"matheron/prob"
)

// Categorical returns independent categories 0..k-1 with probabilities proportional
// to the weights: a vector of k weights for one category, which can be repeated, or a
// row of weights for each of n.
func Categorical(weights ad.Value) Distribution {
	return newCategories("Categorical", weights, func(w []float64) prob.Categorical { return prob.Categorical{Weights: w} })
}

// CategoricalLogit is [Categorical] by logarithms of the weights.
func CategoricalLogit(logits ad.Value) Distribution {
	return newCategories("CategoricalLogit", logits, func(l []float64) prob.CategoricalLogit { return prob.CategoricalLogit{Logits: l} })
}

func newCategories[D paramGrader](name string, weights ad.Value, with func([]float64) D) Distribution {
	n, k := weights.Dims()
	d := &categories[D]{with: with, weights: weights, k: k}
	switch weights.Rank() {
	case 0:
		panic("ppl: " + name + ": a single weight, want a vector or a matrix")
	case 2:
		d.shape, d.step = VectorShape(n), k
	}
	return d
}

// categories is independent categories.
type categories[D paramGrader] struct {
	with    func(weights []float64) D
	weights ad.Value
	k       int // categories
	step    int // from the weights of one value to those of the next: k or 0
	shape   Shape
}

// at returns that of element i.
func (d *categories[D]) at(i int) D {
	return d.with(d.weights.Data()[i*d.step:][:d.k:d.k])
}

// Shape returns (), or a number a row of weights.
func (d *categories[D]) Shape() Shape { return d.shape }

// Terms returns the number of elements.
func (d *categories[D]) Terms() int { return d.shape.Len() }

// Expand repeats a single vector of weights.
func (d *categories[D]) Expand(to Shape) (Distribution, bool) {
	if d.step != 0 && d.shape != to {
		return nil, false
	}
	out := *d
	out.shape = to
	return &out, true
}

// LogProb returns the sum over the elements.
func (d *categories[D]) LogProb(s *Scratch, x ad.Value, mask []bool) ad.Value {
	if ShapeOf(x) != d.shape {
		panic(fmt.Sprintf("ppl: LogProb of a value of shape %v, want %v", ShapeOf(x), d.shape))
	}
	if !x.IsConst() {
		panic("ppl: a category is no function of variables")
	}
	total, checked := 0.0, false
	g, one := s.Floats(d.weights.Len()), s.Floats(d.k)
	for i, category := range x.Data() {
		if mask != nil && !mask[i] {
			continue
		}
		element := d.at(i)
		if !checked && element.Validate() != nil {
			total = math.NaN()
			break
		}
		checked = d.step == 0
		total += element.LogProb(category)
		element.ParamGrad(one, category)
		for j, v := range one {
			g[i*d.step+j] += v
		}
	}
	inputs, grads := s.arguments()
	inputs, grads = append(inputs, d.weights), append(grads, g)
	out := ad.WithGradient(total, grads, inputs...)
	s.keepArguments(inputs, grads)
	return out
}

// Pointwise sets dst to the log density of each element of x.
func (d *categories[D]) Pointwise(dst, x []float64) bool {
	for i, category := range x {
		dst[i] = d.at(i).LogProb(category)
	}
	return true
}

// Draw draws each element.
func (d *categories[D]) Draw(dst []float64, r *rand.Rand) {
	for i := range dst {
		dst[i] = d.at(i).Draw(r)
	}
}

// Validate returns the error of the first element with invalid weights.
func (d *categories[D]) Validate() error {
	for i := range d.shape.Len() {
		if err := d.at(i).Validate(); err != nil {
			if d.step == 0 {
				return err
			}
			return fmt.Errorf("element [%d]: %w", i, err)
		}
	}
	return nil
}

// Bijection returns an error: categories are counts.
func (d *categories[D]) Bijection() (Bijection, error) { return nil, errCounts }
