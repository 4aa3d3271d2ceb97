package emulate

import (
	"context"
	"fmt"
	"io"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
	"matheron/internal/parallel"
)

// Ensemble is S regressors with weights, and the noise of an observation. Member s
// is one function f_s; together they are a discrete distribution of functions,
//
//	p(f) = sum_s w_s [f = f_s],   p(y | x) = sum_s w_s N(y; f_s(x), NoiseVariance).
//
// It is immutable and safe for many goroutines if its members are.
type Ensemble struct {
	members []function.Evaler
	all     func(dst, x *mat.Dense)
	weights []float64
	noise   float64
}

// NewEnsemble returns the ensemble of all functions of a set, with equal weights and
// no noise. If the set is a [function.EvalerTo] its functions are evaluated
// together. It panics if the set is empty.
func NewEnsemble[F function.Evaler](set function.Set[F]) *Ensemble {
	n := set.Len()
	if n < 1 {
		panic("emulate: an ensemble without members")
	}
	e := &Ensemble{members: make([]function.Evaler, n), weights: normalise(nil, n)}
	for s := range e.members {
		e.members[s] = set.Path(s)
	}
	e.all = func(dst, x *mat.Dense) {
		parallel.Do(0, n, func(_, s int) { e.members[s].Eval(dst.RawRowView(s), x) })
	}
	if d, ok := set.(function.EvalerTo); ok {
		e.all = d.EvalTo
	}
	return e
}

// Member returns member s, evaluated alone.
func (e *Ensemble) Member(s int) Member { return Member{e.members[s]} }

// Member is one function of an ensemble behind the method that an ensemble has.
type Member struct{ f function.Evaler }

// Predict returns its value at each row of x.
func (m Member) Predict(x *mat.Dense) []float64 { return m.f.Eval(nil, x) }

// Len returns the number of members S.
func (e *Ensemble) Len() int { return len(e.members) }

// Weights returns the weights, of sum 1. The slice is the caller's.
func (e *Ensemble) Weights() []float64 { return append([]float64(nil), e.weights...) }

// NoiseVariance returns the variance of an observation about f.
func (e *Ensemble) NoiseVariance() float64 { return e.noise }

// WithNoise returns the ensemble for observations, of the given variance about f: SD
// and quantiles are then those of y. 0 is for f itself.
func (e *Ensemble) WithNoise(variance float64) *Ensemble {
	if !(variance >= 0) || math.IsInf(variance, 1) {
		panic(fmt.Sprintf("emulate: a noise variance of %v", variance))
	}
	out := *e
	out.noise = variance
	return &out
}

// WithWeights returns the ensemble with other weights, one a member, of any positive
// sum.
func (e *Ensemble) WithWeights(weights []float64) *Ensemble {
	out := *e
	out.weights = normalise(append([]float64{}, weights...), e.Len())
	return &out
}

// Reweight returns the ensemble conditioned on observations y at the rows of x,
//
//	w_s <- w_s prod_i N(y_i; f_s(x_i), NoiseVariance) / sum.
//
// No new members are made: with many observations a few have all the weight
// ([Ensemble.EffectiveSize]). It panics without noise.
func (e *Ensemble) Reweight(x *mat.Dense, y []float64) *Ensemble {
	if !(e.noise > 0) {
		panic("emulate: observations without noise leave no member any weight")
	}
	l := make([]float64, e.Len())
	for s, w := range e.weights {
		l[s] = math.Log(w)
	}
	e.tiles(x, y, func(f *mat.Dense, i int) {
		_, n := f.Dims()
		for s := range l {
			for j, v := range f.RawRowView(s)[:n] {
				r := y[i+j] - v
				l[s] -= r * r / (2 * e.noise)
			}
		}
	})
	return e.WithWeights(softmax(l))
}

// EffectiveSize returns 1 / sum_s w_s^2, S for equal weights.
func (e *Ensemble) EffectiveSize() float64 {
	sum := 0.0
	for _, w := range e.weights {
		sum += w * w
	}
	return 1 / sum
}

// Predict returns the mean over the members at each row of x.
func (e *Ensemble) Predict(x *mat.Dense) []float64 {
	return e.Summarize(x).Mean
}

// Values returns the members' values, S x N.
func (e *Ensemble) Values(x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	out := mat.NewDense(e.Len(), n, nil)
	e.all(out, x)
	return out
}

// Summary is what an ensemble says of each row.
type Summary struct {
	// Mean and SD of f, or of y with noise. With equal weights SD divides by S, as it
	// is that of the discrete distribution.
	Mean, SD []float64
	// Quantiles has a row for each row of x and a column for each probability, nil
	// without any.
	Quantiles *mat.Dense
}

// Summarize returns mean, SD and the quantiles of the given probabilities at the
// rows of x. Without noise the quantiles are those of the members, interpolated;
// with noise, those of the mixture of normals about them. Memory beside the result
// is S for each of 1,024 rows. Cost, beside the members': O(S log S) a row, with
// noise some 10 S error functions a quantile.
func (e *Ensemble) Summarize(x *mat.Dense, probabilities ...float64) Summary {
	for _, p := range probabilities {
		checkProbability(p)
	}
	n, _ := x.Dims()
	out := Summary{Mean: make([]float64, n), SD: make([]float64, n)}
	if len(probabilities) > 0 {
		out.Quantiles = mat.NewDense(n, len(probabilities), nil)
	}
	e.tiles(x, nil, func(f *mat.Dense, first int) {
		_, rows := f.Dims()
		parallel.Do(0, rows, func(_, j int) {
			v, i := mat.Col(nil, j, f), first+j
			var variance float64
			out.Mean[i], variance = weightedMoments(v, e.weights)
			out.SD[i] = math.Sqrt(variance + e.noise)
			if out.Quantiles != nil {
				e.quantiles(out.Quantiles.RawRowView(i), v, probabilities)
			}
		})
	})
	return out
}

// weightedMoments returns the mean and the variance of v; what has no weight may be
// NaN.
func weightedMoments(v, weights []float64) (mean, variance float64) {
	for s, w := range weights {
		if w > 0 {
			mean += w * v[s]
		}
	}
	for s, w := range weights {
		if w > 0 {
			variance += w * (v[s] - mean) * (v[s] - mean)
		}
	}
	return mean, variance
}

// quantiles sets dst to the quantiles of one row, from the members' values.
func (e *Ensemble) quantiles(dst, v, probabilities []float64) {
	if e.noise > 0 {
		for k, p := range probabilities {
			dst[k] = mixtureQuantile(v, e.weights, math.Sqrt(e.noise), p)
		}
		return
	}
	sample := newEmpirical(v, e.weights)
	for k, p := range probabilities {
		dst[k] = sample.quantile(p)
	}
}

// Interval returns the central interval of the given level at each row of x, from
// the quantile of (1 - level) / 2 to that of (1 + level) / 2. It panics unless level
// is between 0 and 1.
func (e *Ensemble) Interval(x *mat.Dense, level float64) (lower, upper []float64) {
	checkLevel(level)
	q := e.Summarize(x, (1-level)/2, (1+level)/2).Quantiles
	return mat.Col(nil, 0, q), mat.Col(nil, 1, q)
}

// tileRows bounds the memory of the members' values.
const tileRows = 1024

// tiles calls f with the members' values at pieces of x, S x rows, and the first row
// of each. It panics if y is not nil and not as long as x.
func (e *Ensemble) tiles(x *mat.Dense, y []float64, f func(values *mat.Dense, first int)) {
	n, d := x.Dims()
	if y != nil && len(y) != n {
		panic(fmt.Sprintf("emulate: %d targets for %d rows", len(y), n))
	}
	var values *mat.Dense
	for i := 0; i < n; i += tileRows {
		rows := min(tileRows, n-i)
		if values == nil || values.RawMatrix().Cols != rows {
			values = mat.NewDense(e.Len(), rows, nil)
		}
		e.all(values, x.Slice(i, i+rows, 0, d).(*mat.Dense))
		f(values, i)
	}
}

// Rows are the rows of a table, in order. Read fills up to all rows of dst and
// returns how many; with none left it returns io.EOF. *data.Rows is one.
type Rows interface {
	Read(dst *mat.Dense) (n int, err error)
}

// Stream reads rows of the given number of inputs until their end and calls each
// with a piece of them, at most 1,024, and their summary. The piece is only valid
// during the call; the summary is the caller's. Memory does not grow with the table,
// and the numbers are those of [Ensemble.Summarize] on all of it.
//
// It returns the first error of the rows or of each, and that of ctx, which it looks
// at before each piece.
func (e *Ensemble) Stream(ctx context.Context, rows Rows, inputs int, each func(x *mat.Dense, s Summary) error, probabilities ...float64) error {
	if inputs < 1 {
		panic(fmt.Sprintf("emulate: rows of %d inputs", inputs))
	}
	buffer := mat.NewDense(tileRows, inputs, nil)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := rows.Read(buffer)
		if n > 0 {
			x := buffer.Slice(0, n, 0, inputs).(*mat.Dense)
			if err := each(x, e.Summarize(x, probabilities...)); err != nil {
				return err
			}
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case n == 0:
			return io.ErrNoProgress
		}
	}
}
