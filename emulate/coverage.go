package emulate

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Coverage compares an ensemble's intervals of one level with what was observed.
type Coverage struct {
	Level    float64 // what the share should be
	Fraction float64 // of the observations inside
	// StandardError is that of Fraction if the intervals are right and the observations
	// independent, sqrt(level (1 - level) / N). Where one function is unknown its
	// values are not independent, and the fraction of one table varies by more.
	StandardError float64
	Width         float64 // mean width of the intervals
}

// Coverage returns how many of the targets y, held out, are in the intervals of each
// level at the rows of x. Intervals are of y only if the ensemble has the noise of
// an observation ([Ensemble.WithNoise]). It panics without rows.
func (e *Ensemble) Coverage(x *mat.Dense, y []float64, levels ...float64) []Coverage {
	n, _ := x.Dims()
	if n == 0 || len(y) != n {
		panic(fmt.Sprintf("emulate: coverage of %d targets at %d rows", len(y), n))
	}
	probabilities := make([]float64, 0, 2*len(levels))
	for _, level := range levels {
		checkLevel(level)
		probabilities = append(probabilities, (1-level)/2, (1+level)/2)
	}
	q := e.Summarize(x, probabilities...).Quantiles
	out := make([]Coverage, len(levels))
	for k, level := range levels {
		c := Coverage{Level: level, StandardError: math.Sqrt(level * (1 - level) / float64(n))}
		for i, v := range y {
			lower, upper := q.At(i, 2*k), q.At(i, 2*k+1)
			if lower <= v && v <= upper {
				c.Fraction++
			}
			c.Width += upper - lower
		}
		c.Fraction /= float64(n)
		c.Width /= float64(n)
		out[k] = c
	}
	return out
}

func checkLevel(level float64) {
	if !(level > 0 && level < 1) {
		panic(fmt.Sprintf("emulate: intervals of level %v", level))
	}
}
