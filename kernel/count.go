package kernel

// flat is what the kernels of this package tell of their parameters without
// making names.
type flat interface {
	paramCount() int
	// appendValues appends the values of Params.
	appendValues(dst []float64) []float64
}

// ParamCount returns the length of [Params] of k.
func ParamCount(k Kernel) int {
	if f, ok := k.(flat); ok {
		return f.paramCount()
	}
	return len(Params(k))
}

// AppendValues appends the values of [Params] of k to dst.
func AppendValues(dst []float64, k Kernel) []float64 {
	if f, ok := k.(flat); ok {
		return f.appendValues(dst)
	}
	for _, p := range Params(k) {
		dst = append(dst, p.Value)
	}
	return dst
}

func (p PerInput) appendValues(dst []float64) []float64 {
	if p.each == nil {
		return append(dst, p.shared)
	}
	return append(dst, p.each...)
}

func (k RBF) paramCount() int               { return 1 + k.Lengthscale.Len() }
func (k Matern12) paramCount() int          { return 1 + k.Lengthscale.Len() }
func (k Matern32) paramCount() int          { return 1 + k.Lengthscale.Len() }
func (k Matern52) paramCount() int          { return 1 + k.Lengthscale.Len() }
func (k RationalQuadratic) paramCount() int { return 2 + k.Lengthscale.Len() }
func (k Periodic) paramCount() int          { return 1 + k.Lengthscale.Len() + k.Period.Len() }
func (k Cosine) paramCount() int            { return 1 + k.Period.Len() }
func (k Constant) paramCount() int          { return 1 }
func (k Linear) paramCount() int            { return 1 + len(k.Variance) }
func (k Polynomial) paramCount() int        { return 2 }
func (k White) paramCount() int             { return 1 }
func (s Sum) paramCount() int               { return paramCount(s) }
func (p Product) paramCount() int           { return paramCount(p) }
func (k Scaled) paramCount() int            { return ParamCount(k.Kernel) }
func (k Active) paramCount() int            { return ParamCount(k.Kernel) }
func (k Held) paramCount() int              { return len(k.free) }

func (k RBF) appendValues(dst []float64) []float64 {
	return k.Lengthscale.appendValues(append(dst, k.Variance))
}

func (k Matern12) appendValues(dst []float64) []float64 {
	return k.Lengthscale.appendValues(append(dst, k.Variance))
}

func (k Matern32) appendValues(dst []float64) []float64 {
	return k.Lengthscale.appendValues(append(dst, k.Variance))
}

func (k Matern52) appendValues(dst []float64) []float64 {
	return k.Lengthscale.appendValues(append(dst, k.Variance))
}

func (k RationalQuadratic) appendValues(dst []float64) []float64 {
	return append(k.Lengthscale.appendValues(append(dst, k.Variance)), k.Alpha)
}

func (k Periodic) appendValues(dst []float64) []float64 {
	return k.Period.appendValues(k.Lengthscale.appendValues(append(dst, k.Variance)))
}

func (k Cosine) appendValues(dst []float64) []float64 {
	return k.Period.appendValues(append(dst, k.Variance))
}

func (k Constant) appendValues(dst []float64) []float64 { return append(dst, k.Variance) }

func (k Linear) appendValues(dst []float64) []float64 {
	return append(append(dst, k.Bias), k.Variance...)
}

func (k Polynomial) appendValues(dst []float64) []float64 { return append(dst, k.Variance, k.Bias) }

func (k White) appendValues(dst []float64) []float64 { return append(dst, k.Variance) }

func (s Sum) appendValues(dst []float64) []float64     { return appendAll(dst, s) }
func (p Product) appendValues(dst []float64) []float64 { return appendAll(dst, p) }

func appendAll(dst []float64, ks []Kernel) []float64 {
	for _, k := range ks {
		dst = AppendValues(dst, k)
	}
	return dst
}

func (k Scaled) appendValues(dst []float64) []float64 { return AppendValues(dst, k.Kernel) }
func (k Active) appendValues(dst []float64) []float64 { return AppendValues(dst, k.Kernel) }

// appendValues moves the free values down over all of them: free ascends.
func (k Held) appendValues(dst []float64) []float64 {
	n := len(dst)
	dst = AppendValues(dst, k.kernel)
	for i, f := range k.free {
		dst[n+i] = dst[n+f]
	}
	return dst[:n+len(k.free)]
}
