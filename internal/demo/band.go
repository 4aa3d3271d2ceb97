package demo

import (
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/functional"
)

// Band is functions on the grid as a figure shows them: the median, the band from
// 2.5 to 97.5%, and a few of them.
type Band struct {
	X                    []float64
	Lower, Median, Upper []float64
	Thin                 [][]float64 // six of the functions
}

// thin is the number of functions that a figure shows.
const thin = 6

// bandOf summarises functions by their values on the grid. Its few functions are
// the first and those every so many later.
func (s *Example) bandOf(values *mat.Dense, every int) Band {
	n, _ := values.Dims()
	q := functional.QuantilesOf(values, 0.025, 0.5, 0.975)
	b := Band{X: s.gridPoints(), Lower: q.RawRowView(0), Median: q.RawRowView(1), Upper: q.RawRowView(2)}
	for i := 0; i < n && len(b.Thin) < thin; i += every {
		b.Thin = append(b.Thin, slices.Clone(values.RawRowView(i)))
	}
	return b
}

// Widths are the width of a 95% band in three places, in units of the target.
type Widths struct {
	// Inside is the mean over the grid points within the data, Beyond that over
	// the points up to a tenth of the data's range outside (1.5 to 1.8 of the
	// worked example, on both sides), and Ends that of the two ends of the grid.
	Inside float64 `json:"inside"`
	Beyond float64 `json:"beyond"`
	Ends   float64 `json:"ends"`
}

// widths takes the widths from those at the grid points.
func (s *Example) widths(width func(i int) float64) Widths {
	var w Widths
	var inside, beyond int
	margin := (s.Upper - s.Lower) / 10
	n, _ := s.Grid.Dims()
	for i := range n {
		switch x := s.Grid.At(i, 0); {
		case x >= s.Lower && x <= s.Upper:
			w.Inside += width(i)
			inside++
		case x >= s.Lower-margin && x <= s.Upper+margin:
			w.Beyond += width(i)
			beyond++
		}
	}
	w.Inside /= float64(inside)
	w.Beyond /= float64(beyond)
	w.Ends = (width(0) + width(n-1)) / 2
	return w
}

func (s *Example) bandWidths(b Band) Widths {
	return s.widths(func(i int) float64 { return b.Upper[i] - b.Lower[i] })
}
