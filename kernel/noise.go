package kernel

import "fmt"

// isWhite reports whether k is white noise, wrapped or not.
func isWhite(k Kernel) bool {
	_, ok := unwrap(k).(White)
	return ok
}

// WhiteVariance returns the variance that the white terms of k add to each
// observation, and its derivative to each of Params(k). White noise inside a
// product is an error.
func WhiteVariance(k Kernel) (variance float64, grad []float64, err error) {
	switch t := k.(type) {
	case White:
		return t.Variance, []float64{1}, nil
	case Sum:
		for i, c := range t {
			v, g, err := WhiteVariance(c)
			if err != nil {
				return 0, nil, fmt.Errorf("sum.%d.%w", i, err)
			}
			variance += v
			grad = append(grad, g...)
		}
		return variance, grad, nil
	case Scaled:
		variance, grad, err = WhiteVariance(t.Kernel)
		for i := range grad {
			grad[i] *= t.Factor
		}
		return variance * t.Factor, grad, err
	case Active:
		return WhiteVariance(t.Kernel)
	case Held:
		v, all, err := WhiteVariance(t.kernel)
		grad = make([]float64, len(t.free))
		for i, f := range t.free {
			if err == nil {
				grad[i] = all[f]
			}
		}
		return v, grad, err
	case Product:
		err := Walk(t, func(l Leaf) error {
			if isWhite(l.Kernel) {
				return fmt.Errorf("%s: white noise cannot be a factor", l.Name)
			}
			return nil
		})
		if err != nil {
			return 0, nil, err
		}
	}
	return 0, make([]float64, ParamCount(k)), nil
}
