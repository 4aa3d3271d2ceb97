package kernel

// ParamCount returns the length of [Params] of k, without making names for the
// kernels of this package.
func ParamCount(k Kernel) int {
	switch k := k.(type) {
	case RBF:
		return 1 + k.Lengthscale.Len()
	case Matern12:
		return 1 + k.Lengthscale.Len()
	case Matern32:
		return 1 + k.Lengthscale.Len()
	case Matern52:
		return 1 + k.Lengthscale.Len()
	case RationalQuadratic:
		return 2 + k.Lengthscale.Len()
	case Periodic:
		return 1 + k.Lengthscale.Len() + k.Period.Len()
	case Cosine:
		return 1 + k.Period.Len()
	case Linear:
		return 1 + len(k.Variance)
	case Polynomial:
		return 2
	case Constant, White:
		return 1
	case Sum:
		return paramCount(k)
	case Product:
		return paramCount(k)
	case Scaled:
		return ParamCount(k.Kernel)
	case Active:
		return ParamCount(k.Kernel)
	case Held:
		return len(k.free)
	}
	return len(Params(k))
}

// AppendValues appends the values of [Params] of k to dst, without making names for
// the kernels of this package.
func AppendValues(dst []float64, k Kernel) []float64 {
	if dst, ok := AppendKnown(dst, k); ok {
		return dst
	}
	for _, p := range Params(k) {
		dst = append(dst, p.Value)
	}
	return dst
}

// AppendKnown is [AppendValues] for the kernels of this package; of another it
// returns dst and false. It calls no method of the interface, so that a kernel that
// is made where it is called need not be on the heap.
func AppendKnown(dst []float64, k Kernel) ([]float64, bool) {
	switch k := k.(type) {
	case RBF:
		return k.Lengthscale.appendValues(append(dst, k.Variance)), true
	case Matern12:
		return k.Lengthscale.appendValues(append(dst, k.Variance)), true
	case Matern32:
		return k.Lengthscale.appendValues(append(dst, k.Variance)), true
	case Matern52:
		return k.Lengthscale.appendValues(append(dst, k.Variance)), true
	case RationalQuadratic:
		return append(k.Lengthscale.appendValues(append(dst, k.Variance)), k.Alpha), true
	case Periodic:
		return k.Period.appendValues(k.Lengthscale.appendValues(append(dst, k.Variance))), true
	case Cosine:
		return k.Period.appendValues(append(dst, k.Variance)), true
	case Linear:
		return append(append(dst, k.Bias), k.Variance...), true
	case Polynomial:
		return append(dst, k.Variance, k.Bias), true
	case Constant:
		return append(dst, k.Variance), true
	case White:
		return append(dst, k.Variance), true
	case Sum:
		return appendAll(dst, k), true
	case Product:
		return appendAll(dst, k), true
	case Scaled:
		return AppendValues(dst, k.Kernel), true
	case Active:
		return AppendValues(dst, k.Kernel), true
	case Held:
		// The free values move down over all of them: free ascends.
		n := len(dst)
		dst = AppendValues(dst, k.kernel)
		for i, f := range k.free {
			dst[n+i] = dst[n+f]
		}
		return dst[:n+len(k.free)], true
	}
	return dst, false
}

func (p PerInput) appendValues(dst []float64) []float64 {
	if p.each == nil {
		return append(dst, p.shared)
	}
	return append(dst, p.each...)
}

func appendAll(dst []float64, ks []Kernel) []float64 {
	for _, k := range ks {
		dst = AppendValues(dst, k)
	}
	return dst
}
