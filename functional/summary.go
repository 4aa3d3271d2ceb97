package functional

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"matheron/function"
	"matheron/internal/parallel"
)

// Summary is the mean and the sd of f(x) at some points, each with its standard
// error.
type Summary struct {
	Mean, SD []float64
	// MeanSE is SD/sqrt(S). SDSE is that of the sd, from the variance of the squares,
	//
	//	sqrt((m4 - (S-3)/(S-1) SD^4) / S) / (2 SD),  m4 = mean (f - Mean)^4,
	//
	// for functions of any distribution; 0 where SD is 0.
	MeanSE, SDSE []float64
}

// Summarize returns the mean and the sd of the functions at each row of x. Of a
// single function the sd and all errors are NaN.
func Summarize(f function.Functions, x *mat.Dense) Summary {
	n, _ := x.Dims()
	y := function.Eval(f, x)
	out := Summary{Mean: make([]float64, n), SD: make([]float64, n), MeanSE: make([]float64, n), SDSE: make([]float64, n)}
	s := float64(f.Len())
	col := make([]float64, f.Len())
	for i := range n {
		mat.Col(col, i, y)
		mean, variance := stat.MeanVariance(col, nil)
		if s < 2 {
			variance = math.NaN()
		}
		m4 := 0.0
		for _, v := range col {
			m4 += math.Pow(v-mean, 4)
		}
		m4 /= s
		out.Mean[i], out.SD[i] = mean, math.Sqrt(variance)
		out.MeanSE[i] = out.SD[i] / math.Sqrt(s)
		if variance != 0 {
			square := (m4 - (s-3)/(s-1)*variance*variance) / s
			out.SDSE[i] = math.Sqrt(math.Max(0, square)) / (2 * out.SD[i])
		}
	}
	return out
}

// Quantiles returns the quantiles of the functions at each row of x, len(p) x N:
// with p of 0.025, 0.5 and 0.975 a median with its central band of 95%. See
// [Sample.Quantile]; it panics if a p is not in [0, 1].
func Quantiles(f function.Functions, x *mat.Dense, p ...float64) *mat.Dense {
	return QuantilesOf(function.Eval(f, x), p...)
}

// QuantilesOf is [Quantiles] for values that are known, S x N. The points are taken
// in parallel. Cost O(S) a point and quantile.
func QuantilesOf(values *mat.Dense, p ...float64) *mat.Dense {
	if len(p) == 0 {
		panic("functional: no quantiles")
	}
	for _, q := range p {
		mustBeProbability(q)
	}
	_, n := values.Dims()
	out := mat.NewDense(len(p), n, nil)
	parallel.Do(0, n, func(_, i int) {
		v := mat.Col(nil, i, values)
		sorted := slices.ContainsFunc(v, math.IsNaN)
		if sorted {
			slices.Sort(v) // NaN first, as Sample has it
		}
		for j, q := range p {
			// Of equal weights no order of the functions is needed, and of the values
			// only that of two.
			at, t := math.Modf(q * float64(len(v)-1))
			k := int(at)
			if !sorted {
				rank(v, k)
			}
			a := v[k]
			if b := next(v, k); a != b {
				a = (1-t)*a + t*b
			}
			out.Set(j, i, a)
		}
	})
	return out
}

// At returns column i of values, S x N, as a sample: the values of the functions
// at point i.
func At(values *mat.Dense, i int) Sample { return NewSample(mat.Col(nil, i, values)) }
