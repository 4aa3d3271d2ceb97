package calibrate

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"matheron/rng"
)

// PIT returns the probability integral transform of each observation among its S
// draws,
//
//	u_i = (#{X_si < y_i} + t_i + U_i) / (S+1),
//
// with U_i uniform on (0, 1) and, for ties, t_i uniform on 0, ..., #{X_si = y_i}.
// If observation and draws are independent and of one distribution, whatever it is, u_i is
// exactly uniform for any S. Observation i has the stream key.Split(i). The error
// is a *NotFinite.
func PIT(draws *mat.Dense, y []float64, key rng.Key) ([]float64, error) {
	s, n := mustFit(draws, y)
	out := make([]float64, n)
	for i, v := range y {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, &NotFinite{What: "observation", Row: -1, Index: i, Value: v}
		}
		below, equal := 0, 0
		for r := range s {
			switch x := draws.At(r, i); {
			case math.IsNaN(x):
				return nil, &NotFinite{What: "draw", Row: r, Index: i, Value: x}
			case x < v:
				below++
			case x == v:
				equal++
			}
		}
		g := key.Split(i).Rand()
		out[i] = (float64(below+g.IntN(equal+1)) + g.Float64()) / float64(s+1)
	}
	return out, nil
}

// GaussianPIT returns Phi((y_i - mean_i)/sd_i) for each observation; where sd_i is
// 0 it is 0, 1/2 or 1. It panics if the lengths differ or an sd is negative.
func GaussianPIT(mean, sd, y []float64) []float64 {
	mustMatch(mean, sd, y)
	out := make([]float64, len(y))
	for i, v := range y {
		switch {
		case sd[i] > 0:
			out[i] = distuv.UnitNormal.CDF((v - mean[i]) / sd[i])
		case v > mean[i]:
			out[i] = 1
		case v == mean[i]:
			out[i] = 0.5
		}
	}
	return out
}

func mustMatch(mean, sd, y []float64) {
	if len(mean) != len(y) || len(sd) != len(y) {
		panic(fmt.Sprintf("calibrate: %d means and %d sds for %d observations", len(mean), len(sd), len(y)))
	}
	for i, v := range sd {
		if !(v >= 0) {
			panic(fmt.Sprintf("calibrate: sd %d is %g", i, v))
		}
	}
}
