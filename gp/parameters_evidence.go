package gp

// AtParameters is [Evidence.At] for the prior and the noise that θ stands for, without
// making them. Unless grad is nil it is set to the derivatives to θ. It allocates what
// At does: nothing from the second call on, with kernels of package kernel and means of
// this one on one goroutine.
func (e *Evidence) AtParameters(grad []float64, ps *Parameters, theta []float64) (float64, error) {
	ps.checkLen("AtParameters", theta)
	own := ps.kernel
	if ps.freeMean() {
		own += ps.mean
	}
	e.all = ps.fill(e.all[:0], theta)
	if grad == nil {
		return e.At(nil, ps.prior, e.all[:own], ps.noiseAt(theta))
	}
	ps.checkLen("AtParameters", grad)
	v, err := e.At(&e.gradient, ps.prior, e.all[:own], ps.noiseAt(theta))
	if err == nil {
		ps.FreeGradient(grad, e.gradient)
	}
	return v, err
}

// FreeGradient sets dst to the derivatives to θ among those of g.
func (ps *Parameters) FreeGradient(dst []float64, g Gradient) {
	ps.checkLen("FreeGradient", dst)
	for i := range ps.free {
		switch at := ps.free[i].at; {
		case at < ps.kernel:
			dst[i] = g.Kernel[at]
		case at < ps.kernel+ps.mean:
			dst[i] = g.Mean[at-ps.kernel]
		default:
			dst[i] = g.Noise[0]
		}
	}
}
