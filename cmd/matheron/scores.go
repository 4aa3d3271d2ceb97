package main

import (
	"fmt"
	"math"

	"matheron/store"
)

// scores compares predictions of observations with what was observed. Rows are
// added one by one; everything is a mean over rows.
type scores struct {
	rows              int
	squares           float64 // sum of squared errors of the mean
	covered           int     // observations within the central 95%
	interval, density float64 // sums of interval scores and of negative log densities
}

// add takes point i of the distributions of observations, and what was observed.
func (s *scores) add(m store.Marginals, i int, y float64) {
	e := y - m.Mean[i]
	s.rows++
	s.squares += e * e
	lo, hi := m.Interval(i)
	if lo <= y && y <= hi {
		s.covered++
	}
	// The interval score of Gneiting and Raftery (2007, JASA 102, equation 43) at
	// level 0.05: the width, and 2/0.05 for each unit that y is outside.
	s.interval += hi - lo + 2/0.05*(math.Max(0, lo-y)+math.Max(0, y-hi))
	s.density -= m.LogProb(i, y)
}

func (s *scores) rmse() float64      { return math.Sqrt(s.squares / float64(s.rows)) }
func (s *scores) coverage() float64  { return float64(s.covered) / float64(s.rows) }
func (s *scores) intervals() float64 { return s.interval / float64(s.rows) }
func (s *scores) nlpd() float64      { return s.density / float64(s.rows) }

// json returns the scores as a JSON object.
func (s *scores) json() object {
	return object{
		{"rows", s.rows},
		{"rmse", number(s.rmse())},
		{"coverage95", number(s.coverage())},
		{"interval_score", number(s.intervals())},
		{"nlpd", number(s.nlpd())},
	}
}

func (s *scores) String() string {
	return fmt.Sprintf("rmse %.4g, 95%% intervals cover %.1f%% (interval score %.4g), negative log density %.4g a row",
		s.rmse(), 100*s.coverage(), s.intervals(), s.nlpd())
}
