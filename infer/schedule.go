package infer

import "math"

// Schedule is the factor of the learning rate at a step, from 0, of at most so
// many.
type Schedule func(step, steps int) float64

// Constant is the schedule of a factor of 1.
func Constant(step, steps int) float64 { return 1 }

// Cosine is the schedule that falls from 1 to 0 as half a cosine wave over all
// steps.
func Cosine(step, steps int) float64 {
	return (1 + math.Cos(math.Pi*float64(step)/float64(steps))) / 2
}

// Exponential returns the schedule that falls from 1 to end, geometrically over all
// steps. It panics unless end is positive.
func Exponential(end float64) Schedule {
	if !(end > 0) {
		panic("infer: a schedule that ends at a rate that is not positive")
	}
	rate := math.Log(end)
	return func(step, steps int) float64 {
		return math.Exp(rate * float64(step) / float64(steps))
	}
}
