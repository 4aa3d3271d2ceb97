package bayesopt

// Goal says which values of the function are good.
type Goal int

const (
	Minimize Goal = iota // small ones
	Maximize             // large ones
)

// String returns "minimize" or "maximize".
func (g Goal) String() string {
	if g == Maximize {
		return "maximize"
	}
	return "minimize"
}

// sign is what turns values into values to be minimised.
func (g Goal) sign() float64 {
	if g == Maximize {
		return -1
	}
	return 1
}

// better returns the better of two values.
func (g Goal) better(a, b float64) float64 {
	if g == Maximize {
		return max(a, b)
	}
	return min(a, b)
}
