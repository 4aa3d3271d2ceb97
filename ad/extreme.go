package ad

// Max returns the elementwise maximum, broadcast. What flows back goes to the
// larger, and half to each where both are equal. A NaN in either is the result,
// and so are the derivatives.
func Max(a, b Value) Value { return binary(opMax, a, b) }

// Min returns the elementwise minimum, with the conventions of [Max].
func Min(a, b Value) Value { return binary(opMin, a, b) }

// greater is not math.Max, by which +Inf beats a NaN.
func greater(a, b float64) float64 { return max(a, b) }

func lesser(a, b float64) float64 { return min(a, b) }

func maxSlopes(a, b, _ float64) (da, db float64) {
	switch {
	case a > b:
		return 1, 0
	case a < b:
		return 0, 1
	case a == b:
		return 0.5, 0.5
	}
	return nan, nan
}

func minSlopes(a, b, y float64) (da, db float64) {
	db, da = maxSlopes(a, b, y)
	return da, db
}
