package bayesopt

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
)

// Incumbents returns, for each draw, its best value at the rows of x:
//
//	I_s = min_i f_s(x_i)   (max for Maximize)
//
// With x the inputs evaluated so far, improvement on I_s is that of noisy
// observations: the best value is as uncertain as the function is (Letham et al.
// 2019, Constrained Bayesian optimization with noisy experiments). With pending
// inputs among the rows, it counts what these will bring as well. It panics if x
// has no rows.
func Incumbents(draws function.Functions, x *mat.Dense, goal Goal) []float64 {
	values := function.Eval(draws, x)
	s, n := values.Dims()
	if n == 0 {
		panic("bayesopt: incumbents of no points")
	}
	out := make([]float64, s)
	for i := range out {
		row := values.RawRowView(i)
		out[i] = row[0]
		for _, v := range row[1:] {
			out[i] = goal.better(out[i], v)
		}
	}
	return out
}

// Scale returns the root mean square, over the rows of x, of the standard
// deviation of the draws: the unit in which a smoothing is small or large. It is 0
// for one draw.
func Scale(draws function.Functions, x *mat.Dense) float64 {
	values := function.Eval(draws, x)
	s, n := values.Dims()
	if s < 2 || n == 0 {
		return 0
	}
	sum, f := 0.0, make([]float64, s)
	for i := range n {
		_, sd := meanSD(mat.Col(f, i, values))
		sum += sd * sd
	}
	return math.Sqrt(sum / float64(n))
}

// flat reports whether numbers from low to high differ by rounding alone: by four
// units in the last place, as the mean of equal numbers may.
func flat(low, high float64) bool {
	return high-low <= 4*0x1p-52*max(math.Abs(low), math.Abs(high))
}

// meanSD returns the mean of f and its standard deviation with divisor S - 1, 0
// for one value and for values that are equal up to rounding.
func meanSD(f []float64) (mean, sd float64) {
	if low, high := slices.Min(f), slices.Max(f); flat(low, high) {
		return low, 0
	}
	for _, v := range f {
		mean += v
	}
	mean /= float64(len(f))
	for _, v := range f {
		sd += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(sd / float64(len(f)-1))
}

// incumbent returns the incumbent of draw s: the only one, or its own.
func incumbent(incumbents []float64, s int) float64 {
	if len(incumbents) == 1 {
		return incumbents[0]
	}
	return incumbents[s]
}

func checkIncumbents(incumbents, f []float64) {
	if n := len(incumbents); n != 1 && n != len(f) {
		panic(fmt.Sprintf("bayesopt: %d incumbents for %d draws", n, len(f)))
	}
}
