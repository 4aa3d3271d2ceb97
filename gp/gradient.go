package gp

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
	"matheron/internal/gram"
	"matheron/internal/parallel"
	"matheron/kernel"
)

// Gradient is the derivative of a log evidence with respect to the parameters
// themselves (not their logarithms).
type Gradient struct {
	// Kernel has an element for each of kernel.Params, white variances included.
	Kernel []float64
	// Mean has an element for each of [MeanParams].
	Mean []float64
	// Noise has the derivative to the shared noise variance, or to that of each row.
	Noise []float64
}

// solverGradient sets g to the gradient of the log evidence of a solver, with weights
// a = H⁻¹ (y - m(X)). It panics if the kernel has parameters but no
// [kernel.ParamGrader].
func solverGradient(g *Gradient, s Solver, k kernel.Kernel, m Mean, x *mat.Dense, a []float64, noise NoiseVariance) {
	direct, ok := s.(Contractor)
	if !ok {
		inverse := mat.NewDense(s.Len(), s.Len(), nil)
		invert(inverse, s)
		c := contraction{x: x, alpha: a, inverse: inverse, gram: triangle(k, x)}
		c.gradient(g, &scratch{}, k, m, noise)
		return
	}
	checkParamGrad(k)
	diag := make([]float64, len(a))
	g.Kernel = resize(g.Kernel, len(kernel.Params(k)))
	direct.Contract(g.Kernel, diag, a)
	trace := g.setNoise(diag, noise)
	_, white, err := kernel.WhiteVariance(k)
	if err != nil {
		panic("gp: " + err.Error()) // the solver has taken the kernel
	}
	for p, v := range white {
		g.Kernel[p] += v * trace
	}
	g.setMean(m, a, x)
}

// setNoise sets the derivative to the noise, and returns that to one of all rows.
func (g *Gradient) setNoise(diag []float64, noise NoiseVariance) float64 {
	var trace float64
	for _, d := range diag {
		trace += d
	}
	g.Noise = resize(g.Noise, noise.Len())
	if noise.PerRow() {
		copy(g.Noise, diag)
	} else {
		g.Noise[0] = trace
	}
	return trace
}

// setMean sets the derivative to the parameters of the mean.
func (g *Gradient) setMean(m Mean, a []float64, x *mat.Dense) {
	g.Mean = resize(g.Mean, meanParamCount(m))
	if p, ok := m.(ParametricMean); ok {
		p.ParamGrad(g.Mean, a, x)
	}
}

// checkParamGrad panics if k has parameters that it cannot be differentiated to.
func checkParamGrad(k kernel.Kernel) {
	if _, ok := k.(kernel.ParamGrader); !ok && len(kernel.Params(k)) > 0 {
		panic(fmt.Sprintf("gp: kernel %T has parameters but no ParamGrad", k))
	}
}

// contraction is what the gradient of the evidence is made of:
//
//	W = 1/2 (a a' - H^-1)
//	d/d kernel parameter = sum_ij W_ij dK_ij,  d/d noise_i = W_ii
//	d/d mean parameter   = sum_i a_i dm(x_i)
type contraction struct {
	x       *mat.Dense
	alpha   []float64      // a
	inverse *mat.Dense     // H^-1, lower triangle; overwritten by the weights
	k       *mat.Dense     // K_XX, lower triangle; nil: evaluated again, block by block
	gram    *gram.Triangle // K_XX as a function of the parameters
	workers int
}

// scratch is what a contraction keeps from call to call.
type scratch struct {
	partial []float64   // gradients of the blocks
	values  [][]float64 // K_XX of a block, a worker
}

// resize returns n zeros in the storage of s, if there is enough.
func resize(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// gradient sets g to the contraction for the kernel, the mean and the noise. It
// panics if the kernel has parameters that it cannot differentiate to.
func (c *contraction) gradient(g *Gradient, s *scratch, k kernel.Kernel, m Mean, noise NoiseVariance) {
	inv := c.inverse.RawMatrix()
	g.Noise = resize(g.Noise, noise.Len())
	var trace float64
	for i, a := range c.alpha {
		d := 0.5 * (a*a - inv.Data[i*inv.Stride+i])
		trace += d
		if noise.PerRow() {
			g.Noise[i] = d
		}
	}
	if !noise.PerRow() {
		g.Noise[0] = trace
	}
	g.setMean(m, c.alpha, c.x)
	g.Kernel = resize(g.Kernel, c.gram.Len())
	if len(g.Kernel) == 0 {
		return
	}
	if _, ok := k.(kernel.ParamGrader); !ok {
		panic(fmt.Sprintf("gp: kernel %T has parameters but no ParamGrad", k))
	}
	c.kernelGradient(g.Kernel, s)
	for p, v := range c.gram.Plan().WhiteGrad {
		g.Kernel[p] += v * trace
	}
}

// kernelGradient adds the contraction of the lower triangle, whose weights off the
// diagonal count twice, by blocks of rows. Blocks are added in their order.
func (c *contraction) kernelGradient(dst []float64, s *scratch) {
	n, p := len(c.alpha), len(dst)
	count := blocks(n)
	s.partial = resize(s.partial, count*p)
	workers := workersFor(n*n/2, c.workers)
	if c.k == nil {
		for len(s.values) < workers {
			s.values = append(s.values, make([]float64, min(rowBlock, n)*n))
		}
	}
	if workers == 1 {
		for b := range count {
			c.block(s.partial[b*p:(b+1)*p], s, b, 0)
		}
	} else {
		c.gram.Grow(workers)
		c.blocksInParallel(s, workers, count, p)
	}
	for i, v := range s.partial {
		dst[i%p] += v
	}
}

// blocksInParallel computes the blocks on several goroutines, the longest first, so that the
// goroutines end together.
func (c *contraction) blocksInParallel(s *scratch, workers, count, p int) {
	parallel.Do(workers, count, func(worker, b int) {
		b = count - 1 - b
		c.block(s.partial[b*p:(b+1)*p], s, b, worker)
	})
}

// block adds the gradient of block b of rows to dst.
func (c *contraction) block(dst []float64, s *scratch, b, worker int) {
	n := len(c.alpha)
	lo, hi := b*rowBlock, min((b+1)*rowBlock, n)
	w := rowsOf(c.inverse, lo, hi)
	for i := lo; i < hi; i++ {
		row, a := w.Data[(i-lo)*w.Stride:][:i+1], c.alpha[i]
		asm.ScaleLess(row, a, c.alpha[:i+1], row)
		row[i] *= 0.5
	}
	var k blas64.General
	if c.k != nil {
		k = rowsOf(c.k, lo, hi)
	} else {
		k = blas64.General{Rows: hi - lo, Cols: n, Stride: n, Data: s.values[worker]}
		c.gram.Cov(k, lo, worker)
	}
	c.gram.ParamGrad(dst, w, k, lo, worker)
}

// rowsOf returns rows [lo, hi) of m.
func rowsOf(m *mat.Dense, lo, hi int) blas64.General {
	raw := m.RawMatrix()
	raw.Data = raw.Data[lo*raw.Stride:]
	raw.Rows = hi - lo
	return raw
}
