package prob

import "math"

// logistic returns 1 / (1 + exp(-y)), to full relative accuracy at both ends.
func logistic(y float64) float64 {
	e := math.Exp(-math.Abs(y))
	if y < 0 {
		return e / (1 + e)
	}
	return 1 / (1 + e)
}

// softplus returns log(1 + exp(y)); minus that of -y is log logistic(y).
func softplus(y float64) float64 {
	return max(y, 0) + math.Log1p(math.Exp(-math.Abs(y)))
}

// logOnePlusSquare returns log(1 + q^2) without overflow.
func logOnePlusSquare(q float64) float64 {
	if math.Abs(q) > 1e8 { // 1 is below half an ulp of q^2
		return 2 * math.Log(math.Abs(q))
	}
	return math.Log1p(q * q)
}

// overOnePlusSquare returns q / (1 + q^2) without overflow.
func overOnePlusSquare(q float64) float64 {
	if math.Abs(q) > 1 {
		return 1 / (q + 1/q)
	}
	return q / (1 + q*q)
}

// squareOverOnePlus returns q^2 / (1 + q^2) without overflow.
func squareOverOnePlus(q float64) float64 {
	if math.Abs(q) > 1 {
		return 1 / (1 + 1/q/q)
	}
	return q * q / (1 + q*q)
}
